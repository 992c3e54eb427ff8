package holiday_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
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
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// city has one store and a clock that the test moves; agencies are named after their states.
type city struct {
	engine store.Engine
	now    time.Time
}

// process is one program on the store of the city.
type process struct {
	*holiday.Calendar
	*holiday.Recompute
	cases *complaint.Cases
}

func (c *city) Filing(string) (string, bool, error) { return "S3", false, nil }
func (c *city) Known(string) bool                   { return true }
func (c *city) Chain(code string) []string          { return []string{code} }

type to string

func (a to) Route(routing.Question) routing.Decision {
	return routing.Decision{Agency: string(a), Category: "LPU01", Auto: true}
}

type silent struct{}

func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}

// onEachStore runs a test from Thursday 8 January 2026, 10:00 in Malaysia.
func onEachStore(t *testing.T, test func(t *testing.T, c *city)) {
	open := map[string]func(t *testing.T) (store.Engine, error){
		"SQLite": func(t *testing.T) (store.Engine, error) { return sqlite.Open(filepath.Join(t.TempDir(), "test.db")) },
		"MongoDB": func(t *testing.T) (store.Engine, error) {
			return mongo.Open(t.Context(), mongotest.Start(t), "respons")
		},
	}
	for name, open := range open {
		t.Run(name, func(t *testing.T) {
			e, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { e.Close() })
			if _, err := e.Prepare(t.Context(), []store.Collection{complaint.Collection, holiday.Collection}, false); err != nil {
				t.Fatal(err)
			}
			test(t, &city{engine: e, now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)})
		})
	}
}

// start begins a process with the reference data of a folder, through an engine.
func (c *city) start(t testing.TB, data fs.FS, e store.Engine) *process {
	t.Helper()
	var ms table.Mistakes
	book := sla.Load(data, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	rules := complaint.Rules{Book: book, States: func(agency string) []string { return []string{agency} }}
	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return c.now }
	k := &holiday.Calendar{Engine: e, Base: rules, Log: log, Now: now}
	u := &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: c.Chain}, Rules: rules, Calendars: k, Router: to("MY-10"),
		Catalogue: c, Register: c, Hints: silent{}, Now: now}
	return &process{k, &holiday.Recompute{Calendar: k, Cases: u, Every: time.Minute, Log: log}, u}
}

func (c *city) begin(t testing.TB) *process {
	t.Helper()
	p := c.start(t, configs.FS, c.engine)
	if err := p.Adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// route files a complaint and sends it to the agency of a state.
func (p *process) route(t testing.TB, state string) string {
	t.Helper()
	c, _, err := p.cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
	if err != nil {
		t.Fatal(err)
	}
	if p.cases.Router != to(state) {
		p.cases.Router = to(state)
	}
	if err := p.cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// resolveDue is the deadline as people write it, notes how often the history says that it moved.
func (p *process) resolveDue(t *testing.T, id string) (due string, notes int) {
	t.Helper()
	c, err := p.cases.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Events {
		if e.Action == complaint.Recompute {
			notes++
		}
	}
	return c.Promised().In(time.FixedZone("MYT", 8*3600)).Format("Mon 2 15:04"), notes
}

func (p *process) round(t testing.TB) {
	t.Helper()
	if err := p.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var administrator = complaint.By{Actor: complaint.Actor{Role: complaint.Administrator, ID: "admin"}}

// monday is a working day in Selangor and in Kelantan.
func monday(states ...string) holiday.Draft {
	d, err := sla.ParseDate("2026-01-12")
	if err != nil {
		panic(err)
	}
	return holiday.Draft{Date: d, States: states, NameMS: "Cuti Banjir", NameEN: "Flood holiday"}
}

func (p *process) declare(t testing.TB, states ...string) holiday.Holiday {
	t.Helper()
	h, err := p.Declare(t.Context(), monday(states...), administrator)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (p *process) progress(t *testing.T, h holiday.Holiday) holiday.Progress {
	t.Helper()
	got, err := p.Progress(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

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
	return b.Engine.Replace(ctx, collection, r)
}

func TestComplaintsStoredBeforeCalendarsHadRevisionsAreFound(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		id := c.start(t, configs.FS, before{c.engine}).route(t, "MY-10")
		p := c.begin(t)
		p.round(t)
		p.declare(t, "MY-10")
		p.round(t)
		if due, notes := p.resolveDue(t, id); due != "Wed 14 17:00" || notes != 1 {
			t.Errorf("due %s, %d notes", due, notes)
		}
	})
}

func TestWhatCannotBeDeclaredIsRefused(t *testing.T) {
	onEachStore(t, func(t *testing.T, c *city) {
		p := c.begin(t)
		p.declare(t, "MY-10", "MY-11")
		keyed := administrator
		keyed.Request = complaint.NewRequest("k", "admin", "first")
		first, err := p.Declare(t.Context(), monday("MY-03"), keyed)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := p.Declare(t.Context(), monday("MY-03"), keyed); err != nil || again.ID != first.ID {
			t.Errorf("the repeat: %s after %s, %v", again.ID, first.ID, err)
		}
		keyed.Request = complaint.NewRequest("k", "admin", "second")
		with := func(change func(*holiday.Draft)) holiday.Draft {
			d := monday("MY-01")
			change(&d)
			return d
		}
		for _, r := range []struct {
			name  string
			draft holiday.Draft
			by    complaint.By
			kind  fault.Kind
			says  string
		}{
			{"by an officer", monday("MY-01"), complaint.By{Actor: complaint.Actor{Role: complaint.Supervisor}}, fault.Forbidden, "only an administrator"},
			{"the day is taken in one of the states", monday("MY-09", "MY-11"), administrator, fault.Conflict, "2026-01-12 is a holiday (Cuti Banjir) in [MY-10 MY-11] already"},
			{"the day is taken in some state", monday("*"), administrator, fault.Conflict, "already"},
			{"another body under the same key", monday("MY-01"), keyed, fault.Mismatch, "Idempotency-Key"},
			{"no states", monday(), administrator, fault.Invalid, "states must name states"},
			{"a state that is none", monday("MY-17"), administrator, fault.Invalid, `"MY-17" is none of MY-01 to MY-16`},
			{"long ago", with(func(d *holiday.Draft) { d.Date -= 40 }), administrator, fault.Invalid, "date must lie between 2025-12-08 and 2028-01-10"},
			{"far ahead", with(func(d *holiday.Draft) { d.Date += 740 }), administrator, fault.Invalid, "date must lie between"},
			{"without a name", with(func(d *holiday.Draft) { d.NameEN = " " }), administrator, fault.Invalid, "name_en must not be empty"},
			{"a name that no screen has room for", with(func(d *holiday.Draft) { d.NameMS = strings.Repeat("a", 61) }), administrator, fault.Invalid, "name_ms has 61 characters"},
		} {
			if _, err := p.Declare(t.Context(), r.draft, r.by); !errors.Is(err, r.kind) || !strings.Contains(fmt.Sprint(err), r.says) {
				t.Errorf("%s: %v", r.name, err)
			}
		}
		if _, err := p.Withdraw(t.Context(), "nonsense", administrator.Actor); !errors.Is(err, fault.NotFound) {
			t.Errorf("withdraw what is not there: %v", err)
		}
		if list, err := p.All(t.Context()); err != nil || len(list) != 2 {
			t.Errorf("%d holidays, %v", len(list), err)
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
