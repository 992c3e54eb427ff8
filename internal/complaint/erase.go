package complaint

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"respons/internal/fault"
)

// ErasedOf names the citizen behind a complaint whose citizen had their data erased: another name for each complaint, so
// that those of one person are no longer together.
func ErasedOf(id string) string { return "erased:" + id }

// Erased says whether the complaint's citizen had their data erased.
func (c *Complaint) Erased() bool { return strings.HasPrefix(c.Citizen, "erased:") }

// Ended is when nothing more could happen to the complaint; zero: something still can. Retention counts from there.
func (c *Complaint) Ended() time.Time {
	switch c.State {
	case Closed, Withdrawn, Rejected, Merged:
		for i := len(c.Events) - 1; i >= 0; i-- {
			if e := c.Events[i]; e.From != e.To {
				return e.At
			}
		}
	}
	return time.Time{}
}

// Erase takes the citizen out of a complaint that is theirs; again is harmless. The record stays: what was reported and
// what the agency did is a public record that only disposal may destroy (National Archives Act 2003), and of an open
// complaint the agency needs text and place to act. Its sealed original and the list of what the citizen attached go, and redact is asked for what else of
// the citizen stands in the texts. Where nothing more can happen the place is kept to about a kilometre only; an open
// complaint follows when it ends.
func (u *Cases) Erase(ctx context.Context, id, citizen string, redact func(string) string) error {
	_, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		if c.Citizen != citizen {
			return errNothing
		}
		c.erase(redact)
		return nil
	})
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("erase citizen of %s: %w", id, err)
	}
	return nil
}

func (c *Complaint) erase(redact func(string) string) {
	was := c.Citizen
	c.Citizen, c.Original, c.Request = ErasedOf(c.ID), nil, Request{}
	c.Attachments = slices.DeleteFunc(c.Attachments, func(a Attached) bool { return a.By == CitizenRole })
	c.Named, c.Phone, c.Link, c.Wording, c.Sender = nil, nil, "", nil, Sender{}
	c.Text, c.Location.Address = redact(c.Text), redact(c.Location.Address)
	for i := range c.Events {
		e := &c.Events[i]
		e.Note, e.Reason, e.Typed = redact(e.Note), redact(e.Reason), nil
		if e.Actor.ID == was {
			e.Actor.ID, e.Request = c.Citizen, Request{} // the fingerprint of a short note could be guessed
		}
	}
}

// coarsen keeps the place of an ended complaint without a citizen to about a kilometre: it may be where they live.
func (c *Complaint) coarsen() {
	if !c.Erased() || c.Ended().IsZero() || c.State == Merged { // a merge may be taken back, and then somebody has to go there
		return
	}
	c.Sign, c.Location.Address = nil, ""
	if c.Location.Lat != nil && c.Location.Lon != nil {
		lat, lon := coarse(*c.Location.Lat), coarse(*c.Location.Lon)
		c.Location.Lat, c.Location.Lon = &lat, &lon
	}
	if d := c.Decision; d != nil && d.Spot.Radius > 0 {
		moved := *d
		moved.Spot.Lat, moved.Spot.Lon, moved.Spot.Radius = coarse(d.Spot.Lat), coarse(d.Spot.Lon), max(d.Spot.Radius, 1000)
		c.Decision = &moved
	}
}

func coarse(degrees float64) float64 { return math.Round(degrees*100) / 100 }
