package report

import "strings"

// Suite is one suite's specs, in the order they ended.
type Suite struct {
	Name  string `json:"name"`
	Specs []Spec `json:"specs"`
}

// State is what became of a spec.
type State string

// The states of a spec. SpecInvalid is a spec whose assumptions did not hold: it counts against the run like a failure.
const (
	Passed      State = "passed"
	Failed      State = "failed"
	Skipped     State = "skipped"
	Pending     State = "pending"
	SpecInvalid State = "invalid"
)

// Spec is one guarantee and whether it held.
type Spec struct {
	Name         string        `json:"name"` // the full sentence
	State        State         `json:"state"`
	Duration     Seconds       `json:"duration"`          // seconds
	Reason       string        `json:"reason,omitempty"`  // of a spec that was skipped or is pending
	Failure      *Failure      `json:"failure,omitempty"` // of a spec that failed or is invalid
	Measurements []Measurement `json:"measurements,omitempty"`
	Failovers    []Failover    `json:"failovers,omitempty"`
	Artifacts    string        `json:"artifacts,omitempty"` // folder of logs and dumps, relative to the report
}

// Failure is what a spec saw instead of what it expected.
type Failure struct {
	Message  string `json:"message"`
	Location string `json:"location"` // file:line
}

// Bound is the side on which a budget lies.
type Bound string

// The bounds of a budget.
const (
	AtMost  Bound = "at most"
	AtLeast Bound = "at least"
)

// Measurement is a number that a spec measured. Value must be finite.
type Measurement struct {
	Name   string   `json:"name"`
	Value  float64  `json:"value"`
	Unit   string   `json:"unit,omitempty"`
	Budget *float64 `json:"budget,omitempty"` // in the same unit; absent: the number is for information
	Bound  Bound    `json:"bound,omitempty"`  // of the budget
	Within bool     `json:"within"`           // true without a budget
}

// Measured is a number for information; see Budgeted.
func Measured(name string, value float64, unit string) Measurement {
	return Measurement{Name: name, Value: value, Unit: unit, Within: true}
}

// Budgeted gives a measurement the limit it is held against.
func (m Measurement) Budgeted(bound Bound, budget float64) Measurement {
	m.Budget, m.Bound = &budget, bound
	m.Within = m.Value <= budget
	if bound == AtLeast {
		m.Within = m.Value >= budget
	}
	return m
}

// String reads "outage 1.4 s (at most 6 s)", with OVER or UNDER in front of a budget that is not kept.
func (m Measurement) String() string {
	text := m.Name + " " + quantity(m.Value, m.Unit)
	if m.Budget == nil {
		return text
	}
	broken := ""
	if !m.Within {
		broken = map[Bound]string{AtMost: "OVER ", AtLeast: "UNDER "}[m.Bound]
	}
	return text + " (" + broken + string(m.Bound) + " " + quantity(*m.Budget, m.Unit) + ")"
}

func quantity(value float64, unit string) string {
	return strings.TrimSpace(number(value) + " " + unit)
}
