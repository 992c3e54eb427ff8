package notify

import (
	"context"
	"fmt"
)

// text sends a row as a text message, as long as the day's budget lasts. It is charged at the first attempt: what fails
// and is tried again costs once.
func (t *Teller) text(ctx context.Context, row *Row) (Outcome, error) {
	if t.Texter == nil {
		return Outcome{State: Failed, Why: "no SMS gateway is set"}, nil
	}
	to, err := t.address(ctx, row.Person, SMS)
	switch {
	case err != nil:
		return Outcome{}, err
	case to == "":
		return Outcome{State: Failed, Why: "no telephone number is known"}, nil
	}
	if row.Attempts == 1 {
		left, err := t.Charge(ctx, int64(Segments(row.Body)))
		if err != nil {
			return Outcome{}, err
		}
		if !left {
			return Outcome{State: Dropped, Why: fmt.Sprintf("the day's budget of %d SMS segments is used up", t.SMSBudget)}, nil
		}
	}
	return t.Texter.Text(ctx, Text{ID: row.ID, To: to, Body: row.Body}), nil
}

const segments = "segments"

// Charge takes segments out of the budget of today in Malaysia; false: they are not there any more, and nothing is taken.
// Two processes at the same moment may both be refused the last one, never both be given it.
func (t *Teller) Charge(ctx context.Context, n int64) (bool, error) {
	t.charging.Lock()
	defer t.charging.Unlock()
	day := "sms/" + t.now().In(t.Values.Zone).Format("2006-01-02")
	if err := t.Engine.Increment(ctx, day, map[string]int64{segments: n}); err != nil {
		return false, fmt.Errorf("charge SMS: %w", err)
	}
	used, err := t.Engine.Counters(ctx, day)
	if err != nil {
		return false, fmt.Errorf("charge SMS: %w", err)
	}
	if used[segments] <= int64(t.SMSBudget) {
		return true, nil
	}
	if t.warned != day { // once a day and process
		t.warned = day
		t.Log.WarnContext(ctx, "the day's SMS budget is used up; text messages are dropped until midnight", "segments", t.SMSBudget)
	}
	if err := t.Engine.Increment(ctx, day, map[string]int64{segments: -n}); err != nil {
		return false, fmt.Errorf("charge SMS: %w", err)
	}
	return false, nil
}
