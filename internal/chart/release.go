package chart

import (
	"context"
	"fmt"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	"k8s.io/client-go/tools/clientcmd"

	"redis-e2e/internal/cluster"
)

// hookLimit is how long Helm may wait for a hook when the context has no deadline.
const hookLimit = 5 * time.Minute

// Release is one revision of an installed chart, as Helm recorded it.
type Release struct {
	Name         ReleaseName
	Namespace    cluster.Namespace
	Revision     int
	Status       string // deployed, superseded, failed, …
	Description  string
	ChartVersion string
	AppVersion   string
	Manifest     Manifest
	Notes        string
}

// Releases installs charts into one namespace; safe for use by several goroutines, because each call sets Helm up anew.
type Releases struct {
	access
	configure func(context.Context) (*action.Configuration, error)
}

// NewReleases connects to nothing yet; a kubeconfig that cannot be read is an error. log gets Helm's remarks, a line at a time.
func NewReleases(kubeconfig []byte, ns cluster.Namespace, log func(string)) (*Releases, error) {
	r := &Releases{access: access{kubeconfig: kubeconfig, namespace: ns, log: log}}
	r.configure = r.connect
	if _, err := clientcmd.RESTConfigFromKubeConfig(kubeconfig); err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	return r, nil
}

func (r *Releases) connect(ctx context.Context) (*action.Configuration, error) {
	g, err := newGetter(ctx, r.access)
	if err != nil {
		return nil, err
	}
	cfg := &action.Configuration{}
	debug := func(format string, args ...any) { r.log(strings.TrimSpace(fmt.Sprintf(format, args...))) }
	return cfg, cfg.Init(g, string(r.namespace), "secret", debug)
}

// Install creates the release and returns as soon as the API server has its objects; waiting is the caller's.
func (r *Releases) Install(ctx context.Context, c *Chart, name ReleaseName, v Values) (*Release, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, c.explain("cannot be installed", err)
	}
	return r.do(ctx, verb{"install", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		install := action.NewInstall(cfg)
		install.ReleaseName, install.Namespace, install.Timeout = string(name), string(r.namespace), limit
		rel, err := install.Run(loaded, Merge(v))
		if err != nil {
			err = c.explain("cannot be installed", err)
		}
		return rel, err
	})
}

// Upgrade moves the release to this chart and exactly these values: none are taken over from the revision before.
func (r *Releases) Upgrade(ctx context.Context, c *Chart, name ReleaseName, v Values) (*Release, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, c.explain("cannot be applied", err)
	}
	return r.do(ctx, verb{"upgrade", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		upgrade := action.NewUpgrade(cfg)
		upgrade.Namespace, upgrade.Timeout, upgrade.ResetValues = string(r.namespace), limit, true
		rel, err := upgrade.Run(string(name), loaded, Merge(v))
		if err != nil {
			err = c.explain("cannot be applied", err)
		}
		return rel, err
	})
}

// Preview gives what Upgrade would apply, with what the chart looks up on the cluster, and applies nothing.
func (r *Releases) Preview(ctx context.Context, c *Chart, name ReleaseName, v Values) (Manifest, error) {
	loaded, err := c.load()
	if err != nil {
		return "", c.explain("cannot be applied", err)
	}
	rel, err := r.do(ctx, verb{"upgrade --dry-run=server", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		upgrade := action.NewUpgrade(cfg)
		upgrade.Namespace, upgrade.Timeout, upgrade.ResetValues = string(r.namespace), limit, true
		upgrade.DryRun, upgrade.DryRunOption = true, "server"
		return upgrade.Run(string(name), loaded, Merge(v))
	})
	if err != nil {
		return "", err
	}
	return rel.Manifest, nil
}

// UpgradeAtomically is Upgrade that waits for the pods, at most nine tenths of the time that ctx has left, and rolls back if they
// do not become Ready; Helm's error says both.
func (r *Releases) UpgradeAtomically(ctx context.Context, c *Chart, name ReleaseName, v Values) (*Release, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, c.explain("cannot be applied", err)
	}
	return r.do(ctx, verb{"upgrade --atomic", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		upgrade := action.NewUpgrade(cfg)
		upgrade.Namespace, upgrade.ResetValues = string(r.namespace), true
		upgrade.Atomic, upgrade.Wait, upgrade.Timeout = true, true, limit/2 // the rollback waits as long again
		return upgrade.Run(string(name), loaded, Merge(v))
	})
}

// Rollback goes back to a revision, 0 meaning the one before, and returns the new revision made from it.
func (r *Releases) Rollback(ctx context.Context, name ReleaseName, revision int) (*Release, error) {
	return r.do(ctx, verb{"rollback", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		rollback := action.NewRollback(cfg)
		rollback.Version, rollback.Timeout = revision, limit
		if err := rollback.Run(string(name)); err != nil {
			return nil, err
		}
		return cfg.Releases.Last(string(name))
	})
}

// Uninstall deletes the release's objects and, unless it is kept, its history; claims made by a StatefulSet stay.
func (r *Releases) Uninstall(ctx context.Context, name ReleaseName, keepHistory bool) error {
	_, err := r.do(ctx, verb{"uninstall", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		uninstall := action.NewUninstall(cfg)
		uninstall.Timeout, uninstall.KeepHistory = limit, keepHistory
		_, err := uninstall.Run(string(name))
		return nil, err
	})
	return err
}

// History lists all revisions, the oldest first.
func (r *Releases) History(ctx context.Context, name ReleaseName) ([]Release, error) {
	cfg, err := r.configure(ctx)
	if err != nil {
		return nil, err
	}
	found, err := action.NewHistory(cfg).Run(string(name))
	if err != nil {
		return nil, fmt.Errorf("helm history %s in %s: %w", name, r.namespace, err)
	}
	history := make([]Release, len(found))
	for i, rel := range found {
		history[i] = *recorded(rel)
	}
	return history, nil
}

func recorded(rel *release.Release) *Release {
	return &Release{
		Name: ReleaseName(rel.Name), Namespace: cluster.Namespace(rel.Namespace), Revision: rel.Version,
		Status: rel.Info.Status.String(), Description: rel.Info.Description, Notes: rel.Info.Notes,
		ChartVersion: rel.Chart.Metadata.Version, AppVersion: rel.Chart.Metadata.AppVersion,
		Manifest: manifestOf(rel),
	}
}
