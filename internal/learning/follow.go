package learning

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"respons/internal/classify"
	"respons/internal/routing"
)

// Follower routes with whatever model is live, in every process. Refresh looks for another one; questions under way are
// answered by the one they began with.
type Follower struct {
	shelf Shelf
	base  atomic.Pointer[base]
	now   atomic.Pointer[routing.Router]

	refreshing sync.Mutex
	seen       int64  // revision of Live that now is
	model      string // its model
}

// base is the reference data that a model decides with.
type base struct {
	classifier *classify.Classifier // the shipped one
	shipped    *routing.Router
}

// NewFollower begins with the shipped model.
func NewFollower(shelf Shelf, classifier *classify.Classifier, shipped *routing.Router) *Follower {
	f := &Follower{shelf: shelf, model: Shipped}
	f.base.Store(&base{classifier, shipped})
	f.now.Store(shipped)
	return f
}

// Route asks the live router.
func (f *Follower) Route(q routing.Question) routing.Decision { return f.now.Load().Route(q) }

// Router is the live router as it stands; it does not change.
func (f *Follower) Router() *routing.Router { return f.now.Load() }

// Emergency gives the number to call now, or "".
func (f *Follower) Emergency(text string) string { return f.now.Load().Emergency(text) }

// Base is the version of the shipped classifier.
func (f *Follower) Base() string { return f.classifier().Version() }

// classifier is the shipped one.
func (f *Follower) classifier() *classify.Classifier { return f.base.Load().classifier }

// On gives the live model's router on other reference data, and changes nothing.
func (f *Follower) On(ctx context.Context, classifier *classify.Classifier, shipped *routing.Router) (*routing.Router, error) {
	f.refreshing.Lock()
	defer f.refreshing.Unlock()
	return f.router(ctx, &base{classifier, shipped}, f.model)
}

// Rebase lets the live model decide on other reference data from now on. After an error the one before goes on.
func (f *Follower) Rebase(ctx context.Context, classifier *classify.Classifier, shipped *routing.Router) error {
	f.refreshing.Lock()
	defer f.refreshing.Unlock()
	b := &base{classifier, shipped}
	router, err := f.router(ctx, b, f.model)
	if err != nil {
		return err
	}
	f.base.Store(b)
	f.now.Store(router)
	return nil
}

// Refresh takes up what is live now, where that is another model. After an error the one before goes on.
func (f *Follower) Refresh(ctx context.Context) error {
	f.refreshing.Lock()
	defer f.refreshing.Unlock()
	l, err := f.shelf.Live(ctx, f.Base())
	if err != nil {
		return fmt.Errorf("look which model is live: %w", err)
	}
	if l.rev == f.seen {
		return nil
	}
	if l.Model != f.model {
		router, err := f.router(ctx, f.base.Load(), l.Model)
		if err != nil {
			return err
		}
		f.now.Store(router)
	}
	f.seen, f.model = l.rev, l.Model
	return nil
}

// router opens a model on a base.
func (f *Follower) router(ctx context.Context, b *base, model string) (*routing.Router, error) {
	if model == Shipped {
		return b.shipped, nil
	}
	o, err := f.open(ctx, b, model)
	if err != nil {
		return nil, fmt.Errorf("take up model %s: %w", model, err)
	}
	return o.live.router, nil
}

// opened is a model ready to decide and to be compared.
type opened struct {
	Model
	Content
	names []routing.LearntName
	live  side
}

// load opens a stored model.
func (f *Follower) load(ctx context.Context, id string) (opened, error) {
	return f.open(ctx, f.base.Load(), id)
}

func (f *Follower) open(ctx context.Context, b *base, id string) (o opened, err error) {
	if o.Model, err = f.shelf.get(ctx, id); err != nil {
		return o, err
	}
	if o.Content, err = f.shelf.content(ctx, o.Model); err != nil {
		return o, err
	}
	if err := json.Unmarshal(o.Content.Names, &o.names); err != nil {
		return o, fmt.Errorf("names of model %s: %w", id, err)
	}
	c, err := b.decode(o.Classifier)
	if err != nil {
		return o, fmt.Errorf("classifier of model %s: %w", id, err)
	}
	o.live = b.with(c, o.names)
	return o, nil
}

// decode makes a classifier of an encoded model; empty: the shipped one.
func (b *base) decode(encoded []byte) (*classify.Classifier, error) {
	if len(encoded) == 0 {
		return b.classifier, nil
	}
	m, err := classify.DecodeModel(encoded)
	if err != nil {
		return nil, err
	}
	return b.classifier.With(m)
}

// with makes the two that decide of a classifier and learnt names.
func (b *base) with(c *classify.Classifier, names []routing.LearntName) side {
	return side{c, b.shipped.With(c, routing.NewLearnt(names))}
}
