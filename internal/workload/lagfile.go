package workload

import (
	"strconv"
	"time"
)

// LagSchema names the format of a file of lag samples.
const LagSchema = "redis-e2e/lag/v1"

// lagSample is one line of such a file.
type lagSample struct {
	replica string
	age     time.Duration
	bytes   int64
	note    string // empty: answered; missing, or the error otherwise
}

// appendLag appends, for example, {"replica":"r-0","at":8123456789,"age":1923000,"bytes":57}; times are nanoseconds.
func appendLag(b []byte, at time.Duration, s lagSample) []byte {
	b = appendText(append(b, `{"replica":`...), s.replica)
	b = strconv.AppendInt(append(b, `,"at":`...), int64(at), 10)
	b = strconv.AppendInt(append(b, `,"age":`...), int64(s.age), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), s.bytes, 10)
	if s.note != "" {
		b = appendText(append(b, `,"note":`...), s.note[:min(len(s.note), errLimit)])
	}
	return append(b, "}\n"...)
}
