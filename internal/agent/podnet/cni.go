package podnet

import (
	"encoding/json"
	"os"
	"path/filepath"
)

const conflistName = "10-podnet.conflist"

// writeConflist puts the CNI configuration in place whole, never half: the runtime reads it as soon as it appears.
func writeConflist(dir, podCIDR string) error {
	text, err := json.MarshalIndent(conflist(podCIDR), "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, conflistName)
	if old, err := os.ReadFile(path); err == nil && string(old) == string(text) {
		return nil
	}
	tmp := filepath.Join(dir, "."+conflistName+".new") // no known extension, so the runtime ignores it
	if err := os.WriteFile(tmp, text, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// conflist gives every pod a point-to-point link with an address of the node's range: so each packet between pods is
// routed by the node and passes its forward hook.
func conflist(podCIDR string) any {
	return map[string]any{
		"cniVersion": "0.4.0",
		"name":       "podnet",
		"plugins": []any{
			map[string]any{
				"type":   "ptp",
				"ipMasq": false,
				"ipam": map[string]any{
					"type":    "host-local",
					"dataDir": "/run/cni-ipam-state",
					"routes":  []any{map[string]any{"dst": "0.0.0.0/0"}},
					"ranges":  []any{[]any{map[string]any{"subnet": podCIDR}}},
				},
			},
			map[string]any{"type": "portmap", "capabilities": map[string]any{"portMappings": true}},
		},
	}
}
