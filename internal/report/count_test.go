package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/complaint"
	"respons/internal/report"
	"respons/internal/store/eachstore"
	"respons/internal/store/sqlite"
)

// Whatever happens to complaints, wherever writing is cut off, and however many processes count at once, the sums equal
// what the complaints add up to once it was tried again.
func TestRunningCountsEqualARecount(t *testing.T) {
	dir, run := eachstore.Folder(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		e, err := sqlite.Open(filepath.Join(dir, fmt.Sprint(run)))
		if err != nil {
			rt.Fatal(err)
		}
		defer e.Close()
		if _, err := e.Prepare(t.Context(), schema, false); err != nil {
			rt.Fatal(err)
		}
		var left atomic.Int64 // writes until the process dies; negative: it lives
		var after atomic.Bool
		left.Store(-1)
		f := &flaky{Engine: e, fails: func() int {
			switch n := left.Load(); {
			case n < 0:
				return 0
			case n == 0:
				if after.Swap(false) {
					return 2
				}
				return 1
			}
			left.Add(-1)
			return 0
		}}
		w := newTown(f)
		other := w.process(e) // on another machine, which does not die
		untold := map[string]bool{}
		for range rapid.IntRange(1, 12).Draw(rt, "changes") {
			id := fmt.Sprint("c", rapid.IntRange(0, 5).Draw(rt, "complaint"))
			c := w.list[id]
			if c == nil {
				c = file(id, noon.Add(-time.Duration(rapid.IntRange(0, 2000).Draw(rt, "hours"))*time.Hour))
			} else {
				c = happen(rt, c)
			}
			w.list[id], untold[id] = c, true
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(rt, "later")) * time.Hour)
			left.Store(int64(rapid.IntRange(-1, 12).Draw(rt, "dies after")))
			after.Store(rapid.Bool().Draw(rt, "carried out"))
			if w.Count(t.Context(), c) == nil {
				delete(untold, id)
			}
			w.Flush(t.Context())
			left.Store(-1) // the next one begins
			if rapid.Bool().Draw(rt, "other") {
				if err := other.Flush(t.Context()); err != nil {
					rt.Fatal(err)
				}
			}
		}
		for id := range untold { // the sweep tells again
			if err := w.Count(t.Context(), w.list[id]); err != nil {
				rt.Fatal(err)
			}
		}
		if err := w.Flush(t.Context()); err != nil {
			rt.Fatal(err)
		}
		found, err := w.Recount(t.Context(), false)
		if err != nil || found.Different != 0 || found.Waiting != 0 || found.Complaints != len(w.list) {
			rt.Fatalf("recount: %+v, %v; %d complaints", found, err, len(w.list))
		}
		counted(rt, w)
	})
}

// happen lets something happen to a complaint.
func happen(rt *rapid.T, c *complaint.Complaint) *complaint.Complaint {
	at := noon.Add(-time.Duration(rapid.IntRange(0, 500).Draw(rt, "ago")) * time.Hour)
	switch rapid.IntRange(0, 8).Draw(rt, "what") {
	case 0:
		c = move(c, complaint.Transfer, complaint.Routed, at)
		c.Agency = rapid.SampledFrom([]string{"MBPJ", "MBSA", "SUK-SGR", "JKR"}).Draw(rt, "agency")
	case 1:
		c = resolve(c, time.Duration(rapid.IntRange(0, 5000).Draw(rt, "took"))*time.Hour)
	case 2:
		c = new(*c)
		c.Secret = !c.Secret
	case 3:
		c = move(c, complaint.TakeOver, complaint.Triage, at)
		c.Agency = ""
	case 4:
		c = new(*c)
		c.Decision = new(*c.Decision)
		c.Decision.Spot.Lat = 3 + rapid.Float64Range(0, .5).Draw(rt, "lat")
	case 5:
		c = step(c, rapid.SampledFrom([]int{80, 100}).Draw(rt, "percent"), at, at)
	case 6:
		c = move(c, complaint.Reopen, complaint.InProgress, at)
		c.Clocks[0].Stopped = time.Time{}
	case 7:
		c = move(c, complaint.Return, complaint.Received, at)
		c.Agency, c.Hops = "", c.Hops+1
	case 8:
		c = move(c, complaint.Accept, complaint.Accepted, at)
		c.Assignee, c.Rating = "aina", rapid.IntRange(0, 5).Draw(rt, "rating")
	}
	return c
}

// counted compares some figures with a count of the complaints that knows nothing of how they are kept.
func counted(rt *rapid.T, w *town) {
	var open, restricted, done, inSelangor, overdue int64
	for _, c := range w.list {
		if c.Secret {
			restricted++
			continue
		}
		if _, ok := c.Mended(); ok {
			done++
		}
		if c.Agency == "MBPJ" || c.Agency == "MBSA" || c.Agency == "SUK-SGR" {
			inSelangor++
		}
		if c.State.Open() {
			open++
			if due := c.DueAt(); !due.IsZero() && !due.After(w.now) {
				overdue++
			}
		}
	}
	f, err := w.Figures(context.Background(), report.Everyone, "2000-01", "2026-12")
	if err != nil {
		rt.Fatal(err)
	}
	l, err := w.Live(context.Background(), report.Everyone)
	if err != nil {
		rt.Fatal(err)
	}
	s, err := w.Figures(context.Background(), "SUK-SGR", "2000-01", "2026-12")
	if err != nil {
		rt.Fatal(err)
	}
	got := fmt.Sprint(f.All.Received, f.All.Open, f.All.Mended, f.Restricted, l.All.Open, l.All.Overdue, s.All.Received)
	want := fmt.Sprint(int64(len(w.list))-restricted, open, done, restricted, open, overdue, inSelangor)
	if got != want {
		rt.Fatalf("received, open, mended, restricted, open, overdue, of Selangor: %s, want %s", got, want)
	}
}

// Several processes fold while complaints change and are noted twice.
func TestManyCountAtOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				other, rnd := w.process(w.Engine), rand.New(rand.NewPCG(uint64(i), 1))
				for n := range 20 {
					id := fmt.Sprint("c", rnd.IntN(8))
					w.mu.Lock()
					c := w.list[id]
					if c == nil {
						c = file(id, noon.Add(-time.Duration(rnd.IntN(100))*time.Hour))
					} else if rnd.IntN(2) == 0 {
						c = resolve(c, time.Duration(rnd.IntN(100))*time.Hour)
					} else {
						c = move(c, complaint.Transfer, complaint.Routed, noon)
						c.Agency = []string{"MBPJ", "MBSA", "JKR"}[rnd.IntN(3)]
					}
					w.list[id] = c
					w.mu.Unlock()
					for range 2 {
						if err := other.Count(context.Background(), c); err != nil {
							t.Error(err)
						}
					}
					if n%3 == 0 {
						if err := other.Flush(context.Background()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		w.fold(t)
		w.proven(t)
	})
}

// A complaint changes just after it was read for a block.
func TestWhatChangesMeanwhileIsFoldedAgain(t *testing.T) {
	w := newTown(eachstore.SQLite(t, schema))
	w.put(t, file("c1", noon.Add(-2*time.Hour)))
	find, changed := w.Find, false
	w.Find = func(ctx context.Context, id string) (*complaint.Complaint, error) {
		c, err := find(ctx, id)
		if !changed {
			changed = true
			w.put(t, resolve(c, time.Hour))
		}
		return c, err
	}
	w.fold(t)
	w.proven(t)
	if f, err := w.Figures(t.Context(), "MBPJ", "2026-11", "2026-11"); err != nil || f.All.Mended != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestARecountFindsAndRepairsWhatIsWrong(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		for i := range 12 {
			w.put(t, file(fmt.Sprint("c", i), noon.Add(-time.Hour)))
		}
		w.fold(t)
		w.proven(t)
		w.list["c3"] = resolve(w.list["c3"], time.Hour) // a change that nobody told of
		w.list["c99"] = file("c99", noon.Add(-time.Hour))
		rec, err := w.Engine.Get(t.Context(), report.Sheets.Name, "now/MBPJ") // somebody wrote into the store
		if err != nil {
			t.Fatal(err)
		}
		rec.Body, rec.Keys = []byte(`{"id":"now/MBPJ","sums":{"open":3,"x":1},"block":0}`), map[string]any{"kind": "sums"}
		if _, err := w.Engine.Replace(t.Context(), report.Sheets.Name, rec); err != nil {
			t.Fatal(err)
		}
		found, err := w.Recount(t.Context(), false)
		if err != nil || found.Different < 4 || found.Repaired || len(found.Differences) != found.Different {
			t.Fatalf("%+v, %v", found, err)
		}
		if found, err = w.Recount(t.Context(), true); err != nil || !found.Repaired {
			t.Fatalf("%+v, %v", found, err)
		}
		w.proven(t)
		l, err := w.Live(t.Context(), "MBPJ")
		if err != nil || l.All.Open != 12 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

// A recount that dies keeps the others waiting only for a while.
func TestARecountThatDiedLetsGo(t *testing.T) {
	w := newTown(eachstore.SQLite(t, schema))
	w.put(t, file("c1", noon.Add(-time.Hour)))
	w.proven(t)
	ctx, die := context.WithCancel(t.Context())
	pages := w.Pages
	w.Pages = func(ctx context.Context, after string) ([]*complaint.Complaint, string, error) {
		die()
		w.put(t, resolve(w.list["c1"], time.Hour)) // meanwhile
		if _, err := w.Recount(t.Context(), false); err == nil {
			t.Error("two recounts at once")
		}
		w.fold(t)
		if l, err := w.Live(t.Context(), "MBPJ"); err != nil || l.All.Open != 1 {
			t.Errorf("folded while a recount held it: %+v, %v", l, err)
		}
		panic("killed")
	}
	func() {
		defer func() { recover() }()
		w.Recount(ctx, true)
	}()
	w.Pages = pages
	w.fold(t)
	if l, _ := w.Live(t.Context(), "MBPJ"); l.All.Open != 1 {
		t.Error("folded before the hold was over")
	}
	w.now = w.now.Add(3 * time.Minute)
	w.fold(t)
	w.proven(t)
}

// What was disposed of stays in the figures, without its number.
func TestFiguresOutliveTheComplaints(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		w.put(t, resolve(file("c1", noon.Add(-100*time.Hour)), time.Hour), file("c2", noon.Add(-time.Hour)))
		w.fold(t)
		gone := w.list["c1"]
		delete(w.list, "c1")
		if err := w.Count(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		w.fold(t)
		found, err := w.Recount(t.Context(), false)
		if err != nil || found.Different != 0 || found.Complaints != 1 || found.Disposed != 1 {
			t.Errorf("%+v, %v", found, err)
		}
		f, err := w.Figures(t.Context(), "MBPJ", "2026-11", "2026-11")
		if err != nil || f.All.Received != 2 || f.All.Mended != 1 {
			t.Errorf("%+v, %v", f, err)
		}
		list, _, err := w.List(t.Context(), report.Filter{Branch: "MBPJ"}, "", 10)
		if err != nil || ids(list) != "[c2]" {
			t.Errorf("listed %s, %v", ids(list), err)
		}
		rec, err := w.Engine.Get(t.Context(), report.FactsCollection.Name, "c1")
		if err != nil || string(rec.Body) == "" {
			t.Fatal(err)
		}
		for _, x := range []string{"RR-c1", "spot"} {
			if strings.Contains(string(rec.Body), x) {
				t.Errorf("what is left says %q: %s", x, rec.Body)
			}
		}
	})
}

// A store of before is counted from the start, and again when the tree of agencies is another.
func TestEverythingIsCountedAnewForAnotherTree(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *town) {
		for i := range 20 {
			w.list[fmt.Sprint("c", i)] = file(fmt.Sprint("c", i), noon.Add(-time.Hour))
		}
		w.proven(t) // a recount catches up first
		if l, err := w.Live(t.Context(), "SUK-SGR"); err != nil || l.All.Open != 20 {
			t.Fatalf("%+v, %v", l, err)
		}
		w.Tree = func() string { return "another" }
		w.Chain = func(agency string) []string { return []string{agency, "KPKT"} }
		w.proven(t)
		for branch, want := range map[string]int64{"SUK-SGR": 0, "KPKT": 20, "MBPJ": 20} {
			if l, err := w.Live(t.Context(), branch); err != nil || l.All.Open != want {
				t.Errorf("%s: %+v, %v", branch, l, err)
			}
		}
	})
}
