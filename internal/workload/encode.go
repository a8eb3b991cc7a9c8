package workload

import (
	"encoding/json"
	"strconv"
	"time"
)

// Schema names the format of a history file; another format gets another name.
const Schema = "redis-e2e/history/v1"

// record is every line of a history file that is no Op: the header first; at the end, once it is judged, the window and what
// was read back.
type record struct {
	Schema    string     `json:"schema,omitempty"`
	Started   *time.Time `json:"started,omitempty"`
	Window    *Window    `json:"window,omitempty"`
	Read      string     `json:"read,omitempty"`      // a key that was read back,
	Runs      [][2]int64 `json:"runs,omitempty"`      // its values in list order, as first and last of each unbroken run,
	Strangers []string   `json:"strangers,omitempty"` // and its values that are no numbers
}

// errLimit bounds the error text kept per operation, in bytes; an outage has thousands of them.
const errLimit = 200

// appendOp appends the line of one operation, for example
// {"key":"w:3","seq":1204,"begin":8123456789,"end":8123999999,"outcome":"acked"}; times are nanoseconds.
func appendOp(b []byte, op Op) []byte {
	b = appendText(append(b, `{"key":`...), op.Key)
	b = strconv.AppendInt(append(b, `,"seq":`...), op.Seq, 10)
	b = strconv.AppendInt(append(b, `,"begin":`...), int64(op.Begin), 10)
	b = strconv.AppendInt(append(b, `,"end":`...), int64(op.End), 10)
	b = append(append(append(b, `,"outcome":"`...), op.Outcome.String()...), '"')
	if op.Err != "" {
		b = appendText(append(b, `,"err":`...), op.Err[:min(len(op.Err), errLimit)])
	}
	return append(b, "}\n"...)
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if !plain(s[i]) {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// plain is true for a byte that stands for itself within JSON quotes.
func plain(c byte) bool { return c >= ' ' && c <= '~' && c != '"' && c != '\\' }
