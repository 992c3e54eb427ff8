// Package learning makes the router better by what officers decide. Each return, transfer, assignment and acceptance is
// kept as an example; every night, and when asked, a candidate is made of the examples, measured beside what is live, and
// goes live only if it is better beyond noise. Whoever learns from people can be misled by people: what looks like a bad
// batch is set aside with the reason, and every step can be taken back.
package learning

import (
	"math"
	"time"

	"respons/internal/complaint"
	"respons/internal/mask"
	"respons/internal/place"
	"respons/internal/routing"
)

// Kind is what an officer decided.
type Kind string

// The kinds. Accepted says that the agency took the case for its own: it confirms whoever sent it there. Returned covers
// the return that goes to the desk as well.
const (
	Accepted    Kind = "accept"
	Returned    Kind = "return"
	Transferred Kind = "transfer"
	Assigned    Kind = "assign"
)

var kinds = map[complaint.Action]Kind{complaint.Accept: Accepted, complaint.Return: Returned, complaint.Bounce: Returned,
	complaint.Transfer: Transferred, complaint.Assign: Assigned}

// Example is one decision of an officer about a complaint, with what the router had said. It refers to the complaint and
// holds of its words a copy with numbers, addresses of people and plates masked.
type Example struct {
	ID        string          `json:"id"` // of the event: the same event makes the same example
	Complaint string          `json:"complaint"`
	Kind      Kind            `json:"kind"`
	At        time.Time       `json:"at"`
	By        complaint.Actor `json:"by"`
	Agency    string          `json:"agency,omitempty"`   // that must act, says the officer; empty: only that From must not
	From      string          `json:"from,omitempty"`     // whose the case was before; empty: nobody's
	Category  string          `json:"category,omitempty"` // that the officer chose; empty: none was chosen
	Said      complaint.Said  `json:"said"`               // what the router had said at last
	Alone     bool            `json:"alone"`              // the router had sent it to From without a person
	Agreed    bool            `json:"agreed,omitempty"`   // an acceptance that nothing but the router came before: by far the most

	Text  string        `json:"text"`           // masked
	Where place.Query   `json:"where"`          // masked, the position to a hundred metres
	Found routing.Place `json:"found"`          // where the router took it to lie
	Lang  string        `json:"lang"`           // of the text
	Hint  string        `json:"hint,omitempty"` // category that the citizen chose

	weight int // how many like it this one stands for, where only a part of them is read
}

// ExampleOf makes an example of an event of c; ok is false where the event teaches nothing or c is restricted.
func ExampleOf(c *complaint.Complaint, e complaint.Event) (x Example, ok bool) {
	kind, ok := kinds[e.Action]
	if !ok || c.Secret || !e.Actor.Staff() {
		return x, false
	}
	x = Example{ID: e.ID, Complaint: c.ID, Kind: kind, At: e.At, By: e.Actor, Category: e.Category, Hint: c.Hint, Lang: c.Lang,
		Text: mask.Text(c.Text), Where: place.Query{Address: mask.Text(c.Location.Address), Postcode: c.Location.Postcode, Accuracy: c.Location.Accuracy}}
	if kind != Returned {
		x.Agency = e.Agency
	}
	if p := c.Location; p.Lat != nil && p.Lon != nil {
		x.Where.HasPoint, x.Where.Lat, x.Where.Lon = true, coarse(*p.Lat), coarse(*p.Lon)
		x.Where.Accuracy = max(x.Where.Accuracy, 100)
	}
	if d := c.Decision; d != nil {
		x.Found, x.Lang = d.Place, d.Lang
	}
	x.Agreed = kind == Accepted
	for _, before := range c.Events {
		if before.ID == e.ID {
			break
		}
		if k, ok := kinds[before.Action]; ok && k != Accepted {
			x.Agreed = false
		}
		switch before.Action {
		case complaint.Route, complaint.Abstain:
			x.Alone = before.Action == complaint.Route
			if before.Said != nil {
				x.Said = *before.Said
			}
		case complaint.Assign, complaint.Transfer:
			x.Alone = false
		}
		x.From = before.Agency
	}
	return x, true
}

// coarse rounds a degree to about a hundred metres.
func coarse(degree float64) float64 { return math.Round(degree*1000) / 1000 }

// question is what the router is asked to see whether it has learnt.
func (x Example) question() routing.Question {
	q := routing.Question{Text: x.Text, Where: x.Where, Category: x.Hint, At: x.At}
	q.Where.Text = x.Text
	return q
}
