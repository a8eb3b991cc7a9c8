package monitor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/redis/go-redis/v9"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"

	"redis-e2e/internal/redistest"
	"redis-e2e/internal/redisx"
)

const (
	set       = "mymaster"
	downAfter = time.Second
	password  = "for one test"
)

// lab is a primary, two replicas and three Sentinels in one container, where all of them have the addresses that this machine
// knows them by. server-0 is the first primary.
type lab struct {
	servers, sentinels map[string]redisx.Options
	container          testcontainers.Container
}

// script runs them all; $0 to $5 are their ports. Sentinels start last, or they would see no replica for ten seconds.
const script = `
cd /tmp
server() { redis-server --port $1 --bind '*' --protected-mode no --save '' --repl-diskless-sync-delay 0 --requirepass "$P" --masterauth "$P" $2 $3 $4 & echo $! >/tmp/$1; }
server $0; server $1 --replicaof 127.0.0.1 $0; server $2 --replicaof 127.0.0.1 $0
until redis-cli -p $0 -a "$P" role | grep -qx $1 && redis-cli -p $0 -a "$P" role | grep -qx $2; do sleep 0.1; done
for p in $3 $4 $5; do
	mkdir s$p
	printf 'port %s\nbind *\nprotected-mode no\ndir /tmp/s%s\nsentinel monitor mymaster 127.0.0.1 %s 2\nsentinel auth-pass mymaster "%s"\nsentinel down-after-milliseconds mymaster 1000\nsentinel failover-timeout mymaster 10000\n' $p $p $0 "$P" >s$p/conf
	redis-server s$p/conf --sentinel & echo $! >/tmp/$p
done
echo all are started
wait`

func open(t *testing.T) *lab {
	t.Helper()
	image := imageOf(t, redistest.Open(t))
	l := &lab{servers: map[string]redisx.Options{}, sentinels: map[string]redisx.Options{}}
	ports, bindings := freePorts(t, 6), network.PortMap{}
	exposed := make([]string, 0, len(ports))
	for i, port := range ports {
		addr := net.JoinHostPort("127.0.0.1", port)
		if i < 3 {
			l.servers[fmt.Sprintf("server-%d", i)] = redisx.Options{Addr: addr, Password: password}
		} else {
			l.sentinels[fmt.Sprintf("sentinel-%d", i-3)] = redisx.Options{Addr: addr}
		}
		exposed = append(exposed, port+"/tcp")
		bindings[network.MustParsePort(port+"/tcp")] = []network.PortBinding{{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: port}}
	}
	c, err := testcontainers.Run(context.WithoutCancel(t.Context()), image,
		testcontainers.WithLogger(log.TestLogger(t)),
		testcontainers.WithLabels(map[string]string{"redis-e2e.test.pid": strconv.Itoa(os.Getpid())}), // swept by redistest
		testcontainers.WithEnv(map[string]string{"P": password}),
		testcontainers.WithCmd(append([]string{"sh", "-c", script}, ports...)...),
		testcontainers.WithExposedPorts(exposed...),
		testcontainers.WithHostConfigModifier(func(c *container.HostConfig) { c.PortBindings = bindings }),
		testcontainers.WithWaitStrategy(wait.ForLog("all are started").WithStartupTimeout(time.Minute)))
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatal(err)
	}
	l.container = c
	for name, o := range l.sentinels {
		await(t, name+" knows all", func() bool {
			claim, err := redisx.ReadClaim(t.Context(), client(t, o), set)
			return err == nil && len(claim.Replicas) == 2 && len(claim.Others) == 2 && claim.Replicas[0].LinkUp && claim.Replicas[1].LinkUp
		})
	}
	return l
}

// imageOf is the image that redistest runs.
func imageOf(t *testing.T, h *redistest.Host) string {
	t.Helper()
	h.Start(t, redistest.Options{})
	docker, err := testcontainers.NewDockerClientWithOpts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer docker.Close()
	all, err := plainly(t.Context(), docker.ContainerList)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Items {
		if c.Labels["redis-e2e.test.pid"] == strconv.Itoa(os.Getpid()) {
			return c.Image
		}
	}
	t.Fatal("the server that was started is not there")
	return ""
}

// plainly calls an API function without any options, whose type belongs to a module that go.mod does not name.
func plainly[O, R any](ctx context.Context, f func(context.Context, O) (R, error)) (R, error) {
	var none O
	return f(ctx, none)
}

func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // all at once at the end, or the same one comes twice
		_, port, _ := net.SplitHostPort(l.Addr().String())
		ports = append(ports, port)
	}
	return ports
}

// signal sends a signal to one process.
func (l *lab) signal(t *testing.T, name, signal string) {
	t.Helper()
	o, ok := l.servers[name]
	if !ok {
		o = l.sentinels[name]
	}
	_, port, _ := net.SplitHostPort(o.Addr)
	code, out, err := l.container.Exec(t.Context(), []string{"sh", "-c", "kill -" + signal + " $(cat /tmp/" + port + ")"}, exec.Multiplexed())
	if err != nil || code != 0 {
		t.Fatalf("kill -%s %s: %v, exit code %d, %v", signal, name, err, code, out)
	}
}

func client(t *testing.T, o redisx.Options) *redis.Client {
	t.Helper()
	c := redisx.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so within a minute: %s", strings.TrimSpace(what))
		}
	}
}
