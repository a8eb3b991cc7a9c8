package report

import "fmt"

// Totals counts specs by state.
type Totals struct{ Passed, Failed, Skipped, Pending, Invalid int }

// Totals counts the specs of all suites; a state nobody knows counts as invalid.
func (r Report) Totals() Totals {
	var t Totals
	for _, suite := range r.Suites {
		s := suite.totals()
		t = Totals{t.Passed + s.Passed, t.Failed + s.Failed, t.Skipped + s.Skipped, t.Pending + s.Pending, t.Invalid + s.Invalid}
	}
	return t
}

func (s Suite) totals() Totals {
	var t Totals
	for _, spec := range s.Specs {
		switch spec.State {
		case Passed:
			t.Passed++
		case Failed:
			t.Failed++
		case Skipped:
			t.Skipped++
		case Pending:
			t.Pending++
		default:
			t.Invalid++
		}
	}
	return t
}

// All is the number of specs in any state.
func (t Totals) All() int { return t.Passed + t.Failed + t.Skipped + t.Pending + t.Invalid }

// String reads "24 passed, 1 failed, 0 skipped, 0 pending, 0 invalid".
func (t Totals) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped, %d pending, %d invalid", t.Passed, t.Failed, t.Skipped, t.Pending, t.Invalid)
}

// Conclude sets verdict, exit code and reason from the specs. environment is why the run could not go as it should, or empty;
// a spec that failed before that still makes the run red, with exit code 2 only when none did.
func (r *Report) Conclude(environment string) {
	t, run := r.Totals(), &r.Run
	switch {
	case t.Failed > 0:
		run.Verdict, run.Exit = Red, 1
		run.Reason = fmt.Sprintf("%d of %d specs failed, first: %s", t.Failed, t.All(), r.first(Failed))
	case environment != "":
		run.Verdict, run.Exit, run.Reason = Invalid, 2, environment
	case t.Invalid > 0:
		run.Verdict, run.Exit = Invalid, 1
		run.Reason = fmt.Sprintf("%d of %d specs prove nothing, first: %s", t.Invalid, t.All(), r.first(SpecInvalid))
	case t.Passed == 0:
		run.Verdict, run.Exit, run.Reason = Invalid, 2, "no spec ran"
	default:
		run.Verdict, run.Exit, run.Reason = Green, 0, fmt.Sprintf("all %d specs passed", t.Passed)
		if left := t.Skipped + t.Pending; left > 0 {
			run.Reason = fmt.Sprintf("%d specs passed, %d did not run", t.Passed, left)
		}
	}
	if t.Failed > 0 && environment != "" {
		run.Reason += "; and " + environment
	}
}

func (r *Report) first(state State) string {
	for _, suite := range r.Suites {
		for _, spec := range suite.Specs {
			if spec.State == state {
				return spec.Name
			}
		}
	}
	return "a spec of unknown state"
}
