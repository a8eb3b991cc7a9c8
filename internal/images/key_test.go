package images

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestKeysKeepNeighboursApart(t *testing.T) {
	seen := map[string][]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}} {
		k := key(parts...)
		if other, ok := seen[k]; ok {
			t.Errorf("%q and %q have the same key %s", parts, other, k)
		}
		if len(k) != 16 {
			t.Errorf("key %q of %q, want 16 digits", k, parts)
		}
		seen[k] = parts
	}
}

// different checks that no two of the named keys are equal.
func different(t *testing.T, keys map[string]string) {
	t.Helper()
	seen := map[string]string{}
	for name, k := range keys {
		if other, ok := seen[k]; ok {
			t.Errorf("changing %s is not noticed: same key as %s", name, other)
		}
		seen[k] = name
	}
}

func TestEveryInputOfAGoBuildIsInItsKey(t *testing.T) {
	base := goBuild{Group: "kubernetes", Mod: []byte("module a\n"), Tags: "no_zfs", LDFlags: "-X v=1"}
	mod, tags, flags := base, base, base
	mod.Mod, tags.Tags, flags.LDFlags = []byte("module b\n"), "", "-X v=2"
	different(t, map[string]string{
		"nothing": base.artifact("x").Key(), "go.mod": mod.artifact("x").Key(), "tags": tags.artifact("x").Key(), "ldflags": flags.artifact("x").Key(),
	})
	if base.artifact("x").Key() != base.artifact("a new name for people").Key() {
		t.Error("the name for people is in the key")
	}
}

func TestEveryInputOfARootFileSystemIsInItsKey(t *testing.T) {
	base := rootfs{Name: "node", Suite: "bookworm", Variant: "minbase", Include: []string{"bash", "jq"}}
	suite, variant, more, other := base, base, base, base
	suite.Suite, variant.Variant, more.Include, other.Include = "trixie", "extract", []string{"bash", "jq", "curl"}, []string{"bash jq"}
	different(t, map[string]string{
		"nothing": base.artifact().Key(), "suite": suite.artifact().Key(), "variant": variant.artifact().Key(),
		"packages": more.artifact().Key(), "package names": other.artifact().Key(),
	})
}

// checkout is a small checkout with all that images of our own sources are made from.
func checkout(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range map[string]string{
		"go.mod": "module small\n\ngo 1.26.0\n", "go.sum": "",
		"cmd/agent/main.go":           "package main\n\nfunc main() {}\n",
		"internal/agent/agent.go":     "package agent\n",
		"internal/images/agent.go":    "package images\n",
		"internal/images/assemble.go": "package images\n",
		"internal/images/redis.go":    "package images\n",
		"images/pause/main.go":        "package main\n\nfunc main() {}\n",
		"images/redis/scripts/lib.sh": "true\n",
	} {
		writeFile(t, filepath.Join(root, path), text)
	}
	return root
}

func keyOf(t *testing.T, make func(root string) (Artifact, error), root string) string {
	t.Helper()
	a, err := make(root)
	if err != nil {
		t.Fatal(err)
	}
	return a.Key()
}

func TestEverySourceIsInTheKeyOfWhatIsMadeFromIt(t *testing.T) {
	line, err := FindRedis("8.0")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		make  func(root string) (Artifact, error)
		files []string
	}{
		"agent": {agentBinary, []string{"cmd/agent/main.go", "internal/agent/agent.go", "go.mod", "go.sum", "internal/images/assemble.go", "internal/images/agent.go"}},
		"pause": {pauseBinary, []string{"images/pause/main.go"}},
		"redis": {func(root string) (Artifact, error) {
			a, _, err := line.image(root, redisRootfs(line).artifact(), "")
			return a, err
		}, []string{"images/redis/scripts/lib.sh", "internal/images/redis.go", "internal/images/assemble.go"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := checkout(t)
			keys := map[string]string{"nothing": keyOf(t, c.make, root)}
			for _, file := range c.files {
				path := filepath.Join(root, file)
				old, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				writeFile(t, path, string(old)+"\n")
				keys[file] = keyOf(t, c.make, root)
				writeFile(t, path, string(old))
			}
			writeFile(t, filepath.Join(root, filepath.Dir(c.files[0]), "new.txt"), "")
			keys["a new file"] = keyOf(t, c.make, root)
			different(t, keys)
			writeFile(t, filepath.Join(root, filepath.Dir(c.files[0]), "some_test.go"), "package x\n")
			if k := keyOf(t, c.make, root); k != keys["a new file"] {
				t.Error("a test is in the key")
			}
		})
	}
}

func TestSourcesThatMoveBetweenFilesChangeTheSum(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(one, "a"), "x")
	writeFile(t, filepath.Join(one, "b"), "y")
	writeFile(t, filepath.Join(two, "a"), "xb 1\ny")
	sum1, err1 := hashSources(one, ".")
	sum2, err2 := hashSources(two, ".")
	if err1 != nil || err2 != nil || sum1 == sum2 {
		t.Errorf("sums %s and %s, %v, %v", sum1, sum2, err1, err2)
	}
	if _, err := hashSources(one, "a", "missing"); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a missing source is not an error: %v", err)
	}
}

func TestEveryRedisLineHasItsOwnImageName(t *testing.T) {
	root, refs := checkout(t), map[string]string{}
	for _, line := range RedisLines() {
		if line.Suite == "" {
			continue
		}
		_, ref, err := line.image(root, redisRootfs(line).artifact(), "")
		if err != nil || !strings.HasPrefix(ref, redisRepository+":"+line.Line+"-") {
			t.Errorf("%s, %v", ref, err)
		}
		refs[line.Line] = ref[strings.LastIndex(ref, "-"):]
	}
	different(t, refs)
	if lines := buildable(); !slices.Contains(lines, "7.0") || !slices.Contains(lines, "8.0") {
		t.Errorf("offline only %v can be built", lines)
	}
}
