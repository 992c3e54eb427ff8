package bench

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"respons/internal/routing"
	"respons/internal/routing/evaluate"
	"respons/internal/table"
)

// RouteReport is how long one core needs for one decision.
type RouteReport struct {
	Texts       int     `json:"texts"`       // that were decided over and over
	Decisions   int     `json:"decisions"`   // measured
	Micros      float64 `json:"micros"`      // of one decision, median
	Mean        float64 `json:"mean_micros"` // other programs on the machine are in it
	P99         float64 `json:"p99_micros"`
	Allocations float64 `json:"allocations"` // of one decision
	Bytes       float64 `json:"bytes"`       // allocated by one decision
	FloorMicros float64 `json:"floor_micros"`
	Ratio       float64 `json:"ratio"`     // of the two times
	Megabytes   float64 `json:"megabytes"` // that the router keeps: model, gazetteer, tables
	LoadMillis  float64 `json:"load_millis"`
}

// Route decides the texts of heldback.csv in a folder of reference data again and again, for as long as given, on one
// core. The floor is what any reader of the same texts must do: split them into words in lower case and look each up.
func Route(ctx context.Context, fsys fs.FS, lasting time.Duration) (*RouteReport, error) {
	var ms table.Mistakes
	before := heap()
	start := time.Now()
	router := routing.LoadAll(fsys, &ms)
	loaded := time.Since(start)
	kept := heap() - before
	cases := evaluate.Read(fsys, "heldback.csv", start, &ms)
	if err := ms.Err(); err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("heldback.csv has no texts to decide")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, c := range cases { // once before measuring, so that nothing is read for the first time
		router.Route(c.Question)
	}
	var from, to runtime.MemStats
	runtime.ReadMemStats(&from)
	times, total := repeat(ctx, len(cases), lasting, func(i int) { router.Route(cases[i].Question) })
	runtime.ReadMemStats(&to)
	known := map[string]int{}
	for _, c := range cases {
		for _, w := range strings.Fields(strings.ToLower(c.Question.Text)) {
			known[w]++
		}
	}
	found := 0
	floorTimes, _ := repeat(ctx, len(cases), lasting/4, func(i int) {
		for _, w := range strings.Fields(strings.ToLower(cases[i].Question.Text)) {
			found += known[w]
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := float64(len(times))
	r := &RouteReport{Texts: len(cases), Decisions: len(times), Micros: micros(times[len(times)/2]), Mean: micros(total) / n, P99: micros(times[len(times)*99/100]),
		Allocations: float64(to.Mallocs-from.Mallocs) / n, Bytes: float64(to.TotalAlloc-from.TotalAlloc) / n,
		FloorMicros: micros(floorTimes[len(floorTimes)/2]), Megabytes: float64(kept) / (1 << 20), LoadMillis: micros(loaded) / 1000}
	r.Ratio = r.Micros / r.FloorMicros
	runtime.KeepAlive(router)
	runtime.KeepAlive(found)
	return r, nil
}

// repeat calls do for 0 to n-1 round and round for as long as given, once at least, and gives the times sorted.
func repeat(ctx context.Context, n int, lasting time.Duration, do func(i int)) (times []time.Duration, total time.Duration) {
	times = make([]time.Duration, 0, 1<<16)
	for i := 0; len(times) == 0 || total < lasting && ctx.Err() == nil; i = (i + 1) % n {
		start := time.Now()
		do(i)
		took := time.Since(start)
		times, total = append(times, took), total+took
	}
	slices.Sort(times)
	return times, total
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// heap is what is in use after collecting what is not.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Write prints the report for people to read.
func (r *RouteReport) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "one decision\t%.0f µs\tmedian; mean %.0f µs, 99 %% under %.0f µs\n", r.Micros, r.Mean, r.P99)
	fmt.Fprintf(t, "floor\t%.1f µs\tsplit into words, look each up: %.0f times faster\n", r.FloorMicros, r.Ratio)
	fmt.Fprintf(t, "allocations\t%.0f\t%.1f kB for each decision\n", r.Allocations, r.Bytes/1024)
	fmt.Fprintf(t, "memory\t%.1f MB\tmodel, gazetteer and tables, loaded in %.0f ms\n", r.Megabytes, r.LoadMillis)
	fmt.Fprintf(t, "measured\t%d decisions\tof %d texts, on one core\n", r.Decisions, r.Texts)
	return t.Flush()
}
