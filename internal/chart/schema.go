package chart

import (
	"fmt"
	"regexp"
	"strings"
)

// explain turns Helm's report of a schema violation into one line that names each key as a user writes it; any other error
// says what the chart failed to do.
func (c *Chart) explain(failed string, err error) error {
	_, report, violated := strings.Cut(err.Error(), "values don't meet the specifications of the schema(s)")
	if !violated {
		return fmt.Errorf("chart %s %s %s: %w", c.Name, c.Version, failed, err)
	}
	problems := problemsIn(report)
	if len(problems) == 0 {
		return fmt.Errorf("chart %s %s rejects the values: %w", c.Name, c.Version, err)
	}
	return fmt.Errorf("chart %s %s rejects the values: %s", c.Name, c.Version, strings.Join(problems, "; "))
}

// problemsIn reads lines such as "- at '/master/service': additional properties 'port' not allowed".
func problemsIn(report string) []string {
	line := regexp.MustCompile(`(?m)^\s*- at '(.*?)': (.*)$`)
	unknown := regexp.MustCompile(`^additional properties (.*) not allowed$`)
	quoted := regexp.MustCompile(`'([^']*)'`)

	var problems []string
	for _, match := range line.FindAllStringSubmatch(report, -1) {
		key, said := strings.ReplaceAll(strings.Trim(match[1], "/"), "/", "."), match[2]
		if strings.HasSuffix(said, "failed") {
			continue // a heading: the lines below it say what failed
		}
		extra := unknown.FindStringSubmatch(said)
		if extra == nil {
			problems = append(problems, firstOf(key, "top level")+": "+said)
			continue
		}
		for _, name := range quoted.FindAllStringSubmatch(extra[1], -1) {
			problems = append(problems, strings.TrimPrefix(key+"."+name[1], ".")+": unknown key")
		}
	}
	return problems
}
