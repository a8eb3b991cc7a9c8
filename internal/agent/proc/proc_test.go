package proc

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestOnlyProcessesOfThePodAreListedInOrder(t *testing.T) {
	container := "cri-containerd-" + strings.Repeat("ab", 32) + ".scope"
	pod := "kubepods-pod" + strings.ReplaceAll(podUID, "-", "_") + ".slice/" + container
	root := tree(t,
		fake{pid: 101, parent: 99, name: "redis-server", cgroup: pod, mounts: readOnly, cmdline: "redis-server *:6379\x00", state: "S"},
		fake{pid: 99, parent: 1, name: "sh", cgroup: pod, mounts: readOnly, cmdline: "/bin/sh\x00-c\x00run me\x00", state: "S"},
		fake{pid: 7, name: "other", cgroup: "kubepods-pod11111111.slice/x", state: "S"},
	)
	for _, match := range []string{podUID, strings.Repeat("ab", 32)} {
		got, err := List(root, match)
		if err != nil || len(got) != 2 || got[0].PID != 99 || got[1].PID != 101 {
			t.Errorf("%s: got %+v, %v; want 99 and 101", match, got, err)
		}
	}
	got, err := List(root, podUID)
	want := Process{PID: 99, Parent: 1, Name: "sh", Args: []string{"/bin/sh", "-c", "run me"}, UID: 1001, GID: 1002, CapEffective: 1 << 10, CapBounding: 0xa80425fb,
		NoNewPrivs: true, Seccomp: 2, RootReadOnly: true}
	if err != nil || !reflect.DeepEqual(got[0], want) {
		t.Errorf("read %+v, %v; want %+v", got[0], err, want)
	}
	if got, err := List(root, "absent"); err != nil || len(got) != 0 {
		t.Errorf("got %+v, %v; want none", got, err)
	}
}

func TestAnEmptyMatchIsRefused(t *testing.T) {
	root := tree(t, fake{pid: 1, name: "init", cgroup: "x", state: "S"})
	if got, err := List(root, ""); err == nil {
		t.Errorf("every process of the node would be listed: %+v", got)
	}
	if _, err := Send(t.Context(), root, Target{Name: "init", Signal: "KILL"}); err == nil {
		t.Error("a process of anybody would be killed")
	}
	if _, err := Watch(t.Context(), root, "", time.Hour); err == nil {
		t.Error("every process of the node would be watched")
	}
}

func TestAStatusThatCannotBeReadIsShown(t *testing.T) {
	for _, line := range []string{"Uid:\t0\tx\t0\t0", "CapEff:\tz", "Seccomp:\tno", "PPid:\tnone"} {
		if err := (&Process{}).parseStatus("Name:\ta\n" + line); err == nil || !strings.Contains(err.Error(), line[:4]) {
			t.Errorf("%q: got %v", line, err)
		}
	}
	var p Process
	if err := p.parseStatus("Name:\tredis server\nUid:\t1\n\n"); err != nil || p.Name != "redis server" {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestTheLastMountOnTheRootDecides(t *testing.T) {
	for text, want := range map[string]bool{
		"1 0 8:1 / / rw,relatime - ext4 /dev/vda ro\n":                    false,
		"1 0 8:1 / / ro,relatime - ext4 /dev/vda rw\n":                    true,
		"1 0 8:1 / / rw - ext4 a rw\n2 1 0:5 / / ro - overlay b rw\n":     true,
		"1 0 8:1 / / ro - ext4 a rw\n2 1 0:5 / / rw - overlay b rw\n":     false,
		"1 0 8:1 / / rw - ext4 a rw\n2 1 0:5 / /data ro - overlay b rw\n": false,
		"": false,
	} {
		if got := rootReadOnly(text); got != want {
			t.Errorf("read-only %v, want %v:\n%s", got, want, text)
		}
	}
}

func TestARealProcessIsRead(t *testing.T) {
	cmd, root := child(t, "/bin/sleep", "61")
	var p Process
	for deadline := time.Now().Add(5 * time.Second); p.Name != "sleep"; <-time.After(time.Millisecond) { // until it has exec'd
		all, err := List(root, everyCgroup)
		if err != nil || len(all) != 1 || time.Now().After(deadline) {
			t.Fatalf("listed %+v, %v", all, err)
		}
		p = all[0]
	}
	if p.PID != cmd.Process.Pid || p.Parent != os.Getpid() || p.UID != os.Geteuid() || p.GID != os.Getegid() || !reflect.DeepEqual(p.Args, []string{"/bin/sleep", "61"}) {
		t.Errorf("read %+v", p)
	}
	if p.CapBounding == 0 && os.Geteuid() == 0 {
		t.Errorf("root without any capability: %+v", p)
	}
}

func TestAZombieIsNotListed(t *testing.T) {
	cmd, root := child(t, "/bin/true")
	for deadline := time.Now().Add(5 * time.Second); ; <-time.After(time.Millisecond) {
		all, err := List(root, everyCgroup)
		if err != nil {
			t.Fatalf("a process that has ended and was not reaped makes the list fail: %v", err)
		}
		if len(all) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still listed: %+v", all)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
