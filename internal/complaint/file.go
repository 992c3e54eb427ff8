package complaint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
)

// How long an Idempotency-Key is remembered: keep for any request, and keepSame for the very same one, since a phone may
// have sent it, heard no answer, and been without a line for weeks.
const (
	keep     = 48 * time.Hour
	keepSame = 30 * 24 * time.Hour
)

// Draft is what a citizen sends.
type Draft struct {
	ID        string // ULID made by the phone while offline; empty: made here
	Citizen   string // who files; empty: a guest of this one complaint
	Kind      Kind
	Text      string
	Hint      string
	Lang      string
	Location  Location
	Anonymous bool    // nobody of the staff may learn who files
	Request   Request // Key is already narrowed to the citizen
	Phone     *Phone  // takes the pushes; nil: none is named
	Network   string  // network address it came from; empty: not known

	Attachments []string // ids of what was sent before; whether they may be named is looked at before

	Via  string // id of the other system that files it; empty: none
	Link string // address of a photo that it gives
}

// File stores a complaint with one durable write and asks for its routing. The same request gives the same complaint
// and repeated true, for 30 days; the same key with another request is fault.Mismatch within 48 hours, and a new complaint
// later. What points to a person is masked in what is stored, and the original is sealed beside it.
func (u *Cases) File(ctx context.Context, d Draft) (c *Complaint, repeated bool, err error) {
	if err := d.check(); err != nil {
		return nil, false, err
	}
	shown := d.masked()
	if shown.hides(d) { // a repeat is looked for first: it needs no key to seal with
		if c, err := u.filed(ctx, d); c != nil || err != nil {
			return c, c != nil, err
		}
	}
	for range tries {
		c := shown.complaint(u.now())
		c.Sender = u.sender(d)
		if err := u.keepOriginal(ctx, c, d); err != nil {
			return nil, false, fmt.Errorf("file: %w", err)
		}
		err := u.Store.Insert(ctx, c)
		if err == nil {
			u.hint(ctx, c, c.ClockRev)
			return c, false, nil
		}
		if !errors.Is(err, fault.Duplicate) {
			return nil, false, fmt.Errorf("file: %w", err)
		}
		// Either the number was taken, and another is drawn, or the request was filed already.
		if c, err := u.filed(ctx, d); c != nil || err != nil {
			return c, c != nil, err
		}
	}
	return nil, false, fault.New(fault.Unavailable, "no free complaint number was found; please try again")
}

// filed gives the complaint that the same request made before; nil: none did, or too long ago.
func (u *Cases) filed(ctx context.Context, d Draft) (*Complaint, error) {
	if d.Request.Key == "" {
		return nil, nil
	}
	old, err := u.Store.ByRequest(ctx, d.Request.Key)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	age, same := u.now().Sub(old.Received), old.Request.Hash == d.Request.Hash
	switch {
	case age > keepSame, !same && age > keep:
		_, err := u.change(ctx, old.ID, forgetKey)
		return nil, err
	case !same:
		return nil, errReused
	}
	u.hint(ctx, old, old.ClockRev) // the first hint may have been lost with the first answer
	return old, nil
}

func forgetKey(c *Complaint, _ time.Time) error {
	c.Request = Request{}
	return nil
}

// complaint is what becomes of a draft in which nothing is left to mask.
func (d Draft) complaint(now time.Time) *Complaint {
	c := &Complaint{ID: newID(now), Number: NewNumber(), Citizen: d.Citizen, Anonymous: d.Anonymous, Kind: d.Kind, Text: d.Text, Hint: d.Hint,
		Lang: d.Lang, Location: d.Location, Received: now, Updated: now, Request: d.Request, Phone: d.Phone, Named: d.Attachments, Via: d.Via, Link: d.Link}
	if c.Citizen == "" {
		c.Citizen = GuestOf(c.ID)
	}
	by := By{Actor: Actor{Role: CitizenRole, ID: c.Citizen}, Request: d.Request}
	if err := c.move(Receive, by, now, nil); err != nil {
		panic("complaint: the table does not let a complaint begin: " + err.Error())
	}
	return c
}

// GuestOf names the citizen behind a complaint that was filed without an account.
func GuestOf(id string) string { return "guest:" + id }

// Guest says whether the complaint was filed without an account.
func (c *Complaint) Guest() bool { return c.Citizen == GuestOf(c.ID) }
