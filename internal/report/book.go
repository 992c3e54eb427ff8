package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Book keeps the figures. What changed is noted with Count and then folded into the sums a few seconds later, many changes
// in one step; see fold.go for why nothing is counted twice or lost.
type Book struct {
	Engine store.Engine
	Find   func(ctx context.Context, id string) (*complaint.Complaint, error) // the complaint as it stands now
	Pages  Pages                                                              // all of them
	Chain  func(agency string) []string                                       // the agency and all above it
	Parent func(agency string) bool                                           // whether agencies stand below it
	Public func(c *complaint.Complaint) bool                                  // whether anybody may see place and text
	Tree   func() string                                                      // names who stands below whom; when it changes, everything is counted anew
	Zone   *time.Location                                                     // whose days are counted
	Log    *slog.Logger
	Now    func() time.Time

	histories histories
	read      remembered
}

// entry is the document of one complaint: its facts as they were counted, and whether it has to be counted again.
type entry struct {
	ID    string `json:"id"`
	Facts *Facts `json:"facts,omitempty"` // nil: not counted yet
	Block int64  `json:"block,omitempty"` // that counted it last
	Noted int64  `json:"noted,omitempty"` // how often it was noted as changed
	Dirty bool   `json:"dirty,omitempty"` // it was noted since
	Gone  bool   `json:"gone,omitempty"`  // the complaint was disposed of; its figures stay

	When time.Time `json:"when,omitzero"` // Dirty: not to be counted before
	rev  int64
}

// FactsCollection is how facts are stored, and lists of complaints found.
var FactsCollection = store.Collection{Name: "facts", Indexes: []store.Index{
	{Name: "next", Fields: []string{"next"}},                            // by when it has to be counted again
	{Name: "all", Fields: []string{"known"}},                            // by when it was received
	{Name: "open", Fields: []string{"branch", "due"}, Multi: true},      // open ones, the earliest deadline first
	{Name: "facet", Fields: []string{"facet", "received"}, Multi: true}, // by what they have in common
}}

// Count notes that a complaint changed. It is called at least once after every change; again is harmless.
func (b *Book) Count(ctx context.Context, c *complaint.Complaint) error {
	if c.State == complaint.Received && c.Hops == 0 {
		return nil // it counts for nobody yet
	}
	return b.note(ctx, c.ID, time.Time{})
}

// Later notes that a complaint changes within a moment, for changes that nothing tells of afterwards. One that was never
// counted is left alone.
func (b *Book) Later(ctx context.Context, id string) error {
	e, err := b.entry(ctx, id)
	if err != nil || e.rev == 0 {
		return err
	}
	return b.note(ctx, id, b.Now().Add(time.Minute))
}

func (b *Book) note(ctx context.Context, id string, when time.Time) error {
	err := retry(func() error {
		e, err := b.entry(ctx, id)
		if err != nil {
			return err
		}
		if !e.Dirty || when.Before(e.When) {
			e.When = when
		}
		e.Dirty, e.Noted = true, e.Noted+1
		return b.keep(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("count %s: %w", id, err)
	}
	return nil
}

func (b *Book) entry(ctx context.Context, id string) (*entry, error) {
	e := &entry{ID: id}
	rec, err := b.Engine.Get(ctx, FactsCollection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return e, nil
	}
	if err != nil {
		return nil, err
	}
	return readEntry(rec)
}

func readEntry(rec store.Record) (*entry, error) {
	e := new(entry)
	if err := json.Unmarshal(rec.Body, e); err != nil {
		return nil, fmt.Errorf("decode facts of %s: %w", rec.ID, err)
	}
	e.rev = rec.Rev
	return e, nil
}

func (b *Book) keep(ctx context.Context, e *entry) error {
	rec, err := b.record(e)
	if err != nil {
		return err
	}
	return put(ctx, b.Engine, FactsCollection.Name, rec)
}

func (b *Book) record(e *entry) (store.Record, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode facts of %s: %w", e.ID, err)
	}
	keys := store.Keys{"known": int64(0)}
	if e.Dirty {
		keys["next"] = max(0, e.When.UnixMilli())
	} else if e.Facts != nil && e.Facts.Over.IsZero() && !e.Gone {
		if at := e.Facts.wakes(b.Zone); !at.IsZero() {
			keys["next"] = at.UnixMilli()
		}
	}
	if f := e.Facts; f != nil {
		keys["known"] = f.Received.UnixMilli()
		if !f.Secret && !e.Gone {
			keys["facet"], keys["received"] = f.facets(), f.Received.UnixMilli()
			if f.Over.IsZero() {
				keys["branch"], keys["due"] = f.Branches, f.sortDue()
			}
		}
	}
	return store.Record{ID: e.ID, Rev: e.rev, Body: body, Keys: keys}, nil
}

// put inserts or replaces; fault.Stale where somebody was faster.
func put(ctx context.Context, e store.Engine, collection string, rec store.Record) error {
	if rec.Rev > 0 {
		_, err := e.Replace(ctx, collection, rec)
		return err
	}
	err := e.Insert(ctx, collection, rec)
	if errors.Is(err, fault.Duplicate) {
		return fault.Wrap(fault.Stale, err, "somebody else made it first")
	}
	return err
}

// retry repeats what somebody else was faster at.
func retry(fn func() error) (err error) {
	for range 20 {
		if err = fn(); !errors.Is(err, fault.Stale) {
			return err
		}
	}
	return err
}
