package engine

import (
	"strings"
	"testing"
)

// proving answers as an engine that holds no image; run is what `podman run` does.
func proving(run string) string {
	return `case "$1" in
image) exit 1;;
load) [ "$3" = proof.tar ] || { echo "no archive $3" >&2; exit 1; };;
run) ` + run + `;;
esac`
}

func TestTheProofIsAPrivilegedContainerThatPrintsItsWord(t *testing.T) {
	p := Proof{Archive: "proof.tar", Ref: "localhost/proof:1", Command: []string{"echo"}}
	for name, c := range map[string]struct{ run, err string }{
		"prints the word":          {`shift 5; echo "$1"`, ""},
		"prints it among warnings": {`shift 5; echo "WARNING: $1"`, ""},
		"prints something else":    {`echo hello`, `printed "hello"`},
		"prints nothing":           {`exit 0`, `printed ""`},
		"is refused":               {`echo "operation not permitted" >&2; exit 126`, "operation not permitted"},
	} {
		t.Run(name, func(t *testing.T) {
			e := fake(t, proving(c.run))
			err := e.Prove(t.Context(), p)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("got %v, want %q", err, c.err)
			}
			calls := read(strings.TrimSuffix(e.Path, "podman") + "calls")
			says(t, calls, "image inspect", "load -i proof.tar", "run --rm --privileged localhost/proof:1 echo ")
		})
	}
}

func TestAnImageThatIsHeldIsNotLoadedAgain(t *testing.T) {
	e := fake(t, `[ "$1" = run ] && shift 5 && echo "$1"; exit 0`)
	if err := e.Prove(t.Context(), Proof{Ref: "localhost/proof:1", Command: []string{"echo"}}); err != nil {
		t.Fatal(err)
	}
	if calls := read(strings.TrimSuffix(e.Path, "podman") + "calls"); strings.Contains(calls, " load ") {
		t.Errorf("calls were\n%s", calls)
	}
}

func TestAnImageThatCannotBeLoadedIsTheReason(t *testing.T) {
	err := fake(t, `[ "$1" = load ] && echo "no space left on device" >&2; exit 1`).Prove(t.Context(), Proof{Ref: "x"})
	if err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("got %v", err)
	}
}
