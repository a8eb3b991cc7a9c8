package harness

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/topology"
)

// file names a new file of a deployment's evidence, in a folder that is there.
func (e *Env) file(d *topology.Deployment, kind string) string {
	e.files++
	path := filepath.Join(e.Session.Dir, "histories", fmt.Sprintf("%s-%d-%s.ndjson", d.Namespace, e.files, kind))
	must(os.MkdirAll(filepath.Dir(path), 0o755), "history")
	return path
}

// retain keeps such a file for a spec that failed, and removes it otherwise.
func (e *Env) retain(path string) error {
	if ginkgo.CurrentSpecReport().Failed() || e.Session.Config.Keep == "always" {
		ginkgo.AddReportEntry(entryArtifacts, path, ginkgo.ReportEntryVisibilityNever)
		return nil
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
