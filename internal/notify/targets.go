package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// overlap is for how long after a change of the secret calls are signed with the one before, too.
const overlap = 24 * time.Hour

// Target is where an agency's own system takes events.
type Target struct {
	ID         string    `json:"id"` // derived from agency and URL: the same target twice is one
	Agency     string    `json:"agency"`
	URL        string    `json:"url"`
	Events     []string  `json:"events,omitempty"` // names; empty: all that notices.csv has for system
	Off        bool      `json:"off,omitempty"`
	Why        string    `json:"why,omitempty"` // of Off
	Generation int       `json:"generation"`    // of the secret, from 1
	Turned     time.Time `json:"turned"`        // when the secret was made
	Since      time.Time `json:"since"`
	Rev        int64     `json:"-"`
}

// TargetCollection is how targets are stored.
var TargetCollection = store.Collection{Name: "webhooks", Indexes: []store.Index{
	{Name: "agency", Fields: []string{"agency", "since"}},
	{Name: "since", Fields: []string{"since"}},
}}

// Targets keeps them. Their secrets are derived, not stored: a stolen store signs nothing.
type Targets struct {
	Engine store.Engine
	Known  func(agency string) bool
	Before func(agency string) []string // those that act no more and in whose place an agency acts; nil: none
	Check  func(url string) error       // fault.Invalid for an address that must not be called
	Secret func(id string, generation int) string
	Now    func() time.Time
}

// wants says whether a target takes an event.
func (x Target) wants(event string) bool {
	return !x.Off && (len(x.Events) == 0 || slices.Contains(x.Events, event))
}

// Set adds a target, or changes the events of one that is there and switches it on or off. fault.Invalid.
func (ts *Targets) Set(ctx context.Context, agency, url string, events []string, off bool) (x Target, err error) {
	if !ts.Known(agency) {
		return x, fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", agency)
	}
	if err := ts.Check(url); err != nil {
		return x, err
	}
	for _, e := range events {
		if !slices.Contains(eventNames, e) {
			return x, fault.New(fault.Invalid, "there is no event %q; there are %v", e, eventNames)
		}
	}
	now := ts.Now().UTC().Truncate(time.Millisecond)
	id := rowID(agency, url, Webhook)
	return ts.change(ctx, id, func(x *Target) error {
		if x.ID == "" {
			*x = Target{ID: id, Agency: agency, URL: url, Generation: 1, Turned: now, Since: now}
		}
		x.Events, x.Off, x.Why = events, off, ""
		if off {
			x.Why = "switched off by an administrator"
		}
		return nil
	})
}

// Turn gives a target a new secret; for a day calls are signed with both. fault.NotFound.
func (ts *Targets) Turn(ctx context.Context, id string) (Target, error) {
	return ts.change(ctx, id, func(x *Target) error {
		if x.ID == "" {
			return noTarget(id)
		}
		x.Generation, x.Turned = x.Generation+1, ts.Now().UTC().Truncate(time.Millisecond)
		return nil
	})
}

// stop switches a target off that answered that it wants nothing any more.
func (ts *Targets) stop(ctx context.Context, id string) error {
	_, err := ts.change(ctx, id, func(x *Target) error {
		if x.ID == "" || x.Off {
			return errSame
		}
		x.Off, x.Why = true, "it answered 410 Gone"
		return nil
	})
	return err
}

// Remove takes a target away; what waits for it fails. Again is harmless.
func (ts *Targets) Remove(ctx context.Context, id string) error {
	err := ts.Engine.Delete(ctx, TargetCollection.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// ByID reads one; fault.NotFound.
func (ts *Targets) ByID(ctx context.Context, id string) (Target, error) {
	rec, err := ts.Engine.Get(ctx, TargetCollection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return Target{}, noTarget(id)
	}
	if err != nil {
		return Target{}, err
	}
	return decodeTarget(rec)
}

func noTarget(id string) error { return fault.New(fault.NotFound, "there is no webhook %q", id) }

// All lists a page of targets, the latest first.
func (ts *Targets) All(ctx context.Context, after string, limit int) ([]Target, string, error) {
	return ts.find(ctx, store.Query{Index: "since", Desc: true, After: after, Limit: limit})
}

// of lists an agency's and, since their systems go on, those of the agencies in whose place it acts.
func (ts *Targets) of(ctx context.Context, agency string) (out []Target, err error) {
	codes := []string{agency}
	if ts.Before != nil {
		codes = append(codes, ts.Before(agency)...)
	}
	for _, code := range codes {
		list, _, err := ts.find(ctx, store.Query{Index: "agency", Equal: []any{code}})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (ts *Targets) find(ctx context.Context, q store.Query) (out []Target, next string, err error) {
	page, err := ts.Engine.Find(ctx, TargetCollection.Name, q)
	if err != nil {
		return nil, "", fmt.Errorf("read webhooks: %w", err)
	}
	for _, rec := range page.Records {
		x, err := decodeTarget(rec)
		if err != nil {
			return nil, "", err
		}
		out = append(out, x)
	}
	return out, page.Next, nil
}

// Secrets are those that a call at now is signed with, the newest first.
func (ts *Targets) Secrets(x Target, now time.Time) []string {
	out := []string{ts.Secret(x.ID, x.Generation)}
	if x.Generation > 1 && now.Sub(x.Turned) < overlap {
		out = append(out, ts.Secret(x.ID, x.Generation-1))
	}
	return out
}

// change lets fn change a target and stores it; where there is none fn gets the zero Target. errSame of fn leaves it.
func (ts *Targets) change(ctx context.Context, id string, fn func(*Target) error) (x Target, err error) {
	err = again(func() error {
		x, err = ts.ByID(ctx, id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err := fn(&x); err != nil {
			return err
		}
		body, err := json.Marshal(x)
		if err != nil {
			return fmt.Errorf("encode webhook: %w", err)
		}
		return put(ctx, ts.Engine, TargetCollection.Name, store.Record{ID: x.ID, Rev: x.Rev, Body: body,
			Keys: store.Keys{"agency": x.Agency, "since": x.Since.UnixMilli()}})
	})
	if errors.Is(err, errSame) {
		err = nil
	}
	return x, err
}

func decodeTarget(rec store.Record) (x Target, err error) {
	if err := json.Unmarshal(rec.Body, &x); err != nil {
		return x, fmt.Errorf("decode webhook %s: %w", rec.ID, err)
	}
	x.Rev = rec.Rev
	return x, nil
}
