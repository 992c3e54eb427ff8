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
	shelf      Shelf
	classifier *classify.Classifier // the shipped one
	shipped    *routing.Router
	now        atomic.Pointer[routing.Router]

	refreshing sync.Mutex
	seen       int64  // revision of Live that now is
	model      string // its model
}

// NewFollower begins with the shipped model.
func NewFollower(shelf Shelf, classifier *classify.Classifier, shipped *routing.Router) *Follower {
	f := &Follower{shelf: shelf, classifier: classifier, shipped: shipped, model: Shipped}
	f.now.Store(shipped)
	return f
}

// Route asks the live router.
func (f *Follower) Route(q routing.Question) routing.Decision { return f.now.Load().Route(q) }

// Emergency gives the number to call now, or "".
func (f *Follower) Emergency(text string) string { return f.now.Load().Emergency(text) }

// Base is the version of the shipped classifier.
func (f *Follower) Base() string { return f.classifier.Version() }

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
		router := f.shipped
		if l.Model != Shipped {
			p, err := f.load(ctx, l.Model)
			if err != nil {
				return fmt.Errorf("take up model %s: %w", l.Model, err)
			}
			router = p.live.router
		}
		f.now.Store(router)
	}
	f.seen, f.model = l.rev, l.Model
	return nil
}

// opened is a model ready to decide and to be compared.
type opened struct {
	Model
	Content
	names []routing.LearntName
	live  side
}

// load opens a stored model.
func (f *Follower) load(ctx context.Context, id string) (o opened, err error) {
	if o.Model, err = f.shelf.get(ctx, id); err != nil {
		return o, err
	}
	if o.Content, err = f.shelf.content(ctx, o.Model); err != nil {
		return o, err
	}
	if err := json.Unmarshal(o.Content.Names, &o.names); err != nil {
		return o, fmt.Errorf("names of model %s: %w", id, err)
	}
	c, err := f.decode(o.Classifier)
	if err != nil {
		return o, fmt.Errorf("classifier of model %s: %w", id, err)
	}
	o.live = f.with(c, o.names)
	return o, nil
}

// decode makes a classifier of an encoded model; empty: the shipped one.
func (f *Follower) decode(encoded []byte) (*classify.Classifier, error) {
	if len(encoded) == 0 {
		return f.classifier, nil
	}
	m, err := classify.DecodeModel(encoded)
	if err != nil {
		return nil, err
	}
	return f.classifier.With(m)
}

// with makes the two that decide of a classifier and learnt names.
func (f *Follower) with(c *classify.Classifier, names []routing.LearntName) side {
	return side{c, f.shipped.With(c, routing.NewLearnt(names))}
}
