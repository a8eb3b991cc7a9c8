package redisx

import (
	"context"
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
)

// handshake is a go-redis hook: a HELLO or AUTH that got no reply means that the user's command was never sent. Without it a
// hung server's every refusal to greet would look like a write that may have been applied.
type handshake struct{ addr string }

// DialHook leaves dialling as it is.
func (handshake) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessPipelineHook leaves pipelines as they are.
func (handshake) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook turns a greeting without a reply into a *DialError; error replies pass unchanged.
func (h handshake) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		name := strings.ToLower(cmd.Name())
		if err == nil || IsReply(err) || name != "hello" && name != "auth" {
			return err
		}
		if _, ok := errors.AsType[*DialError](err); ok {
			return err
		}
		return peelable(&DialError{Addr: h.addr, Reason: NoGreeting, Err: err})
	}
}
