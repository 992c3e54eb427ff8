package notify

import (
	"context"
	"errors"
	"time"

	"respons/internal/fault"
)

// Opened records that a person has opened a message on whatever channel: its fallback is not needed any more. Again is
// harmless. fault.NotFound where it is not theirs.
func (t *Teller) Opened(ctx context.Context, id, person string) error {
	row, err := t.Row(ctx, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || row.Person == "" || row.Person != person { // whether somebody else has it is nobody's business
		return fault.New(fault.NotFound, "there is no message %q of yours", id)
	}
	for _, id := range []string{row.Inbox, row.ID} { // the inbox first: the fallback looks there
		if id == "" {
			continue
		}
		if err := t.open(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (t *Teller) open(ctx context.Context, id string) error {
	news := false
	row, err := rows{t.Engine}.change(ctx, id, func(row *Row) error {
		if news = row.Opened.IsZero(); !news {
			return errSame
		}
		row.Opened = t.now()
		if row.Channel == Inbox || row.Channel == Push { // it was shown, whatever the provider said
			row.State, row.Why, row.Next = Opened, "", time.Time{}
		}
		return nil
	})
	if err == nil && news {
		t.count(row, Opened)
	}
	return err
}

// Row reads a message; fault.NotFound.
func (t *Teller) Row(ctx context.Context, id string) (*Row, error) {
	return rows{t.Engine}.get(ctx, id)
}
