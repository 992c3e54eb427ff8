package report_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/complaint"
	"respons/internal/duplicate"
	"respons/internal/fault"
	"respons/internal/report"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
)

var kl = time.FixedZone("MYT", 8*3600)

// town is a set of complaints that change, and the book that counts them.
type town struct {
	mu   sync.Mutex
	list map[string]*complaint.Complaint
	book *report.Book
}

func (w *town) find(_ context.Context, id string) (*complaint.Complaint, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.list[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "none")
	}
	x := *c
	return &x, nil
}

func (w *town) pages(context.Context, string) (out []*complaint.Complaint, next string, err error) {
	for _, c := range w.list {
		out = append(out, c)
	}
	return out, "", nil
}

// flaky fails now and then, before a write or after it was carried out.
type flaky struct {
	store.Engine
	fails func() int // 0: no, 1: before, 2: after
}

var errCut = errors.New("cut off")

func (f *flaky) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	how := f.fails()
	if how == 1 {
		return 0, errCut
	}
	rev, err := f.Engine.Replace(ctx, collection, r)
	if how == 2 && err == nil {
		err = errCut
	}
	return rev, err
}

func (f *flaky) Insert(ctx context.Context, collection string, r store.Record) error {
	how := f.fails()
	if how == 1 {
		return errCut
	}
	err := f.Engine.Insert(ctx, collection, r)
	if how == 2 && err == nil {
		err = errCut
	}
	return err
}

func newTown(t testing.TB, e store.Engine) *town {
	t.Helper()
	if _, err := e.Prepare(context.Background(), []store.Collection{report.Nodes, report.Entries}, false); err != nil {
		t.Fatal(err)
	}
	w := &town{list: map[string]*complaint.Complaint{}}
	w.book = &report.Book{Engine: e, Find: w.find, Zone: kl, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC) }}
	return w
}

func onEachStore(t *testing.T, fn func(t *testing.T, e store.Engine)) {
	t.Run("SQLite", func(t *testing.T) {
		e, err := sqlite.Open(filepath.Join(t.TempDir(), "figures.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		fn(t, e)
	})
	t.Run("MongoDB", func(t *testing.T) {
		e, err := mongo.Open(t.Context(), mongotest.Start(t), "figures")
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		fn(t, e)
	})
}

func point(v float64) *float64 { return &v }

// file makes a complaint in SS2 received at an instant.
func file(id string, at time.Time) *complaint.Complaint {
	return &complaint.Complaint{ID: id, Kind: complaint.Complain, State: complaint.Routed, Agency: "MBPJ", Category: "JLN01", Place: "MY-10", Received: at, Rev: 1,
		Location: complaint.Location{Lat: point(3.1186), Lon: point(101.6221), Accuracy: 15}, Sign: new(duplicate.Sign)}
}

func resolve(c *complaint.Complaint, after time.Duration) {
	c.Events = append(c.Events, complaint.Event{Action: complaint.Resolve, From: c.State, To: complaint.Resolved, At: c.Received.Add(after)})
	c.State = complaint.Resolved
	c.Rev++
}

func TestFiguresOfAnAgency(t *testing.T) {
	onEachStore(t, func(t *testing.T, e store.Engine) {
		w := newTown(t, e)
		midnight := time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC) // in Malaysia the first of November
		for i := range 12 {
			c := file(fmt.Sprintf("c%02d", i), midnight.Add(time.Duration(i-1)*time.Second)) // the first one a second before
			switch {
			case i < 6:
				resolve(c, time.Duration(i+1)*13*time.Hour)
			case i == 6:
				c.Clocks = []complaint.Clock{{Name: sla.Resolve, Breached: midnight}}
			case i == 7:
				c.Clocks = []complaint.Clock{{Name: sla.Accept, Breached: midnight}} // no promise to the citizen
			case i == 8:
				c.Secret = true
			case i == 9:
				c.Agency, c.State = "", complaint.Triage
			}
			w.list[c.ID] = c
			for range 2 { // told twice, counted once
				if err := w.book.Count(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.book.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := w.book.Figures(t.Context(), []string{"MBPJ", report.Desk}, func(a string) bool { return a == "MBPJ" }, "2026-11", "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		r := f.All
		if r.Received != 9 || r.Open != 4 || r.Mended != 5 || r.Late != 1 || f.Restricted != 1 || len(f.Agencies) != 1 || len(f.Months) != 1 {
			t.Errorf("%+v, restricted %d, agencies %v, months %v", r, f.Restricted, f.Agencies, f.Months)
		}
		if within, ok := r.Within(.5); !ok || within != 72*time.Hour {
			t.Errorf("half within %v, %v (of %v)", within, ok, r.Took)
		}
		if all, err := w.book.Figures(t.Context(), []string{"MBPJ", report.Desk}, func(string) bool { return true }, "2026-10", "2026-11"); err != nil || all.All.Received != 11 || len(all.Months) != 2 {
			t.Errorf("October and the desk as well: %+v, %v", all.All, err)
		}
		cells, err := w.book.Cells(t.Context(), report.Tile{Z: 8, X: 200, Y: 125})
		if err != nil || len(cells) != 1 || cells[0].Count != 11 {
			t.Errorf("clusters %+v, %v", cells, err)
		}
		ids, err := w.book.Recent(t.Context(), "MBPJ", 3)
		if err != nil || fmt.Sprint(ids) != "[c11 c10 c07]" {
			t.Errorf("the latest are %v, %v", ids, err)
		}
		same, err := w.book.Recount(t.Context(), w.pages, false)
		if err != nil || same.Different != 0 || same.Nodes == 0 || same.Complaints != 12 {
			t.Errorf("recount: %+v, %v", same, err)
		}
	})
}

// Whatever happens to complaints, and wherever counting is cut off, the sums equal a recount once it was tried again.
func TestRunningCountsEqualARecount(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "figures.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		cut := 0
		f := &flaky{Engine: e, fails: func() int { return cut }}
		w := newTown(t, f)
		w.book.Zone = time.FixedZone(fmt.Sprint(run), 8*3600)
		prefix := fmt.Sprintf("r%d-", run)
		untold := map[string]bool{}
		for range rapid.IntRange(1, 25).Draw(rt, "changes") {
			id := prefix + fmt.Sprint(rapid.IntRange(0, 4).Draw(rt, "complaint"))
			c := w.list[id]
			if c == nil {
				c = file(id, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "hours"))*time.Hour))
				c.Agency = prefix + c.Agency
			} else {
				c = new(*c)
				c.Rev++
				switch rapid.IntRange(0, 4).Draw(rt, "move") {
				case 0:
					c.Agency = prefix + rapid.SampledFrom([]string{"MBPJ", "MBSA", "JKR"}).Draw(rt, "agency")
				case 1:
					resolve(c, time.Hour)
				case 2:
					c.Secret = !c.Secret
				case 3:
					c.State, c.Agency = complaint.Triage, ""
				case 4:
					c.Location.Lat = point(3.0 + rapid.Float64Range(0, .5).Draw(rt, "lat"))
				}
			}
			w.list[id] = c
			untold[id] = true
			cut = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(rt, "cut")
			if w.book.Count(t.Context(), id) == nil {
				delete(untold, id)
			}
			w.book.Flush(t.Context()) // may be cut off as well
		}
		cut = 0
		for id := range untold { // the sweep tells again
			if err := w.book.Count(t.Context(), id); err != nil {
				rt.Fatal(err)
			}
		}
		agencies := []string{prefix + "MBPJ", prefix + "MBSA", prefix + "JKR"}
		if err := w.book.Flush(t.Context()); err != nil {
			rt.Fatal(err)
		}
		got, err := w.book.Figures(t.Context(), agencies, func(string) bool { return true }, "0000-00", "9999-99")
		if err != nil {
			rt.Fatal(err)
		}
		var want, restricted, done int64
		for _, c := range w.list {
			switch {
			case c.Agency == "":
			case c.Secret:
				restricted++
			default:
				want++
				if _, ok := c.Mended(); ok {
					done++
				}
			}
		}
		if got.All.Received != want || got.Restricted != restricted || got.All.Mended != done {
			rt.Fatalf("received %d, restricted %d, mended %d; want %d, %d, %d", got.All.Received, got.Restricted, got.All.Mended, want, restricted, done)
		}
	})
}

func TestARecountFindsAndRepairsWhatIsWrong(t *testing.T) {
	onEachStore(t, func(t *testing.T, e store.Engine) {
		w := newTown(t, e)
		for i := range 6 {
			c := file(fmt.Sprint("c", i), time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC))
			w.list[c.ID] = c
			if i != 5 { // one that nobody counted
				if err := w.book.Count(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		delete(w.list, "c0") // one that is no more
		found, err := w.book.Recount(t.Context(), w.pages, false)
		if err != nil || found.Different == 0 || len(found.Differences) == 0 || found.Repaired {
			t.Fatalf("%+v, %v", found, err)
		}
		if found, err = w.book.Recount(t.Context(), w.pages, true); err != nil || !found.Repaired {
			t.Fatalf("%+v, %v", found, err)
		}
		if found, err = w.book.Recount(t.Context(), w.pages, false); err != nil || found.Different != 0 {
			t.Errorf("after the repair: %+v, %v", found, err)
		}
	})
}

// Two that count different states of one complaint at once leave it counted once, as the later one.
func TestTheLaterStateCounts(t *testing.T) {
	onEachStore(t, func(t *testing.T, e store.Engine) {
		w := newTown(t, e)
		c := file("c1", time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC))
		w.list["c1"] = c
		var at sync.WaitGroup
		for i := range 8 {
			at.Go(func() {
				w.mu.Lock()
				next := new(*w.list["c1"])
				next.Rev++
				next.Agency = []string{"MBPJ", "MBSA"}[i%2]
				w.list["c1"] = next
				w.mu.Unlock()
				if err := w.book.Count(context.Background(), "c1"); err != nil {
					t.Error(err)
				}
			})
		}
		at.Wait()
		if found, err := w.book.Recount(t.Context(), w.pages, false); err != nil || found.Different != 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

func TestSmallFiguresAreNotTold(t *testing.T) {
	for n, want := range map[int64]int64{0: -1, 4: -1, 5: 5, 7: 5, 8: 10, 12: 10, 13: 15, 1000: 1000} {
		got := int64(-1)
		if p := report.Told(n); p != nil {
			got = *p
		}
		if got != want {
			t.Errorf("%d is told as %d, want %d", n, got, want)
		}
	}
}

func TestPlacesAreRoundedToFiftyMetres(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(.9, 7.4).Draw(t, "lat"), rapid.Float64Range(99, 119).Draw(t, "lon")
		la, lo := report.Rounded(lat, lon)
		north, eastward := math.Abs(la-lat)*111_195, math.Abs(lo-lon)*111_195*math.Cos(lat*math.Pi/180)
		if north > 25.1 || eastward > 25.1 {
			t.Fatalf("%f,%f is moved by %.1f m and %.1f m", lat, lon, north, eastward)
		}
		a, b := report.Rounded(la, lo)
		if math.Abs(a-la) > 1e-6 || math.Abs(b-lo) > 1e-6 {
			t.Fatalf("%f,%f is rounded again to %f,%f", la, lo, a, b)
		}
	})
}
