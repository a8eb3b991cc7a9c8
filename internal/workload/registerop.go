package workload

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// RegisterSchema names the format of a history of registers; another format gets another name.
const RegisterSchema = "redis-e2e/registers/v1"

// RegisterOp is one attempt to read or write a register, which is a key with one value.
type RegisterOp struct {
	Key        string
	Client     int
	Write      bool          // or a read
	Value      int64         // written or read; no two writes of a key share one; Absent and Strange are only read
	Begin, End time.Duration // since the history started, on a clock that never jumps
	Outcome    Outcome       // a read that was answered is Acked
	Err        string        // what the client saw instead of an answer, or the strange value
}

// What a read may find besides the values that were written, which start at 1.
const (
	Absent  int64 = 0  // no value
	Strange int64 = -1 // a value that no client of ours writes
)

// appendRegisterOp appends, for example,
// {"key":"r:0","client":3,"do":"write","value":42,"begin":8123456789,"end":8123999999,"outcome":"acked"}; times are nanoseconds.
func appendRegisterOp(b []byte, op RegisterOp) []byte {
	do := "read"
	if op.Write {
		do = "write"
	}
	b = appendText(append(b, `{"key":`...), op.Key)
	b = strconv.AppendInt(append(b, `,"client":`...), int64(op.Client), 10)
	b = appendText(append(b, `,"do":`...), do)
	b = strconv.AppendInt(append(b, `,"value":`...), op.Value, 10)
	b = strconv.AppendInt(append(b, `,"begin":`...), int64(op.Begin), 10)
	b = strconv.AppendInt(append(b, `,"end":`...), int64(op.End), 10)
	b = appendText(append(b, `,"outcome":`...), op.Outcome.String())
	if op.Err != "" {
		b = appendText(append(b, `,"err":`...), op.Err[:min(len(op.Err), errLimit)])
	}
	return append(b, "}\n"...)
}

func parseRegisterOp(line []byte) (RegisterOp, error) {
	var wire struct {
		Key        string
		Client     int
		Do         string
		Value      int64
		Begin, End time.Duration
		Outcome    string
		Err        string
	}
	if err := json.Unmarshal(line, &wire); err != nil {
		return RegisterOp{}, err
	}
	op := RegisterOp{wire.Key, wire.Client, wire.Do == "write", wire.Value, wire.Begin, wire.End, outcomeOf([]byte(wire.Outcome)), wire.Err}
	least := Strange
	if op.Write {
		least = 1
	}
	if op.Key == "" || op.Value < least || op.Begin < 0 || op.End < op.Begin || op.Outcome == 0 || !op.Write && wire.Do != "read" {
		return RegisterOp{}, fmt.Errorf("no operation on a register: %s", line[:min(len(line), errLimit)])
	}
	return op, nil
}
