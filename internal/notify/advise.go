package notify

import (
	"context"
	"fmt"
	"time"

	"respons/internal/identity"
)

// The names of what administrators are told about amendments of the reference data.
const (
	AmendmentSubmitted = "amendment_submitted" // another one waits to be looked at
	AmendmentApproved  = "amendment_approved"
	AmendmentReturned  = "amendment_returned" // sent back with a remark
)

// administrators are the audience of what is about no complaint. They read the texts for staff.
const administrators = "administrator"

// Advice tells a member of staff of work that is about no complaint. It says nothing of what the work holds: that stands on
// the page, where only they may read it.
type Advice struct {
	ID    string // of what happened: with the recipient it names each row
	Event string // such as AmendmentSubmitted
	Path  string // of the page, below the product's address
}

// Advise lays an advice in somebody's inbox and queues it as an e-mail, if they take any and have an address. Called again
// it does only what is missing.
func (t *Teller) Advise(ctx context.Context, p identity.Person, x Advice) error {
	prefs, err := t.Preferences(ctx, p.ID)
	if err != nil {
		return err
	}
	if prefs.Lang != "" {
		p.Lang = prefs.Lang
	}
	now := t.now()
	inbox := &Row{ID: rowID(x.ID, p.ID, Inbox), Event: x.Event, Audience: administrators, Person: p.ID, Channel: Inbox, State: Accepted,
		Lang: p.Lang, Importance: Ordinary, Path: x.Path, Created: now, Accepted: now}
	if inbox.Title, inbox.Body, err = t.Texts.Fill(x.Event, textAudience[administrators], p.Lang, nil); err != nil {
		return err
	}
	if _, err := t.add(ctx, inbox); err != nil {
		return fmt.Errorf("advise: %w", err)
	}
	m := message{source: x.ID, prefs: prefs, like: *inbox}
	m.like.Inbox, m.like.State, m.like.Accepted = inbox.ID, "", time.Time{}
	return t.bring(ctx, m, Rule{Audience: administrators, Importance: Ordinary, Urgent: Ordinary, Channels: []Channel{Email}})
}
