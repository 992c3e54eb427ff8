package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"respons/internal/fault"
	"respons/internal/store"
)

// Preferences are how somebody wants to be told. The zero value is the system's own way. They stand beside the account,
// under the person's id, so that a guest, who has none, has them too.
type Preferences struct {
	Lang     string    `json:"language,omitempty"` // of inbox, e-mail and SMS; empty: the account's. A push is in the phone's
	Off      []Channel `json:"off,omitempty"`      // of Push, Email, SMS: not to be used; the inbox always is
	Fallback Channel   `json:"fallback,omitempty"` // Email or SMS, where an important push was not opened; empty: whichever there is
	Quiet    *Hours    `json:"quiet,omitempty"`    // nil: the system's hours
}

// PreferencesCollection is how they are stored.
var PreferencesCollection = store.Collection{Name: "preferences"}

// Uses says whether a channel may be used.
func (p Preferences) Uses(c Channel) bool { return !slices.Contains(p.Off, c) }

func (p Preferences) quiet(of Policy) Hours {
	if p.Quiet != nil {
		return *p.Quiet
	}
	return of.Quiet
}

func (p Preferences) check() error {
	switch {
	case p.Lang != "" && !slices.Contains(citizenLangs, p.Lang):
		return fault.New(fault.Invalid, "language must be one of %v", citizenLangs)
	case p.Fallback != "" && p.Fallback != Email && p.Fallback != SMS:
		return fault.New(fault.Invalid, "fallback must be email or sms, or be left out")
	case p.Fallback != "" && !p.Uses(p.Fallback):
		return fault.New(fault.Invalid, "fallback is %s, which is switched off; choose the other or leave it out", p.Fallback)
	case p.Quiet != nil && (p.Quiet.From < 0 || p.Quiet.To < 0 || p.Quiet.From >= 24*60 || p.Quiet.To >= 24*60):
		return fault.New(fault.Invalid, "quiet hours begin and end between 00:00 and 23:59")
	}
	for _, c := range p.Off {
		if c != Push && c != Email && c != SMS {
			return fault.New(fault.Invalid, "%q cannot be switched off", c)
		}
	}
	return nil
}

// Preferences reads a person's; whoever never chose has the zero value.
func (t *Teller) Preferences(ctx context.Context, person string) (p Preferences, err error) {
	p, _, err = t.preferences(ctx, person)
	return p, err
}

func (t *Teller) preferences(ctx context.Context, person string) (p Preferences, rev int64, err error) {
	rec, err := t.Engine.Get(ctx, PreferencesCollection.Name, person)
	if errors.Is(err, fault.NotFound) {
		return p, 0, nil
	}
	if err != nil {
		return p, 0, fmt.Errorf("read preferences: %w", err)
	}
	if err := json.Unmarshal(rec.Body, &p); err != nil {
		return p, 0, fmt.Errorf("decode preferences: %w", err)
	}
	return p, rec.Rev, nil
}

// Prefer stores a person's preferences; fault.Invalid.
func (t *Teller) Prefer(ctx context.Context, person string, p Preferences) error {
	return t.changePreferences(ctx, person, func(old *Preferences) { *old = p })
}

// Stop switches a channel off for a person; again is harmless. Whom it does not reach, such as somebody whose data were
// erased, of them nothing is kept.
func (t *Teller) Stop(ctx context.Context, person string, c Channel) error {
	if to, err := t.address(ctx, person, c); err != nil || to == "" {
		return err
	}
	return t.changePreferences(ctx, person, func(p *Preferences) {
		if p.Uses(c) {
			p.Off = append(p.Off, c)
		}
		if p.Fallback == c {
			p.Fallback = ""
		}
	})
}

func (t *Teller) changePreferences(ctx context.Context, person string, change func(*Preferences)) error {
	return again(func() error {
		p, rev, err := t.preferences(ctx, person)
		if err != nil {
			return err
		}
		change(&p)
		if err := p.check(); err != nil {
			return err
		}
		body, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("encode preferences: %w", err)
		}
		return put(ctx, t.Engine, PreferencesCollection.Name, store.Record{ID: person, Rev: rev, Body: body})
	})
}

// put inserts a record of revision 0 and replaces any other.
func put(ctx context.Context, e store.Engine, collection string, rec store.Record) error {
	if rec.Rev == 0 {
		return e.Insert(ctx, collection, rec)
	}
	_, err := e.Replace(ctx, collection, rec)
	return err
}

// again repeats a reading change where somebody else was faster, five times at most.
func again(change func() error) (err error) {
	for range 5 {
		if err = change(); !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) {
			return err
		}
	}
	return fault.Wrap(fault.Conflict, err, "others change the same thing at this moment; try again")
}
