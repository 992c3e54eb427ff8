// Package complaint is the heart: what a complaint is, the states it goes through, the events that are its history, and
// the use cases that move it. Everything shown about a complaint is derived from its events.
package complaint

import (
	"log/slog"
	"time"

	"respons/internal/duplicate"
	"respons/internal/routing"
	"respons/internal/sla"
)

// Kind is what the citizen sends: only a complaint carries the resolve clock of its category; the others are answered.
type Kind string

// The kinds of record.
const (
	Complain     Kind = "complaint"
	Enquiry      Kind = "enquiry"
	Suggestion   Kind = "suggestion"
	Appreciation Kind = "appreciation"
)

// Kinds lists every kind.
var Kinds = []Kind{Complain, Enquiry, Suggestion, Appreciation}

// Location is where the phone was and what the citizen wrote about the place.
type Location struct {
	Lat      *float64 `json:"lat,omitempty"` // WGS 84 degrees; nil: not given
	Lon      *float64 `json:"lon,omitempty"`
	Accuracy float64  `json:"accuracy,omitempty"` // metres; 0: unknown
	Address  string   `json:"address,omitempty"`
	Postcode string   `json:"postcode,omitempty"` // five digits
}

// Complaint is one matter as it is stored: a document that holds its own history. Times are UTC, to the millisecond.
type Complaint struct {
	ID        string   `json:"id"`     // ULID
	Number    string   `json:"number"` // what a citizen reads out, RR-7K3M-Q2XA
	Citizen   string   `json:"citizen"`
	Anonymous bool     `json:"anonymous,omitempty"` // the citizen wants no member of staff to learn who they are
	Kind      Kind     `json:"kind"`
	Text      string   `json:"text"`               // with what points to a person masked
	Original  []byte   `json:"original,omitempty"` // what was typed, sealed under the citizen's key; nil: nothing was masked
	Hint      string   `json:"hint,omitempty"`     // category the citizen chose
	Lang      string   `json:"lang"`               // the citizen's language: ms, en, zh, ta
	Location  Location `json:"location"`

	State    State  `json:"state"`
	Agency   string `json:"agency,omitempty"`   // who must act; empty before routing and in triage
	Assignee string `json:"assignee,omitempty"` // the officer; empty until one accepts it or is given it
	Category string `json:"category,omitempty"`
	Class    string `json:"class,omitempty"`  // SLA class; empty before routing
	Place    string `json:"place,omitempty"`  // ISO 3166-2:MY state of the matter; empty: unknown
	Hops     int    `json:"hops"`             // returns so far
	Bound    bool   `json:"bound,omitempty"`  // the desk decided: the agency may not return it
	Secret   bool   `json:"secret,omitempty"` // restricted category: hidden from ordinary officers

	Decision *routing.Decision `json:"decision,omitempty"` // the router's latest answer
	Sign     *duplicate.Sign   `json:"sign,omitempty"`     // by which reports of the same matter find it; nil: none can
	Events   []Event           `json:"events"`             // the whole history, oldest first; never shortened
	Clocks   []Clock           `json:"clocks,omitempty"`   // derived from Events, kept for lists
	Rating   int               `json:"rating,omitempty"`   // the citizen's latest, 1 to 5; 0: none
	Merged   *Merge            `json:"merged,omitempty"`   // set while it is merged into another

	Received  time.Time `json:"received"`
	Updated   time.Time `json:"updated"`
	NextTimer time.Time `json:"next_timer,omitzero"` // earliest instant at which something falls due; zero: nothing will
	ClockRev  int64     `json:"clock_rev"`           // one more with each change of NextTimer: an older timer is void
	Calendar  int64     `json:"calendar,omitempty"`  // revision of the office state's calendar that Clocks were computed with
	Untold    []string  `json:"untold,omitempty"`    // events whose messages have not been handed over yet

	Phone *Phone `json:"phone,omitempty"` // that the filing named and that is not registered yet; nil: none, or it is

	Attachments []Attached `json:"attachments,omitempty"` // that can be looked at, oldest first
	Named       []string   `json:"named,omitempty"`       // attachments that the filing named and that do not know of the complaint yet

	Wording *duplicate.Wording `json:"wording,omitempty"` // by which reports of the same words find it, from routing on; nil: none shall
	Sender  Sender             `json:"sender,omitzero"`

	Via   string  `json:"via,omitempty"`   // id of the other system that filed it for its citizen; empty: none
	Link  string  `json:"link,omitempty"`  // address of a photo that it gave; for staff, and never fetched
	Noted []Noted `json:"noted,omitempty"` // updates of the agency's own system, the latest last

	Request Request `json:"request"` // how it was filed, to recognise a repeat
	Rev     int64   `json:"-"`       // revision in the store
}

// Phone is a device that takes pushes about a complaint. It comes with the filing, in the same write, so that the first
// message cannot be told before the phone is known.
type Phone struct {
	Token    string `json:"token"`    // FCM registration token
	Platform string `json:"platform"` // android, ios, web
}

// Merge says into which complaint this one went and what it was before.
type Merge struct {
	Into   string `json:"into"` // number
	Before State  `json:"before"`
}

// Clock is one SLA clock as it stood after the latest change.
type Clock struct {
	Name       sla.ClockName `json:"name"`
	Target     sla.Target    `json:"target"`
	State      string        `json:"office_state"` // calendar of this state, ISO 3166-2:MY
	Assignment int           `json:"assignment"`   // accept: which assignment it measures, from 1; others: 0
	Start      time.Time     `json:"start"`
	Stopped    time.Time     `json:"stopped,omitzero"`  // zero while it runs or is paused
	Due        time.Time     `json:"due,omitzero"`      // zero while it is paused
	Breached   time.Time     `json:"breached,omitzero"` // due time that was passed, as recorded; zero: never
	Pauses     []sla.Pause   `json:"pauses,omitempty"`
}

// Open says whether somebody still has to act.
func (s State) Open() bool {
	switch s {
	case Resolved, Closed, Withdrawn, Rejected, Merged:
		return false
	}
	return true
}

// LogValue is all that a log may hold of a complaint: never the text, the citizen or the place.
func (c Complaint) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("state", string(c.State)),
		slog.String("agency", c.Agency), slog.Int64("rev", c.Rev))
}

// assignment counts how often the complaint was sent to an agency.
func (c *Complaint) assignment() int {
	n := 0
	for i := range c.Events {
		if c.Events[i].assigns() {
			n++
		}
	}
	return n
}
