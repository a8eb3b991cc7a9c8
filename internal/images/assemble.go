package images

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// recipe describes an image put together in process: one layer, made of an optional root file system and added files.
type recipe struct {
	Refs   []string // names it gets
	Base   string   // tar file, may be empty
	Add    []entry
	Config v1.Config
}

// entry is one file, link or folder added on top of the base.
type entry struct {
	Path string // in the image, without the leading slash
	From string // a file on this machine
	Text string // instead of From
	Link string // instead of both: a symbolic link to this
	Dir  bool
	Mode int64
	UID  int
}

// assemble writes the image into dir as one docker-archive file and gives its digest. Layers stay uncompressed: they
// only travel from this machine's disk to the nodes on it.
func (r recipe) assemble(dir, file string) (v1.Hash, error) {
	layerFile := filepath.Join(dir, "."+file+".layer")
	defer func() { _ = os.Remove(layerFile) }()
	if err := r.writeLayer(layerFile); err != nil {
		return v1.Hash{}, err
	}
	layer, err := tarball.LayerFromFile(layerFile, tarball.WithCompression(compression.None), tarball.WithMediaType(types.DockerUncompressedLayer))
	if err != nil {
		return v1.Hash{}, err
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return v1.Hash{}, err
	}
	img, err = mutate.ConfigFile(img, &v1.ConfigFile{Architecture: runtime.GOARCH, OS: "linux", Config: r.Config, RootFS: rootFS(img)})
	if err != nil {
		return v1.Hash{}, err
	}
	refs := map[name.Reference]v1.Image{}
	for _, ref := range r.Refs {
		tag, err := name.NewTag(ref)
		if err != nil {
			return v1.Hash{}, err
		}
		refs[tag] = img
	}
	if err := tarball.MultiRefWriteToFile(filepath.Join(dir, file), refs); err != nil {
		return v1.Hash{}, err
	}
	return img.Digest()
}

func rootFS(img v1.Image) v1.RootFS {
	cf, err := img.ConfigFile()
	if err != nil {
		return v1.RootFS{Type: "layers"}
	}
	return cf.RootFS
}

func (r recipe) writeLayer(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := tar.NewWriter(f)
	if r.Base != "" {
		if err := copyTar(w, r.Base); err != nil {
			return fmt.Errorf("%s: %w", r.Base, err)
		}
	}
	for _, e := range r.Add {
		if err := e.write(w); err != nil {
			return fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	return w.Close()
}

func copyTar(w *tar.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeChar || h.Typeflag == tar.TypeBlock {
			continue // the runtime makes its own devices
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(w, r); err != nil {
			return err
		}
	}
}

func (e entry) write(w *tar.Writer) error {
	h := &tar.Header{Name: e.Path, Mode: e.Mode, Uid: e.UID, Format: tar.FormatPAX}
	switch {
	case e.Dir:
		h.Typeflag, h.Name = tar.TypeDir, e.Path+"/"
		return w.WriteHeader(h)
	case e.Link != "":
		h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, e.Link, 0o777
		return w.WriteHeader(h)
	case e.From == "":
		h.Typeflag, h.Size = tar.TypeReg, int64(len(e.Text))
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		_, err := io.WriteString(w, e.Text)
		return err
	}
	f, err := os.Open(e.From)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h.Typeflag, h.Size = tar.TypeReg, info.Size()
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}
