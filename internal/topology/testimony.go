package topology

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Testimony is what every member says of itself, as text by file name: of its server INFO, ROLE and CLIENT LIST, of its Sentinel the
// master, replicas and other Sentinels it knows. A question without an answer has the error in its place.
func (d *Deployment) Testimony(ctx context.Context) (map[string]string, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return nil, err
	}
	said := map[string]string{}
	watch, sentinels := d.Dialect.Sentinel()
	for _, m := range members {
		said[string(m.Pod.Name)+".redis.txt"] = testimony(ctx, d.Direct(m), "INFO everything", "ROLE", "CLIENT LIST")
		if sentinels {
			said[string(m.Pod.Name)+".sentinel.txt"] = testimony(ctx, d.Sentinel(m.Pod.Name), "INFO", "SENTINEL MASTER "+watch.MasterSet,
				"SENTINEL REPLICAS "+watch.MasterSet, "SENTINEL SENTINELS "+watch.MasterSet)
		}
	}
	return said, nil
}

// testimony asks one process; the first question that gets no reply is the last.
func testimony(ctx context.Context, c *redis.Client, questions ...string) string {
	var b strings.Builder
	for _, q := range questions {
		var words []any
		for _, word := range strings.Fields(q) {
			words = append(words, word)
		}
		reply, err := c.Do(ctx, words...).Result()
		if err != nil {
			fmt.Fprintf(&b, "> %s\n%v\n", q, err)
			break
		}
		fmt.Fprintf(&b, "> %s\n", q)
		transcribe(&b, reply, "")
	}
	return b.String()
}

// transcribe writes a reply with each level of nesting indented; flat lists of names and values go pairwise onto lines.
func transcribe(b *strings.Builder, reply any, indent string) {
	switch r := reply.(type) {
	case []any:
		if pairs(r) {
			for i := 0; i < len(r); i += 2 {
				fmt.Fprintf(b, "%s%v: %v\n", indent, r[i], r[i+1])
			}
			return
		}
		for _, item := range r {
			if _, nested := item.([]any); nested {
				fmt.Fprintf(b, "%s-\n", indent)
			}
			transcribe(b, item, indent+"  ")
		}
	case map[any]any:
		for key, value := range r {
			fmt.Fprintf(b, "%s%v: %v\n", indent, key, value)
		}
	default:
		for line := range strings.Lines(strings.TrimRight(fmt.Sprint(r), "\r\n")) {
			fmt.Fprintf(b, "%s%s\n", indent, strings.TrimRight(line, "\r\n"))
		}
	}
}

// pairs says whether a list is names and values, as SENTINEL's are: strings, an even number of them, and enough not to be a ROLE.
func pairs(list []any) bool {
	for _, item := range list {
		if _, ok := item.(string); !ok {
			return false
		}
	}
	return len(list) >= 8 && len(list)%2 == 0
}
