package redisx

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// fakeSentinel names a primary and publishes what a test announces.
type fakeSentinel struct {
	addr  string
	on    net.Listener
	mu    sync.Mutex
	names string // host:port; "hang": it never answers; "mute": no ping
	heard int    // subscriptions ever
	ears  []net.Conn
}

func sentinel(t *testing.T, addr, names string) *fakeSentinel {
	t.Helper()
	on := listen(t, addr)
	s := &fakeSentinel{addr: on.Addr().String(), on: on, names: names}
	t.Cleanup(s.die)
	go func() {
		for {
			conn, err := on.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

func (s *fakeSentinel) talk(conn net.Conn) {
	defer conn.Close()
	for in := bufio.NewReader(conn); ; {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		s.mu.Lock()
		host, port, _ := net.SplitHostPort(s.names)
		switch {
		case s.names == "hang", s.names == "mute" && strings.HasPrefix(command, "PING"):
		case strings.HasPrefix(command, "PSUBSCRIBE"):
			io.WriteString(conn, "*3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:1\r\n")
			s.ears = append(s.ears, conn)
			s.heard++
		case strings.HasPrefix(command, "PING"):
			io.WriteString(conn, "*2\r\n$4\r\npong\r\n$0\r\n\r\n")
		case command == "SENTINEL GET-MASTER-ADDR-BY-NAME MYMASTER":
			_, _ = fmt.Fprintf(conn, "*2\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(host), host, len(port), port)
		case strings.HasPrefix(command, "SENTINEL"):
			io.WriteString(conn, "*-1\r\n")
		default:
			io.WriteString(conn, polite(command)+"\r\n")
		}
		s.mu.Unlock()
	}
}

// turn names another primary and announces that.
func (s *fakeSentinel) turn(to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := "mymaster " + strings.Replace(s.names, ":", " ", 1) + " " + strings.Replace(to, ":", " ", 1)
	s.names = to
	for _, ear := range s.ears {
		_, _ = fmt.Fprintf(ear, "*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$14\r\n+switch-master\r\n$%d\r\n%s\r\n", len(text), text)
	}
}

func (s *fakeSentinel) say(names string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = names
}

func (s *fakeSentinel) subscriptions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

func (s *fakeSentinel) die() {
	s.on.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ear := range s.ears {
		ear.Close()
	}
	s.ears = nil
}
