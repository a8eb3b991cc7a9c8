package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// printJSON answers, and stays until the caller closes standard input: what a process wrote just before its end can be lost
// on the way through an exec.
func printJSON[T any](v T, err error) error {
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		return err
	}
	read := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(read) }()
	select {
	case <-read:
	case <-time.After(20 * time.Second): // the caller is gone
	}
	return nil
}

// untilTold works until a line comes in, standard input ends (the caller is gone) or limit has passed, which is an error. The
// work answers once when it has begun and once at its end.
func untilTold(ctx context.Context, limit time.Duration, work func(ctx context.Context, began func(any) error) (any, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	signal.Ignore(syscall.SIGPIPE) // an answer that nobody reads is no reason to leave the work's traces behind
	told := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		close(told)
		cancel()
	}()
	last, err := work(ctx, json.NewEncoder(os.Stdout).Encode)
	select {
	case <-told:
		return printJSON(last, err)
	default:
	}
	if err == nil {
		err = fmt.Errorf("it ended by itself: nobody said so within %s, and now it is %+v", limit, last)
	}
	return err
}
