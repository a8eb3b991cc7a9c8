package workload

import (
	"fmt"
	"strings"
	"time"
)

// Answer is what a check may come to.
type Answer string

// The answers. Undecided must never pass: nobody knows.
const (
	Yes       Answer = "linearizable"
	No        Answer = "not linearizable"
	Undecided Answer = "undecided"
)

// Linearity says whether the clients saw each register as if there were one copy of it and one operation at a time.
type Linearity struct {
	Answer        Answer
	Violations    []string // of No: the operations that contradict each other, a few
	Keys          int
	Reads, Writes int // answered and acknowledged
	Indeterminate int // writes without an answer: taken to have happened exactly if they were read
	Concurrent    int // answered operations that met another one on their key
	Traffic       Traffic
	Window        Window
	Took          time.Duration // to decide

	// Assumptions is nil when the answer rests on enough operations and a sound history. Otherwise the run is invalid: it must
	// not pass, whatever the answer. It is never nil when the answer is Undecided.
	Assumptions error
}

// String is the answer in one sentence, to be read at three in the morning.
func (l Linearity) String() string {
	sentence := fmt.Sprintf("%s: %s reads and %s writes on %d keys, %s of them concurrent", l.Answer,
		grouped(l.Reads), grouped(l.Writes), l.Keys, grouped(l.Concurrent))
	if len(l.Violations) > 0 {
		sentence = fmt.Sprintf("%s: %s (%s reads and %s writes on %d keys)", l.Answer, strings.Join(l.Violations, "; "),
			grouped(l.Reads), grouped(l.Writes), l.Keys)
	}
	if l.Indeterminate > 0 {
		sentence += fmt.Sprintf("; %s writes indeterminate", grouped(l.Indeterminate))
	}
	if l.Assumptions != nil {
		return fmt.Sprintf("invalid: %v (%s)", l.Assumptions, sentence)
	}
	return sentence
}
