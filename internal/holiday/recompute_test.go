package holiday_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/holiday"
	"respons/internal/store"
	"respons/internal/store/sqlite"
)

// dying is a store that stops taking changes of complaints after some, as for a process that is killed.
type dying struct {
	store.Engine
	left atomic.Int64
}

func (d *dying) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if collection == complaint.Collection.Name && d.left.Add(-1) < 0 {
		return 0, fault.New(fault.Unavailable, "killed")
	}
	return d.Engine.Replace(ctx, collection, r)
}

func TestRecomputingGoesOnWhereAKilledProcessStopped(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		p := c.begin(t)
		p.round(t)
		var ids []string
		for range 30 {
			ids = append(ids, p.route(t, "MY-10"))
		}
		elsewhere := p.route(t, "MY-13")
		engine := &dying{Engine: c.engine}
		engine.left.Store(10)
		killed := c.start(t, configs.FS, engine)
		h := killed.declare(t, "MY-10", "MY-03", "MY-10")
		if err := killed.Once(t.Context()); err == nil {
			t.Fatal("the process was not killed")
		}
		if got := p.progress(t, h); got != (holiday.Progress{Total: 30, Done: 10, Affected: 10}) {
			t.Errorf("half way %+v", got)
		}
		next := c.begin(t)
		next.round(t)
		next.round(t)
		if got := next.progress(t, h); got != (holiday.Progress{Total: 30, Done: 30, Affected: 30, Finished: true}) {
			t.Errorf("in the end %+v", got)
		}
		for _, id := range ids {
			if due, notes := next.resolveDue(t, id); due != "Wed 14 17:00" || notes != 1 {
				t.Fatalf("due %s, %d notes", due, notes)
			}
		}
		if due, notes := next.resolveDue(t, elsewhere); due != "Tue 13 17:00" || notes != 0 {
			t.Errorf("elsewhere due %s, %d notes", due, notes)
		}
	})
}

func TestAnotherProcessLearnsOfAHolidayAndWhatItMissedIsMadeGood(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		p, other := c.begin(t), c.begin(t)
		before := other.route(t, "MY-10")
		h := p.declare(t, "*")
		meanwhile := other.route(t, "MY-10") // within the second in which it does not know
		if due, _ := other.resolveDue(t, meanwhile); due != "Tue 13 17:00" {
			t.Fatalf("due %s: the test does not show what it is for", due)
		}
		if got := p.progress(t, h); got.Finished || got.Done != 0 {
			t.Errorf("%+v", got)
		}
		c.now = c.now.Add(time.Second)
		if due, _ := other.resolveDue(t, other.route(t, "MY-10")); due != "Wed 14 17:00" {
			t.Errorf("a second later it computes %s", due)
		}
		// A move that comes before the background leaves the same note.
		if _, err := other.cases.Accept(t.Context(), before, "kami datang", complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "o", Agency: "MY-10"}}); err != nil {
			t.Fatal(err)
		}
		p.round(t)
		for _, id := range []string{before, meanwhile} {
			if due, notes := p.resolveDue(t, id); due != "Wed 14 17:00" || notes != 1 {
				t.Errorf("due %s, %d notes", due, notes)
			}
		}
		if got := p.progress(t, h); !got.Finished || got.Affected != 2 {
			t.Errorf("%+v", got)
		}
	})
}

func TestAWithdrawnHolidayCountsAgain(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		p := c.begin(t)
		id := p.route(t, "MY-10")
		h := p.declare(t, "MY-10")
		p.round(t)
		for range 2 { // again is harmless
			var err error
			if h, err = p.Withdraw(t.Context(), h.ID, administrator.Actor); err != nil {
				t.Fatal(err)
			}
		}
		p.round(t)
		if due, notes := p.resolveDue(t, id); due != "Tue 13 17:00" || notes != 2 {
			t.Errorf("due %s, %d notes", due, notes)
		}
		if got := p.progress(t, h); got != (holiday.Progress{Total: 1, Done: 1, Affected: 1, Finished: true}) {
			t.Errorf("%+v", got)
		}
		p.declare(t, "MY-10") // the day is free again
		if list, err := p.All(t.Context()); err != nil || len(list) != 2 || list[1].Withdrawn == nil || list[0].Withdrawn != nil {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// changedData is the shipped reference data with another text in a file.
func changedData(t *testing.T, file, old, new string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"weekends.csv", "office_hours.csv", "holidays.csv", "sla_classes.csv", "ladder.csv"} {
		content, err := configs.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(content), old) {
				t.Fatalf("%s has no %q", file, old)
			}
			content = []byte(strings.Replace(string(content), old, new, 1))
		}
		out[name] = &fstest.MapFile{Data: content}
	}
	return out
}

func TestChangedClassesReachOpenDeadlinesAlthoughAnOlderDeploymentStillRuns(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		old := c.begin(t)
		old.round(t)
		id := old.route(t, "MY-10")
		next := c.start(t, changedData(t, "sla_classes.csv", "working_days,3,false,false,\"Single lamp", "working_days,5,false,false,\"Single lamp"), c.engine)
		if err := next.Adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
		next.round(t)
		if due, notes := next.resolveDue(t, id); due != "Thu 15 17:00" || notes != 1 {
			t.Errorf("due %s, %d notes", due, notes)
		}
		c.now = c.now.Add(2 * time.Second)
		stale := old.route(t, "MY-10") // by the older deployment, with its classes
		old.round(t)
		if due, _ := old.resolveDue(t, id); due != "Thu 15 17:00" {
			t.Errorf("the older deployment made it %s again", due)
		}
		next.round(t)
		if due, notes := next.resolveDue(t, stale); due != "Thu 15 17:00" || notes != 1 {
			t.Errorf("due %s, %d notes", due, notes)
		}
		if err := next.Adopt(t.Context()); err != nil { // nothing changed: nothing to do
			t.Fatal(err)
		}
	})
}

func TestAClassThatIsGoneLeavesItsPromisesStanding(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		id := c.begin(t).route(t, "MY-10")
		next := c.start(t, changedData(t, "sla_classes.csv", "\nS3,", "\nS4,"), c.engine)
		if err := next.Adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
		next.round(t)
		if due, notes := next.resolveDue(t, id); due != "Tue 13 17:00" || notes != 0 {
			t.Errorf("due %s, %d notes", due, notes)
		}
	})
}

func TestAChangedLadderSetsTimersAnew(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		id := c.begin(t).route(t, "MY-10")
		timer := func(p *process) time.Time {
			got, err := p.cases.Store.ByID(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return got.NextTimer
		}
		// Without steps below 100 percent the first thing to come of resolve alone is later.
		next := c.start(t, changedData(t, "ladder.csv", "*,*,*,50,", "*,*,resolve,100,supervisor,breach,\n*,*,first_response,100,supervisor,breach,\n*,*,accept,100,supervisor,breach,\n*,*,*,50,"), c.engine)
		if err := next.Adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := next.cases.Accept(t.Context(), id, "kami datang", complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "o", Agency: "MY-10"}}); err != nil {
			t.Fatal(err)
		}
		if got, want := timer(next), time.Date(2026, 1, 13, 9, 0, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("next timer %s, want %s", got, want)
		}
	})
}

// before is a store as an earlier program wrote it: complaints cannot be found by their calendar.
type before struct{ store.Engine }

func (b before) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	delete(r.Keys, "office")
	delete(r.Keys, "calendar")
	delete(r.Keys, "began")
	return b.Engine.Replace(ctx, collection, r)
}

func TestComplaintsStoredBeforeCalendarsHadRevisionsAreFound(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		earlier := c.start(t, configs.FS, before{c.engine})
		id, closed := earlier.route(t, "MY-10"), earlier.route(t, "MY-10")
		if _, err := earlier.cases.Withdraw(t.Context(), closed, "", complaint.By{Actor: complaint.Actor{Role: complaint.System}}); err != nil {
			t.Fatal(err)
		}
		p := c.begin(t)
		p.round(t)
		p.declare(t, "MY-10")
		p.round(t)
		if due, notes := p.resolveDue(t, id); due != "Wed 14 17:00" || notes != 1 {
			t.Errorf("due %s, %d notes", due, notes)
		}
		list, _, err := p.cases.Store.Find(t.Context(), store.Query{Index: "period"})
		if err != nil || len(list) != 2 {
			t.Errorf("%d complaints of all periods, %v", len(list), err)
		}
		was := list[0].Rev
		p.round(t) // once is enough
		if list, _, err = p.cases.Store.Find(t.Context(), store.Query{Index: "period"}); err != nil || list[0].Rev != was {
			t.Errorf("stored again: revision %d after %d, %v", list[0].Rev, was, err)
		}
	})
}

func BenchmarkRecompute(b *testing.B) {
	e, err := sqlite.Open(filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Prepare(b.Context(), []store.Collection{complaint.Collection, holiday.Collection}, false); err != nil {
		b.Fatal(err)
	}
	const many = 2000
	c := &city{engine: e, now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)}
	p := c.begin(b)
	var all errgroup.Group
	all.SetLimit(64)
	for range many {
		all.Go(func() error { p.route(b, "MY-10"); return nil })
	}
	all.Wait()
	for b.Loop() {
		b.StopTimer()
		h := p.declare(b, "MY-10")
		b.StartTimer()
		if err := p.Once(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if _, err := p.Withdraw(b.Context(), h.ID, administrator.Actor); err != nil {
			b.Fatal(err)
		}
		p.round(b)
		b.StartTimer()
	}
	b.ReportMetric(many*float64(b.N)/b.Elapsed().Seconds(), "complaints/s")
}
