package cluster

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/yaml"
)

// config is the kind configuration of a cluster on this machine. Two patches follow what the machine can do.
func (k *Kind) config() *v1alpha4.Cluster {
	c := &v1alpha4.Cluster{
		TypeMeta: v1alpha4.TypeMeta{Kind: "Cluster", APIVersion: "kind.x-k8s.io/v1alpha4"},
		Nodes:    []v1alpha4.Node{{Role: v1alpha4.ControlPlaneRole}},
	}
	for range k.Workers {
		c.Nodes = append(c.Nodes, v1alpha4.Node{Role: v1alpha4.WorkerRole})
	}
	if cgroupV1() { // from 1.35 on the kubelet refuses version 1 unless told otherwise
		c.KubeadmConfigPatches = append(c.KubeadmConfigPatches, "kind: KubeletConfiguration\nfailCgroupV1: false\n")
	}
	if !may(capSysResource) { // else every sandbox fails with "can't get final child's PID from pipe: EOF"
		c.ContainerdConfigPatches = append(c.ContainerdConfigPatches,
			"[plugins.\"io.containerd.grpc.v1.cri\"]\n  restrict_oom_score_adj = true\n")
	}
	v1alpha4.SetDefaultsCluster(c)
	return c
}

func cgroupV1() bool {
	_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
	_, v1 := os.Stat("/sys/fs/cgroup/memory")
	return errors.Is(err, fs.ErrNotExist) && v1 == nil // on other systems there is neither
}

const capSysResource = 24 // CAP_SYS_RESOURCE of capabilities(7)

// may says whether a capability is in this process's bounding set, which a container's cannot exceed. Where it cannot
// be read (the engine runs in a virtual machine) the answer is yes.
func may(capability uint) bool {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return true
	}
	for _, line := range strings.Split(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, "CapBnd:"); ok {
			set, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			return err != nil || set&(1<<capability) != 0
		}
	}
	return true
}

// moduleFolder makes sure that /lib/modules is there: kind mounts it into every node, and podman, unlike docker, does not
// create what is missing. A kernel without modules has none.
func (k *Kind) moduleFolder() error {
	if k.Engine.Name != "podman" || runtime.GOOS != "linux" {
		return nil
	}
	return os.MkdirAll("/lib/modules", 0o755)
}

// ConfigFile writes the configuration as a file for kind's own command and gives its path.
func (k *Kind) ConfigFile(dir string) (string, error) {
	text, err := yaml.Marshal(k.config())
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "kind.yaml")
	return path, errors.Join(k.moduleFolder(), os.WriteFile(path, text, 0o644))
}
