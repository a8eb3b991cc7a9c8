package redisx

import (
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
)

// IsReply is true when the server itself answered with an error: it read the command and did not execute it.
func IsReply(err error) bool {
	_, ok := errors.AsType[redis.Error](err)
	return ok && !errors.Is(err, redis.Nil)
}

// NeverSent is true when no command can have reached the server: the dial failed, or no connection could be had.
func NeverSent(err error) bool {
	if _, ok := errors.AsType[*DialError](err); ok {
		return true
	}
	return errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrPoolExhausted) || errors.Is(err, redis.ErrClosed)
}

// IsNoAuth is true for a server that wants a password and was given none.
func IsNoAuth(err error) bool { return redis.HasErrorPrefix(err, "NOAUTH") }

// IsWrongPass is true for a server that was given a password it does not accept.
func IsWrongPass(err error) bool {
	return redis.HasErrorPrefix(err, "WRONGPASS") || redis.HasErrorPrefix(err, "invalid password")
}

// IsLoading is true for a server that is still reading its data set from disk.
func IsLoading(err error) bool { return redis.HasErrorPrefix(err, "LOADING") }

// IsReadOnly is true for a replica that refuses a write.
func IsReadOnly(err error) bool { return redis.HasErrorPrefix(err, "READONLY") }

// IsUnknownCommand is true for a command that the server does not have, or no longer has under this name.
func IsUnknownCommand(err error) bool { return redis.HasErrorPrefix(err, "unknown command") }

// Prefix is the error code of a reply (NOAUTH, OOM, ERR …), or empty when err is not a reply.
func Prefix(err error) string {
	reply, ok := errors.AsType[redis.Error](err)
	if !ok || errors.Is(err, redis.Nil) {
		return ""
	}
	code, _, _ := strings.Cut(reply.Error(), " ")
	return code
}
