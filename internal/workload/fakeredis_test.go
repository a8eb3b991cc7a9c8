package workload

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
)

// fakeRedis holds lists and strings, and misbehaves as told.
type fakeRedis struct {
	t       *testing.T
	on      net.Listener
	mu      sync.Mutex
	lists   map[string][]string
	strings map[string]string
	confirm int    // answer to WAIT
	role    string // reply to ROLE
	mood    func(command []string) mood
}

// mood is what becomes of one command.
type mood string

const (
	swallow mood = "apply it, then hang up"
	drop    mood = "hang up"
	hang    mood = "never answer"
	serve   mood = "" // anything else is an error reply
)

func startFake(t *testing.T) *fakeRedis {
	t.Helper()
	f := &fakeRedis{t: t, lists: map[string][]string{}, strings: map[string]string{}, mood: func([]string) mood { return serve }}
	f.listen("127.0.0.1:0")
	t.Cleanup(func() { f.on.Close() })
	return f
}

func (f *fakeRedis) listen(addr string) {
	on, err := net.Listen("tcp", addr)
	if err != nil {
		f.t.Fatal(err)
	}
	f.on = on
	go func() {
		for {
			conn, err := on.Accept()
			if err != nil {
				return
			}
			go f.talk(conn)
		}
	}()
}

func (f *fakeRedis) client() *redis.Client {
	c := redisx.NewClient(redisx.Options{Addr: f.on.Addr().String(), Timeouts: redisx.Timeouts{Dial: 200 * time.Millisecond}})
	f.t.Cleanup(func() { c.Close() })
	return c
}

func (f *fakeRedis) feel(mood func([]string) mood) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mood = mood
}

func (f *fakeRedis) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		f.mu.Lock()
		m, reply := f.mood(command), ""
		if m == serve || m == swallow {
			reply = f.apply(command)
		}
		f.mu.Unlock()
		switch m {
		case drop, swallow:
			return
		case hang:
			io.Copy(io.Discard, in)
			return
		case serve:
			io.WriteString(conn, reply)
		default:
			io.WriteString(conn, "-"+string(m)+"\r\n")
		}
	}
}

func readCommand(in *bufio.Reader) ([]string, error) {
	var words []string
	for left := 1; left > 0; left-- {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		n, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
		if line[0] == '*' {
			left += n
			continue
		}
		word := make([]byte, n+2)
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, err
		}
		words = append(words, string(word[:n]))
	}
	return words, nil
}

func (f *fakeRedis) apply(c []string) string {
	switch strings.ToUpper(c[0]) {
	case "RPUSH":
		f.lists[c[1]] = append(f.lists[c[1]], c[2])
		return fmt.Sprintf(":%d\r\n", len(f.lists[c[1]]))
	case "LLEN":
		return fmt.Sprintf(":%d\r\n", len(f.lists[c[1]]))
	case "EXISTS":
		_, is := f.strings[c[1]]
		return fmt.Sprintf(":%d\r\n", map[bool]int{true: 1}[is || len(f.lists[c[1]]) > 0])
	case "WAIT":
		return fmt.Sprintf(":%d\r\n", f.confirm)
	case "ROLE":
		return f.role
	case "LRANGE":
		list := f.lists[c[1]]
		from, _ := strconv.Atoi(c[2])
		to, _ := strconv.Atoi(c[3])
		return array(list[min(from, len(list)):min(to+1, len(list))])
	case "SET":
		f.strings[c[1]] = c[2]
		return "+OK\r\n"
	case "GET":
		if v, ok := f.strings[c[1]]; ok {
			return fmt.Sprintf("$%d\r\n%s\r\n", len(v), v)
		}
		return "$-1\r\n"
	case "SCAN":
		var keys []string
		for key := range f.strings {
			if strings.HasPrefix(key, strings.TrimSuffix(strings.ReplaceAll(c[3], `\`, ""), "*")) {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		return "*2\r\n$1\r\n0\r\n" + array(append(keys, keys...)) // SCAN may repeat itself
	}
	return "-ERR unknown command '" + c[0] + "'\r\n"
}

func array(all []string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "*%d\r\n", len(all))
	for _, s := range all {
		fmt.Fprintf(&out, "$%d\r\n%s\r\n", len(s), s)
	}
	return out.String()
}
