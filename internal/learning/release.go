package learning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/fault"
)

// release makes a model live after another and takes it up here; fault.Conflict where that other is not live any more.
func (t *Teacher) release(ctx context.Context, after, id, by string) error {
	return t.switchTo(ctx, after, func(l *Live) {
		l.Before = append(l.Before, l.Model)
		l.Model, l.By, l.Since = id, by, t.Now().UTC()
	})
}

func (t *Teacher) switchTo(ctx context.Context, after string, fn func(*Live)) error {
	err := t.shelf().change(ctx, t.Follower.Base(), func(l *Live) error {
		if l.Model != after {
			return fault.New(fault.Conflict, "somebody else made model %s live meanwhile; look again", l.Model)
		}
		fn(l)
		return nil
	})
	if err != nil {
		return fmt.Errorf("change which model is live: %w", err)
	}
	return t.Follower.Refresh(ctx)
}

// Promote makes a model live by hand, Shipped among them. What it learnt from counts again. fault.NotFound;
// fault.Conflict where its content is not kept, it belongs to another version of the program, or it is live.
func (t *Teacher) Promote(ctx context.Context, id, by string) error {
	through := time.Time{}
	if id != Shipped {
		m, err := t.shelf().get(ctx, id)
		if err != nil {
			return err
		}
		if m.Base != t.Follower.Base() {
			return fault.New(fault.Conflict, "model %s was made for another version of the program's own classifier (%s, not %s)", id, m.Base, t.Follower.Base())
		}
		if _, err := t.Follower.load(ctx, id); err != nil {
			return err
		}
		through = m.Through
	}
	live, err := t.shelf().Live(ctx, t.Follower.Base())
	if err != nil {
		return err
	}
	if live.Model == id {
		return fault.New(fault.Conflict, "model %s is live already", id)
	}
	err = t.unsay(ctx, func(u *Unsaid) {
		u.Spans = slices.DeleteFunc(u.Spans, func(s Span) bool { return s.Who == "" && !s.To.After(through) })
	})
	if err != nil {
		return err
	}
	return t.release(ctx, live.Model, id, by)
}

// Rollback makes the model live that was live before, and lets nothing be learnt from the decisions that the withdrawn one
// had learnt and the other had not: else the next night would bring it back. fault.Conflict where there is none before.
func (t *Teacher) Rollback(ctx context.Context, by string) error {
	live, err := t.shelf().Live(ctx, t.Follower.Base())
	if err != nil {
		return err
	}
	if live.Model == Shipped && len(live.Before) == 0 {
		return fault.New(fault.Conflict, "the shipped model is live and none was before it")
	}
	withdrawn, err := t.through(ctx, live.Model)
	if err != nil {
		return err
	}
	to, from, left := Shipped, time.Time{}, live.Before
	for len(left) > 0 {
		id := left[len(left)-1]
		left = left[:len(left)-1]
		if id == Shipped {
			break
		}
		m, err := t.shelf().get(ctx, id)
		if err == nil {
			to, from = id, m.Through
			break
		}
		if !errors.Is(err, fault.NotFound) { // one that is not kept any more is passed over
			return err
		}
	}
	if withdrawn.After(from) {
		if err := t.unsay(ctx, func(u *Unsaid) { u.Spans = append(u.Spans, Span{From: from, To: withdrawn}) }); err != nil {
			return err
		}
	}
	return t.switchTo(ctx, live.Model, func(l *Live) { l.Model, l.Before, l.By, l.Since = to, left, by, t.Now().UTC() })
}

// through is up to when a model learnt; zero for the shipped one.
func (t *Teacher) through(ctx context.Context, id string) (time.Time, error) {
	if id == Shipped {
		return time.Time{}, nil
	}
	m, err := t.shelf().get(ctx, id)
	return m.Through, err
}

// Shown is which model decides, every model (the latest first), and the decisions that nothing is learnt from.
type Shown struct {
	Live   Live
	Models []Model
	Unsaid []Span
	Work   Work
}

// List reads what there is to show of models.
func (t *Teacher) List(ctx context.Context) (s Shown, err error) {
	if s.Live, err = t.shelf().Live(ctx, t.Follower.Base()); err != nil {
		return s, err
	}
	if s.Models, err = t.shelf().List(ctx); err != nil {
		return s, err
	}
	u, _, err := read[Unsaid](ctx, t.Notebook.Engine, unsaidID)
	if err != nil {
		return s, err
	}
	s.Unsaid = u.Spans
	s.Work, err = t.Work(ctx)
	return s, err
}
