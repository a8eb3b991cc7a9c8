package redisx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// Reason is why a connection could not be opened.
type Reason string

// The reasons of a DialError, worded to end the sentence "dial X: …".
const (
	Refused     Reason = "refused"
	TimedOut    Reason = "timed out"
	NoSuchHost  Reason = "no such host"
	Unreachable Reason = "no route to it"
	Forbidden   Reason = "the relay's rules forbid it"
	RelayDown   Reason = "the relay cannot be reached"
	TLSFailed   Reason = "TLS handshake failed"
	NoGreeting  Reason = "connected, but no answer to HELLO or AUTH"
	NoPrimary   Reason = "no Sentinel names one"
	NotPrimary  Reason = "it is not the primary"
	Other       Reason = "failed"
)

// DialError says that no connection to Addr came about, so that no command can have been sent.
type DialError struct {
	Addr   string // host:port that was asked for
	Via    string // the relay, or empty
	Reason Reason
	Err    error // what the system said
}

// Error names the target, the relay if any, and the reason; the system's words only where they add something.
func (e *DialError) Error() string {
	via := ""
	if e.Via != "" {
		via = " through relay " + e.Via
	}
	switch e.Reason {
	case Refused, TimedOut, NoSuchHost, Unreachable, Forbidden:
		return fmt.Sprintf("dial %s%s: %s", e.Addr, via, e.Reason)
	default:
		return fmt.Sprintf("dial %s%s: %s: %v", e.Addr, via, e.Reason, e.Err)
	}
}

// Unwrap gives what the system said.
func (e *DialError) Unwrap() error { return e.Err }

// Timeout makes a DialError a net.Error in the eyes of those who ask.
func (e *DialError) Timeout() bool { return e.Reason == TimedOut }

func asDialError(addr string, err error) error {
	if dial, ok := errors.AsType[*DialError](err); ok {
		return dial
	}
	return &DialError{Addr: addr, Reason: reasonOf(err), Err: err}
}

// reasonOf reads typed errors, then the words of x/net's SOCKS5 client, which has no types for them. SOCKS5's "host unreachable"
// is how our relay says that a name does not resolve, and "TTL expired" that nothing answered.
func reasonOf(err error) Reason {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return NoSuchHost
	}
	timeout, ok := errors.AsType[net.Error](err)
	words := err.Error()
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), strings.HasSuffix(words, "connection refused"):
		return Refused
	case strings.HasSuffix(words, "host unreachable"):
		return NoSuchHost
	case errors.Is(err, context.DeadlineExceeded), ok && timeout.Timeout(), strings.HasSuffix(words, "TTL expired"):
		return TimedOut
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), strings.HasSuffix(words, "network unreachable"):
		return Unreachable
	case strings.HasSuffix(words, "not allowed by ruleset"):
		return Forbidden
	default:
		return Other
	}
}
