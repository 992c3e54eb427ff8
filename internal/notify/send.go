package notify

import (
	"context"
	"time"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/push"
	"respons/internal/store"
)

// send pushes a row that this process holds the lease of, and records what came of it. While the provider takes nothing
// the row waits without an attempt; down says so. What has begun is brought to its end where the program is stopped
// meanwhile: else the row would wait for the end of its lease.
func (t *Teller) send(ctx context.Context, row *Row, dev identity.Device) (down bool, err error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	now := t.now()
	if until, ok := t.Holding.passes(now); !ok {
		return true, t.settle(ctx, row, Outcome{State: Waiting, Why: held, After: until.Sub(now)}, now)
	}
	row.Attempts++
	if row.Sent = now; row.First.IsZero() {
		row.First = now
	}
	link := "respons://inbox"
	data := map[string]string{"event": row.Event}
	if row.Number != "" {
		link, data["number"] = "respons://complaints/"+row.Number, row.Number
	}
	if row.Announcement != "" {
		link, data["announcement"] = "respons://announcements/"+row.Announcement, row.Announcement
	}
	badge, err := t.unread(ctx, row)
	if err != nil {
		return false, err
	}
	out := t.Sender.Send(ctx, push.Message{ID: row.ID, Token: dev.Token, Platform: dev.Platform, Title: row.Title,
		Body: row.Body, Link: link, Important: row.Importance.Rings(), Data: data, Badge: badge, Until: row.Until})
	came := Outcome{State: Failed, Why: "the provider refused the message", Err: out.Err}
	switch out.State {
	case push.Accepted:
		came = Outcome{State: Accepted, ProviderID: out.ProviderID}
	case push.Unregistered:
		if err := t.People.Forget(ctx, dev.ID); err != nil {
			return false, err
		}
		came.Why = "the device is gone"
	case push.Retry:
		came = Outcome{State: Waiting, Why: "the provider asked to wait", After: out.After, Err: out.Err}
	case push.Alarm:
		came = Outcome{State: Waiting, Alarm: true, After: out.After, Err: out.Err, Why: "refused until an operator acts: check FIREBASE_CREDENTIALS"}
	}
	if t.Holding.learn(out, came.Why, now) {
		t.Log.WarnContext(ctx, "whether pushes pass has changed", "held", out.Down, "why", came.Why)
	}
	return out.Down, t.settle(ctx, row, came, now)
}

// held is why a push waits that nobody tried to send.
const held = "the provider of pushes takes none at present"

// mostUnread is the largest number shown on an app's icon.
const mostUnread = 99

// unread counts the messages that the person has not opened, of the latest that matter for a number on an icon.
func (t *Teller) unread(ctx context.Context, row *Row) (int, error) {
	list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{row.Person}, Desc: true, Limit: 4 * mostUnread})
	n := 0
	for _, r := range list {
		if r.Channel == Inbox && r.State == Accepted {
			n++
		}
	}
	return min(n, mostUnread), err
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
	"parent": "parent", "oversight": "oversight", "desk": "desk", administrators: "desk"}

// textEvent names the text: of a restricted complaint nothing is said on a lock screen.
func textEvent(c *complaint.Complaint, e complaint.Event) string {
	if c.Secret {
		return neutral
	}
	return Name(e)
}
