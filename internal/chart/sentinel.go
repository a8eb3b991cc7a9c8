package chart

import (
	"fmt"
	"strconv"
	"time"

	"helm.sh/helm/v3/pkg/chartutil"

	"redis-e2e/internal/cluster"
)

// Sentinel is who watches over a release, as its values have it.
type Sentinel struct {
	MasterSet       string // name under which clients ask for the master
	Service         string // name of the Service in front of all sentinels
	Port            int
	Container       cluster.ContainerName
	Quorum          int           // sentinels that must agree that the master is down
	DownAfter       time.Duration // silence after which one sentinel holds the master for down
	FailoverTimeout time.Duration
}

// sentinelOf is nil when the values enable no Sentinel.
func sentinelOf(v chartutil.Values, fullname string) *Sentinel {
	if on, _ := v.PathValue("sentinel.enabled"); on != true {
		return nil
	}
	set, _ := v.PathValue("sentinel.masterSet")
	name, _ := set.(string)
	ms := func(key string) time.Duration { return time.Duration(number(v, key)) * time.Millisecond }
	return &Sentinel{
		MasterSet: name, Service: fullname, Container: "sentinel",
		Port: number(v, "sentinel.service.ports.sentinel"), Quorum: number(v, "sentinel.quorum"),
		DownAfter: ms("sentinel.downAfterMilliseconds"), FailoverTimeout: ms("sentinel.failoverTimeout"),
	}
}

// number reads a whole number, whatever type YAML, JSON or Go code gave it; 0 when there is none.
func number(v chartutil.Values, key string) int {
	found, err := v.PathValue(key)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseFloat(fmt.Sprint(found), 64)
	if err != nil {
		return 0
	}
	return int(n)
}
