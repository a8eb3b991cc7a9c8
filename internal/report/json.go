package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes a report as report.json is laid out. A number that is not finite is an error.
func WriteJSON(w io.Writer, r Report) error {
	r.Schema = Schema
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(r); err != nil {
		return fmt.Errorf("report cannot be written: %w", err)
	}
	return nil
}

// ReadJSON reads a report of this schema; another schema is an error, an unknown field is not.
func ReadJSON(in io.Reader) (Report, error) {
	var r Report
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return Report{}, fmt.Errorf("report cannot be read: %w", err)
	}
	if r.Schema != Schema {
		return Report{}, fmt.Errorf("report has schema %q, this program reads %q", r.Schema, Schema)
	}
	return r, nil
}
