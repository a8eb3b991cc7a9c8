package chart

import "testing"

func TestSourcesAreToldApart(t *testing.T) {
	for ref, want := range map[string]Source{
		"charts/redis":                     {Kind: Dir, Ref: "charts/redis"},
		"./charts/redis/":                  {Kind: Dir, Ref: "./charts/redis"},
		"/tmp/redis-1.2.3.tgz":             {Kind: Archive, Ref: "/tmp/redis-1.2.3.tgz"},
		"https://h/p/redis-1.tgz":          {Kind: URL, Ref: "https://h/p/redis-1.tgz"},
		"https://charts.example.com/redis": {Kind: Repository, Ref: "https://charts.example.com", Name: "redis"},
		"http://h:8080/a/b/redis/":         {Kind: Repository, Ref: "http://h:8080/a/b", Name: "redis"},
		"oci://r.io/charts/redis":          {Kind: OCI, Ref: "oci://r.io/charts/redis"},
	} {
		got, err := ParseSource(ref, "")
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", ref, got, err)
		}
	}
	got, err := ParseSource("https://h/charts/redis", "1.2.3")
	if err != nil || got.String() != "https://h/charts/redis version 1.2.3" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBadSourcesSayWhatToWrite(t *testing.T) {
	for ref, want := range map[string]string{
		"":                  "empty",
		"ftp://h/redis.tgz": "ftp:// is not understood",
		"https://h":         "names no chart",
		"https:///redis":    "names no chart",
		"oci://registry.io": "names no chart",
		"https://h/%zz/x":   "invalid URL escape",
	} {
		_, err := ParseSource(ref, "")
		says(t, err, want)
	}
}
