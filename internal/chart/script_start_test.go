package chart

import (
	"os"
	"strings"
	"testing"
)

// fakeServer records how it was started; exec keeps the script's process id, so SIGTERM would reach the server.
const fakeServer = `echo "$@" >"$FAKE/arguments"; echo $$ >"$FAKE/pid"; cat "/proc/$$/environ" >"$FAKE/environment"`

// unquoted reads a directive's double-quoted argument by the server's rules (sdssplitargs in src/sds.c).
func unquoted(t *testing.T, line, directive string) string {
	t.Helper()
	body, ok := strings.CutPrefix(line, directive+` "`)
	if !ok {
		t.Fatalf("%q is no quoted %s", line, directive)
	}
	var text strings.Builder
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '\\' && i+1 < len(body):
			i++
			text.WriteByte(body[i])
		case body[i] == '"':
			if i != len(body)-1 {
				t.Fatalf("%q goes on after its closing quote", line)
			}
			return text.String()
		default:
			text.WriteByte(body[i])
		}
	}
	t.Fatalf("%q has no closing quote", line)
	return ""
}

func TestTheStartScriptHandsThePasswordOverUnseen(t *testing.T) {
	for name, shell := range shells(t) {
		for _, password := range []string{`a"b\c$d`, `plain`, `\`, `"`, `\"`, `'x' #& /|*`, `$(id)` + "`id`", "tab\there", "ünïcode", "-n", strings.Repeat("x", 700)} {
			s := newSandbox(t, shell)
			s.fake(t, "redis-server", fakeServer)
			s.password(t, password)
			output, ok := s.run(t, "-x", file("files/scripts/start-master.sh"), "--hz", "20")
			if !ok {
				t.Fatalf("%s, %q: %s", name, password, output)
			}
			lines := strings.Split(s.recorded(t, "run/redis.conf"), "\n")
			if got := unquoted(t, lines[len(lines)-1], "requirepass"); got != password {
				t.Errorf("%s: %q became %q", name, password, got)
			}
			seen := output + s.recorded(t, "arguments") + s.recorded(t, "environment")
			if len(password) > 3 && strings.Contains(seen, password) {
				t.Errorf("%s: %q is seen in the trace, the arguments or the environment", name, password)
			}
		}
	}
}

func TestTheStartScriptWritesAPrivateFileThatPodSettingsEnd(t *testing.T) {
	for name, shell := range shells(t) {
		s := newSandbox(t, shell)
		s.fake(t, "valkey-server", fakeServer) // no redis-server here
		s.password(t, "secret\n")
		if output, ok := s.run(t, file("files/scripts/start-master.sh"), "--hz", "20"); !ok || output != "" {
			t.Fatalf("%s: %s", name, output)
		}
		want := "include " + s.path("etc") + "/redis.conf\ninclude " + s.path("etc") + "/master.conf\ndir /data\nport 6379\nrequirepass \"secret\""
		if got := s.recorded(t, "run/redis.conf"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		if got, want := s.recorded(t, "arguments"), s.path("run/redis.conf")+" --hz 20"; got != want {
			t.Errorf("%s: the server was started with %q", name, got)
		}
		if info, err := os.Stat(s.path("run/redis.conf")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}

func TestTheStartScriptOpensTheServerOnlyWithoutAuth(t *testing.T) {
	for name, shell := range shells(t) {
		s := newSandbox(t, shell)
		s.fake(t, "redis-server", fakeServer)
		if output, ok := s.run(t, file("files/scripts/start-master.sh")); !ok {
			t.Fatalf("%s: %s", name, output)
		}
		if got := s.recorded(t, "run/redis.conf"); !strings.HasSuffix(got, "\nprotected-mode no") || strings.Contains(got, "requirepass") {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestTheStartScriptRefusesAPasswordThatWouldNotProtect(t *testing.T) {
	for name, shell := range shells(t) {
		for password, want := range map[string]string{"": "one line", "\n": "one line", "a\nprotected-mode no": "one line", "a\n\n": "one line"} {
			s := newSandbox(t, shell)
			s.fake(t, "redis-server", fakeServer)
			s.password(t, password)
			output, ok := s.run(t, file("files/scripts/start-master.sh"))
			if _, err := os.Stat(s.path("arguments")); ok || err == nil || !strings.Contains(output, want) {
				t.Errorf("%s: %q started the server or says %q", name, password, output)
			}
		}
		s := newSandbox(t, shell)
		s.fake(t, "redis-server", fakeServer)
		s.env = append(s.env, "REDIS_PASSWORD_FILE="+s.path("absent"))
		if output, ok := s.run(t, file("files/scripts/start-master.sh")); ok || !strings.Contains(output, "cannot read") {
			t.Errorf("%s: without the file it says %q", name, output)
		}
		s = newSandbox(t, shell)
		s.fake(t, "redis-server", fakeServer)
		s.env = append(s.env, "REDIS_RUN_DIR="+s.path("absent"))
		output, ok := s.run(t, file("files/scripts/start-master.sh"))
		if _, err := os.Stat(s.path("arguments")); ok || err == nil || !strings.Contains(output, "cannot write to") {
			t.Errorf("%s: without its volume the server starts, or it says %q", name, output)
		}
		s = newSandbox(t, shell)
		if output, ok := s.run(t, file("files/scripts/start-master.sh")); ok || !strings.Contains(output, "choose another image") {
			t.Errorf("%s: without a server it says %q", name, output)
		}
	}
}
