package learning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
)

// nightly is when the nightly training begins, in Malaysia: few people file complaints then.
const nightly = 3 * time.Hour

// lease is how long a process may train. A process that died in the middle holds up the others no longer.
const lease = 30 * time.Minute

// watchEvery is how often the rates of wrong sendings are computed.
const watchEvery = 10 * time.Minute

// Asked is a wish for a training now.
type Asked struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`              // id of who asked
	Trust []string  `json:"trust,omitempty"` // officers and agencies that are not set aside
}

// Work says who trains, so that one process does at a time, and what is to be done.
type Work struct {
	Until time.Time `json:"until,omitzero"`  // of the lease; zero: nobody trains
	Night string    `json:"night,omitempty"` // day of the latest nightly training, in Malaysia
	Asked *Asked    `json:"asked,omitempty"` // nil: nothing was asked for
}

func workID(base string) string { return "work:" + base }

func (t *Teacher) work(ctx context.Context, fn func(*Work) error) error {
	return update(ctx, t.Notebook.Engine, workID(t.Follower.Base()), fn)
}

// Work reads what is under way and asked for.
func (t *Teacher) Work(ctx context.Context) (Work, error) {
	w, _, err := read[Work](ctx, t.Notebook.Engine, workID(t.Follower.Base()))
	return w, err
}

// Ask asks for a training; a worker begins within the minute. fault.Conflict where one is under way or asked for.
func (t *Teacher) Ask(ctx context.Context, by string, trust []string) error {
	now := t.Now().UTC()
	return t.work(ctx, func(w *Work) error {
		if w.Asked != nil || now.Before(w.Until) {
			return fault.New(fault.Conflict, "a training is under way or asked for already; GET /v1/staff/models shows what becomes of it")
		}
		w.Asked = &Asked{At: now, By: by, Trust: trust}
		return nil
	})
}

// Once does what is due: takes up another live model, trains where it is night or somebody asked, forgets old examples,
// and looks for a drift. Every process with a worker calls it every few seconds.
func (t *Teacher) Once(ctx context.Context) error {
	t.once.Lock()
	defer t.once.Unlock()
	if err := t.Follower.Refresh(ctx); err != nil {
		return err
	}
	w, err := t.Work(ctx)
	if err != nil {
		return fmt.Errorf("look for trainings to do: %w", err)
	}
	now := t.Now()
	if now.Sub(t.watched) >= watchEvery {
		t.watched = now
		if err := t.Watch(ctx); err != nil {
			return err
		}
	}
	night := w.Night != t.night(now)
	if now.Before(w.Until) || w.Asked == nil && !night {
		return nil
	}
	asked := cmp.Or(w.Asked, &Asked{By: "nightly"})
	m, err := t.Retrain(ctx, asked.By, asked.Trust)
	if err != nil {
		return err
	}
	if m != nil {
		t.Log.InfoContext(ctx, "trained from officers' decisions", "model", m.ID, "outcome", m.Outcome, "reasons", m.Reasons)
	}
	if night {
		return t.Notebook.Forget(ctx, now)
	}
	return nil
}

// night names the latest night whose training is due, by its day in Malaysia.
func (t *Teacher) night(now time.Time) string {
	return now.In(t.Notebook.Zone).Add(-nightly).Format(time.DateOnly)
}

// Retrain makes a candidate of the decisions since the live model and lets it live if it is better. It gives what was
// made, with the reasons, or nil where nothing was corrected since. fault.Conflict where another process trains.
func (t *Teacher) Retrain(ctx context.Context, by string, trust []string) (*Model, error) {
	start := t.Now().UTC()
	err := t.work(ctx, func(w *Work) error {
		if start.Before(w.Until) {
			return fault.New(fault.Conflict, "another process trains until %s at the latest; try again then", w.Until.Format(time.RFC3339))
		}
		w.Until = start.Add(lease)
		return nil
	})
	if err != nil {
		return nil, err
	}
	m, err := t.retrain(ctx, by, trust)
	// What was asked for is done with, even by an error: it would come again every few seconds. The night comes again.
	freed := t.work(context.WithoutCancel(ctx), func(w *Work) error {
		w.Until, w.Asked, w.Night = time.Time{}, nil, t.night(start)
		return nil
	})
	return m, errors.Join(err, freed)
}

func (t *Teacher) retrain(ctx context.Context, by string, trust []string) (*Model, error) {
	b, err := t.gather(ctx, trust)
	if err != nil {
		return nil, err
	}
	m, c, err := t.train(ctx, b, by, trust)
	if err != nil || m == nil {
		return nil, err
	}
	if err := t.shelf().put(ctx, m, c); err != nil {
		return nil, err
	}
	live := b.live.Model
	if m.Outcome == Promoted {
		live = m.ID
		if err := t.release(ctx, b.live.Model, m.ID, by); err != nil {
			return nil, err
		}
	}
	return m, t.shelf().prune(ctx, live)
}

func (t *Teacher) shelf() Shelf { return t.Follower.shelf }
