package workload

import (
	"strconv"
	"strings"
	"testing"
)

func TestADatasetComesBackAsItWas(t *testing.T) {
	f := startFake(t)
	for _, d := range []Dataset{{"small", 2500, 10, 1}, {"large", 30, 1 << 20, 1}, {"em*p?ty[", 3, 0, 1}} {
		if err := d.Store(t.Context(), f.client()); err != nil {
			t.Fatal(err)
		}
		diff, err := d.Compare(t.Context(), f.client())
		if err != nil || !diff.Same() || diff.Keys != d.Keys || !strings.HasPrefix(diff.String(), "all ") {
			t.Errorf("%s: %s, %v", d.Prefix, diff, err)
		}
	}
}

func TestADatasetThatChanged(t *testing.T) {
	f := startFake(t)
	d := Dataset{"d", 2500, 20, 1}
	if err := d.Store(t.Context(), f.client()); err != nil {
		t.Fatal(err)
	}
	delete(f.strings, "d:7")
	f.strings["d:9"] = f.strings["d:10"]
	f.strings["d:11"] = f.strings["d:11"] + "x"
	f.strings["d:2500"] = ""
	f.strings["d:007"] = ""
	f.feel(func(command []string) mood {
		if command[0] == "get" && command[1] == "d:2000" {
			return "WRONGTYPE Operation against a key holding the wrong kind of value"
		}
		return serve
	})
	diff, err := d.Compare(t.Context(), f.client())
	if err != nil || diff.Same() || diff.Missing != 1 || diff.Different != 3 || diff.Extra != 2 {
		t.Errorf("%+v, %v", diff, err)
	}
	want := "of 2,500 keys 1 are missing, 3 hold another value, 2 are extra: d:7 is missing; d:9 holds 20 bytes that differ from " +
		"byte 0 on, want 20; d:11 holds 21 bytes that differ from byte 20 on, want 20; d:2000 is no string any more; " +
		"d:007 was never stored; d:2500 was never stored"
	if diff.String() != want {
		t.Errorf("got %s", diff)
	}
	other := Dataset{"d", 2500, 20, 2}
	if diff, err := other.Compare(t.Context(), f.client()); err != nil || diff.Different != 2499 {
		t.Errorf("another seed must give other values: %+v, %v", diff, err)
	}
}

func TestAnUnansweredComparisonIsNoDifference(t *testing.T) {
	f := startFake(t)
	d := Dataset{"d", 10, 20, 1}
	for _, m := range []mood{"LOADING Redis is loading the dataset in memory", drop, "NOAUTH Authentication required."} {
		f.feel(func(command []string) mood {
			if command[0] == "hello" {
				return serve
			}
			return m
		})
		if diff, err := d.Compare(t.Context(), f.client()); err == nil || diff.Same() || diff.Keys != 0 {
			t.Errorf("%s: %+v, %v", m, diff, err)
		}
		if err := d.Store(t.Context(), f.client()); err == nil {
			t.Errorf("%s: stored", m)
		}
	}
	if (Diff{}).Same() {
		t.Error("nothing compared must not be the same")
	}
}

func TestHalfAnAnswerIsNoLoss(t *testing.T) {
	f := startFake(t)
	for i := range 25_000 {
		f.lists["w:0"] = append(f.lists["w:0"], strconv.Itoa(i+1))
	}
	whole := f.lists["w:0"]
	f.lists["w:1"] = []string{"1", "02", "x"}
	seen, err := Readback(t.Context(), f.client(), []string{"w:0", "w:1", "w:2"})
	if err != nil || len(seen.keys["w:0"].runs) != 1 || len(seen.keys["w:1"].strangers) != 2 || seen.keys["w:2"] == nil {
		t.Errorf("%+v, %v", seen, err)
	}
	for what, m := range map[string]func([]string) mood{
		"a page":     func(c []string) mood { return map[bool]mood{true: "LOADING x"}[c[0] == "lrange" && c[2] == "20000"] },
		"the length": func(c []string) mood { return map[bool]mood{true: "LOADING x"}[c[0] == "llen"] },
		"shrinking": func(c []string) mood {
			if c[0] == "llen" {
				f.lists["w:0"] = nil
			}
			return serve
		},
	} {
		f.lists["w:0"] = whole
		f.feel(m)
		if _, err := Readback(t.Context(), f.client(), []string{"w:0"}); err == nil || !strings.Contains(err.Error(), "w:0 cannot be read back") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
