package report

import "time"

// Schema names the format of report.json. Fields may be added under this name; a field that changes its meaning changes it.
const Schema = "redis-e2e/report/v1"

// Report is everything a run found.
type Report struct {
	Schema  string  `json:"schema"`
	Run     Run     `json:"run"`
	Machine Machine `json:"machine"`
	Engine  Engine  `json:"engine"`
	Cluster Cluster `json:"cluster"`
	Chart   Chart   `json:"chart"`
	Images  []Image `json:"images"`
	Suites  []Suite `json:"suites"`
	Waits   []Wait  `json:"waits"`
}

// Verdict is the run's answer.
type Verdict string

// The verdicts of a run.
const (
	Green   Verdict = "green"   // every spec that ran passed, and at least one ran
	Red     Verdict = "red"     // a spec failed: Redis, the chart or this harness has a bug
	Invalid Verdict = "invalid" // nothing is proven: the environment failed, no spec ran, or one rested on too little
)

// Run is when and how the run went.
type Run struct {
	ID       string            `json:"id"`
	Started  time.Time         `json:"started"`
	Duration Seconds           `json:"duration"` // seconds
	Verdict  Verdict           `json:"verdict"`
	Exit     int               `json:"exit"`              // 0 green, 1 a spec is red or invalid, 2 environment or usage
	Reason   string            `json:"reason"`            // one line, the last that is printed
	Options  map[string]string `json:"options,omitempty"` // as the run understood them
}

// Machine is the host of the run.
type Machine struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	CPUs   int    `json:"cpus"`
	Memory int64  `json:"memory"` // bytes
}

// Engine is the container engine, and why it was chosen.
type Engine struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Why     string `json:"why"`
}

// Cluster is the Kubernetes the charts ran on.
type Cluster struct {
	Name       string `json:"name"`
	Provider   string `json:"provider"`
	Kubernetes string `json:"kubernetes"` // version
	Nodes      int    `json:"nodes"`
	NodeImage  string `json:"nodeImage,omitempty"` // digest
}

// Chart is what was tested; Digest tells two charts of one version apart.
type Chart struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Ref     string `json:"ref"`
	Digest  string `json:"digest"`
}

// Image is a container image the run used.
type Image struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	Origin string `json:"origin"` // pulled, built, or a mirror's address
}
