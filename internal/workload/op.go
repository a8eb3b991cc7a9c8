package workload

import (
	"fmt"
	"time"

	"redis-e2e/internal/redisx"
)

// Outcome is what a client may believe about its write.
type Outcome uint8

// The outcomes of a write.
const (
	Acked         Outcome = iota + 1 // the server said it is done: a promise
	Failed                           // certainly not done: never sent, or refused by an error reply
	Indeterminate                    // sent, no reply: it may have been done, may be done later, or never
)

// String is the word used in history files.
func (o Outcome) String() string {
	switch o {
	case Acked:
		return "acked"
	case Failed:
		return "failed"
	case Indeterminate:
		return "indeterminate"
	default:
		return fmt.Sprintf("outcome %d", uint8(o))
	}
}

// outcomeOf is 0 for a word that is none.
func outcomeOf(word []byte) Outcome {
	for o := Acked; o <= Indeterminate; o++ {
		if string(word) == o.String() {
			return o
		}
	}
	return 0
}

// Op is one attempted write: the value Seq appended to the list at Key.
type Op struct {
	Key        string
	Seq        int64         // unique and increasing within its key, from 1
	Begin, End time.Duration // since the history started, on a clock that never jumps
	Outcome    Outcome
	Err        string // what the client saw instead of an acknowledgement
}

// outcome reads the error of a plain RPUSH. A server that answers with an error has not executed the command; without an
// answer nothing is known, unless the command was never sent.
func outcome(err error) Outcome {
	switch {
	case err == nil:
		return Acked
	case redisx.IsReply(err), redisx.NeverSent(err):
		return Failed
	default:
		return Indeterminate
	}
}
