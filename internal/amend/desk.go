package amend

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// Desk is where administrators work on amendments.
type Desk struct {
	Engine store.Engine
	Base   fs.FS             // the shipped reference data
	Load   func(fs.FS) error // reads all of it and names every mistake
	Now    func() time.Time
	// Held says whether complaints or staff hang on an agency, so that its row must stay; nil: nothing hangs on any.
	Held func(ctx context.Context, agency string) (bool, error)
	// Tell lets whoever is concerned know what became of an amendment, again where telling was cut off; nil: it waits for a
	// desk that can.
	Tell func(ctx context.Context, a *Amendment, n News) error

	mu      sync.Mutex
	checked map[string]Verdict // the latest looks at amendments: reading everything takes a moment
	built   map[string]Built   // and the latest reference data, by the amendments that count in it
}

// How many looks are remembered, and how many states of the reference data.
const (
	keptVerdicts = 32
	keptBuilt    = 4
)

// ahead is how far a day may lie from which an amendment counts: a slip of the keyboard lies beyond.
const ahead = 5 * 366

// Limits of what is written, in characters, and of a table, in bytes.
const (
	maxReason = 500
	MaxTable  = 900_000
)

// tries bounds how often a change is begun again because somebody else was faster.
const tries = 20

func (d *Desk) now() time.Time  { return d.Now().UTC().Truncate(time.Millisecond) }
func (d *Desk) today() sla.Date { return sla.DateOf(d.Now()) }

// Begin makes an empty draft. A key that its author chose makes a repeat find the same draft; empty: there is none.
func (d *Desk) Begin(ctx context.Context, by complaint.Actor, key string) (*Amendment, error) {
	now := d.now()
	id := ulid.MustNew(ulid.Timestamp(now), rand.Reader)
	if key != "" {
		sum := sha256.Sum256([]byte(by.ID + "\x00" + key))
		id = ulid.ULID(sum[:16])
	}
	a := &Amendment{ID: id.String(), Author: by.ID, Made: now, Changed: now, State: Draft}
	rec, err := a.record()
	if err == nil {
		err = d.Engine.Insert(ctx, Collection.Name, rec)
	}
	if errors.Is(err, fault.Duplicate) {
		return d.ByID(ctx, a.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("begin an amendment: %w", err)
	}
	a.Rev = 1
	return a, nil
}

// ByID reads an amendment; fault.NotFound.
func (d *Desk) ByID(ctx context.Context, id string) (*Amendment, error) {
	missing := fault.New(fault.NotFound, "there is no amendment %s", id)
	if _, err := ulid.ParseStrict(id); err != nil { // the collection holds other documents, too
		return nil, missing
	}
	rec, err := d.Engine.Get(ctx, Collection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return nil, missing
	}
	if err != nil {
		return nil, fmt.Errorf("read amendment %s: %w", id, err)
	}
	return decode(rec)
}

// List gives a page of amendments, the latest first; limit 0: 50.
func (d *Desk) List(ctx context.Context, after string, limit int) (list []*Amendment, next string, err error) {
	if limit <= 0 {
		limit = 50
	}
	page, err := d.Engine.Find(ctx, Collection.Name, store.Query{Index: "made", Desc: true, After: after, Limit: limit})
	if err != nil {
		return nil, "", fmt.Errorf("list amendments: %w", err)
	}
	for _, rec := range page.Records {
		a, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, a)
	}
	return list, page.Next, nil
}

// change changes a draft of its author; rev, unless 0, is the revision that the author has seen. A submitted one becomes a
// draft again, and what nobody was told of it yet is overtaken. fault.Forbidden, fault.Conflict, fault.Stale.
func (d *Desk) change(ctx context.Context, id string, rev int64, by complaint.Actor, do func(*Amendment) error) (*Amendment, error) {
	for range tries {
		a, err := d.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		switch {
		case a.Author != by.ID:
			return nil, fault.New(fault.Forbidden, "this amendment is another administrator's; make one of your own")
		case a.State != Draft && a.State != Submitted:
			return nil, fault.New(fault.Conflict, "an amendment that is %s is not changed any more; make another one", a.State)
		case rev != 0 && rev != a.Rev:
			return nil, fault.New(fault.Conflict, "the draft was changed meanwhile, in another window perhaps; look at it again")
		}
		a.State, a.Changed, a.Untold = Draft, d.now(), nil
		if err := do(a); err != nil {
			return nil, err
		}
		if err := d.store(ctx, a); !errors.Is(err, fault.Stale) {
			return a, err
		}
	}
	return nil, fault.New(fault.Unavailable, "the draft is changed by somebody else all the time; please try again")
}

func (d *Desk) store(ctx context.Context, a *Amendment) error {
	rec, err := a.record()
	if err != nil {
		return err
	}
	rev, err := d.Engine.Replace(ctx, Collection.Name, rec)
	if err == nil {
		a.Rev = rev
	}
	return err
}

// Describe says why a draft is made and from which day it counts; 0: at once. fault.Invalid.
func (d *Desk) Describe(ctx context.Context, id string, by complaint.Actor, reason string, from sla.Date) (*Amendment, error) {
	if err := d.describes(reason, from); err != nil {
		return nil, err
	}
	return d.change(ctx, id, 0, by, func(a *Amendment) error {
		a.Reason, a.From = reason, from
		return nil
	})
}

func (d *Desk) describes(reason string, from sla.Date) error {
	var wrong []fault.Field
	if s := complaint.Plain(reason, maxReason); s != "" {
		wrong = append(wrong, fault.Field{Path: "body.reason", Text: s + ": say why, for whoever looks at it later"})
	}
	if today := d.today(); from != 0 && (from < today || from > today+ahead) {
		wrong = append(wrong, fault.Field{Path: "body.from", Text: fmt.Sprintf("must lie between %s and %s", today, today+ahead)})
	}
	if len(wrong) > 0 {
		return invalid(wrong)
	}
	return nil
}
