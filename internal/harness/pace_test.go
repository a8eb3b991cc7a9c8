package harness

import (
	"testing"
	"time"
)

func TestParseBenchmarkReadsRateAndPercentiles(t *testing.T) {
	const text = `"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
"RPUSH","10050.25","0.7","0.1","0.671","1.103","1.807","14.551"
`
	p, err := parseBenchmark(text)
	if err != nil || p.PerSecond != 10050.25 || p.P99 != 1807*time.Microsecond {
		t.Errorf("%+v, %v", p, err)
	}
	for _, bad := range []string{"", "Could not connect to Redis", `"test","rps"` + "\n"} {
		if p, err := parseBenchmark(bad); err == nil {
			t.Errorf("%q gave %+v", bad, p)
		}
	}
}

func TestSlugIsAFolderName(t *testing.T) {
	if got := slug("keeps every key: \"a/b\" (AOF)"); got != "keeps-every-key-a-b-aof" {
		t.Error(got)
	}
}
