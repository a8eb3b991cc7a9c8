package images

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheKindModuleTellsWhatANodeHolds(t *testing.T) {
	kind, err := findKind(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind.Version, "v0.") || !strings.Contains(kind.Dir, "sigs.k8s.io/kind@"+kind.Version) {
		t.Errorf("found %+v", kind)
	}
	for _, file := range []string{"usr/local/bin/entrypoint", "etc/containerd/config.toml"} {
		if _, err := os.Stat(filepath.Join(kind.files(), file)); err != nil {
			t.Errorf("kind's base image has moved: %v", err)
		}
	}
	pause, err := kind.sandboxImage()
	if err != nil || !strings.Contains(pause, "/pause:") {
		t.Errorf("sandbox image %q, %v", pause, err)
	}
	s, err := kind.storage()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Provisioner, "/local-path-provisioner:") || !strings.Contains(s.Helper, "/local-path-helper:") {
		t.Errorf("provisioner %q, helper %q", s.Provisioner, s.Helper)
	}
	for _, want := range []string{"kind: StorageClass", "kind: Deployment", "local-path-storage", s.Provisioner, s.Helper} {
		if !strings.Contains(s.Manifest, want) {
			t.Errorf("the storage manifest does not hold %q", want)
		}
	}
}

func TestAChangedKindModuleIsAnErrorThatNamesWhatIsGone(t *testing.T) {
	k := kindModule{Dir: t.TempDir(), Version: "v0.99.0"}
	source := filepath.Join(k.Dir, "pkg", "build", "nodeimage", "const_storage.go")
	_, err := k.storage()
	has(t, err, "const_storage.go")
	writeFile(t, source, "package nodeimage\n\nconst storageProvisionerImage = \"a\"\nconst storageHelperImage = \"b\"\n")
	_, err = k.storage()
	has(t, err, "kind v0.99.0", "no constant defaultStorageManifest")
	writeFile(t, source, "package nodeimage\n\nconst storageProvisionerImage, storageHelperImage, defaultStorageManifest = \"a\", \"b\", \"c\" + storageHelperImage\n")
	if s, err := k.storage(); err != nil || s != (storage{Manifest: "cb", Provisioner: "a", Helper: "b"}) {
		t.Errorf("got %+v, %v", s, err)
	}
	writeFile(t, filepath.Join(k.files(), "etc", "containerd", "config.toml"), "version = 3\n")
	_, err = k.sandboxImage()
	has(t, err, "kind v0.99.0", "names no sandbox image")
}
