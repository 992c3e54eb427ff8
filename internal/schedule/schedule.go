// Package schedule sends people the report that they asked for, day by day, week by week or month by month.
package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Collection holds one plan for each person, under their id.
var Collection = store.Collection{Name: "schedules", Indexes: []store.Index{{Name: "next", Fields: []string{"next"}}}}

// Rhythms are how often a report comes: each day, each Monday, each first of the month.
var Rhythms = []string{"daily", "weekly", "monthly"}

// Plan is when somebody gets which report.
type Plan struct {
	Person string    `json:"person"`
	Every  string    `json:"every"`
	Hour   int       `json:"hour"`             // 0 to 23, Malaysia's time
	Agency string    `json:"agency,omitempty"` // whose figures; empty: all that the person looks after
	Next   time.Time `json:"next"`             // UTC
	Last   time.Time `json:"last,omitzero"`    // when one was sent; zero: none yet
	Tries  int       `json:"tries,omitempty"`  // in vain, of the present one
}

// following is the first moment of the plan's rhythm after now.
func (p Plan) following(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	for day := 0; ; day++ {
		at := time.Date(y, m, d+day, p.Hour, 0, 0, 0, zone)
		switch {
		case !at.After(now), p.Every == "weekly" && at.Weekday() != time.Monday, p.Every == "monthly" && at.Day() != 1:
			continue
		}
		return at.UTC()
	}
}

// Begins is the beginning of the time that a report at an instant looks back on.
func (p Plan) Begins(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	switch p.Every {
	case "weekly":
		return at.AddDate(0, 0, -7)
	case "monthly":
		return at.AddDate(0, -1, 0)
	}
	return at.AddDate(0, 0, -1)
}

const (
	mostTries = 5
	retry     = 10 * time.Minute
)

// Book keeps the plans and carries them out.
type Book struct {
	Engine store.Engine
	Zone   *time.Location
	Send   func(ctx context.Context, p Plan) error // fault.Forbidden: the person gets no report any more
	Log    *slog.Logger
	Now    func() time.Time
}

// Of gives somebody's plan; fault.NotFound where they have none.
func (b *Book) Of(ctx context.Context, person string) (Plan, error) {
	p, _, err := b.read(ctx, person)
	if errors.Is(err, fault.NotFound) {
		return p, fault.New(fault.NotFound, "no report is scheduled for you")
	}
	return p, err
}

// Put keeps a plan in the place of the person's former one.
func (b *Book) Put(ctx context.Context, p Plan) (Plan, error) {
	if !slices.Contains(Rhythms, p.Every) || p.Hour < 0 || p.Hour > 23 {
		return p, fault.New(fault.Invalid, "a report comes daily, weekly or monthly, at an hour from 0 to 23")
	}
	p.Next, p.Tries = p.following(b.Now(), b.Zone), 0
	for range 5 {
		was, rev, err := b.read(ctx, p.Person)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return p, err
		}
		p.Last = was.Last
		if err = b.keep(ctx, p, rev); !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) {
			return p, err
		}
	}
	return p, fault.New(fault.Unavailable, "the plan is being changed elsewhere; please try again")
}

// Drop ends somebody's reports; again is harmless.
func (b *Book) Drop(ctx context.Context, person string) error {
	err := b.Engine.Delete(ctx, Collection.Name, person, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Once sends every report that is due. Its next moment is stored before it is sent, so that no two processes send it; one
// that a process died over is not sent.
func (b *Book) Once(ctx context.Context) error {
	page, err := b.Engine.Find(ctx, Collection.Name, store.Query{Index: "next", To: b.Now().UnixMilli() + 1, Limit: 100})
	if err != nil {
		return err
	}
	for _, rec := range page.Records {
		var p Plan
		if err := json.Unmarshal(rec.Body, &p); err != nil {
			return fmt.Errorf("decode plan of %s: %w", rec.ID, err)
		}
		if p.Next.After(b.Now()) {
			continue
		}
		if err := b.send(ctx, p, rec.Rev); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) send(ctx context.Context, p Plan, rev int64) error {
	now := b.Now().UTC()
	due := p
	p.Next = p.following(now, b.Zone)
	tries := p.Tries
	p.Tries = 0
	if err := b.keep(ctx, p, rev); err != nil {
		if errors.Is(err, fault.Stale) {
			return nil // another process sends it
		}
		return err
	}
	err := b.Send(ctx, due)
	switch {
	case err == nil:
		p.Last = now
	case errors.Is(err, fault.Forbidden), errors.Is(err, fault.NotFound):
		b.Log.WarnContext(ctx, "a scheduled report ends", "person", p.Person, "err", err)
		return b.Drop(ctx, p.Person)
	case tries+1 >= mostTries:
		b.Log.ErrorContext(ctx, "a scheduled report is left out", "person", p.Person, "err", err)
	default:
		b.Log.WarnContext(ctx, "a scheduled report is tried again", "person", p.Person, "err", err)
		p.Next, p.Tries = now.Add(retry), tries+1
	}
	if err := b.keep(ctx, p, rev+1); err != nil && !errors.Is(err, fault.Stale) { // the person may have changed it meanwhile
		return err
	}
	return nil
}

func (b *Book) read(ctx context.Context, person string) (p Plan, rev int64, err error) {
	rec, err := b.Engine.Get(ctx, Collection.Name, person)
	if err != nil {
		return p, 0, err
	}
	if err := json.Unmarshal(rec.Body, &p); err != nil {
		return p, 0, fmt.Errorf("decode plan of %s: %w", person, err)
	}
	return p, rec.Rev, nil
}

func (b *Book) keep(ctx context.Context, p Plan, rev int64) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode plan: %w", err)
	}
	rec := store.Record{ID: p.Person, Rev: rev, Body: body, Keys: store.Keys{"next": p.Next.UnixMilli()}}
	if rev == 0 {
		return b.Engine.Insert(ctx, Collection.Name, rec)
	}
	_, err = b.Engine.Replace(ctx, Collection.Name, rec)
	return err
}
