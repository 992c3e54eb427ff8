package notify

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/fault"
	"respons/internal/store"
)

// parallel is how many messages are sent at once by one round of Resend.
const parallel = 8

// decide says what becomes of a message whose time has come: State Sending where it goes out now, Deferred until Next, or
// Dropped. It changes row and calls store. In one process nothing else is decided about the same person meanwhile: of two
// messages at once only one may be the last that is allowed.
func (t *Teller) decide(ctx context.Context, row *Row, prefs Preferences, now time.Time, store func() error) error {
	if row.Person != "" {
		of := fnv.New32a()
		of.Write([]byte(row.Person))
		one := &t.deciding[of.Sum32()%uint32(len(t.deciding))]
		one.Lock()
		defer one.Unlock()
	}
	if err := t.judge(ctx, row, prefs, now); err != nil {
		return err
	}
	return store()
}

func (t *Teller) judge(ctx context.Context, row *Row, prefs Preferences, now time.Time) error {
	row.Why, row.Next = "", time.Time{}
	over, err := t.over(ctx, row, now)
	if err != nil {
		return err
	}
	if over != "" {
		row.State, row.Why = Dropped, over
		return nil
	}
	if row.Unopened {
		inbox, err := t.Row(ctx, row.Inbox)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && !inbox.Opened.IsZero() {
			row.State, row.Why = Dropped, "the message was opened"
			return nil
		}
	}
	if row.Importance != Danger && (row.Channel == Push || row.Channel == SMS) {
		if end, quiet := prefs.quiet(t.Policy).Ends(now, t.Values.Zone); quiet {
			row.State, row.Why, row.Next = Deferred, "quiet hours", end
			return nil
		}
	}
	why, err := t.throttle(ctx, row, now)
	if err != nil {
		return err
	}
	if why != "" {
		row.State, row.Why = Dropped, why
		return nil
	}
	row.State, row.Next = Sending, now.Add(lease)
	return nil
}

// over gives why a message is of no use any more; empty: it is.
func (t *Teller) over(ctx context.Context, row *Row, now time.Time) (why string, err error) {
	switch {
	case !row.Until.IsZero() && !now.Before(row.Until):
		return "it is no longer valid", nil
	case row.Announcement != "" && t.Cancelled != nil:
		cancelled, err := t.Cancelled(ctx, row.Announcement)
		if cancelled {
			why = "the announcement was cancelled"
		}
		return why, err
	}
	return "", nil
}

// Deliver sends one message if its time has come; it is the use case of a hint. Nothing due is nothing done.
func (t *Teller) Deliver(ctx context.Context, id string) error {
	row, err := t.Row(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deliver %s: %w", id, err)
	}
	if _, _, err := t.due(ctx, row); err != nil {
		return fmt.Errorf("deliver %s: %w", id, err)
	}
	return nil
}

// due takes a row whose time has come. A row in state Sending was given up by whoever held it: it goes out again under the
// same id, whatever the hour.
func (t *Teller) due(ctx context.Context, row *Row) (sent, down bool, err error) {
	now := t.now()
	if row.Next.IsZero() || row.Next.After(now) {
		return false, false, nil
	}
	store := func() error { return rows{t.Engine}.replace(ctx, row) }
	if row.State == Sending {
		row.Next = now.Add(lease)
		err = store()
	} else {
		var prefs Preferences
		if row.Person != "" {
			if prefs, err = t.Preferences(ctx, row.Person); err != nil {
				return false, false, err
			}
		}
		err = t.decide(ctx, row, prefs, now, store)
	}
	if errors.Is(err, fault.Stale) {
		return false, false, nil // somebody else took it
	}
	if err != nil || row.State != Sending {
		if err == nil {
			t.count(row, row.State)
		}
		return false, false, err
	}
	down, err = t.hand(ctx, row, now)
	return true, down, err
}

// hand gives a row that this process holds the lease of to its channel; down says that the other side is out of reach.
func (t *Teller) hand(ctx context.Context, row *Row, now time.Time) (down bool, err error) {
	if row.Channel == Push {
		dev, err := t.People.Device(ctx, row.Device)
		if errors.Is(err, fault.NotFound) {
			return false, t.settle(ctx, row, Outcome{State: Failed, Why: "the device is gone"}, now)
		}
		if err != nil {
			return false, err
		}
		return t.send(ctx, row, dev)
	}
	row.Attempts++
	if row.Sent = now; row.First.IsZero() {
		row.First = now
	}
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var out Outcome
	switch row.Channel {
	case Email:
		out, err = t.mail(limited, row)
	case SMS:
		out, err = t.text(limited, row)
	case Webhook:
		out, err = t.call(limited, row)
	default:
		out = Outcome{State: Failed, Why: "nothing carries " + string(row.Channel)}
	}
	if err != nil { // such as an address that cannot be unsealed; where it is the store, settling fails as well and the lease runs out
		out = Outcome{State: Waiting, Why: "it could not be made ready", Err: err}
		t.Log.WarnContext(ctx, "message could not be made ready", "channel", row.Channel, "message", row.ID, "err", err)
	}
	return out.Down, t.settle(ctx, row, out, now)
}

// Resend does every message whose time has come, in pages, and says how many were sent. Where whoever carries a channel
// is out of reach, the rest of that channel waits for the next round. A message that fails holds up no other; the error
// is the first of them.
func (t *Teller) Resend(ctx context.Context) (n int, err error) {
	var mu sync.Mutex
	failed := t.flush(ctx)
	down := map[Channel]bool{}
	for after := ""; ; {
		list, next, err := rows{t.Engine}.find(ctx, store.Query{Index: "next", To: t.now().UnixMilli() + 1, After: after, Limit: 200})
		if err != nil {
			return n, fmt.Errorf("resend: %w", err)
		}
		var g errgroup.Group
		g.SetLimit(parallel)
		for _, row := range list {
			g.Go(func() error {
				mu.Lock()
				skip := down[row.Channel]
				mu.Unlock()
				if skip {
					return nil
				}
				sent, out, err := t.due(ctx, row)
				mu.Lock()
				defer mu.Unlock()
				if sent {
					n++
				}
				down[row.Channel] = down[row.Channel] || out
				if err != nil && failed == nil {
					failed = fmt.Errorf("resend %s: %w", row.ID, err)
				}
				return ctx.Err()
			})
		}
		if err := g.Wait(); err != nil || next == "" {
			return n, errors.Join(failed, err)
		}
		after = next
	}
}
