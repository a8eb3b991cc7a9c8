package bootstrap

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

// Finding is one line of a doctor's answer.
type Finding struct {
	Name string
	Text string
	Fix  string // what to do; empty when nothing is wrong
}

// Doctor says what the machine has, what is missing, and what a run would do, and changes nothing.
func Doctor(ctx context.Context, c config.Config) []Finding {
	found := []Finding{
		{Name: "machine", Text: fmt.Sprintf("%s/%s, %d CPUs, uid %d", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), os.Geteuid())},
		goTool(ctx), disk(c.Cache),
	}
	r := Request(c, progress.Plain(os.Stderr, time.Hour))
	mode, why, err := images.Resolve(ctx, r)
	if err != nil {
		return append(found, Finding{Name: "images", Text: err.Error(), Fix: "correct --images, --registry or --k8s"})
	}
	found = append(found, Finding{Name: "images", Text: mode + ": " + why})
	found = append(found, engines(ctx, c, mode == "build")...)
	if mode == "build" {
		r.Mode = mode
		missing, err := images.Outstanding(ctx, r)
		switch {
		case err != nil:
			found = append(found, Finding{Name: "cache", Text: err.Error(), Fix: "see above"})
		case len(missing) == 0:
			found = append(found, Finding{Name: "cache", Text: "every part is built: " + c.Cache})
		default:
			found = append(found, Finding{Name: "cache", Text: fmt.Sprintf("a run first builds %s, which takes many minutes",
				strings.Join(missing, ", "))})
		}
	}
	return append(found, Finding{Name: "run", Text: fmt.Sprintf("a %s cluster with %d workers, chart %s, Redis %s, Kubernetes %s, %d specs at once",
		c.Provider, c.Workers, c.Chart, c.Redis, c.K8s, c.Procs)})
}

func goTool(ctx context.Context) Finding {
	out, err := exec.CommandContext(ctx, "go", "version").Output()
	if err != nil {
		return Finding{Name: "go", Text: "not found", Fix: "install Go 1.26 or newer"}
	}
	return Finding{Name: "go", Text: strings.TrimSpace(string(out))}
}

func disk(dir string) Finding {
	for { // the folder itself may not be there yet
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err == nil {
			free := float64(s.Bavail) * float64(s.Bsize) / (1 << 30)
			f := Finding{Name: "disk", Text: fmt.Sprintf("%.0f GiB free for the cache", free)}
			if free < 12 {
				f.Fix = "a cold build needs about 12 GiB: set CACHE to a folder on a larger disk"
			}
			return f
		}
		parent := dir[:max(1, strings.LastIndex(dir, "/"))]
		if parent == dir {
			return Finding{Name: "disk", Text: "cannot be read", Fix: "set CACHE to a folder that exists"}
		}
		dir = parent
	}
}

func engines(ctx context.Context, c config.Config, build bool) []Finding {
	var found []Finding
	for _, e := range engine.Installed(ctx, c.Cache, c.Timeouts.EngineAnswers) {
		found = append(found, Finding{Name: "engine", Text: fmt.Sprintf("%s %s answers; a run proves it by a privileged container", e.Name, e.Version)})
	}
	missing := engine.Missing(build)
	if len(found) > 0 { // then podman's own packages are not needed
		missing = slices.DeleteFunc(missing, func(p string) bool { return p != "mmdebstrap" })
	}
	if len(missing) == 0 {
		return found
	}
	f := Finding{Name: "packages", Text: fmt.Sprintf("a run installs what is missing of these Debian packages: %s", strings.Join(missing, " "))}
	if err := engine.CanInstall(missing); err != nil {
		f.Text, f.Fix = "an engine, or what builds images, is missing", err.Error()
	}
	return append(found, f)
}
