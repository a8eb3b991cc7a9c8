package redisx

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// same compares a directive with the live value as the server understands both.
func same(w wanted, live string) bool {
	switch w.name {
	case "client-output-buffer-limit":
		return sameLimits(w.args, strings.Fields(live))
	case "notify-keyspace-events": // flags come back in the server's own order
		return sorted(strings.Join(w.args, "")) == sorted(live)
	case "bind", "dir", "logfile", "pidfile", "dbfilename", "appendfilename", "appenddirname", "aclfile": // case matters
		return strings.Join(w.args, " ") == live
	}
	got := strings.Fields(live)
	want := strings.Fields(strings.Join(w.args, " "))
	return slices.EqualFunc(want, got, sameWord)
}

// sameWord compares one word, as bytes when a unit is written: 64mb is 67108864.
func sameWord(want, live string) bool {
	if strings.EqualFold(want, live) {
		return true
	}
	a, okA := Bytes(want)
	b, okB := Bytes(live)
	return okA && okB && a == b
}

// Bytes reads a number with Redis' memory units (k = 1000, kb = 1024, likewise m, mb, g, gb); false for anything else.
func Bytes(s string) (int64, bool) {
	digits := strings.TrimRight(s, "bkmgBKMG")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit := unitOf(strings.ToLower(s[len(digits):]))
	if err != nil || unit == 0 || n > math.MaxInt64/unit || n < math.MinInt64/unit {
		return 0, false
	}
	return n * unit, true
}

func unitOf(suffix string) int64 {
	switch suffix {
	case "", "b":
		return 1
	case "k":
		return 1000
	case "kb":
		return 1 << 10
	case "m":
		return 1000 * 1000
	case "mb":
		return 1 << 20
	case "g":
		return 1000 * 1000 * 1000
	case "gb":
		return 1 << 30
	default:
		return 0
	}
}

// sameLimits compares the classes a fixture names; the server always reports all three, and calls replicas slaves.
func sameLimits(want, live []string) bool {
	running := limitsByClass(live)
	wanted := limitsByClass(want)
	for class, limits := range wanted {
		if !slices.EqualFunc(limits, running[class], sameWord) {
			return false
		}
	}
	return len(wanted) > 0
}

// limitsByClass reads groups of "class hard soft seconds"; what is left over stands under its own name, so that it differs.
func limitsByClass(words []string) map[string][]string {
	out := map[string][]string{}
	for group := range slices.Chunk(words, 4) {
		class := strings.ToLower(group[0])
		if class == "slave" {
			class = "replica"
		}
		out[class] = group[1:]
	}
	return out
}

func sorted(s string) string {
	letters := strings.Split(s, "")
	slices.Sort(letters)
	return strings.Join(letters, "")
}
