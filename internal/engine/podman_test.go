package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPodmanIsToldOnlyWhatThisMachineNeeds(t *testing.T) {
	const head = "# written by redis-e2e, used by its own podman commands only\n[containers]\n"
	for name, c := range map[string]struct {
		on   machine
		want string
	}{
		"ordinary laptop": {machine{files: 1048576, procs: 100000, systemd: true, runc: true, netavark: true},
			"[engine]\n[network]\nnetwork_backend = \"netavark\"\n"},
		"low limits": {machine{files: 20000, procs: 32768, systemd: true},
			"default_ulimits = [\"nofile=20000:20000\", \"nproc=32768:32768\"]\n[engine]\n"},
		"hybrid cgroups":              {machine{files: 1 << 20, cgroupV1: true, runc: true, systemd: true}, "[engine]\nruntime = \"runc\"\n"},
		"hybrid cgroups, but no runc": {machine{files: 1 << 20, cgroupV1: true, systemd: true}, "[engine]\n"},
		"no systemd":                  {machine{files: 1 << 20}, "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n"},
	} {
		if got := c.on.conf(); got != head+c.want {
			t.Errorf("%s: wrote\n%swant\n%s", name, got, head+c.want)
		}
	}
}

func TestTheSettingsOfThisMachineAreWrittenOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	path, err := writeContainersConf(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := writeContainersConf(dir); err != nil || again != path {
		t.Fatalf("%s, %v", again, err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("an unchanged file was replaced (%v), under a run that may read it", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%v beside it, %v", left, err)
	}
}

func TestDebianAndItsChildrenAreRecognised(t *testing.T) {
	for release, want := range map[string]bool{
		"ID=debian\nVERSION_ID=\"12\"":               true,
		"NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian": true,
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"":    true,
		"ID=\"debian\"":                         true,
		"ID=fedora\nID_LIKE=\"rhel centos\"":    false,
		"ID=alpine\nNAME=\"not debian\"":        false,
		"HOME_URL=https://www.debian.org/\nID=": false,
		"ID=debianish":                          false,
		"":                                      false,
	} {
		if got := isDebian(release); got != want {
			t.Errorf("%q: %v, want %v", release, got, want)
		}
	}
}

func TestWhatIsMissingIsNamedByItsPackage(t *testing.T) {
	dir := fakePath(t)
	script(t, dir, "podman", "")
	script(t, dir, "iptables", "")
	missing := strings.Join(Missing(true), " ")
	if strings.Contains(missing, "podman") || strings.Contains(missing, "iptables") || !strings.Contains(missing, "runc") || !strings.HasSuffix(missing, "mmdebstrap") {
		t.Errorf("missing %q, want runc and mmdebstrap, and neither podman nor iptables", missing)
	}
}

func TestWithoutAKnownPackageManagerTheErrorSaysWhatToInstall(t *testing.T) {
	fakePath(t) // so there is no apt-get either
	if err := CanInstall(Packages(true)); err == nil || !strings.Contains(err.Error(), "install Docker 23 or newer, or podman 4") {
		t.Errorf("got %v", err)
	}
	if err := CanInstall([]string{"mmdebstrap"}); err == nil || !strings.HasSuffix(err.Error(), "install mmdebstrap") {
		t.Errorf("got %v", err)
	}
}
