package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"redis-e2e/internal/workload"
)

func checkCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "check FILE...", Short: "judge saved histories again", Args: cobra.MinimumNArgs(1),
		Long: "Judges saved histories again, offline: what was promised, and what was kept.\n\n" +
			"Exit code 0: nothing was lost or invented, and the run proves it; 1: a history shows loss, inventions, a wrong order or\n" +
			"stale reads; 2: a history cannot be read, proves nothing, or was never concluded. 1 wins over 2.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return check(cmd.OutOrStdout(), files, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each file, on a line of its own; times in nanoseconds")
	return cmd
}

func check(out io.Writer, files []string, asJSON bool) error {
	found, unproven := false, 0
	for _, path := range files {
		j := judge(path)
		found = found || j.Exit == exitRed
		if j.Exit == exitEnvironment {
			unproven++
		}
		write := j.text
		if asJSON {
			write = func(out io.Writer) error { return json.NewEncoder(out).Encode(j) }
		}
		if err := write(out); err != nil {
			return err
		}
	}
	switch {
	case found:
		return errRed
	case unproven > 0:
		return fmt.Errorf("%d of %d histories prove nothing", unproven, len(files))
	}
	return nil
}

// judgement is what check says about one file.
type judgement struct {
	File     string   `json:"file"`
	Kind     string   `json:"kind,omitempty"` // the file's schema
	Exit     int      `json:"exit"`
	Sentence string   `json:"sentence"`
	Unproven string   `json:"unproven,omitempty"` // why it proves nothing
	Facts    facts    `json:"facts,omitempty"`
	lines    []string // for people
}

// facts are named as the fields of workload's Verdict and Linearity are.
type facts map[string]any

func judge(path string) judgement {
	j := judgement{File: path}
	kind, err := workload.KindOf(path)
	if err == nil {
		j.Kind = kind
		switch kind {
		case workload.Schema:
			err = j.writer(workload.Saved(path))
		case workload.RegisterSchema:
			err = j.registers(workload.SavedRegisters(path))
		default:
			err = fmt.Errorf("%s is a file of %s, which makes no promise that could be judged", path, kind)
		}
	}
	if err != nil {
		j.Exit, j.Unproven, j.Sentence = exitEnvironment, err.Error(), "proves nothing: "+err.Error()
	}
	return j
}

func (j *judgement) writer(h workload.History) error {
	v, err := h.Judge()
	if err != nil {
		return j.unconcluded(err, h.Promises)
	}
	j.conclude(v.String(), v.Assumptions, v.Lost+v.Phantom+v.Reordered+v.Duplicates == 0)
	j.Facts = facts{"acked": v.Acked, "lost": v.Lost, "failed": v.Failed, "indeterminate": v.Indeterminate,
		"indeterminateApplied": v.IndeterminateApplied, "phantom": v.Phantom, "reordered": v.Reordered, "duplicates": v.Duplicates,
		"lossWindow": v.LossWindow, "exposure": v.Exposure(), "outage": v.Outage, "longestGap": v.LongestGap,
		"before": v.Traffic.Before, "during": v.Traffic.During, "after": v.Traffic.After, "tried": v.Tried}
	j.lines = []string{
		fmt.Sprintf("acknowledged %d (before %d, during %d, after the fault %d), lost %d, refused or never sent %d, indeterminate %d of which applied %d",
			v.Acked, v.Traffic.Before, v.Traffic.During, v.Traffic.After, v.Lost, v.Failed, v.Indeterminate, v.IndeterminateApplied),
		fmt.Sprintf("phantom %d, reordered %d, duplicates %d", v.Phantom, v.Reordered, v.Duplicates),
		fmt.Sprintf("loss window %s, exposure %s, outage %s, longest gap %s", workload.Human(v.LossWindow), workload.Human(v.Exposure()),
			workload.Human(v.Outage), workload.Human(v.LongestGap)),
	}
	return nil
}

func (j *judgement) registers(h workload.RegisterHistory) error {
	l, err := h.Judge(0)
	if err != nil {
		return j.unconcluded(err, h.Promises)
	}
	j.conclude(l.String(), l.Assumptions, l.Answer == workload.Yes)
	j.Facts = facts{"answer": l.Answer, "violations": l.Violations, "keys": l.Keys, "reads": l.Reads, "writes": l.Writes,
		"indeterminate": l.Indeterminate, "concurrent": l.Concurrent, "before": l.Traffic.Before, "during": l.Traffic.During,
		"after": l.Traffic.After, "took": l.Took}
	j.lines = append([]string{fmt.Sprintf("operations before %d, during %d, after the fault %d; decided in %s",
		l.Traffic.Before, l.Traffic.During, l.Traffic.After, workload.Human(l.Took))}, l.Violations...)
	return nil
}

func (j *judgement) conclude(sentence string, assumptions error, kept bool) {
	j.Sentence = sentence
	switch {
	case assumptions != nil:
		j.Exit, j.Unproven = exitEnvironment, assumptions.Error()
	case !kept:
		j.Exit = exitRed
	}
}

// unconcluded says of a run that was killed what it holds.
func (j *judgement) unconcluded(err error, promises func() (workload.Promises, error)) error {
	if _, is := errors.AsType[*workload.NotConcludedError](err); !is {
		return err
	}
	p, reading := promises()
	if reading != nil {
		return reading
	}
	j.Facts = facts{"acked": p.Acked, "failed": p.Failed, "indeterminate": p.Indeterminate, "first": p.First, "last": p.Last}
	j.lines = []string{fmt.Sprintf("it holds %s", p), "nobody read back what became of them: the run ended, or was killed, before that"}
	return err
}

func (j judgement) text(out io.Writer) error {
	mark := map[int]string{0: "✓", exitRed: "✗", exitEnvironment: "?"}[j.Exit]
	if _, err := fmt.Fprintf(out, "%s %s: %s\n", mark, j.File, j.Sentence); err != nil {
		return err
	}
	assumptions := "hold"
	if j.Unproven != "" {
		assumptions = j.Unproven
	}
	for _, line := range append(j.lines, "assumptions: "+assumptions) {
		if _, err := fmt.Fprintf(out, "    %s\n", line); err != nil {
			return err
		}
	}
	return nil
}
