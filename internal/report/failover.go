package report

// Failover is what one fault cost the clients of a release that Sentinel watches over.
type Failover struct {
	Fault    string  `json:"fault"`
	Gap      Seconds `json:"gap"`        // without any acknowledged write
	Overhead Seconds `json:"overhead"`   // of it, beyond the silence that Sentinel waits for; negative when the master handed over
	Window   Seconds `json:"lossWindow"` // how far back acknowledged writes are gone
	Lost     int     `json:"lost"`
	Acked    int     `json:"acked"`
	Story    string  `json:"story"` // phases, masters over time and the verdict, a line each
}
