package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"redis-e2e/internal/agent/link"
	"redis-e2e/internal/agent/proc"
)

// ends names a pod on this node and the addresses of the other one.
type ends struct {
	match string
	peers []net.IP
}

func linkCommand() *cobra.Command {
	var e ends
	group := &cobra.Command{Use: "link", Short: "stop what a pod on this node sends to another one"}
	group.PersistentFlags().StringVar(&e.match, "match", "", "the pod's uid in the cgroup path")
	group.PersistentFlags().IPSliceVar(&e.peers, "peer", nil, "the other pod's addresses")
	thaw := &cobra.Command{Use: "thaw", Short: "let it pass again", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return e.inPod(func(pod *link.Pod) error { return printJSON(pod.Thaw(e.peers)) })
		}}
	guard := &cobra.Command{Use: "guard", Short: "let it pass again once standard input ends", Args: cobra.NoArgs, Hidden: true,
		RunE: func(*cobra.Command, []string) error {
			_, read := io.Copy(io.Discard, os.Stdin)
			return errors.Join(read, e.inPod(func(pod *link.Pod) error { _, err := pod.Thaw(e.peers); return err }))
		}}
	group.AddCommand(holdCommand(&e), thaw, guard)
	return group
}

func holdCommand(e *ends) *cobra.Command {
	var limit time.Duration
	cmd := &cobra.Command{Use: "hold", Short: "swallow it until told to stop by a line", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			release, err := guarded("link", "guard", "--match="+e.match, "--peer="+e.list())
			if err != nil {
				return err
			}
			return errors.Join(e.inPod(func(pod *link.Pod) error {
				return untilTold(cmd.Context(), limit, func(ctx context.Context, began func(any) error) (any, error) {
					held, err := pod.Freeze(e.peers)
					if err == nil {
						err = began(held)
					}
					if err == nil {
						<-ctx.Done()
					}
					left, thawed := pod.Thaw(e.peers) // also when it froze half
					return left, errors.Join(err, thawed)
				})
			}), release())
		}}
	cmd.Flags().DurationVar(&limit, "for", time.Minute, "when to stop if nobody says so")
	return cmd
}

func (e *ends) list() string {
	var all []string
	for _, ip := range e.peers {
		all = append(all, ip.String())
	}
	return strings.Join(all, ",")
}

// inPod enters by any process of the pod; its sandbox is always there.
func (e *ends) inPod(do func(*link.Pod) error) error {
	all, err := proc.List("/proc", e.match)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("no process of %s is on this node", e.match)
	}
	pod, err := link.Open(filepath.Join("/proc", strconv.Itoa(all[0].PID), "ns/net"))
	if err != nil {
		return err
	}
	defer pod.Close()
	return do(pod)
}
