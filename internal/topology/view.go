package topology

import (
	"context"
	"fmt"
	"strings"

	"redis-e2e/internal/redisx"
)

// View is one snapshot of a release: what the API server says of each member, and what each member says of itself.
type View struct{ Seen []Sight }

// Sight is one member as seen at one moment.
type Sight struct {
	Member Member
	Info   redisx.Info // zero when Err is set
	Err    error       // why the server did not answer
}

// View asks every member itself, Ready or not.
func (d *Deployment) View(ctx context.Context) (View, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return View{}, err
	}
	var v View
	for _, m := range members {
		s := Sight{Member: m}
		s.Info, s.Err = redisx.ReadInfo(ctx, d.Direct(m))
		v.Seen = append(v.Seen, s)
	}
	return v, nil
}

// String is one line a member, to be printed and compared.
func (v View) String() string {
	var lines []string
	for _, s := range v.Seen {
		state := fmt.Sprintf("%s %s, role %s, run %.8s", s.Info.Server.Software, s.Info.Server.Version, s.Info.Role, s.Info.Server.RunID)
		switch {
		case s.Err != nil:
			state = s.Err.Error()
		case s.Info.Loading:
			state += ", LOADING"
		}
		ready := "Ready"
		if !s.Member.Ready {
			ready = "not Ready (" + s.Member.Trouble + ")"
		}
		lines = append(lines, fmt.Sprintf("%s on %s: %s, %d restarts: %s", s.Member.Pod.Name, s.Member.Node, ready, s.Member.Restarts, state))
	}
	return strings.Join(lines, "\n")
}
