package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/push"
	"respons/internal/store"
)

// attempts is how often a message is tried before it is given up: with the waits below, about a day.
const attempts = 12

// send pushes a row that this process holds the lease of, and records what came of it.
func (t *Teller) send(ctx context.Context, row *Row, dev identity.Device) error {
	row.Attempts++
	now := t.Now().UTC().Truncate(time.Millisecond)
	row.Sent = now
	out := t.Sender.Send(ctx, push.Message{ID: row.ID, Token: dev.Token, Platform: dev.Platform, Title: row.Title,
		Body: row.Body, Link: "respons://complaints/" + row.Number, Important: row.Important,
		Data: map[string]string{"number": row.Number, "event": row.Event}})
	row.Next, row.Why, row.Provider = time.Time{}, "", out.ProviderID
	switch out.State {
	case push.Accepted:
		row.State, row.Accepted = Accepted, now
	case push.Unregistered:
		row.State, row.Why = Failed, "the device is gone"
		if err := t.People.Forget(ctx, dev.ID); err != nil {
			return err
		}
	case push.Retry, push.Alarm:
		row.State, row.Why = Waiting, "the provider asked to wait"
		if out.State == push.Alarm {
			row.Why = "the credentials were refused: an operator must act"
			t.Log.ErrorContext(ctx, "pushes are refused; check FIREBASE_CREDENTIALS", "err", out.Err)
		}
		row.Next = now.Add(max(out.After, wait(row.Attempts)))
		if row.Attempts >= attempts {
			row.State, row.Why, row.Next = Failed, "given up after many attempts", time.Time{}
		}
	default:
		row.State, row.Why = Failed, "the provider refused the message"
		t.Log.WarnContext(ctx, "push refused", "message", row.ID, "err", out.Err)
	}
	err := rows{t.Engine}.replace(ctx, row)
	if errors.Is(err, fault.Stale) {
		return nil // the lease ran out and somebody else sent it, under the same collapse key
	}
	if err == nil {
		t.count(row)
	}
	return err
}

// wait doubles from 5 seconds to 3 hours.
func wait(attempt int) time.Duration {
	return min(5*time.Second<<min(attempt-1, 12), 3*time.Hour)
}

// Resend tries every message again whose time has come, in pages, and says how many it tried.
func (t *Teller) Resend(ctx context.Context) (n int, err error) {
	for after := ""; ; {
		now := t.Now().UTC()
		list, next, err := rows{t.Engine}.find(ctx, store.Query{Index: "next", To: now.UnixMilli() + 1, After: after, Limit: 200})
		if err != nil {
			return n, fmt.Errorf("resend: %w", err)
		}
		for _, row := range list {
			sent, err := t.again(ctx, row, now)
			if err != nil {
				return n, fmt.Errorf("resend: %w", err)
			}
			if sent {
				n++
			}
		}
		if next == "" {
			return n, nil
		}
		after = next
	}
}

func (t *Teller) again(ctx context.Context, row *Row, now time.Time) (bool, error) {
	row.State, row.Next = Sending, now.Add(lease).Truncate(time.Millisecond)
	err := rows{t.Engine}.replace(ctx, row)
	if errors.Is(err, fault.Stale) {
		return false, nil // somebody else took it
	}
	if err != nil {
		return false, err
	}
	dev, err := t.People.Device(ctx, row.Device)
	if errors.Is(err, fault.NotFound) {
		row.State, row.Why, row.Next = Failed, "the device is gone", time.Time{}
		return false, rows{t.Engine}.replace(ctx, row)
	}
	if err != nil {
		return false, err
	}
	return true, t.send(ctx, row, dev)
}

// Of lists the messages about a complaint, oldest first.
func (t *Teller) Of(ctx context.Context, complaintID string) ([]*Row, error) {
	list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "complaint", Equal: []any{complaintID}, Limit: 1000})
	return list, err
}

// Inbox lists a person's messages in the inbox, newest first.
func (t *Teller) Inbox(ctx context.Context, person, after string, limit int) ([]*Row, string, error) {
	return rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{person}, Desc: true, After: after, Limit: limit})
}

// textAudience names the audience for whom a text is written.
var textAudience = map[string]string{"citizen": textCitizen, supporters: textSupporter, "assignee": "officer", "supervisor": "supervisor",
	"parent": "parent", "oversight": "oversight", "desk": "desk"}

// textEvent names the text: of a restricted complaint nothing is said on a lock screen.
func textEvent(c *complaint.Complaint, e complaint.Event) string {
	if c.Secret {
		return "neutral"
	}
	return Name(e)
}
