package report

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Seconds is a duration that files write as a number of seconds.
type Seconds time.Duration

// MarshalJSON writes seconds, with as many decimals as it takes.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads a number of seconds; anything else is an error.
func (s *Seconds) UnmarshalJSON(text []byte) error {
	var n float64
	if err := json.Unmarshal(text, &n); err != nil {
		return fmt.Errorf("a duration is a number of seconds: %w", err)
	}
	*s = Seconds(math.Round(n * float64(time.Second)))
	return nil
}

// String is for people: 12 ms, 1.8 s, 3 min 12 s.
func (s Seconds) String() string {
	switch d := time.Duration(s); {
	case d < 0:
		return "-" + Seconds(-d).String()
	case d == 0:
		return "0 s"
	case d < time.Second:
		return fmt.Sprintf("%d ms", (d + time.Millisecond - 1).Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
}

// number writes whole numbers in full and others with three significant digits.
func number(n float64) string {
	if n == math.Trunc(n) || math.Abs(n) >= 100 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}
