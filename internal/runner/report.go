package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"redis-e2e/internal/report"
	"redis-e2e/internal/session"
)

// Assemble puts what is known of a run and its suites' outcomes into one report, without a conclusion.
func Assemble(s session.Session, started time.Time, outcomes []session.Outcome) report.Report {
	r := report.Report{
		Schema:  report.Schema,
		Run:     report.Run{ID: s.ID, Started: started, Duration: report.Seconds(time.Since(started)), Options: s.Config.Options()},
		Machine: report.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Memory: memory()},
		Cluster: report.Cluster{Name: s.Cluster.Name, Provider: s.Cluster.Provider, Kubernetes: s.Cluster.Kubernetes,
			Nodes: s.Cluster.Nodes, NodeImage: s.Machine.Images.Node.Digest},
	}
	if e := s.Machine.Engine; e != nil {
		r.Engine = report.Engine{Name: e.Name, Version: e.Version, Why: e.Why}
	}
	i := s.Machine.Images
	for _, image := range slices.Insert(i.Loaded(), 0, i.Node) {
		if image.Ref != "" {
			r.Images = append(r.Images, report.Image{Name: image.Ref, Digest: image.Digest, Origin: image.Origin})
		}
	}
	for _, o := range outcomes {
		r.Suites = append(r.Suites, o.Suite)
		r.Waits = append(r.Waits, o.Waits...)
	}
	for i := range r.Suites {
		slices.SortFunc(r.Suites[i].Specs, func(a, b report.Spec) int { return strings.Compare(a.Name, b.Name) })
		for j := range r.Suites[i].Specs {
			spec := &r.Suites[i].Specs[j]
			if rel, err := filepath.Rel(s.Dir, spec.Artifacts); err == nil && spec.Artifacts != "" {
				spec.Artifacts = rel
			}
		}
	}
	return r
}

// Save writes report.json, junit.xml and summary.md into the run's folder and points out/latest at it.
func Save(r report.Report, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer, report.Report) error{
		"report.json": report.WriteJSON, "junit.xml": report.WriteJUnit, "summary.md": report.Markdown,
	} {
		if err := save(filepath.Join(dir, name), func(w io.Writer) error { return write(w, r) }); err != nil {
			return err
		}
	}
	link := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".latest")
	if err := os.Symlink(filepath.Base(dir), link); err != nil {
		return err
	}
	return os.Rename(link, filepath.Join(filepath.Dir(dir), "latest")) // at once: another run may do the same
}

// Summarize appends the Markdown summary to a file, as CI systems take it; no path, no summary.
func Summarize(r report.Report, path string) (err error) {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("summary: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return report.Markdown(f, r)
}

func save(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}

// memory is the machine's, in bytes; 0 where it cannot be read.
func memory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			kib, err := strconv.ParseInt(f[1], 10, 64)
			if err == nil {
				return kib * 1024
			}
		}
	}
	return 0
}
