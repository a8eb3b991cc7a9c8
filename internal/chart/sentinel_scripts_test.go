package chart

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// fakeNodes answers for every node: Sentinels by the files sentinel-ORDINAL, servers by keyspace-ORDINAL. From its tenth
// question on, files that end in -later win.
const fakeNodes = `name=${2%%.*}; [ "$2" = 127.0.0.1 ] && name=$POD_NAME; port=$4; shift 4; kind=keyspace
[ "$port" = 26379 ] && kind=sentinel
echo x >>"$FAKE/asked"; file="$FAKE/$kind-${name##*-}"
[ "$(grep -c x "$FAKE/asked")" -ge 10 ] && [ -e "$file-later" ] && file=$file-later
[ ! -e "$file" ] || cat "$file"`

const fakeNodeServer = `[ "$1" = --version ] && { echo "Redis server v=$VERSION sha=00000000:0"; exit; }; ` + fakeServer

const knowsNone = "\nERR No such master with that name\n"

// names is what a Sentinel answers; state is the master's flags and how long it has been silent, in milliseconds.
func names(host string, epoch int, state string) string {
	flags, silence, _ := strings.Cut(state, " ")
	return fmt.Sprintf("%s\n6379\nname\nmymaster\nip\n%s\nport\n6379\nflags\n%s\nlast-ok-ping-reply\n%s\nnum-slaves\n2\nconfig-epoch\n%d\n", host, host, flags, silence, epoch)
}

// nodeSandbox is node r-ORDINAL of three.
func nodeSandbox(t *testing.T, shell []string, ordinal int) *sandbox {
	t.Helper()
	s := newSandbox(t, shell)
	for _, tool := range []string{"mv", "sha1sum", "cut"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, s.path("bin", tool)); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"shared", "data"} {
		if err := os.Mkdir(s.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.write(t, "members", "3")
	s.fake(t, "redis-cli", fakeNodes)
	s.fake(t, "redis-server", fakeNodeServer)
	s.password(t, "pa55word")
	s.env = append(s.env, fmt.Sprintf("POD_NAME=r-%d", ordinal), "POD_DOMAIN=h", "MEMBERS_FILE="+s.path("members"), "SHARED_DIR="+s.path("shared"),
		"REDIS_DATA_DIR="+s.path("data"), "SENTINEL_DATA_DIR="+s.path("data"), "SENTINEL_PORT=26379", "SENTINEL_AUTH=yes", "MASTER_SET=mymaster",
		"DOWN_AFTER=3000", "GET_MASTER_TIMEOUT=3", "QUORUM=2", "VERSION=8.0.2")
	return s
}

func (s *sandbox) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fewShells are those of the official images: a start waits for seconds, so not every shell is tried.
func fewShells(t *testing.T) map[string][]string {
	t.Helper()
	found := shells(t)
	maps.DeleteFunc(found, func(name string, _ []string) bool { return name != "sh" && name != "busybox" })
	return found
}

// Each row is a start of one node, and whom it must follow; "self" is the node itself.
func TestAStartingNodeFollowsWhomTheSentinelsName(t *testing.T) {
	here, there := names("r-1.h", 1, "master 100"), names("r-2.h", 2, "master 100")
	for title, row := range map[string]struct {
		ordinal int
		files   map[string]string
		follows string
		says    string
	}{
		"the first start":                  {0, map[string]string{"sentinel-0": knowsNone, "sentinel-1": knowsNone, "sentinel-2": knowsNone}, "self", "beginning as the first"},
		"the first start of another":       {1, map[string]string{"sentinel-0": knowsNone, "sentinel-1": knowsNone, "sentinel-2": knowsNone, "sentinel-0-later": names("r-0.h", 0, "master 1")}, "r-0.h", "node 0 may begin"},
		"alone it waits":                   {0, map[string]string{"sentinel-0": knowsNone, "sentinel-1-later": there, "sentinel-2-later": there}, "r-2.h", "1 of 3 Sentinels answer, 2 must"},
		"the highest epoch wins":           {0, map[string]string{"sentinel-0": here, "sentinel-1": here, "sentinel-2": there}, "r-2.h", ""},
		"one is silent":                    {0, map[string]string{"sentinel-0": knowsNone, "sentinel-2": there}, "r-2.h", ""},
		"still master, with data":          {1, map[string]string{"sentinel-0": here, "sentinel-1": here, "sentinel-2": here, "data/dump.rdb": "x"}, "self", ""},
		"still master, nobody has data":    {1, map[string]string{"sentinel-0": here, "sentinel-1": here, "sentinel-2": here, "keyspace-0": "# Keyspace", "keyspace-2": "# Keyspace"}, "self", ""},
		"still master, but empty":          {1, map[string]string{"sentinel-0": here, "sentinel-1": here, "sentinel-2": here, "keyspace-0": "# Keyspace\ndb0:keys=1", "sentinel-2-later": there}, "r-2.h", "empty, while replicas hold data"},
		"master, but an election is near":  {1, map[string]string{"sentinel-0": names("r-1.h", 1, "s_down,master 100"), "sentinel-1": here, "sentinel-2": here, "data/dump.rdb": "x", "sentinel-2-later": there}, "r-2.h", "about to elect"},
		"master, silent for almost enough": {1, map[string]string{"sentinel-0": names("r-1.h", 1, "master 2500"), "sentinel-1": here, "sentinel-2": here, "data/dump.rdb": "x", "sentinel-2-later": there}, "r-2.h", "about to elect"},
		"nobody else is elected":           {1, map[string]string{"sentinel-0": here, "sentinel-1": here, "sentinel-2": here, "keyspace-0": "# Keyspace\ndb0:keys=1"}, "self", "within 3 s: starting as master"},
	} {
		for name, shell := range fewShells(t) {
			s := nodeSandbox(t, shell, row.ordinal)
			for file, text := range row.files {
				s.write(t, file, text)
			}
			output, ok := s.run(t, file("files/scripts/start-node.sh"), "--hz", "20")
			if !ok || !strings.Contains(output, row.says) || strings.Contains(output, "pa55word") {
				t.Errorf("%s, %s: it says %s", name, title, output)
				continue
			}
			follows := "self"
			conf := s.recorded(t, "run/redis.conf")
			if _, line, found := strings.Cut(conf, "\nreplicaof "); found {
				follows, _, _ = strings.Cut(line, " ")
			}
			if follows != row.follows {
				t.Errorf("%s, %s: it follows %s; it says %s", name, title, follows, output)
			}
			if !strings.HasSuffix(conf, "requirepass \"pa55word\"\nmasterauth \"pa55word\"") || strings.Contains(s.recorded(t, "environment"), "pa55word") {
				t.Errorf("%s, %s: the password is not where it belongs:\n%s", name, title, conf)
			}
		}
	}
}

func TestANodeRefusesAServerThatKnowsNoHostNames(t *testing.T) {
	for name, shell := range shells(t) {
		s := nodeSandbox(t, shell, 0)
		s.env = append(s.env, "VERSION=6.0.16")
		if output, ok := s.run(t, file("files/scripts/start-node.sh")); ok || !strings.Contains(output, "version 6.0") {
			t.Errorf("%s: %s", name, output)
		}
	}
}

// The first call of the fake is the Sentinel that knows no master; it must be ended before the one that does starts. Once it is
// up, there is a master.
const fakeSentinel = `[ -e "$FAKE/greeted" ] || [ -n "${KNOWS-}" ] || { cat "$1" >"$FAKE/greeted"; echo r-0.h >"$SHARED_DIR/master"; exec sleep 60; }; ` + fakeServer

func TestASentinelStartsWithWhatItKnew(t *testing.T) {
	const kept = "sentinel monitor mymaster r-2.h 6379 2\nsentinel config-epoch mymaster 7\nsentinel known-replica mymaster r-1.h 6379\nsentinel current-epoch 7\n"
	for name, shell := range shells(t) {
		for origin, path := range map[string]string{"volume": "data/sentinel-state.conf", "own file": "run/sentinel.conf"} {
			s := nodeSandbox(t, shell, 0)
			s.fake(t, "redis-server", fakeSentinel)
			s.env = append(s.env, "KNOWS=yes", "QUORUM=3")
			s.write(t, path, "sentinel auth-pass mymaster \"old\"\n"+kept)
			if output, ok := s.run(t, file("files/scripts/start-sentinel.sh")); !ok {
				t.Fatalf("%s, %s: %s", name, origin, output)
			}
			conf := s.recorded(t, "run/sentinel.conf")
			for _, line := range []string{"sentinel monitor mymaster r-2.h 6379 3\n", "sentinel config-epoch mymaster 7\n", "sentinel current-epoch 7\n",
				"requirepass \"pa55word\"\n", "sentinel auth-pass mymaster \"pa55word\"\n", "sentinel announce-ip r-0.h\n"} {
				if !strings.Contains(conf, line) {
					t.Errorf("%s, %s: no %q in\n%s", name, origin, line, conf)
				}
			}
			if state := s.recorded(t, "data/sentinel-state.conf"); strings.Contains(state, "pass") || !strings.Contains(state, "config-epoch mymaster 7") {
				t.Errorf("%s, %s: it leaves on the volume\n%s", name, origin, state)
			}
		}
	}
}

func TestASentinelThatKnewNothingWaitsForAMaster(t *testing.T) {
	for name, shell := range shells(t) {
		s := nodeSandbox(t, shell, 0)
		s.fake(t, "redis-server", fakeSentinel)
		if output, ok := s.run(t, file("files/scripts/start-sentinel.sh")); !ok {
			t.Fatalf("%s: %s", name, output)
		}
		conf := s.recorded(t, "run/sentinel.conf")
		if strings.Count(conf, "sentinel known-replica mymaster r-") != 2 || strings.Count(conf, "sentinel known-sentinel mymaster r-") != 2 ||
			!strings.Contains(conf, "sentinel monitor mymaster r-0.h 6379 2\n") {
			t.Errorf("%s: it does not know all nodes:\n%s", name, conf)
		}
	}
}
