package notify

import (
	"context"
	"fmt"
	"time"

	"respons/internal/store"
)

// mostCounted is how many of a person's latest messages are looked at to count; more than any limit needs.
const mostCounted = 300

// waits is the longest that a message may have waited before it was sent: for the end of quiet hours, for a push to be
// opened, for a provider. Messages are found by when they were made.
const waits = 48 * time.Hour

// throttle gives why a message is not sent because the person has got so many lately; empty: it is. A push that would ring
// once too often is shown silently instead. Danger always passes.
func (t *Teller) throttle(ctx context.Context, row *Row, now time.Time) (why string, err error) {
	if row.Importance == Danger || row.Person == "" {
		return "", nil
	}
	p := t.Policy
	switch {
	case row.Channel == SMS && p.SMSPerDay > 0:
		n, err := t.lately(ctx, row, now, 24*time.Hour, func(r *Row) bool { return r.Channel == SMS })
		if n >= p.SMSPerDay {
			why = fmt.Sprintf("%d text messages went out within a day; it is in the inbox", p.SMSPerDay)
		}
		return why, err
	case row.Channel == Email && p.EmailPerDay > 0:
		n, err := t.lately(ctx, row, now, 24*time.Hour, func(r *Row) bool { return r.Channel == Email })
		if n >= p.EmailPerDay {
			why = fmt.Sprintf("%d e-mails went out within a day; it is in the inbox", p.EmailPerDay)
		}
		return why, err
	case row.Channel != Push:
		return "", nil
	}
	if row.Importance == Important && p.RingPerHour > 0 {
		n, err := t.lately(ctx, row, now, time.Hour, func(r *Row) bool { return r.Channel == Push && r.Importance == Important })
		if err != nil || n < p.RingPerHour {
			return "", err
		}
		row.Importance = Ordinary
	}
	if row.Importance == Ordinary && p.PerHour > 0 {
		n, err := t.lately(ctx, row, now, time.Hour, func(r *Row) bool { return r.Channel == Push && !r.Importance.Rings() })
		if n >= p.PerHour {
			why = fmt.Sprintf("%d ordinary pushes went out within an hour; it is in the inbox", p.PerHour)
		}
		return why, err
	}
	return "", nil
}

// lately counts the messages like this one that went out to its person within a while, or are just going out. What goes to several phones is one.
func (t *Teller) lately(ctx context.Context, row *Row, now time.Time, within time.Duration, like func(*Row) bool) (int, error) {
	list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{row.Person},
		From: now.Add(-within - waits).UnixMilli(), Desc: true, Limit: mostCounted})
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{row.Inbox: true}
	n := 0
	for _, r := range list {
		if (r.State == Sending || now.Sub(r.Sent) < within) && !seen[r.Inbox] && like(r) {
			seen[r.Inbox], n = true, n+1
		}
	}
	return n, nil
}
