package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"respons/internal/fault"
)

// Outcome is what came of handing a message to whoever carries it.
type Outcome struct {
	State State // Accepted; Waiting: it may pass later; Failed: never
	// Why is for the ledger and staff: of Waiting and Failed. It names no address.
	Why        string
	After      time.Duration // of Waiting: how long the other side asked to wait; 0: it did not say
	ProviderID string        // of Accepted: the other side's own name for it
	Down       bool          // of Waiting: the other side is out of reach for everything, not for this message
	Alarm      bool          // of Waiting: it refuses us, until an operator acts
	Gone       bool          // of Failed: it wants nothing any more
	Err        error         // for the log; holds no address
}

// Mailer hands an e-mail to a relay.
type Mailer interface {
	Mail(ctx context.Context, l Letter) Outcome
}

// Texter hands a text message to a gateway.
type Texter interface {
	Text(ctx context.Context, m Text) Outcome
}

// Text is a text message.
type Text struct {
	ID   string // of the ledger's row: the same for every attempt
	To   string // telephone number; never logged
	Body string
}

// Caller posts an event to an agency's own system.
type Caller interface {
	Call(ctx context.Context, c Call) Outcome
}

// Call is one post.
type Call struct {
	ID      string    // of the ledger's row: the same for every attempt and replay
	At      time.Time // of this attempt
	URL     string
	Secrets []string // to sign with, the newest first
	Body    []byte
}

// givenUp begins the why of what was tried for too long.
const givenUp = "given up"

// patience is how long an attempt may take; less than the lease.
const patience = 20 * time.Second

// keptUp is for how long a message is tried. FCM lets go of an important push after a day as well, and a text message that
// is older than some hours only puzzles.
var keptUp = map[Channel]time.Duration{Push: 24 * time.Hour, Email: 24 * time.Hour, SMS: 6 * time.Hour, Webhook: 24 * time.Hour}

// wait doubles from 5 seconds to 3 hours.
func wait(attempt int) time.Duration {
	return min(5*time.Second<<min(attempt-1, 12), 3*time.Hour)
}

// settle records what came of an attempt at now. With jitter, so that what failed together does not come back together.
func (t *Teller) settle(ctx context.Context, row *Row, out Outcome, now time.Time) error {
	row.State, row.Why, row.Provider, row.Next = out.State, out.Why, out.ProviderID, time.Time{}
	switch out.State {
	case Accepted:
		row.Accepted = now
	case Waiting:
		pause := wait(max(row.Attempts, 1))
		pause = max(out.After, pause+rand.N(pause/4+1)) // #nosec G404 -- jitter, no secret
		began := row.First
		if began.IsZero() { // held back without an attempt
			began = row.Created
		}
		if row.Next = now.Add(pause).Truncate(time.Millisecond); row.Next.Sub(began) > keptUp[row.Channel] {
			row.State, row.Why, row.Next = Failed, givenUp+" after "+keptUp[row.Channel].String()+": "+out.Why, time.Time{}
		}
	}
	switch {
	case out.Alarm:
		if t.Alarmed != nil {
			t.Alarmed(row.Channel)
		}
		t.Log.ErrorContext(ctx, "messages are refused; an operator must act", "channel", row.Channel, "why", out.Why, "err", out.Err)
	case out.State == Failed:
		t.Log.WarnContext(ctx, "message refused", "channel", row.Channel, "message", row.ID, "why", out.Why, "err", out.Err)
	}
	err := rows{t.Engine}.replace(ctx, row)
	if errors.Is(err, fault.Stale) {
		return nil // the lease ran out and somebody else sent it, under the same id; or it was opened already
	}
	if err == nil {
		t.count(row, row.State)
	}
	return err
}
