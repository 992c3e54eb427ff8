package notify

import (
	"context"
	"slices"
	"time"
)

// message is what a person is to be told by every channel that serves.
type message struct {
	source string // id of the event, or of the digest: with the recipient it names each row
	like   Row    // what every row has
	prefs  Preferences
	fill   func(lang string) (title, body string, err error)
	short  func(lang string) (string, error) // of an SMS
}

// bring writes a row for each channel of the rule and sends the pushes. What goes out by slower ways is queued. Called
// again it does only what is missing.
func (t *Teller) bring(ctx context.Context, m message, rule Rule) error {
	pushes := 0
	if slices.Contains(rule.Channels, Push) && m.prefs.Uses(Push) {
		var err error
		if pushes, err = t.push(ctx, m); err != nil {
			return err
		}
	}
	for _, c := range []Channel{Email, SMS} {
		if !slices.Contains(rule.Channels, c) || !m.prefs.Uses(c) {
			continue
		}
		to, err := t.address(ctx, m.like.Person, c)
		if err != nil {
			return err
		}
		if to == "" {
			continue // nobody expects it; the inbox has it
		}
		if err := t.bringBy(ctx, m, c, m.like.Created, false); err != nil {
			return err
		}
	}
	if rule.Fallback == 0 || !rule.Importance.Rings() {
		return nil
	}
	c, err := t.fallsBackTo(ctx, m, rule)
	if err != nil || c == "" {
		return err
	}
	at := m.like.Created
	if pushes > 0 {
		at = at.Add(rule.Fallback)
	}
	return t.bringBy(ctx, m, c, at, true)
}

// push sends to each of the person's devices and says how many there are.
func (t *Teller) push(ctx context.Context, m message) (int, error) {
	devices, err := t.People.DevicesOf(ctx, m.like.Person)
	if err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx) // a row that is added holds a lease and is sent now, though the program be stopped
	for _, dev := range devices {
		row := m.like
		row.ID, row.Device, row.Platform, row.Channel, row.Lang = rowID(m.source, dev.ID, Push), dev.ID, dev.Platform, Push, dev.Lang
		if row.Title, row.Body, err = m.fill(dev.Lang); err != nil {
			return 0, err
		}
		added := false
		err := t.decide(ctx, &row, m.prefs, t.now(), func() (err error) { added, err = t.add(ctx, &row); return err })
		if err != nil {
			return 0, err
		}
		if added && row.State == Sending { // else somebody else holds it; if they died, the sweep finds the row when its lease is over
			if _, err := t.send(ctx, &row, dev); err != nil {
				return 0, err
			}
		}
	}
	return len(devices), nil
}

// bringBy queues an e-mail or SMS for a moment; unopened: as a fallback.
func (t *Teller) bringBy(ctx context.Context, m message, c Channel, at time.Time, unopened bool) (err error) {
	row := m.like
	row.ID, row.Channel, row.Unopened = rowID(m.source, row.Person, c), c, unopened
	if c == SMS {
		row.Title = ""
		if row.Body, err = m.short(row.Lang); err != nil {
			return err
		}
	}
	return t.queue(ctx, &row, at)
}

// queue adds a row that is to be sent at a moment and, where that has come, asks for it.
func (t *Teller) queue(ctx context.Context, row *Row, at time.Time) error {
	row.State, row.Next = Queued, at
	if at.After(row.Created) {
		row.State, row.Why = Deferred, "goes out only if the message is not opened"
	}
	added, err := t.add(ctx, row)
	if added && row.State == Queued {
		t.hint(ctx, row.ID)
	}
	return err
}

func (t *Teller) hint(ctx context.Context, id string) {
	if t.Hints != nil {
		t.Hints.Deliver(ctx, id)
	}
}

// fallsBackTo picks the channel of a fallback: the one the person chose, else SMS, else e-mail, of those that they use, that
// reach them, and that the rule does not use anyway. Empty: none.
func (t *Teller) fallsBackTo(ctx context.Context, m message, rule Rule) (Channel, error) {
	for _, c := range []Channel{m.prefs.Fallback, SMS, Email} {
		if c == "" || !m.prefs.Uses(c) || slices.Contains(rule.Channels, c) || c == SMS && rule.Audience != "citizen" {
			continue
		}
		if to, err := t.address(ctx, m.like.Person, c); err != nil || to != "" {
			return c, err
		}
	}
	return "", nil
}
