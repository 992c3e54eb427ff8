// Package bench measures the system beside its floor in the same run, so that the ratio holds on any machine.
package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Load is what a number of clients got out of a server in a while.
type Load struct {
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Failed    int     `json:"failed"`
}

// drive lets clients post bodies to url for a while and measures every answer. body gives the n-th request of a client.
func drive(ctx context.Context, url string, clients int, lasting time.Duration, body func(client, n int) string) (Load, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	ctx, stop := context.WithTimeout(ctx, lasting)
	defer stop()
	took := make([][]time.Duration, clients)
	failed := make([]int, clients)
	var firstErr error
	var once sync.Once
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range clients {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				start := time.Now()
				err := post(client, url, fmt.Sprintf("bench-%d-%d-%d", begin.UnixNano(), i, n), body(i, n))
				if err != nil {
					failed[i]++
					once.Do(func() { firstErr = err })
					continue
				}
				took[i] = append(took[i], time.Since(start))
			}
		})
	}
	wg.Wait()
	lasted := time.Since(begin)
	all := slices.Concat(took...)
	slices.Sort(all)
	l := Load{Clients: clients, PerSecond: float64(len(all)) / lasted.Seconds(), P50: at(all, .50), P95: at(all, .95), P99: at(all, .99)}
	for _, f := range failed {
		l.Failed += f
	}
	if len(all) == 0 {
		return l, fmt.Errorf("no request succeeded: %w", firstErr)
	}
	return l, nil
}

// post sends one request; whatever is not a success is an error.
func post(client *http.Client, url, key, body string) error {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d: %.200s", res.StatusCode, answer)
	}
	return err
}

// at is a quantile of sorted durations in milliseconds.
func at(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i].Microseconds()) / 1000
}
