package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// posted is the body of a call in the form of Standard Webhooks. Whoever reads it asks the API for the rest; nothing that
// a citizen wrote and nobody's name is in it.
type posted struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      subject   `json:"data"`
}

type subject struct {
	Number   string    `json:"number"`
	State    string    `json:"state"`
	Agency   string    `json:"agency,omitempty"`
	Category string    `json:"category,omitempty"`
	Class    string    `json:"class,omitempty"`
	Due      time.Time `json:"due,omitzero"` // UTC
	Revision int64     `json:"revision"`
}

// tellSystems queues a call for each system of the agency that an event concerns and, where the event took the complaint
// from another one, of that. A restricted complaint is for cleared persons; a system is none.
func (t *Teller) tellSystems(ctx context.Context, c *complaint.Complaint, e complaint.Event, rule Rule) error {
	if c.Secret || t.Targets == nil {
		return nil
	}
	for _, agency := range concerned(c, e) {
		targets, err := t.Targets.of(ctx, agency)
		if err != nil {
			return err
		}
		for _, x := range targets {
			if !x.wants(Name(e)) {
				continue
			}
			body, err := json.Marshal(posted{Type: "complaint." + Name(e), Timestamp: e.At, Data: subject{Number: c.Number, State: string(e.To),
				Agency: e.Agency, Category: c.Category, Class: c.Class, Due: c.Promised(), Revision: c.Rev}})
			if err != nil {
				return fmt.Errorf("encode call: %w", err)
			}
			row := &Row{ID: rowID(e.ID, x.ID, Webhook), Complaint: c.ID, Number: c.Number, Event: Name(e), Audience: rule.Audience,
				Target: x.ID, Channel: Webhook, Body: string(body), Importance: rule.Importance, Created: t.now()}
			if err := t.queue(ctx, row, row.Created); err != nil {
				return err
			}
		}
	}
	return nil
}

// concerned are the agencies that an event is about: who was responsible before it and who is after it.
func concerned(c *complaint.Complaint, e complaint.Event) (out []string) {
	before := ""
	for _, x := range c.Events {
		if x.ID == e.ID {
			break
		}
		before = x.Agency
	}
	for _, agency := range []string{e.Concerns(), before} {
		if agency != "" && !slices.Contains(out, agency) {
			out = append(out, agency)
		}
	}
	return out
}

// call posts a row to its target.
func (t *Teller) call(ctx context.Context, row *Row) (Outcome, error) {
	if t.Caller == nil || t.Targets == nil {
		return Outcome{State: Failed, Why: "no webhooks are sent by this process"}, nil
	}
	x, err := t.Targets.ByID(ctx, row.Target)
	switch {
	case errors.Is(err, fault.NotFound):
		return Outcome{State: Failed, Why: "the webhook was removed"}, nil
	case err != nil:
		return Outcome{}, err
	case x.Off:
		return Outcome{State: Failed, Why: "the webhook is off: " + x.Why}, nil
	}
	out := t.Caller.Call(ctx, Call{ID: row.ID, At: row.Sent, URL: x.URL, Secrets: t.Targets.Secrets(x, row.Sent), Body: []byte(row.Body)})
	if out.Gone {
		if err := t.Targets.stop(ctx, x.ID); err != nil {
			return Outcome{}, err
		}
	}
	return out, nil
}
