// Package redistest starts real Redis servers of this machine for tests: one, or a Cluster of three.
package redistest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server starts a redis-server on a free port of the loopback interface, which ends with the test, and gives its
// address. Where none is installed the test is skipped or, with RESPONS_NEED_REDIS set, fails.
func Server(t testing.TB) (address string) {
	t.Helper()
	return "redis://" + start(t)
}

// Cluster starts a Cluster of three masters, without replicas, in the same way.
func Cluster(t testing.TB) (address string) {
	t.Helper()
	const slots, masters = 16384, 3
	var addrs []string
	var nodes []*redis.Client
	for range masters {
		addr := start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
		addrs = append(addrs, addr)
		node := redis.NewClient(&redis.Options{Addr: addr})
		t.Cleanup(func() { node.Close() })
		nodes = append(nodes, node)
	}
	ctx := t.Context()
	host, port, _ := net.SplitHostPort(addrs[0])
	for i, node := range nodes {
		must(t, node.ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err())
		must(t, node.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		if i > 0 {
			must(t, node.ClusterMeet(ctx, host, port).Err())
		}
	}
	within(t, 20*time.Second, "the Cluster to be whole", func() bool {
		for _, node := range nodes {
			info, err := node.ClusterInfo(ctx).Result()
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:"+strconv.Itoa(masters)) {
				return false
			}
		}
		return true
	})
	return "redis-cluster://" + strings.Join(addrs, ",")
}

// start runs redis-server without persistence and gives host:port.
func start(t testing.TB, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("RESPONS_NEED_REDIS") != "" {
			t.Fatal("redis-server is needed and not installed")
		}
		t.Skip("redis-server is not installed: this is tested with the embedded Redis only")
	}
	port := freePort(t)
	cmd := exec.Command(program, append([]string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, args...)...)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	addr := "127.0.0.1:" + strconv.Itoa(port)
	rdb := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer rdb.Close()
	within(t, 10*time.Second, "redis-server to answer", func() bool { return rdb.Ping(context.Background()).Err() == nil })
	return addr
}

// freePort is one that is free, and whose neighbour 10,000 above is, too: a Cluster talks there among itself.
func freePort(t testing.TB) int {
	t.Helper()
	for range 200 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		if port > 55_000 {
			continue
		}
		if bus, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port+10_000)); err == nil {
			bus.Close()
			return port
		}
	}
	t.Fatal("no free pair of ports was found")
	return 0
}

func within(t testing.TB, limit time.Duration, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %s in vain for %s", limit, what)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
