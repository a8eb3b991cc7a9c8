package redisx

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fakeServer speaks enough RESP to be greeted; answer gives the reply to each command, "" hangs up, "hang" never answers.
type fakeServer struct {
	net.Listener
	answer func(command string) string
	mu     sync.Mutex
	heard  []string
}

func serve(t *testing.T, on net.Listener, answer func(string) string) *fakeServer {
	t.Helper()
	s := &fakeServer{Listener: on, answer: answer}
	t.Cleanup(func() { on.Close() })
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

func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	on, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return on
}

func (s *fakeServer) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.heard = append(s.heard, command)
		s.mu.Unlock()
		switch reply := s.answer(command); reply {
		case "":
			return
		case "hang":
		default:
			io.WriteString(conn, reply+"\r\n")
		}
	}
}

func (s *fakeServer) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.heard...)
}

// readCommand gives the words of one command, joined by spaces and in upper case.
func readCommand(in *bufio.Reader) (string, error) {
	var words []string
	for left := 1; left > 0; left-- {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		n, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
		if line[0] == '*' {
			left += n
			continue
		}
		word := make([]byte, n+2)
		if _, err := io.ReadFull(in, word); err != nil {
			return "", err
		}
		words = append(words, strings.ToUpper(string(word[:n])))
	}
	return strings.Join(words, " "), nil
}

// fakeRelay is a SOCKS5 server that answers every request with code, and connects to target when the code is 0.
func fakeRelay(t *testing.T, code byte, target string) string {
	t.Helper()
	on := listen(t, "127.0.0.1:0")
	t.Cleanup(func() { on.Close() })
	go func() {
		for {
			conn, err := on.Accept()
			if err != nil {
				return
			}
			go relayOne(conn, code, target)
		}
	}()
	return on.Addr().String()
}

func relayOne(conn net.Conn, code byte, target string) {
	defer conn.Close()
	head := make([]byte, 8) // greeting 05 01 00, then 05 01 00 03 len
	if _, err := io.ReadFull(conn, head[:3]); err != nil {
		return
	}
	conn.Write([]byte{5, 0})
	if _, err := io.ReadFull(conn, head[:5]); err != nil || head[3] != 3 {
		return
	}
	io.CopyN(io.Discard, conn, int64(head[4])+2)
	conn.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
	if code != 0 {
		return
	}
	out, err := net.Dial("tcp", target)
	if err != nil {
		return // the client sees the connection end
	}
	defer out.Close()
	go io.Copy(out, conn)
	io.Copy(conn, out)
}
