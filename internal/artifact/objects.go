package artifact

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"redis-e2e/internal/cluster"
)

// Objects writes a namespace's objects and events into dir, as much as can be had. Secrets are not written at all.
func Objects(ctx context.Context, c *cluster.Cluster, ns cluster.Namespace, to Folder) error {
	core, apps, name := c.Client.CoreV1(), c.Client.AppsV1(), string(ns)
	all := metav1.ListOptions{}
	var errs []error
	for kind, list := range map[string]func() (runtime.Object, error){
		"pods":         func() (runtime.Object, error) { return core.Pods(name).List(ctx, all) },
		"services":     func() (runtime.Object, error) { return core.Services(name).List(ctx, all) },
		"configmaps":   func() (runtime.Object, error) { return core.ConfigMaps(name).List(ctx, all) },
		"claims":       func() (runtime.Object, error) { return core.PersistentVolumeClaims(name).List(ctx, all) },
		"statefulsets": func() (runtime.Object, error) { return apps.StatefulSets(name).List(ctx, all) },
		"policies":     func() (runtime.Object, error) { return c.Client.NetworkingV1().NetworkPolicies(name).List(ctx, all) },
	} {
		o, err := list()
		if err == nil {
			err = to.yaml(kind, o)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", kind, err))
		}
	}
	events, err := core.Events(name).List(ctx, all)
	if err == nil {
		err = write(filepath.Join(to.Dir, "events.txt"), eventLines(events.Items), to.Secrets)
	}
	return errors.Join(append(errs, err)...)
}

// Folder is where artifacts go, and what must not appear in them.
type Folder struct {
	Dir     string
	Secrets []string
}

func (f Folder) yaml(kind string, o runtime.Object) error {
	text, err := yaml.Marshal(o)
	if err != nil {
		return err
	}
	return write(filepath.Join(f.Dir, kind+".yaml"), string(text), f.Secrets)
}

// Text writes one more file.
func (f Folder) Text(name, text string) error {
	return write(filepath.Join(f.Dir, name), text, f.Secrets)
}

// Purge looks through every file for the secrets, in any form that Mask knows, and for private keys, removes those that hold one, and
// gives their names: masking happens where a file is written, and this is the check that it did.
func (f Folder) Purge() ([]string, error) {
	var leaks []string
	err := filepath.WalkDir(f.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if Mask(string(text), f.Secrets) == string(text) && !holdsKey(string(text)) {
			return nil
		}
		name, err := filepath.Rel(f.Dir, path)
		leaks = append(leaks, name)
		return errors.Join(err, os.Remove(path))
	})
	return leaks, err
}

// holdsKey finds a private key as PEM, also in base64, as a Secret holds it.
func holdsKey(text string) bool {
	begin := strings.TrimRight(base64.StdEncoding.EncodeToString([]byte("-----BEGIN")), "=")
	begin = begin[:len(begin)-1] // its last character depends on what follows
	for _, word := range regexp.MustCompile(begin+`[A-Za-z0-9+/]+=*`).FindAllString(text, -1) {
		pem, _ := base64.StdEncoding.DecodeString(word) // what could be decoded before an error counts
		text += string(pem)
	}
	return strings.Contains(text, "PRIVATE KEY-----")
}

func eventLines(events []corev1.Event) string {
	sort.SliceStable(events, func(i, j int) bool { return cluster.EventTime(&events[i]).Before(cluster.EventTime(&events[j])) })
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s %-8s %s/%s %s: %s\n", cluster.EventTime(&e).UTC().Format("15:04:05"), e.Type, e.InvolvedObject.Kind,
			e.InvolvedObject.Name, e.Reason, e.Message)
	}
	return b.String()
}
