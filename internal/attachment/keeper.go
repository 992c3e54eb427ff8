package attachment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Blobs is where the content lies.
type Blobs interface {
	// Write stores what r gives, whole or not at all, and says how many bytes it was.
	Write(ctx context.Context, key, mediaType, disposition string, r io.Reader) (int64, error)
	// Open reads; fault.NotFound.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete removes; what is gone already is no fault.
	Delete(ctx context.Context, keys ...string) error
	// Link is an address at which whoever has it may read for a while; empty: the blobs are served by this program.
	Link(ctx context.Context, key string, ttl time.Duration) (string, error)
}

// Scanner looks for viruses.
type Scanner interface {
	// Scan gives the name of what it found; empty: nothing.
	Scan(ctx context.Context, r io.Reader) (virus string, err error)
}

// Hints rings a worker up. A hint may get lost: the sweep finds in the store what waits.
type Hints interface {
	Process(ctx context.Context, id string, rev int64)
}

// Keeper is the use cases. Each changes one document and, where blobs go with it, writes them before and deletes them
// after, so that whatever is cut off can be done again.
type Keeper struct {
	Engine  store.Engine
	Blobs   Blobs
	Limits  Limits
	Cases   *complaint.Cases
	Scanner Scanner // nil: nothing is scanned
	// Unscannable says whether an error of the scanner means that it will never take this file; may be nil.
	Unscannable func(error) bool
	Hints       Hints
	Links       Links
	Originals   bool // photos are kept as they were sent, too
	Log         *slog.Logger
	Now         func() time.Time

	once   sync.Once
	memory *semaphore.Weighted // what decoded photos may take at the same time, in bytes
}

// How long what belongs to no complaint is kept, and an upload that does not go on.
const keep = 72 * time.Hour

// Sender is who adds a file.
type Sender struct {
	Owner string // a person's id, complaint.GuestOf, or TokenOwner
	Actor complaint.Actor
}

// tries bounds how often a change is begun again because somebody else was faster.
const tries = 20

// errNothing ends a change that finds nothing to do.
var errNothing = errors.New("nothing to do")

// ByID reads one; fault.NotFound.
func (k *Keeper) ByID(ctx context.Context, id string) (*Attachment, error) {
	rec, err := k.Engine.Get(ctx, Collection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("read attachment %s: %w", id, err)
	}
	return decode(rec)
}

// ErrGone is the one answer to an id that nobody has and to one that is not the asker's.
var ErrGone = fault.New(fault.NotFound, "there is no such attachment, or it was kept for %d hours and nobody named it", int(keep/time.Hour))

// Of gives those of a complaint, oldest first.
func (k *Keeper) Of(ctx context.Context, complaintID string) ([]*Attachment, error) {
	return k.find(ctx, store.Query{Index: "complaint", Equal: []any{complaintID}, Limit: store.MaxLimit})
}

func (k *Keeper) find(ctx context.Context, q store.Query) ([]*Attachment, error) {
	page, err := k.Engine.Find(ctx, Collection.Name, q)
	if err != nil {
		return nil, fmt.Errorf("find attachments: %w", err)
	}
	var out []*Attachment
	for _, rec := range page.Records {
		a, err := decode(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// change loads, lets decide change, and stores if nobody was faster; else it begins again, so decide has no side effects.
// What finds nothing to do gives the attachment as it is.
func (k *Keeper) change(ctx context.Context, id string, decide func(a *Attachment, now time.Time) error) (*Attachment, error) {
	for range tries {
		a, err := k.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		switch err := decide(a, k.now()); {
		case errors.Is(err, errNothing):
			return a, nil
		case err != nil:
			return nil, err
		}
		err = k.replace(ctx, a)
		if errors.Is(err, fault.Stale) {
			continue
		}
		return a, err
	}
	return nil, fault.New(fault.Unavailable, "too much happened to the attachment at once; please try again")
}

func (k *Keeper) replace(ctx context.Context, a *Attachment) error {
	rec, err := a.record()
	if err != nil {
		return err
	}
	rev, err := k.Engine.Replace(ctx, Collection.Name, rec)
	if err != nil {
		return fmt.Errorf("store attachment %s: %w", a.ID, err)
	}
	a.Rev = rev
	return nil
}

func (k *Keeper) now() time.Time { return k.Now().UTC().Truncate(time.Millisecond) }

// budget is the memory of decoded photos.
func (k *Keeper) budget() *semaphore.Weighted {
	k.once.Do(func() { k.memory = semaphore.NewWeighted(maxMemory) })
	return k.memory
}
