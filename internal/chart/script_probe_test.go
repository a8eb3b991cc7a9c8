package chart

import (
	"strings"
	"testing"
)

// fakeClient answers what REPLY says, and records its arguments and its password. Like redis-cli it exits 0 on an error reply.
const fakeClient = `echo "$@" >"$FAKE/arguments"; printf %s "${REDISCLI_AUTH-none}" >"$FAKE/auth"; [ "$REPLY" = HANG ] && exec sleep 60; printf "%s\n" "$REPLY"`

func TestProbesTellReadyFromAlive(t *testing.T) {
	server := container(t, renderRedis(t).the(t, "StatefulSet/r-redis-master"))
	readiness := dig(server, "readinessProbe.exec.command").([]any)
	liveness := dig(server, "livenessProbe.exec.command").([]any)
	for name, shell := range shells(t) {
		for reply, want := range map[string]struct{ ready, alive bool }{
			"PONG": {true, true},
			"LOADING Redis is loading the dataset in memory":        {false, true},
			"MASTERDOWN Link with MASTER is down":                   {false, true},
			"BUSY Redis is busy running a script.":                  {false, true},
			"MISCONF Redis is configured to save RDB snapshots":     {false, true},
			"NOAUTH Authentication required.":                       {false, false},
			"WRONGPASS invalid username-password pair":              {false, false},
			"ERR unknown command 'PING'":                            {false, false},
			"PONG and more":                                         {false, false},
			"LOADINGS are no answer":                                {false, false},
			"Could not connect to Redis at 127.0.0.1: Connection r": {false, false},
			"": {false, false},
		} {
			ready, output := probe(t, shell, reply, readiness)
			if ready != want.ready {
				t.Errorf("%s: readiness on %q: %v, %s", name, reply, ready, output)
			}
			alive, output := probe(t, shell, reply, liveness)
			if alive != want.alive {
				t.Errorf("%s: liveness on %q: %v, %s", name, reply, alive, output)
			}
			if !alive && !strings.Contains(output, "PING answered: "+firstOf(reply, "nothing within")) {
				t.Errorf("%s: a failure on %q says only %q", name, reply, output)
			}
		}
	}
}

// probe runs the command a rendered probe has, and checks how it authenticates.
func probe(t *testing.T, shell []string, reply string, command []any) (bool, string) {
	t.Helper()
	args := []string{file("files/health/ping.sh")}
	for _, word := range command[2:] {
		args = append(args, word.(string))
	}
	s := newSandbox(t, shell)
	s.fake(t, "redis-cli", fakeClient)
	s.password(t, `a"b\c$d`)
	s.env = append(s.env, "REPLY="+reply)
	output, ok := s.run(t, args...)
	if got := s.recorded(t, "arguments"); got != "-h 127.0.0.1 -p 6379 PING" {
		t.Errorf("%v runs redis-cli %s", command, got)
	}
	if got := s.recorded(t, "auth"); got != `a"b\c$d` {
		t.Errorf("%v authenticates by %q", command, got)
	}
	if strings.Contains(output, `a"b`) {
		t.Errorf("%v prints the password: %s", command, output)
	}
	return ok, output
}

func TestAProbeGivesUpInTime(t *testing.T) {
	for name, shell := range shells(t) {
		s := newSandbox(t, shell)
		s.fake(t, "valkey-cli", fakeClient)
		s.env = append(s.env, "REPLY=HANG")
		output, ok := s.run(t, file("files/health/ping.sh"), "1", "LOADING")
		if ok || !strings.Contains(output, "nothing within 1 s") {
			t.Errorf("%s: a hung server gives %v, %q", name, ok, output)
		}
		if got := s.recorded(t, "auth"); got != "none" {
			t.Errorf("%s: without a password file it authenticates by %q", name, got)
		}
	}
}

func TestAProbeWithoutClientOrPasswordFails(t *testing.T) {
	for name, shell := range shells(t) {
		s := newSandbox(t, shell)
		if output, ok := s.run(t, file("files/health/ping.sh"), "1"); ok || !strings.Contains(output, "choose another image") {
			t.Errorf("%s: without a client it gives %v, %q", name, ok, output)
		}
		s.fake(t, "redis-cli", fakeClient)
		s.env = append(s.env, "REPLY=PONG", "REDIS_PASSWORD_FILE="+s.path("absent"))
		if output, ok := s.run(t, file("files/health/ping.sh"), "1"); ok {
			t.Errorf("%s: without the password's file it gives %v, %q", name, ok, output)
		}
	}
}

// fakeStore keeps one value; LIE replaces the answer to one command.
const fakeStore = `shift 4; case "$1" in "$LIE") echo "$ANSWER" ;;
SET) echo "$3" >"$FAKE/value"; echo OK ;; GET) cat "$FAKE/value" ;; DEL) echo 1 ;; esac`

func TestTheHelmTestComparesReplies(t *testing.T) {
	for name, shell := range shells(t) {
		for lie, answer := range map[string]string{"none": "", "SET": "READONLY You can't write", "GET": "", "DEL": "0"} {
			s := newSandbox(t, shell)
			s.fake(t, "redis-cli", fakeStore)
			s.env = append(s.env, "LIE="+lie, "ANSWER="+answer)
			output, ok := s.run(t, file("files/health/roundtrip.sh"), "r-redis-master")
			if ok != (lie == "none") {
				t.Errorf("%s: with %s answering %q it passes: %v, %s", name, lie, answer, ok, output)
			}
			if !ok && !strings.Contains(output, lie+" through r-redis-master answered: "+firstOf(answer, "nothing")) {
				t.Errorf("%s: it says only %q", name, output)
			}
		}
	}
}
