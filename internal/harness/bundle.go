package harness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/artifact"
	"redis-e2e/internal/chart"
	"redis-e2e/internal/topology"
)

// Kept is what a spec that fails leaves of one deployment.
type Kept struct {
	Files []string // names in the deployment's folder
	Leaks []string // those of them that held a secret, and so were removed again
}

// Keep writes what a failure would leave of this deployment, and removes it when the spec ends.
func (e *Env) Keep(ctx ginkgo.SpecContext, d *topology.Deployment) Kept {
	ginkgo.GinkgoHelper()
	dir, err := os.MkdirTemp("", "redis-e2e-kept-")
	must(err, "evidence")
	ginkgo.DeferCleanup(os.RemoveAll, dir)
	var kept Kept
	for _, l := range e.live {
		if l.deployment != d {
			continue
		}
		to := artifact.Folder{Dir: dir, Secrets: []string{d.Password}}
		must(e.dump(ctx, l, to), "evidence")
		kept.Leaks, err = to.Purge()
		must(err, "evidence")
	}
	must(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			kept.Files = append(kept.Files, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	}), "evidence")
	return kept
}

// keep writes what is needed to explain a failure. It runs in JustAfterEach: before any cleanup, also after a failed set-up.
func (e *Env) keep(ctx ginkgo.SpecContext) {
	report := ginkgo.CurrentSpecReport()
	if !report.Failed() && e.Session.Config.Keep != "always" {
		return
	}
	for _, l := range e.live {
		namespace := strings.TrimPrefix(string(l.deployment.Namespace), "e2e-")
		dir := filepath.Join(e.Session.Dir, "artifacts", slug(report.FullText()), namespace)
		to := artifact.Folder{Dir: dir, Secrets: []string{l.deployment.Password}}
		err := e.dump(ctx, l, to)
		leaks, perr := to.Purge()
		for _, name := range leaks {
			ginkgo.GinkgoWriter.Printf("%s held a secret and was not kept\n", name)
		}
		if err = errors.Join(err, perr); err != nil {
			ginkgo.GinkgoWriter.Println("artifacts are incomplete:", err)
		}
		ginkgo.AddReportEntry(entryArtifacts, dir, ginkgo.ReportEntryVisibilityNever)
	}
}

// dump writes as much as can be had; what cannot is an error beside the rest.
func (e *Env) dump(ctx context.Context, l live, to artifact.Folder) error {
	d := l.deployment
	errs := []error{l.logs.Write(to.Dir, to.Secrets), artifact.Objects(ctx, e.Cluster, d.Namespace, to)}
	text := func(name, text string, err error) {
		if err == nil {
			err = to.Text(name, text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	text("repeat.txt", e.Session.Config.Command(e.Suite, ginkgo.CurrentSpecReport().FullText())+"\n", nil)
	values, err := chart.Annotated(d.Values, l.layers)
	text("values.yaml", values, err)
	manifest, err := d.Manifest.WithoutSecrets()
	text("manifest.yaml", manifest, err)
	if d.Road == nil {
		text("view.txt", "the release was not reachable\n", nil)
		return errors.Join(errs...)
	}
	view, err := d.View(ctx)
	if err != nil {
		text("view.txt", err.Error()+"\n", nil)
	} else {
		text("view.txt", view.String()+"\n", nil)
	}
	said, err := d.Testimony(ctx)
	if err != nil {
		errs = append(errs, fmt.Errorf("members: %w", err))
	}
	for name, words := range said {
		text(filepath.Join("members", name), words, nil)
	}
	return errors.Join(errs...)
}
