package redisx

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/redis/go-redis/v9"
)

// reply is an error reply; go-redis' own type is internal.
type reply string

func (r reply) Error() string { return string(r) }
func (reply) RedisError()     {}

func TestErrorReplies(t *testing.T) {
	for text, is := range map[string]func(error) bool{
		"NOAUTH Authentication required.":                               IsNoAuth,
		"WRONGPASS invalid username-password pair or user is disabled.": IsWrongPass,
		"ERR invalid password":                                          IsWrongPass,
		"LOADING Redis is loading the dataset in memory":                IsLoading,
		"READONLY You can't write against a read only replica.":         IsReadOnly,
		"ERR unknown command 'FLUSHALL', with args beginning with: ":    IsUnknownCommand,
		"ERR unknown command `FLUSHALL`, with args beginning with: ":    IsUnknownCommand,
	} {
		all := []func(error) bool{IsNoAuth, IsWrongPass, IsLoading, IsReadOnly, IsUnknownCommand}
		hits := 0
		for _, f := range all {
			if f(reply(text)) {
				hits++
			}
			if f(errors.New(text)) {
				t.Errorf("%q was taken for a reply though no server said it", text)
			}
		}
		if err := fmt.Errorf("failed to authenticate: %w", reply(text)); !is(err) || !IsReply(err) || hits != 1 || NeverSent(err) {
			t.Errorf("%q: is %v, %d hits", text, is(err), hits)
		}
	}
}

func TestWhoAnswered(t *testing.T) {
	for _, err := range []error{nil, io.EOF, redis.Nil, errors.New("READONLY")} {
		if IsReply(err) || NeverSent(err) || Prefix(err) != "" {
			t.Errorf("%v: reply %v, never sent %v", err, IsReply(err), NeverSent(err))
		}
	}
	for _, err := range []error{redis.ErrPoolTimeout, redis.ErrClosed, fmt.Errorf("x: %w", &DialError{Reason: Refused})} {
		if IsReply(err) || !NeverSent(err) {
			t.Errorf("%v was certainly never sent", err)
		}
	}
	if got := Prefix(reply("OOM command not allowed")); got != "OOM" {
		t.Errorf("prefix %q", got)
	}
}
