// Package succession brings along what hangs on the register of agencies when that changes: the open complaints and the
// staff of a body that was merged, split or given another code, and the queues of those above it.
package succession

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/agency"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// Collection holds one document: above whom the queues were last written for.
var Collection = store.Collection{Name: "successions"}

const documentID = "chains"

// Follower does what is left to do, which stands in the store: open complaints of a body that acts no more, its staff, and
// complaints whose queues name others than those who stand above their agency now. So it goes on where a killed process
// stopped, and two processes at once do no harm.
type Follower struct {
	Engine   store.Engine
	Cases    *complaint.Cases
	People   *identity.Directory
	Register func() *agency.Register // as it stands
	Log      *slog.Logger
	Now      func() time.Time

	mu      sync.Mutex
	news    chan struct{} // holds one when the register may be another; nil: this Follower was just made
	changed time.Time     // when this process last learnt of that
}

// settled is how long after a change every process works with the new register: before that one may still write queues by
// the old one, so a round is not the last.
const settled = 20 * time.Second

const (
	page     = 200
	parallel = 8
)

// document is what is stored: for each agency, those above it when its complaints were last written, joined by blanks.
type document struct {
	Chains map[string]string `json:"chains"`
	rev    int64
}

// Changed says that the register may be another.
func (f *Follower) Changed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready()
	f.changed = f.Now()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// News brings a sign whenever the register may be another.
func (f *Follower) News() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready()
	return f.news
}

// ready makes a Follower that was just made work with the register as if that had changed. The caller holds mu.
func (f *Follower) ready() {
	if f.news == nil {
		f.news, f.changed = make(chan struct{}, 1), f.Now()
	}
}

// Round works with the register as it stands.
func (f *Follower) Round(ctx context.Context) error {
	f.mu.Lock()
	f.ready()
	last := f.Now().Sub(f.changed) >= settled
	f.mu.Unlock()
	return f.Once(ctx, last)
}

// Once makes one round. last says that every process works with the register as it stands, so that what is done now need
// not be done again.
func (f *Follower) Once(ctx context.Context, last bool) error {
	register := f.Register()
	var errs []error
	for _, a := range register.Former() {
		if heirs := heirs(register, a); len(heirs) > 0 {
			errs = append(errs, f.handOver(ctx, a.Code, heirs))
		}
	}
	return errors.Join(append(errs, f.rewrite(ctx, register, last))...)
}

// rewrite brings the complaints of agencies, above which others stand than before, into the queues of those.
func (f *Follower) rewrite(ctx context.Context, register *agency.Register, last bool) error {
	doc, err := f.read(ctx)
	if err != nil {
		return err
	}
	now := map[string]string{}
	for _, a := range slices.Concat(register.All(), register.Former()) {
		now[a.Code] = strings.Join(register.Chain(a.Code), " ")
	}
	if maps.Equal(doc.Chains, now) {
		return nil
	}
	if doc.rev > 0 { // else the queues were never written by another register
		failed := 0
		for _, code := range slices.Sorted(maps.Keys(now)) {
			if doc.Chains[code] == now[code] {
				continue
			}
			for _, open := range []int64{1, 0} {
				n, err := f.each(ctx, code, open, f.Cases.Store.Rewrite)
				if err != nil {
					return err
				}
				failed += n
			}
		}
		if failed > 0 || !last { // the next round finds the same
			return nil
		}
	}
	doc.Chains = now
	return f.write(ctx, doc)
}

// each does something with every complaint of an agency. One that fails is logged and counted, and does not hold up the
// rest.
func (f *Follower) each(ctx context.Context, code string, open int64, do func(ctx context.Context, id string) error) (failed int, err error) {
	q := store.Query{Index: "queue", Equal: []any{complaint.OwnBranch(code), open}, Limit: page}
	for {
		list, next, err := f.Cases.Store.Find(ctx, q)
		if err != nil {
			return failed, fmt.Errorf("find the complaints of %s: %w", code, err)
		}
		errs := make([]error, len(list))
		var g errgroup.Group
		g.SetLimit(parallel)
		for i, c := range list {
			g.Go(func() error {
				errs[i] = do(ctx, c.ID)
				return ctx.Err()
			})
		}
		if err := g.Wait(); err != nil {
			return failed, err
		}
		for i, err := range errs {
			if err != nil && !errors.Is(err, fault.NotFound) {
				failed++
				f.Log.WarnContext(ctx, "a complaint did not follow its agency; the next round tries again", "complaint", list[i], "err", err)
			}
		}
		if next == "" {
			return failed, nil
		}
		q.After = next
	}
}

func (f *Follower) read(ctx context.Context) (*document, error) {
	rec, err := f.Engine.Get(ctx, Collection.Name, documentID)
	if errors.Is(err, fault.NotFound) {
		return &document{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read for whom the queues were written: %w", err)
	}
	d := &document{rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, d); err != nil {
		return nil, fmt.Errorf("decode for whom the queues were written: %w", err)
	}
	return d, nil
}

// write stores the document; where another process was faster, it has done the same.
func (f *Follower) write(ctx context.Context, d *document) error {
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode for whom the queues are written: %w", err)
	}
	rec := store.Record{ID: documentID, Rev: d.rev, Body: body}
	if d.rev == 0 {
		err = f.Engine.Insert(ctx, Collection.Name, rec)
	} else {
		_, err = f.Engine.Replace(ctx, Collection.Name, rec)
	}
	if errors.Is(err, fault.Stale) || errors.Is(err, fault.Duplicate) {
		return nil
	}
	return err
}
