package report

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestSecretsAreMaskedEverywhere(t *testing.T) {
	r := example()
	secrets := []string{"", "hunter2", "hunter2-and-more", "s\"<&>\n"}
	r.Run.Options["auth.password"] = "hunter2-and-more"
	r.Run.Reason = "password hunter2 was refused"
	r.Suites[0].Specs[0].Name = `serves s"<&>` + "\n clients"
	r.Suites[0].Specs[1].Measurements[0].Name = "hunter2"
	r.Waits[0].Name = "secret aHVudGVyMg=="
	before := example()
	clean := r.Redact(secrets)
	var all bytes.Buffer
	for _, err := range []error{WriteJSON(&all, clean), WriteJUnit(&all, clean), Terminal(&all, clean)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, leak := range []string{"hunter2", "and-more", "aHVudGVyMg", `s\"`, "s&#34;"} {
		if strings.Contains(all.String(), leak) {
			t.Errorf("%s leaked", leak)
		}
	}
	if clean.Run.Options["auth.password"] != "***" || clean.Waits[0].Name != "secret ***" || *clean.Suites[0].Specs[1].Measurements[1].Budget != 6 {
		t.Errorf("%+v", clean)
	}
	if r.Suites[0].Specs[1].Measurements[0].Name != "hunter2" || !reflect.DeepEqual(r.Machine, before.Machine) {
		t.Error("the original must stay as it was")
	}
}

func TestTheWordsOfTheSchemaAreNoSecrets(t *testing.T) {
	got := example().Redact([]string{"red", "passed", "at most"})
	if got.Run.Verdict != Red || got.Suites[0].Specs[0].State != Passed || got.Suites[0].Specs[1].Measurements[0].Bound != AtMost {
		t.Errorf("%+v", got)
	}
	if !reflect.DeepEqual(example().Redact(nil), example()) {
		t.Error("without secrets nothing changes")
	}
}
