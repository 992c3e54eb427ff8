package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"time"
)

// StartReport is how long the program takes from being started to ready, with an empty store and on a second start.
// The floor is the same program printing its version: the price of starting any process of this size.
type StartReport struct {
	Runs      int     `json:"runs"`
	EmptyMS   float64 `json:"empty_ms"`   // median, first start: store and schema are made
	AgainMS   float64 `json:"again_ms"`   // median, the store is there
	FloorMS   float64 `json:"floor_ms"`   // median of respons version
	Ratio     float64 `json:"ratio"`      // empty / floor
	WorstMS   float64 `json:"worst_ms"`   // slowest of all starts
	MemoryMiB float64 `json:"memory_mib"` // resident when ready, idle
}

// Start runs this very program a number of times.
func Start(ctx context.Context, runs int) (*StartReport, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := &StartReport{Runs: runs}
	var empty, again, floor []time.Duration
	for range runs {
		dir, err := os.MkdirTemp("", "respons-start-")
		if err != nil {
			return nil, err
		}
		for _, into := range []*[]time.Duration{&empty, &again} {
			took, mib, err := startOnce(ctx, self, dir)
			if err != nil {
				return nil, errors.Join(err, os.RemoveAll(dir))
			}
			*into, r.MemoryMiB = append(*into, took), mib
		}
		begin := time.Now()
		if err := exec.CommandContext(ctx, self, "version").Run(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		floor = append(floor, time.Since(begin))
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	for _, d := range [][]time.Duration{empty, again, floor} {
		slices.Sort(d)
	}
	r.EmptyMS, r.AgainMS, r.FloorMS = at(empty, .5), at(again, .5), at(floor, .5)
	r.Ratio, r.WorstMS = r.EmptyMS/r.FloorMS, max(at(empty, 1), at(again, 1))
	return r, nil
}

// startOnce starts a server on a free port and waits until it says that it is ready.
func startOnce(ctx context.Context, program, dir string) (took time.Duration, mib float64, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	address := l.Addr().String()
	l.Close()
	cmd := exec.CommandContext(ctx, program, "serve", "--listen", address, "--data", dir)
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		err = errors.Join(err, cmd.Wait())
	}()
	for time.Since(begin) < 30*time.Second {
		if res, err := http.Get("http://" + address + "/readyz"); err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				took = time.Since(begin)
				return took, resident(cmd.Process.Pid), nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, 0, errors.New("the server was not ready within 30 seconds")
}

// resident is a process's resident memory in MiB; 0 where the system does not tell.
func resident(pid int) float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kib float64
		if n, _ := fmt.Sscanf(s.Text(), "VmRSS: %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	return 0
}

// Write prints the report for people.
func (r *StartReport) Write(out io.Writer) error {
	_, err := fmt.Fprintf(out, "ready after start, median of %d: empty store %.0f ms, again %.0f ms; slowest %.0f ms; floor (respons version) %.0f ms, ratio %.1f; resident when idle %.0f MiB\n",
		r.Runs, r.EmptyMS, r.AgainMS, r.WorstMS, r.FloorMS, r.Ratio, r.MemoryMiB)
	return err
}
