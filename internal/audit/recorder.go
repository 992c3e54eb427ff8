package audit

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"respons/internal/store"
)

// patience bounds the writing of one block, the attempts after a lost race counted in.
const patience = 20 * time.Second

// Recorder adds entries to the chain. Whatever is recorded while a block is being written goes into the next one
// together, so a recorder is shared by all of a process. Any number of processes record at once.
type Recorder struct {
	Engine store.Engine
	Key    Key
	Log    *slog.Logger
	Now    func() time.Time

	mu      sync.Mutex
	waiting []*pending
	writing bool // a goroutine empties waiting

	added    int64  // latest entry this process has recorded
	anchored int64  // latest entry this process has anchored
	day      string // latest day known to have its anchor

	head *head // as far as this process knows; nil: not read yet. Of the writing goroutine.
}

// pending is an entry that waits for its block.
type pending struct {
	entry Entry
	bytes int        // at the most, in the block
	done  chan error // one answer
}

// Record adds entries and returns when they are durable, in this order but with others' in between. Of entries with the
// same ID only the first one ever is kept. Where it fails, or ctx ends first, some may have been recorded all the same: do
// not do what was to be recorded. fault.Invalid, fault.Unavailable.
func (r *Recorder) Record(ctx context.Context, entries ...Entry) error {
	list := make([]*pending, 0, len(entries))
	for _, e := range entries {
		e.Acted = e.Acted.UTC().Truncate(time.Millisecond)
		if e.Address == "" {
			e.Address = r.Address(ctx)
		}
		if err := e.check(); err != nil {
			return err
		}
		list = append(list, &pending{entry: e, bytes: e.size(), done: make(chan error, 1)})
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.enqueue(list)
	var errs []error
	for _, p := range list {
		select {
		case err := <-p.done:
			errs = append(errs, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.Join(errs...)
}

func (r *Recorder) enqueue(list []*pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, list...)
	if !r.writing && len(r.waiting) > 0 {
		r.writing = true
		go r.write()
	}
}

// write empties what waits, a block at a time. It goes on though a caller has gone: others' entries are in the same block.
func (r *Recorder) write() {
	for {
		batch := r.take()
		if len(batch) == 0 {
			return
		}
		ctx, stop := context.WithTimeout(context.Background(), patience)
		err := r.append(ctx, batch)
		stop()
		for _, p := range batch {
			p.done <- err
		}
	}
}

// take gives what fits into one block; nothing: the writing goroutine has ended.
func (r *Recorder) take() []*pending {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, bytes := 0, 0
	for n < len(r.waiting) && n < maxEntries && (n == 0 || bytes+r.waiting[n].bytes <= maxBytes) {
		bytes += r.waiting[n].bytes
		n++
	}
	batch := r.waiting[:n:n]
	if r.waiting = r.waiting[n:]; len(r.waiting) == 0 {
		r.waiting = nil // lets go of what was answered
	}
	r.writing = n > 0
	return batch
}

// size bounds the entry's JSON: each byte of the texts may take six, the rest is of fixed length.
func (e *Entry) size() int {
	n := len(e.ID) + len(e.Actor.Role) + len(e.Actor.ID) + len(e.Actor.Agency) + len(e.Action) + len(e.Object.Kind) + len(e.Object.ID) +
		6*len(e.Reason) + len(e.Address)
	for k, v := range e.Details {
		n += len(k) + len(v) + 6
	}
	return n + 512
}
