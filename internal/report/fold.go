package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Changes are folded into the sums block by block. A block says what becomes of some complaints' facts and what is added
// to which sums; it is one document, written over the block before by the revision of that, so of several processes one
// wins, and the number of the block is that revision. Only then is it carried out: every sum and every entry keeps the
// number of the last block that it took in, and takes none twice. Whoever writes the next block first carries out the one
// that stands there, to the end. So a process may be killed anywhere, and any number may fold at once.

// head is the document that holds the block.
type head struct {
	Adds    []addition `json:"adds,omitempty"`
	Settles []settling `json:"settles,omitempty"`
	Held    time.Time  `json:"held,omitzero"` // nobody folds before, unless they are Holder: a recount is under way
	Holder  string     `json:"holder,omitempty"`

	number int64 // revision; 0: there was none yet
}

// addition is what is added to the sums of an id.
type addition struct {
	ID  string `json:"id"`
	Add Sums   `json:"add"`
}

// settling is what becomes of the entry of a complaint.
type settling struct {
	ID    string `json:"id"`
	Facts *Facts `json:"facts,omitempty"` // nil: it counts for nothing
	Noted int64  `json:"noted"`           // notes that are taken in with this
	Gone  bool   `json:"gone,omitempty"`
}

// Head is how it is stored.
var Head = store.Collection{Name: "counting"}

const headID = "block"

// How many complaints one block takes in, and how many documents are written at once.
const (
	blockSize = 300
	parallel  = 16
)

// Once brings the figures up to date: what this process missed, and whatever is due by now.
func (b *Book) Once(ctx context.Context) error {
	if err := b.catchUp(ctx); err != nil {
		return err
	}
	return b.Flush(ctx)
}

// Flush folds whatever is due by now.
func (b *Book) Flush(ctx context.Context) error {
	for {
		more, err := b.fold(ctx, "")
		if err != nil || !more {
			return err
		}
	}
}

// fold takes in one block; more says that there may be another.
func (b *Book) fold(ctx context.Context, holder string) (more bool, err error) {
	now := b.Now()
	page, err := b.Engine.Find(ctx, FactsCollection.Name, store.Query{Index: "next", To: now.UnixMilli() + 1, Limit: blockSize})
	if err != nil || len(page.Records) == 0 {
		return false, err
	}
	h, err := b.head(ctx)
	if err != nil {
		return false, err
	}
	if h.Held.After(now) && h.Holder != holder {
		return false, nil
	}
	if err := b.carryOut(ctx, h); err != nil {
		return false, err
	}
	// What was read before the block there was carried out may be of before it.
	next, err := b.block(ctx, page.Records, now)
	if err != nil {
		return false, err
	}
	next.Held, next.Holder, next.number = h.Held, h.Holder, h.number
	switch err := b.keepHead(ctx, next); {
	case errors.Is(err, fault.Stale):
		return true, nil // somebody else wrote the next one
	case err != nil:
		return false, err
	}
	return true, b.carryOut(ctx, next)
}

func (b *Book) head(ctx context.Context) (*head, error) {
	h := new(head)
	rec, err := b.Engine.Get(ctx, Head.Name, headID)
	if errors.Is(err, fault.NotFound) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(rec.Body, h); err != nil {
		return nil, fmt.Errorf("decode a block of figures: %w", err)
	}
	h.number = rec.Rev
	return h, nil
}

// keepHead stores h over the block whose number it has and gives it the next.
func (b *Book) keepHead(ctx context.Context, h *head) error {
	body, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode a block of figures: %w", err)
	}
	if err := put(ctx, b.Engine, Head.Name, store.Record{ID: headID, Rev: h.number, Body: body}); err != nil {
		return err
	}
	h.number++
	return nil
}

// block works out what some complaints change.
func (b *Book) block(ctx context.Context, list []store.Record, now time.Time) (*head, error) {
	settles, changes := make([]*settling, len(list)), make([]parts, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, rec := range list {
		g.Go(func() (err error) {
			settles[i], changes[i], err = b.settle(ctx, rec.ID, now)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	h, sum := new(head), parts{}
	for i, s := range settles {
		if s == nil {
			continue
		}
		h.Settles = append(h.Settles, *s)
		for id, add := range changes[i] {
			if sum[id] == nil {
				sum[id] = Sums{}
			}
			sum[id].add(add)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(sum)) {
		if len(sum[id]) > 0 {
			h.Adds = append(h.Adds, addition{id, sum[id]})
		}
	}
	return h, nil
}

// settle compares what counts of a complaint now with what was counted. Nil: it is not due any more.
func (b *Book) settle(ctx context.Context, id string, now time.Time) (*settling, parts, error) {
	e, err := b.entry(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if rec, err := b.record(e); err != nil || rec.Keys["next"] == nil || rec.Keys["next"].(int64) > now.UnixMilli() {
		return nil, nil, err
	}
	s := &settling{ID: id, Noted: e.Noted}
	c, err := b.Find(ctx, id)
	switch {
	case errors.Is(err, fault.NotFound): // disposed of: what was counted stays
		s.Facts, s.Gone = e.Facts, true
		if s.Facts != nil {
			kept := *s.Facts
			kept.Number, kept.Spot, kept.Assignee = "", nil, ""
			s.Facts = &kept
		}
	case err != nil:
		return nil, nil, err
	default:
		f, ok, err := b.factsOf(ctx, c, now)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			s.Facts = &f
		}
	}
	return s, b.difference(e.Facts, s.Facts), nil
}

func (b *Book) factsOf(ctx context.Context, c *complaint.Complaint, now time.Time) (Facts, bool, error) {
	var history Spread
	if c.State.Open() && !c.Secret && !c.Promised().IsZero() {
		var err error
		if history, err = b.history(ctx, c.Agency, c.Category); err != nil {
			return Facts{}, false, err
		}
	}
	f, ok := b.facts(c, history, now)
	return f, ok, nil
}

// difference is what has to be added to make what was counted what is.
func (b *Book) difference(was, is *Facts) parts {
	out := parts{}
	if is != nil {
		out = is.parts(b.Zone)
	}
	if was != nil {
		for id, s := range was.parts(b.Zone) {
			if out[id] == nil {
				out[id] = Sums{}
			}
			out[id].less(s)
		}
	}
	return out
}

// carryOut takes a block into the sums and entries that have not taken it in yet.
func (b *Book) carryOut(ctx context.Context, h *head) error {
	if len(h.Settles) == 0 {
		return nil
	}
	g, adding := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, a := range h.Adds {
		g.Go(func() error { return retry(func() error { return b.add(adding, a, h.number) }) })
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("add up figures: %w", err)
	}
	return b.settleAll(ctx, h)
}

func (b *Book) settleAll(ctx context.Context, h *head) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, s := range h.Settles {
		g.Go(func() error {
			return retry(func() error {
				e, err := b.entry(ctx, s.ID)
				if err != nil || e.Block >= h.number {
					return err
				}
				e.Facts, e.Block, e.Gone = s.Facts, h.number, s.Gone
				if e.Noted == s.Noted {
					e.Dirty, e.When = false, time.Time{}
				}
				return b.keep(ctx, e)
			})
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("settle what was counted: %w", err)
	}
	return nil
}
