package complaint

import (
	"context"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Answer is the citizen's answer to a question; the clocks go on.
func (u *Cases) Answer(ctx context.Context, id, note string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, note)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Answer, by, func(_ *Complaint, e *Event) error {
		e.Note, e.Typed = masked, typed
		return needs(note, "note", "write your answer")
	})
}

// Close is the citizen's word that the matter is mended.
func (u *Cases) Close(ctx context.Context, id string, by By) (*Complaint, error) {
	return u.act(ctx, id, Close, by, nil)
}

// Reopen is the citizen's word that it is not. The resolve clock goes on where it stood. Later than 14 days after the
// resolution the complaint is closed, which the table answers with fault.Conflict.
func (u *Cases) Reopen(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, reason)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Reopen, by, func(_ *Complaint, e *Event) error {
		e.Reason, e.Note, e.Typed = masked, masked, typed
		return needs(reason, "reason", "say what is not mended")
	})
}

// Withdraw takes the complaint back.
func (u *Cases) Withdraw(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, reason)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Withdraw, by, func(_ *Complaint, e *Event) error { e.Reason, e.Typed = masked, typed; return nil })
}

// Write is what the citizen tells the officer unasked. While a question waits, the table sends them to Answer.
func (u *Cases) Write(ctx context.Context, id, note string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, note)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Write, by, func(_ *Complaint, e *Event) error {
		e.Note, e.Typed = masked, typed
		return needs(note, "text", "write your message")
	})
}

// Rate is the citizen's word on how well it was handled, 1 (bad) to 5; a later one replaces it.
func (u *Cases) Rate(ctx context.Context, id string, stars int, note string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, note)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Rate, by, func(c *Complaint, e *Event) error {
		if stars < 1 || stars > 5 {
			return fault.New(fault.Invalid, "stars must be 1 (bad) to 5 (very good)")
		}
		c.Rating, e.Rating, e.Note, e.Typed = stars, stars, masked, typed
		if note == "" {
			return nil
		}
		return needs(note, "text", "say what was good or bad, or leave it out")
	})
}

// overlap is how far a reading of changes reaches back behind the one before: a change is found by when it was made, and
// one made a moment earlier by another process may be stored a moment later.
const overlap = 10 * time.Second

// Since is how far somebody has read a citizen's changes. The zero Since has read nothing.
type Since struct {
	From  time.Time // changes from here on, UTC
	After string    // cursor within these; empty: from the start
}

// ChangedSince gives a page of a citizen's complaints in the order in which they changed, and how far it reaches. Some of
// those read before may come again. more says that there are others already.
func (u *Cases) ChangedSince(ctx context.Context, citizen string, since Since, limit int) (list []*Complaint, next Since, more bool, err error) {
	begun := u.now()
	q := store.Query{Index: "changes", Equal: []any{citizen}, After: since.After, Limit: limit}
	if !since.From.IsZero() {
		q.From = since.From.UnixMilli()
	}
	list, after, err := u.Store.Find(ctx, q)
	if err != nil {
		return nil, since, false, err
	}
	if after != "" {
		return list, Since{From: since.From, After: after}, true, nil
	}
	return list, Since{From: begun.Add(-overlap)}, false, nil
}
