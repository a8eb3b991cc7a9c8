package scrape

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

const sample = `# TYPE redis_up gauge
redis_up 1
# TYPE redis_db_keys gauge
redis_db_keys{db="db0"} 2000
redis_db_keys{db="db1"} 3
# TYPE redis_commands_total counter
redis_commands_total 7
redis_instance_info{role="slave",redis_version="8.0.2"} 1
`

func serve(t *testing.T, status int, text string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestValuesAreFoundByNameAndLabels(t *testing.T) {
	r, err := Read(t.Context(), http.DefaultClient, serve(t, http.StatusOK, sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		labels map[string]string
		want   float64
		found  bool
	}{
		{"redis_up", nil, 1, true},
		{"redis_db_keys", map[string]string{"db": "db0"}, 2000, true},
		{"redis_commands_total", nil, 7, true},
		{"redis_instance_info", map[string]string{"role": "slave"}, 1, true},
		{"redis_instance_info", map[string]string{"role": "master"}, 0, false},
		{"redis_db_keys", nil, 0, false}, // which one?
		{"redis_down", nil, 0, false},
	} {
		if got, found := r.Value(c.name, c.labels); got != c.want || found != c.found {
			t.Errorf("%s%v is %v, %v", c.name, c.labels, got, found)
		}
	}
	if role := r.Label("redis_instance_info", "role"); role != "slave" {
		t.Errorf("its role is %q", role)
	}
	if names := r.Names(); !slices.Equal(names, []string{"redis_commands_total", "redis_db_keys", "redis_instance_info", "redis_up"}) {
		t.Errorf("names %v", names)
	}
}

func TestWhatIsNotAScrapeIsAnError(t *testing.T) {
	for _, c := range []struct {
		status int
		text   string
		want   string
	}{
		{http.StatusUnauthorized, sample, "401 Unauthorized"},
		{http.StatusOK, "<html>", "these are not metrics"},
	} {
		_, err := Read(t.Context(), http.DefaultClient, serve(t, c.status, c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
