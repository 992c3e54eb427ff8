package report_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/report"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

var kl = time.FixedZone("MYT", 8*3600)

// noon is when tests look at the figures: 12:00 in Malaysia on a Thursday.
var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

// town is a set of complaints that change, and the book that counts them.
type town struct {
	mu   sync.Mutex
	now  time.Time
	list map[string]*complaint.Complaint
	*report.Book
}

var schema = []store.Collection{report.FactsCollection, report.Sheets, report.Head}

func newTown(e store.Engine) *town {
	w := &town{now: noon, list: map[string]*complaint.Complaint{}}
	w.Book = w.process(e)
	return w
}

// process is another process that counts the same complaints on the same store.
func (w *town) process(e store.Engine) *report.Book {
	above := map[string]string{"MBPJ": "SUK-SGR", "MBSA": "SUK-SGR"}
	return &report.Book{Engine: e, Find: w.find, Pages: w.pages, Tree: func() string { return "test" }, Zone: kl, Log: slog.New(slog.DiscardHandler),
		Chain: func(agency string) []string {
			if above[agency] != "" {
				return []string{agency, above[agency]}
			}
			return []string{agency}
		},
		Parent: func(agency string) bool { return agency == "SUK-SGR" },
		Public: func(c *complaint.Complaint) bool { return !c.Secret && c.Agency != "" },
		Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.now
		}}
}

func (w *town) find(_ context.Context, id string) (*complaint.Complaint, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.list[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "none")
	}
	return new(*c), nil
}

func (w *town) pages(_ context.Context, after string) (out []*complaint.Complaint, next string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.list {
		if c.State != complaint.Received && c.ID > after {
			out = append(out, new(*c))
		}
	}
	slices.SortFunc(out, func(a, b *complaint.Complaint) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
	if len(out) > 7 {
		out, next = out[:7], out[6].ID
	}
	return out, next, nil
}

// put stores a complaint as it is now and notes it, as telling its events does.
func (w *town) put(t testing.TB, list ...*complaint.Complaint) {
	t.Helper()
	for _, c := range list {
		w.mu.Lock()
		w.list[c.ID] = c
		w.mu.Unlock()
		if err := w.Count(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *town) fold(t testing.TB) {
	t.Helper()
	if err := w.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// proven says that the running counts equal a recount.
func (w *town) proven(t testing.TB) {
	t.Helper()
	found, err := w.Recount(context.Background(), false)
	if err != nil || found.Different != 0 || found.Waiting != 0 {
		t.Fatalf("recount: %+v, %v", found, err)
	}
}

func onEachStore(t *testing.T, fn func(t *testing.T, w *town)) {
	eachstore.Run(t, schema, func(t *testing.T, e store.Engine) { fn(t, newTown(e)) })
}

// file makes a pothole in SS2 that MBPJ was sent, to be mended within three days.
func file(id string, at time.Time) *complaint.Complaint {
	return &complaint.Complaint{ID: id, Number: "RR-" + id, Kind: complaint.Complain, State: complaint.Routed, Agency: "MBPJ", Category: "JLN01", Class: "S1", Place: "MY-10", Received: at,
		Decision: &routing.Decision{Place: routing.Place{State: "MY-10", District: "Petaling"}, Spot: routing.Spot{Lat: 3.1186, Lon: 101.6221, Radius: 15}},
		Events:   []complaint.Event{{Action: complaint.Receive, To: complaint.Received, At: at}, {Action: complaint.Route, From: complaint.Received, To: complaint.Routed, At: at, Agency: "MBPJ"}},
		Clocks:   []complaint.Clock{{Name: sla.Resolve, Start: at, Due: at.Add(72 * time.Hour)}}}
}

// move gives a copy to which something happened.
func move(c *complaint.Complaint, a complaint.Action, to complaint.State, at time.Time) *complaint.Complaint {
	c = new(*c)
	c.Events = append(slices.Clone(c.Events), complaint.Event{Action: a, From: c.State, To: to, At: at, Agency: c.Agency,
		Actor: complaint.Actor{Role: complaint.Officer}, Note: "…"})
	c.State, c.Clocks = to, slices.Clone(c.Clocks)
	if !to.Open() {
		for i := range c.Clocks {
			c.Clocks[i].Stopped = at
		}
	}
	return c
}

func resolve(c *complaint.Complaint, after time.Duration) *complaint.Complaint {
	return move(c, complaint.Resolve, complaint.Resolved, c.Received.Add(after))
}

// step records that a part of a clock's time was over.
func step(c *complaint.Complaint, percent int, at, due time.Time) *complaint.Complaint {
	c = move(c, complaint.Step, c.State, at)
	e := &c.Events[len(c.Events)-1]
	e.Clock, e.Percent, e.Due, e.Actor, e.Note = sla.Resolve, percent, due, complaint.Actor{Role: complaint.System}, ""
	return c
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

func ids(list []report.Listed) string {
	var out []string
	for _, x := range list {
		out = append(out, x.ID)
	}
	return fmt.Sprint(out)
}
