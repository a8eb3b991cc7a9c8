package workload

import (
	"iter"
	"maps"
	"math"
	"slices"
)

// Observed is what was read back: the values of each key in the server's order, kept as unbroken runs, so that ten million
// values that nobody lost take a few bytes.
type Observed struct{ keys map[string]*values }

type values struct {
	runs      [][2]int64
	strangers []string // values that no Writer writes
}

// NewObserved is what an empty server shows to someone who reads nothing.
func NewObserved() *Observed { return &Observed{keys: map[string]*values{}} }

// Read notes that a key was read, even if it turns out to hold nothing: a key never read proves nothing.
func (o *Observed) Read(key string) {
	if o.keys[key] == nil {
		o.keys[key] = &values{}
	}
}

// Add appends the next value of a key in the server's order.
func (o *Observed) Add(key string, value int64) { o.addRun(key, [2]int64{value, value}) }

// AddStranger notes a value that is no number.
func (o *Observed) AddStranger(key, value string) {
	o.Read(key)
	o.keys[key].strangers = append(o.keys[key].strangers, value)
}

func (o *Observed) addRun(key string, run [2]int64) {
	o.Read(key)
	v := o.keys[key]
	if last := len(v.runs) - 1; last >= 0 && v.runs[last][1] < math.MaxInt64 && v.runs[last][1]+1 == run[0] {
		v.runs[last][1] = run[1]
		return
	}
	v.runs = append(v.runs, run)
}

// Values walks through the values of a key in the server's order.
func (o *Observed) Values(key string) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		if o.keys[key] == nil {
			return
		}
		for _, run := range o.keys[key].runs {
			for value := run[0]; ; value++ {
				if !yield(value) {
					return
				}
				if value == run[1] { // and not "<=", which never ends at the greatest number there is
					break
				}
			}
		}
	}
}

// sorted gives the keys that were read, for a verdict that does not depend on the order of a map.
func (o *Observed) sorted() []string { return slices.Sorted(maps.Keys(o.keys)) }
