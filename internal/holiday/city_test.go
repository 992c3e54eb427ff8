package holiday_test

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
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
	book, may := sla.Load(data, &ms), access.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	rules := complaint.Rules{Book: book, States: func(agency string) []string { return []string{agency} }}
	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return c.now }
	k := &holiday.Calendar{Engine: e, Base: rules, Log: log, Now: now}
	u := &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: c.Chain}, Rules: rules, Calendars: k, Router: to("MY-10"),
		Catalogue: c, Register: c, Access: may, Hints: silent{}, Now: now}
	return &process{k, &holiday.Recompute{Calendar: k, Cases: u, Log: log}, u}
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
