package notify

import (
	"context"
	"time"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/push"
	"respons/internal/store"
)

// send pushes a row that this process holds the lease of, and records what came of it.
func (t *Teller) send(ctx context.Context, row *Row, dev identity.Device) error {
	row.Attempts++
	now := t.now()
	if row.Sent = now; row.First.IsZero() {
		row.First = now
	}
	link := "respons://inbox"
	data := map[string]string{"event": row.Event}
	if row.Number != "" {
		link, data["number"] = "respons://complaints/"+row.Number, row.Number
	}
	out := t.Sender.Send(ctx, push.Message{ID: row.ID, Token: dev.Token, Platform: dev.Platform, Title: row.Title,
		Body: row.Body, Link: link, Important: row.Importance.Rings(), Data: data})
	switch out.State {
	case push.Accepted:
		return t.settle(ctx, row, Outcome{State: Accepted, ProviderID: out.ProviderID}, now)
	case push.Unregistered:
		if err := t.People.Forget(ctx, dev.ID); err != nil {
			return err
		}
		return t.settle(ctx, row, Outcome{State: Failed, Why: "the device is gone", Err: out.Err}, now)
	case push.Retry:
		return t.settle(ctx, row, Outcome{State: Waiting, Why: "the provider asked to wait", After: out.After, Err: out.Err}, now)
	case push.Alarm:
		return t.settle(ctx, row, Outcome{State: Waiting, Alarm: true, After: out.After, Err: out.Err,
			Why: "the credentials were refused: an operator must act, check FIREBASE_CREDENTIALS"}, now)
	}
	return t.settle(ctx, row, Outcome{State: Failed, Why: "the provider refused the message", Err: out.Err}, now)
}

// now is the moment, in the precision of the store.
func (t *Teller) now() time.Time { return t.Now().UTC().Truncate(time.Millisecond) }

// Of lists the messages about a complaint, oldest first.
func (t *Teller) Of(ctx context.Context, complaintID string) ([]*Row, error) {
	list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "complaint", Equal: []any{complaintID}, Limit: 1000})
	return list, err
}

// Inbox lists a person's messages by every channel, newest first.
func (t *Teller) Inbox(ctx context.Context, person, after string, limit int) ([]*Row, string, error) {
	return rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{person}, Desc: true, After: after, Limit: limit})
}

// textAudience names the audience for whom a text is written.
var textAudience = map[string]string{"citizen": textCitizen, supporters: textSupporter, "assignee": "officer", "supervisor": "supervisor",
	"parent": "parent", "oversight": "oversight", "desk": "desk"}

// textEvent names the text: of a restricted complaint nothing is said on a lock screen.
func textEvent(c *complaint.Complaint, e complaint.Event) string {
	if c.Secret {
		return neutral
	}
	return Name(e)
}
