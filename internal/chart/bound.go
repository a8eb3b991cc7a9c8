package chart

import (
	"context"
	"io"
	"net/http"

	"k8s.io/client-go/transport"
)

// boundTo makes every request end with ctx. Helm's verbs take no context (or go on in the background, helm#12086);
// this way a cancelled one stops changing the cluster at once.
func boundTo(ctx context.Context) transport.WrapperFunc {
	return func(next http.RoundTripper) http.RoundTripper { return bound{ctx, next} }
}

type bound struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip sends the request and ties its answer to the context.
func (b bound) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := b.ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(req.Context())
	stop := context.AfterFunc(b.ctx, cancel) //nolint:contextcheck // the request ends with its own context and with b's
	resp, err := b.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	resp.Body = boundBody{resp.Body, func() { stop(); cancel() }}
	return resp, nil
}

type boundBody struct {
	io.ReadCloser
	release func()
}

// Close ends the tie to the context: a watch or log stream is read until here.
func (b boundBody) Close() error {
	defer b.release()
	return b.ReadCloser.Close()
}
