package topology

import (
	"strings"
	"testing"
)

func TestRepliesAreTranscribedReadably(t *testing.T) {
	sentinel := []any{"name", "mymaster", "ip", "redis-node-0", "port", "6379", "flags", "master"}
	for want, reply := range map[string]any{
		"role:master\nslaves:2\n":                                                  "role:master\r\nslaves:2\r\n",
		"  master\n  14\n-\n    host\n    14\n":                                    []any{"master", int64(14), []any{"host", "14"}},
		"name: mymaster\nip: redis-node-0\nport: 6379\nflags: master\n":            sentinel,
		"-\n  name: mymaster\n  ip: redis-node-0\n  port: 6379\n  flags: master\n": []any{sentinel},
	} {
		var b strings.Builder
		transcribe(&b, reply, "")
		if b.String() != want {
			t.Errorf("got\n%s\nwant\n%s", &b, want)
		}
	}
}
