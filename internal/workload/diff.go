package workload

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Diff is how a server's keys differ from a Dataset.
type Diff struct {
	Keys      int // that were compared
	Missing   int
	Different int      // there, with another value or type
	Extra     int      // under the dataset's prefix, though never stored
	Examples  []string // the first few of each kind
}

// Same is true when every value was read back and equals what was stored, and nothing was added. An empty comparison is not
// the same, it is nothing.
func (d Diff) Same() bool { return d.Keys > 0 && d.Missing+d.Different+d.Extra == 0 }

// String says what differs, or that all values are equal.
func (d Diff) String() string {
	switch {
	case d.Same():
		return fmt.Sprintf("all %s values are as stored", grouped(d.Keys))
	case d.Keys == 0 && d.Extra == 0:
		return "nothing was compared"
	}
	return fmt.Sprintf("of %s keys %s are missing, %s hold another value, %s are extra: %s", grouped(d.Keys),
		grouped(d.Missing), grouped(d.Different), grouped(d.Extra), strings.Join(d.Examples, "; "))
}

func (d *Diff) note(count *int, format string, args ...any) {
	if *count++; *count <= 3 {
		d.Examples = append(d.Examples, fmt.Sprintf(format, args...))
	}
}

// Compare reads every value back and compares it byte for byte, then looks for keys that were never stored. A server that
// does not answer, or answers with an error, is an error and never a difference; another type under a key is a difference.
func (d Dataset) Compare(ctx context.Context, client redis.UniversalClient) (Diff, error) {
	diff := Diff{}
	for from := 0; from < d.Keys; from += d.batch() {
		if err := d.compareBatch(ctx, client, section{from, min(from+d.batch(), d.Keys), &diff}); err != nil {
			return Diff{}, fmt.Errorf("dataset %s cannot be compared, keys %d and on: %w", d.Prefix, from, err)
		}
	}
	if err := d.findExtra(ctx, client, &diff); err != nil {
		return Diff{}, fmt.Errorf("dataset %s cannot be compared: %w", d.Prefix, err)
	}
	return diff, nil
}

type section struct {
	from, to int
	diff     *Diff
}

func (d Dataset) compareBatch(ctx context.Context, client redis.UniversalClient, s section) error {
	pipe := client.Pipeline()
	replies := make([]*redis.StringCmd, 0, s.to-s.from)
	for i := s.from; i < s.to; i++ {
		replies = append(replies, pipe.Get(ctx, d.key(i)))
	}
	_, _ = pipe.Exec(ctx) // its error is that of one of the replies, each of which is looked at
	for i, reply := range replies {
		key, want := d.key(s.from+i), d.value(s.from+i)
		got, err := reply.Result()
		s.diff.Keys++
		switch {
		case errors.Is(err, redis.Nil):
			s.diff.note(&s.diff.Missing, "%s is missing", key)
		case redis.HasErrorPrefix(err, "WRONGTYPE"):
			s.diff.note(&s.diff.Different, "%s is no string any more", key)
		case err != nil:
			return err
		case got != want:
			s.diff.note(&s.diff.Different, "%s holds %d bytes that differ from byte %d on, want %d", key, len(got), firstDifference(got, want), len(want))
		}
	}
	return nil
}

func firstDifference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func (d Dataset) findExtra(ctx context.Context, client redis.UniversalClient, diff *Diff) error {
	extra := map[string]bool{} // SCAN may name a key twice
	literal := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(d.Prefix)
	scan := client.Scan(ctx, 0, literal+":*", 1000).Iterator()
	for scan.Next(ctx) {
		key := scan.Val()
		n, err := strconv.Atoi(strings.TrimPrefix(key, d.Prefix+":"))
		stored := err == nil && n >= 0 && n < d.Keys && d.key(n) == key
		if stored || extra[key] {
			continue
		}
		extra[key] = true
		diff.note(&diff.Extra, "%s was never stored", key)
	}
	return scan.Err()
}
