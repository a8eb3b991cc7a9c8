package topology

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// probePeriods is how long command lines are watched: several periods of any sane probe.
const probePeriods = 5 * time.Second

// Exposures lists every place where the release's password can be read by somebody who may not read its Secret: arguments
// of processes, objects other than Secrets, and logs. The password itself is in none of the answers.
func (d *Deployment) Exposures(ctx context.Context) ([]string, error) {
	if d.Password == "" {
		return nil, fmt.Errorf("release %s has no password to look for", d.Release)
	}
	found, err := d.inObjects()
	if err != nil {
		return nil, err
	}
	members, err := d.Members(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		lines, err := d.CommandLines(ctx, m, probePeriods)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if strings.Contains(l, d.Password) {
				found = append(found, fmt.Sprintf("argument of a process in pod %s: %s", m.Pod.Name, d.mask(l)))
			}
		}
	}
	logs, err := d.inLogs(ctx)
	return append(found, logs...), err
}

func (d *Deployment) mask(text string) string {
	return strings.ReplaceAll(text, d.Password, "<password>")
}

func (d *Deployment) inObjects() ([]string, error) {
	objects, err := d.Manifest.Objects()
	if err != nil {
		return nil, err
	}
	if len(objects) == 0 {
		return nil, fmt.Errorf("release %s has no objects to look into", d.Release)
	}
	var found []string
	for _, o := range objects {
		if o["kind"] == "Secret" {
			continue
		}
		name := ""
		if meta, ok := o["metadata"].(map[string]any); ok {
			name = fmt.Sprint(meta["name"])
		}
		walk(fmt.Sprintf("%v %s", o["kind"], name), o, func(path, text string) {
			if strings.Contains(text, d.Password) {
				found = append(found, "object "+path)
			}
		})
	}
	sort.Strings(found)
	return found, nil
}

func walk(path string, value any, visit func(path, text string)) {
	switch v := value.(type) {
	case map[string]any:
		for k, e := range v {
			walk(path+"."+k, e, visit)
		}
	case []any:
		for i, e := range v {
			walk(fmt.Sprintf("%s[%d]", path, i), e, visit)
		}
	case string:
		visit(path, v)
	}
}

func (d *Deployment) inLogs(ctx context.Context) ([]string, error) {
	pods, err := d.Cluster.Client.CoreV1().Pods(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var found []string
	read := 0
	for _, p := range pods.Items {
		for _, c := range append(append([]corev1.Container{}, p.Spec.InitContainers...), p.Spec.Containers...) {
			text, err := d.Cluster.Client.CoreV1().Pods(p.Namespace).GetLogs(p.Name, &corev1.PodLogOptions{Container: c.Name}).DoRaw(ctx)
			if err != nil {
				return nil, fmt.Errorf("log of %s/%s: %w", p.Name, c.Name, err)
			}
			read += len(text)
			if n := strings.Count(string(text), d.Password); n > 0 {
				found = append(found, fmt.Sprintf("log of container %s in pod %s, %d times", c.Name, p.Name, n))
			}
		}
	}
	if read == 0 {
		return nil, fmt.Errorf("every log in %s is empty, so nothing was looked at", d.Namespace)
	}
	return found, nil
}
