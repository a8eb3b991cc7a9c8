package config

import "time"

// Timeouts bounds every wait of a run, one field per event. They are limits, never sleeps.
type Timeouts struct {
	RegistryAnswers time.Duration // a registry must answer a HEAD within this to be used by --images=auto
	EngineAnswers   time.Duration // docker or podman must answer `info`
	ClusterReady    time.Duration // from `kind create` to all nodes Ready and storage provisioned
	ImagesLoaded    time.Duration // import of one image archive into all nodes
	RelayReady      time.Duration // relay pod Ready and a first connection through it
	PodsReady       time.Duration // from `helm install` to all pods of the release Ready
	Recovered       time.Duration // from a fault's end to the server answering again
	PrimaryElected  time.Duration // from a fault to another master that most sentinels name
	Formed          time.Duration // until all members of a release are in their places again
	Healed          time.Duration // until a fault that lasts is seen to be undone
	NodeRestarted   time.Duration // from a node's restart to its pods Ready again
	NamespaceGone   time.Duration // deletion of a namespace and everything in it
	RedisAnswers    time.Duration // one command, dial included
}

// DefaultTimeouts fits a machine with two busy cores.
func DefaultTimeouts() Timeouts {
	return Timeouts{
		RegistryAnswers: 3 * time.Second,
		EngineAnswers:   20 * time.Second,
		ClusterReady:    6 * time.Minute,
		ImagesLoaded:    3 * time.Minute,
		RelayReady:      90 * time.Second,
		PodsReady:       3 * time.Minute,
		Recovered:       90 * time.Second,
		PrimaryElected:  30 * time.Second,
		Formed:          90 * time.Second,
		Healed:          90 * time.Second,
		NodeRestarted:   3 * time.Minute,
		NamespaceGone:   2 * time.Minute,
		RedisAnswers:    5 * time.Second,
	}
}
