package holiday

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// fresh is how long a process computes with what it knows before it looks whether another declared something. Whatever
// it stores meanwhile with the older calendar carries that calendar's revision, by which Recompute finds it.
const fresh = time.Second

// Calendar gives the rules as they stand now: those of the reference data with the holidays that were declared.
type Calendar struct {
	Engine store.Engine
	Base   complaint.Rules // of the reference data; once the calendar is in use, Rebase changes it
	Log    *slog.Logger
	Now    func() time.Time

	mu     sync.Mutex
	doc    *document // nil: never read
	rules  complaint.Rules
	looked time.Time
	news   chan struct{} // holds one when doc is another than before
}

var _ complaint.Calendars = (*Calendar)(nil)

// Rules gives the newest rules this process knows of, which are at most a second old. A store that does not answer
// leaves those it had.
func (k *Calendar) Rules(ctx context.Context, seen int64) (complaint.Rules, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Now()
	if age := now.Sub(k.looked); k.doc != nil && seen <= k.doc.rev && age >= 0 && age < fresh {
		return k.rules, nil
	}
	doc, err := k.read(ctx)
	if err != nil {
		if k.doc == nil {
			return complaint.Rules{}, err
		}
		return k.rules, nil
	}
	k.looked = now
	k.take(doc)
	return k.rules, nil
}

// take makes rules of a document, unless they are made already. The caller holds mu.
func (k *Calendar) take(doc *document) {
	if k.doc != nil && doc.rev <= k.doc.rev {
		return
	}
	k.doc = doc
	k.rules = k.Base
	k.rules.Book = k.Base.Book.With(doc.days()...)
	k.rules.Edition = doc.edition(k.Base.Book.Mark())
	select {
	case k.changed() <- struct{}{}:
	default:
	}
}

// Rebase makes other reference data the one that this process computes with.
func (k *Calendar) Rebase(base complaint.Rules) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.Base = base
	if doc := k.doc; doc != nil {
		k.doc = nil
		k.take(doc)
	}
}

// mark is that of the reference data which this process computes with.
func (k *Calendar) mark() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.Base.Book.Mark()
}

// News brings a sign whenever this process learns of a change, so that there is something to recompute.
func (k *Calendar) News() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.changed()
}

// changed is where News comes from. The caller holds mu.
func (k *Calendar) changed() chan struct{} {
	if k.news == nil {
		k.news = make(chan struct{}, 1)
	}
	return k.news
}

// edition numbers the changes by state for a process with the reference data of mark. Where other data counts by now
// (a process of an earlier deployment that still runs) nothing it computes is up to date with that or anything later.
func (d *document) edition(mark string) complaint.Edition {
	changes := map[string][]complaint.Change{}
	for _, state := range sla.States {
		for _, c := range d.changes(state) {
			if d.Data == mark || c.Rev < d.DataRev {
				changes[state] = append(changes[state], c)
			}
		}
	}
	return complaint.Edition{
		Revision: func(state string) int64 {
			if list := changes[state]; len(list) > 0 {
				return list[len(list)-1].Rev
			}
			return 0
		},
		Since: func(state string, rev int64) (out []complaint.Change) {
			for _, c := range changes[state] {
				if c.Rev > rev {
					out = append(out, c)
				}
			}
			return out
		},
	}
}

func (k *Calendar) read(ctx context.Context) (*document, error) {
	rec, err := k.Engine.Get(ctx, Collection.Name, documentID)
	if errors.Is(err, fault.NotFound) {
		return &document{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read holidays: %w", err)
	}
	d := &document{rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, d); err != nil {
		return nil, fmt.Errorf("decode holidays: %w", err)
	}
	return d, nil
}

// tries bounds how often a change is begun again because another administrator was faster.
const tries = 20

// errNothing ends a change that finds nothing to do.
var errNothing = errors.New("nothing to do")

// change reads the document, lets decide change it, and stores it if nobody was faster; rev is the revision that the
// change makes. Afterwards this process computes with it.
func (k *Calendar) change(ctx context.Context, decide func(d *document, rev int64) error) error {
	for range tries {
		d, err := k.read(ctx)
		if err != nil {
			return err
		}
		if err := decide(d, d.rev+1); err != nil {
			return err
		}
		rec, err := d.record()
		if err != nil {
			return err
		}
		if d.rev == 0 {
			err = k.Engine.Insert(ctx, Collection.Name, rec)
		} else {
			_, err = k.Engine.Replace(ctx, Collection.Name, rec)
		}
		if errors.Is(err, fault.Stale) || errors.Is(err, fault.Duplicate) {
			continue
		}
		if err != nil {
			return fmt.Errorf("store holidays: %w", err)
		}
		d.rev++
		k.mu.Lock()
		k.take(d)
		k.mu.Unlock()
		return nil
	}
	return fault.New(fault.Unavailable, "too many people changed the holidays at once; please try again")
}

// Adopt makes the reference data of this process the one that counts. Where other data did before, deadlines may move.
func (k *Calendar) Adopt(ctx context.Context) error {
	mark := k.mark()
	err := k.change(ctx, func(d *document, rev int64) error {
		if d.Data == mark {
			return errNothing
		}
		if d.Data != "" {
			k.Log.InfoContext(ctx, "classes or calendars changed: open deadlines are computed anew")
		}
		d.Data, d.DataRev = mark, rev
		return nil
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// Indexed says whether every complaint can be found by when it was received: after a first start on a store of an earlier
// program that takes a while.
func (k *Calendar) Indexed(ctx context.Context) (bool, error) {
	d, err := k.read(ctx)
	if err != nil {
		return false, err
	}
	return d.Indexed, nil
}

// Moved counts a complaint of which deadlines moved for each change that moved them.
func (k *Calendar) Moved(ctx context.Context, changes []complaint.Change) {
	for _, c := range changes {
		if err := k.Engine.Increment(ctx, counter(c.Rev), map[string]int64{"moved": 1}); err != nil {
			k.Log.WarnContext(ctx, "a complaint is missing in the progress of a holiday", "revision", c.Rev, "err", err)
		}
	}
}

func counter(rev int64) string { return fmt.Sprintf("calendar:%d", rev) }
