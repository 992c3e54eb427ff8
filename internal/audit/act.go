package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"

	"respons/internal/fault"
)

// Act records that an act begins, does it, and records what came of it; do may complete the entry, such as by the id of
// what it made. Nothing is done that could not be recorded first. An act that was done stays done where the second entry
// cannot be written: the first one stands for it.
func (r *Recorder) Act(ctx context.Context, e Entry, do func(*Entry) error) error {
	e.Details = maps.Clone(e.Details)
	if e.Details == nil {
		e.Details = map[Detail]string{}
	}
	e.Details[Act] = rand.Text()[:16]
	e.Outcome = Begun
	if err := r.Record(ctx, e); err != nil {
		return err
	}
	err := do(&e)
	e.Outcome = outcome(err)
	if kind := fault.KindOf(err); kind != "" {
		e.Details[Fault] = string(kind)
	}
	if failed := r.Record(context.WithoutCancel(ctx), e); failed != nil {
		r.Log.WarnContext(ctx, "what came of an act was not recorded; that it began is", "action", e.Action, "act", e.Details[Act], "err", failed)
	}
	return err
}

func outcome(err error) Outcome {
	switch {
	case err == nil:
		return Done
	case errors.Is(err, fault.Forbidden), errors.Is(err, fault.Unauthorized), errors.Is(err, fault.NotFound):
		return Refused
	}
	return Failed
}
