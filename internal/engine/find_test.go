package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const answering = `echo 27.1`

func TestTheFirstEngineThatRunsPrivilegedContainersIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		docker, podman, want string
		privileged           []string
		taken                string
		why                  []string
	}{
		"docker first": {answering, answering, "auto", []string{"docker", "podman"}, "docker", []string{"docker 27.1 runs privileged containers"}},
		"docker that may not": {answering, answering, "auto", []string{"podman"}, "podman",
			[]string{"docker 27.1 cannot run a privileged container: unable to apply caps: operation not permitted; podman 27.1 runs"}},
		"docker without daemon": {`echo "Cannot connect to the Docker daemon." >&2; exit 1`, answering, "auto", []string{"podman"}, "podman",
			[]string{"docker does not answer: Cannot connect to the Docker daemon.; podman"}},
		"docker that says nothing": {`exit 0`, answering, "auto", []string{"docker", "podman"}, "podman",
			[]string{"docker is installed, but no engine answers behind it"}},
		"no docker":       {"", answering, "auto", []string{"podman"}, "podman", []string{"docker is not installed", "podman 27.1 runs"}},
		"podman as asked": {answering, answering, "podman", []string{"docker", "podman"}, "podman", []string{"podman 27.1 runs"}},
		"docker as asked": {answering, answering, "docker", []string{"docker", "podman"}, "docker", []string{"docker 27.1 runs"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := fakePath(t)
			for command, text := range map[string]string{"docker": c.docker, "podman": c.podman} {
				if text != "" {
					script(t, dir, command, text)
				}
			}
			e, err := Find(t.Context(), options(t, c.want, c.privileged...))
			if err != nil || e.Name != c.taken || e.Path != filepath.Join(dir, c.taken) || e.Version != "27.1" {
				t.Fatalf("took %+v, %v; want %s", e, err, c.taken)
			}
			says(t, e.Why, c.why...)
		})
	}
}

func TestNoUsableEngineListsWhatWasTriedAndWhatToDo(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "docker", answering)
	_, err := Find(t.Context(), options(t, "auto"))
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("want one line, got %v", err)
	}
	says(t, err.Error(), "no usable container engine", "docker 27.1 cannot run a privileged container", "podman is not installed", "sudo apt-get install podman")
}

func TestOnlyTheEngineThatWasAskedForIsTried(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "podman", answering)
	o := options(t, "docker", "podman")
	o.Install = func(context.Context) error { t.Error("installed something nobody asked for"); return nil }
	if e, err := Find(t.Context(), o); err == nil {
		t.Errorf("took %+v", e)
	}
}

func TestAnEngineThatHangsIsGivenUp(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "docker", "exec /bin/sleep 60")
	o := options(t, "docker", "docker")
	o.Answers = 100 * time.Millisecond
	begin := time.Now()
	_, err := Find(t.Context(), o)
	if took := time.Since(begin); err == nil || took > 5*time.Second {
		t.Fatalf("%v after %s", err, took)
	}
	says(t, err.Error(), "docker does not answer", "no answer within 100ms")
}

func TestPodmanIsInstalledWhereThatIsPossible(t *testing.T) {
	dir := fakePath(t)
	o := options(t, "auto", "podman")
	o.Install = func(context.Context) error { script(t, dir, "podman", answering); return nil }
	e, err := Find(t.Context(), o)
	if err != nil || e.Name != "podman" {
		t.Fatalf("%+v, %v", e, err)
	}
	says(t, e.Why, "docker is not installed", "was installed for this run")
}

func TestAnInterruptIsNotTakenForAMissingEngine(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "docker", "exec /bin/sleep 60")
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	time.AfterFunc(100*time.Millisecond, func() { cancel(stop) })
	if _, err := Find(ctx, options(t, "auto", "docker", "podman")); !errors.Is(err, stop) {
		t.Errorf("got %v, want the interrupt", err)
	}
}

func TestOursAndKindsPodmanCommandsUseTheSameSettings(t *testing.T) {
	dir := fakePath(t)
	t.Setenv("CONTAINERS_CONF", "the user's")
	script(t, dir, "podman", `echo "$CONTAINERS_CONF"`)
	o := options(t, "podman", "podman")
	e, err := Find(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(o.Dir, "containers.conf")
	if text, err := os.ReadFile(want); err != nil || !strings.Contains(string(text), "[engine]") {
		t.Errorf("%s holds %q, %v", want, text, err)
	}
	if e.Version != want {
		t.Errorf("podman was called with CONTAINERS_CONF=%s, want %s", e.Version, want)
	}
	if err := e.Export(); err != nil {
		t.Fatal(err)
	}
	if got := os.Getenv("CONTAINERS_CONF"); got != want { //nolint:forbidigo // kind looks there, so the test does
		t.Errorf("kind would call podman with CONTAINERS_CONF=%s, want %s", got, want)
	}
}

func TestInstalledGivesEnginesWithoutProvingThem(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "docker", "exit 1")
	script(t, dir, "podman", answering)
	found := Installed(t.Context(), t.TempDir(), 5*time.Second)
	if len(found) != 1 || found[0].Name != "podman" {
		t.Errorf("found %+v, want podman alone", found)
	}
}
