package images

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestARootFileSystemIsMadeByMmdebstrap(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	t.Setenv("PATH", bin)
	r := rootfs{Name: "node", Suite: "bookworm", Variant: "minbase", Include: []string{"bash", "jq"}}
	err := r.build(t.Context(), dir)
	has(t, err, "mmdebstrap is needed", "apt-get install mmdebstrap", "--images=pull")

	writeExecutable(t, filepath.Join(bin, "mmdebstrap"), "#!/bin/sh\necho \"$*\" >"+bin+"/args\n")
	if err := r.build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	args := string(readFile(t, filepath.Join(bin, "args")))
	for _, want := range []string{"--variant=minbase", "--include=bash,jq", "packages.txt", " bookworm " + filepath.Join(dir, rootfsTar)} {
		if !strings.Contains(args, want) {
			t.Errorf("%q is not in %s", want, args)
		}
	}

	writeExecutable(t, filepath.Join(bin, "mmdebstrap"), "#!/bin/sh\necho 'E: Unable to locate package jq' >&2\nexit 100\n")
	has(t, r.build(t.Context(), dir), "mmdebstrap bookworm", "exit status 100", "Unable to locate package jq")
}

func TestAFailedGoBuildSaysWhatTheCompilerSaid(t *testing.T) {
	root := checkout(t)
	writeFile(t, filepath.Join(root, "cmd/agent/main.go"), "package main\n\nfunc main() { undefined() }\n")
	a, err := agentBinary(root)
	if err != nil {
		t.Fatal(err)
	}
	s := store(t)
	_, err = s.Ensure(t.Context(), a)
	has(t, err, "agent: go build", "undefined: undefined")
	if left := listing(t, s.Dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheAgentsImageNeedsNoEngineAndNoRegistry(t *testing.T) {
	r := Request{Root: checkout(t), Cache: t.TempDir(), Progress: quiet(t)}
	one, err := Agent(t.Context(), r)
	if err != nil || !strings.HasPrefix(one.Ref, agentRepository+":") || !strings.HasPrefix(one.Digest, "sha256:") || one.Origin != "built" {
		t.Fatalf("%+v, %v", one, err)
	}
	if _, err := os.Stat(one.Archive); err != nil {
		t.Error(err)
	}
	writeFile(t, filepath.Join(r.Root, "internal/agent/agent.go"), "package agent // changed\n")
	if two, err := Agent(t.Context(), r); err != nil || two.Ref == one.Ref {
		t.Errorf("a changed source has the same image name %s, %v", two.Ref, err)
	}
}
