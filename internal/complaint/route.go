package complaint

import (
	"context"
	"fmt"
	"time"

	"respons/internal/place"
	"respons/internal/routing"
)

// Route sends a received complaint to the agency that must act, or to the desk where the router is unsure, or joins it to
// an earlier one that says the same. A complaint that is past routing is left as it is.
func (u *Cases) Route(ctx context.Context, id string) error {
	decided := false
	c, err := u.change(ctx, id, func(c *Complaint, now time.Time) error {
		if decided = c.State == Received; !decided {
			return errNothing
		}
		u.word(c)
		first, err := u.repeats(ctx, c, func(*Complaint) bool { return true })
		if err != nil {
			return err
		}
		if first != nil {
			return c.join(first, now)
		}
		return u.decide(c, now)
	})
	if err == nil && decided {
		err = u.joinRepeats(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("route %s: %w", id, err)
	}
	return nil
}

// decide asks the router about c and makes the move that follows from its answer.
func (u *Cases) decide(c *Complaint, now time.Time) error {
	d := u.Router.Route(c.Question())
	class, secret, err := u.Catalogue.Filing(d.Category)
	if err != nil {
		return err
	}
	c.Secret = secret || d.Restricted
	if (c.Kind == Enquiry || c.Kind == Suggestion) && !c.Secret {
		class = answerClass
	}
	c.Decision, c.Category, c.Class, c.Place = &d, d.Category, class, d.Place.State
	c.Sign = u.sign(c, d)
	said := &Said{Agency: d.Agency, Category: d.Category, Confidence: d.Confidence, Model: d.Model}
	if !d.Auto || !u.Register.Known(d.Agency) {
		c.Agency = ""
		return c.move(Abstain, By{Actor: Actor{Role: System}}, now, func(e *Event) { e.Said = said })
	}
	c.Agency, c.Assignee = d.Agency, ""
	return c.move(Route, By{Actor: Actor{Role: System}}, now, func(e *Event) { e.Ref, e.Said = d.Agency, said })
}

// answerClass is the class of what needs an answer and no repair: three working days, the usual promise for enquiries.
const answerClass = "S3"

// recordTypes are the router's words for the kinds.
var recordTypes = map[Kind]string{Enquiry: "pertanyaan", Suggestion: "cadangan", Appreciation: "penghargaan"}

// Question is what the router is asked about the complaint.
func (c *Complaint) Question() routing.Question {
	q := routing.Question{Text: c.Text, Category: c.Hint, At: c.Received, Type: recordTypes[c.Kind],
		Where: place.Query{Accuracy: c.Location.Accuracy, Address: c.Location.Address, Postcode: c.Location.Postcode}}
	if c.Location.Lat != nil && c.Location.Lon != nil {
		q.Where.HasPoint, q.Where.Lat, q.Where.Lon = true, *c.Location.Lat, *c.Location.Lon
	}
	for _, e := range c.Events {
		if e.Action == Return {
			q.Returned = append(q.Returned, e.Actor.Agency)
		}
	}
	return q
}
