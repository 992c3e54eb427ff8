package push

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
)

// State is what became of a message, and so what is to be done next.
type State string

// The states.
const (
	Accepted     State = "accepted"     // the provider took it; that it was shown nobody says
	Unregistered State = "unregistered" // the app is gone from the device, or the token never was one: forget it
	Invalid      State = "invalid"      // the message itself is wrong: mend it, do not send it again
	Retry        State = "retry"        // it may pass later; a repeat is harmless, because it has the same id
	Alarm        State = "alarm"        // our credentials or settings are refused: an operator must act, then it may pass
)

// Outcome is a State with its particulars.
type Outcome struct {
	State      State
	After      time.Duration // of Retry: how long the provider asked to wait, a day at the most; 0: it did not say
	ProviderID string        // of Accepted: the provider's own name for the message
	Err        error         // for the log; nil if and only if Accepted; holds no device token
	Down       bool          // of Retry and Alarm: nothing passes now, whichever message it is
}

// Sender hands one message to a provider and waits for the answer. Any number of calls may run at once.
type Sender interface {
	Send(ctx context.Context, m Message) Outcome
}

// SendAll sends every message with at most workers at once (1 where workers is less) and gives the outcomes in the order
// of the messages. It returns when all have one: a ctx that ends makes the rest Retry.
func SendAll(ctx context.Context, s Sender, messages []Message, workers int) []Outcome {
	out := make([]Outcome, len(messages))
	var g errgroup.Group
	g.SetLimit(max(workers, 1))
	for i, m := range messages {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				out[i] = Outcome{State: Retry, Err: err}
				return nil
			}
			out[i] = s.Send(ctx, m)
			return nil
		})
	}
	g.Wait() //nolint:errcheck // no function returns an error; each has its outcome
	return out
}

// Log is the Sender of a system without Firebase: it writes down that a push would have gone out.
type Log struct {
	Log *slog.Logger
}

// Send writes id, platform, title and link; never the token.
func (l Log) Send(ctx context.Context, m Message) Outcome {
	if err := m.check(); err != nil {
		return Outcome{State: Invalid, Err: err}
	}
	l.Log.InfoContext(ctx, "push", "message", m.ID, "platform", m.Platform, "title", m.Title, "link", m.Link)
	return Outcome{State: Accepted, ProviderID: "log/" + m.ID}
}
