package workload

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// pulse writes heartbeats until ctx ends, one at a time.
func (s *LagSampler) pulse(ctx context.Context) {
	tick := time.NewTicker(s.config.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.beat(ctx, s.config.OpTimeout); err != nil && ctx.Err() == nil {
			s.mu.Lock()
			s.failure = "heartbeat: " + err.Error()
			s.mu.Unlock()
		}
	}
}

// beat writes the present time, as it was before the write, to the primary, and asks how far its stream is.
func (s *LagSampler) beat(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pipe := s.config.Primary.Pipeline()
	set := pipe.Set(ctx, s.config.Key, heartbeat{s.run, s.now()}.String(), 0)
	ask := pipe.Do(ctx, "ROLE")
	_, _ = pipe.Exec(ctx) // its error is that of one of the replies, each of which is looked at
	if err := set.Err(); err != nil {
		return err
	}
	if _, err := s.newer(ask); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.pause = max(s.pause, now-s.beaten)
	s.beats, s.beaten = s.beats+1, now
	return nil
}

// offset asks the primary how far its stream is.
func (s *LagSampler) offset(ctx context.Context) (int64, error) {
	return s.newer(s.config.Primary.Do(ctx, "ROLE"))
}

func (s *LagSampler) newer(ask *redis.Cmd) (int64, error) {
	offset, err := offsetOf(ask, "master")
	if err != nil {
		return 0, fmt.Errorf("primary: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.primary = max(s.primary, offset)
	return offset, nil
}
