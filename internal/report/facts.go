package report

import (
	"fmt"
	"strings"
)

// facts are what was tested, on what, as names and values; what is unknown is left out.
func (r Report) facts() [][2]string {
	var out [][2]string
	add := func(name string, parts ...string) {
		var known []string
		for _, part := range parts {
			if part != "" {
				known = append(known, part)
			}
		}
		if len(known) > 0 {
			out = append(out, [2]string{name, strings.Join(known, " ")})
		}
	}
	m := r.Machine
	if m.OS != "" {
		add("machine", fmt.Sprintf("%s/%s, %d CPUs, %.1f GiB", m.OS, m.Arch, m.CPUs, float64(m.Memory)/(1<<30)))
	}
	add("engine", r.Engine.Name, r.Engine.Version, bracketed(r.Engine.Why))
	if c := r.Cluster; c.Name != "" {
		add("cluster", c.Name, bracketed(c.Provider), "Kubernetes "+c.Kubernetes+",", fmt.Sprintf("%d nodes", c.Nodes), short(c.NodeImage))
	}
	add("chart", r.Chart.Name, r.Chart.Version, short(r.Chart.Digest), bracketed(r.Chart.Ref))
	for _, image := range r.Images {
		add("image", image.Name, short(image.Digest), bracketed(image.Origin))
	}
	return out
}

func bracketed(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// short keeps enough of a digest to tell it from others; report.json has all of it.
func short(digest string) string {
	algorithm, hash, ok := strings.Cut(digest, ":")
	if !ok || len(hash) <= 12 {
		return digest
	}
	return algorithm + ":" + hash[:12]
}
