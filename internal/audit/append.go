package audit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/fault"
	"respons/internal/store"
)

// append puts the batch into the block that follows the newest one. Another process may write that block first; then the
// batch goes into the one after. What was recorded before is left out: no block came in between looking and writing, for
// it would have taken this one's number.
func (r *Recorder) append(ctx context.Context, batch []*pending) error {
	for lost := 0; ; lost++ {
		if lost > 2 { // let others' turn pass
			select {
			case <-time.After(rand.N(time.Duration(min(lost, 20)) * time.Millisecond)): // #nosec G404 -- jitter, no secret
			case <-ctx.Done():
				return fault.Wrap(fault.Unavailable, ctx.Err(), "too many processes record at once; please try again")
			}
		}
		if r.head == nil {
			h, err := readHead(ctx, r.Engine)
			if err != nil {
				return err
			}
			r.head = &h
		}
		entries, err := r.fresh(ctx, batch)
		if err != nil || len(entries) == 0 {
			return err
		}
		b, after, err := r.head.next(entries, r.Key, r.Now())
		if err != nil {
			return err
		}
		rec, err := b.record()
		if err != nil {
			return err
		}
		err = r.Engine.Insert(ctx, Collection.Name, rec)
		if err != nil && r.stored(ctx, rec.ID, after.hash) {
			err = nil // it was written though the answer got lost
		}
		switch {
		case err == nil:
			r.head = &after
			r.mu.Lock()
			r.added = after.seq
			r.mu.Unlock()
			return nil
		case errors.Is(err, fault.Duplicate):
			r.head = nil // somebody was faster
		default:
			r.head = nil
			return fmt.Errorf("record: %w", err)
		}
	}
}

// fresh gives the entries of the batch that are not recorded yet, each id once.
func (r *Recorder) fresh(ctx context.Context, batch []*pending) ([]Entry, error) {
	known := make([]bool, len(batch))
	seen := map[string]bool{}
	var g errgroup.Group
	g.SetLimit(8)
	for i, p := range batch {
		id := p.entry.ID
		if id == "" {
			continue
		}
		if seen[id] {
			known[i] = true
			continue
		}
		seen[id] = true
		g.Go(func() error {
			n, err := r.Engine.Count(ctx, Collection.Name, store.Query{Index: "entry", Equal: []any{id}})
			known[i] = n > 0
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("look for a repeat: %w", err)
	}
	var out []Entry
	for i, p := range batch {
		if !known[i] {
			out = append(out, p.entry)
		}
	}
	return out, nil
}

// stored says whether the block with this last hash is there.
func (r *Recorder) stored(ctx context.Context, id, hash string) bool {
	rec, err := r.Engine.Get(ctx, Collection.Name, id)
	if err != nil {
		return false
	}
	b, err := decodeBlock(rec.Body)
	return err == nil && b.head().hash == hash
}

// readHead reads where the chain ends.
func readHead(ctx context.Context, e store.Engine) (head, error) {
	page, err := e.Find(ctx, Collection.Name, store.Query{Index: "block", Desc: true, Limit: 1})
	if err != nil {
		return head{}, fmt.Errorf("read the end of the audit record: %w", err)
	}
	if len(page.Records) == 0 {
		return head{}, nil
	}
	b, err := decodeBlock(page.Records[0].Body)
	if err != nil {
		return head{}, fmt.Errorf("block %s of the audit record %w; respons audit verify says more", page.Records[0].ID, err)
	}
	return b.head(), nil
}
