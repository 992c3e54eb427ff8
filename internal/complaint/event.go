package complaint

import (
	"time"

	"respons/internal/sla"
)

// Role is what an actor is to the system.
type Role string

// The roles. System is the program itself; Guest and Citizen both file complaints.
const (
	System        Role = "system"
	CitizenRole   Role = "citizen"
	Officer       Role = "officer"
	Supervisor    Role = "supervisor"
	Desk          Role = "desk"
	Oversight     Role = "oversight"
	Administrator Role = "administrator"
)

// Actor is who did something.
type Actor struct {
	Role   Role   `json:"role"`
	ID     string `json:"id,omitempty"`
	Agency string `json:"agency,omitempty"` // of an officer or supervisor

	Machine bool `json:"machine,omitempty"` // an agency's own system, not a person

	Cleared bool `json:"-"` // of staff: for restricted complaints
}

// Staff says whether the actor is a person who works for an agency or the system's operators.
func (a Actor) Staff() bool { return a.Role != System && a.Role != CitizenRole }

// Event is one thing that happened to a complaint. Events are only ever added.
type Event struct {
	ID     string    `json:"id"` // ULID
	Action Action    `json:"action"`
	From   State     `json:"from,omitempty"`
	To     State     `json:"to"`
	At     time.Time `json:"at"`
	Actor  Actor     `json:"actor"`

	Agency string `json:"agency,omitempty"` // who is responsible after the event
	Reason string `json:"reason,omitempty"` // why, as a code or in words; for staff
	Rating int    `json:"rating,omitempty"` // Rate: 1 (bad) to 5
	Note   string `json:"note,omitempty"`   // what a person wrote for the citizen: question, answer, resolution
	Typed  []byte `json:"typed,omitempty"`  // the citizen's note as it was typed, sealed; nil: nothing was masked
	Hidden bool   `json:"hidden,omitempty"` // not in the citizen's timeline

	Clock   sla.ClockName `json:"clock,omitempty"` // Step: which clock
	Percent int           `json:"percent,omitempty"`
	Due     time.Time     `json:"due,omitzero"`      // Step: the instant that was passed; Recompute: the new due time
	Nth     int           `json:"nth,omitempty"`     // Step of the accept clock: which assignment
	Tell    []string      `json:"tell,omitempty"`    // Step: who is told (assignee, supervisor, parent, oversight, desk)
	Until   time.Time     `json:"until,omitzero"`    // Extend: end of the extension
	Ref     string        `json:"ref,omitempty"`     // MergeIn, Unmerge: number of the other complaint; Assign, Transfer: target; TakeOver, Succeed: from whom
	Officer string        `json:"officer,omitempty"` // TakeOver: id of the assignee it was taken from; empty: nobody had accepted it. Hand: of the one who has it now
	Cause   string        `json:"cause,omitempty"`   // Resolve: code of what had caused it; empty: not said

	Moved   []Moved  `json:"moved,omitempty"`   // deadlines that the event moved while their clocks ran
	Changes []Change `json:"changes,omitempty"` // Recompute: what changed the calendar since it was last computed with

	Category string `json:"category,omitempty"` // Assign: what the desk says it is about; empty: nothing
	Said     *Said  `json:"said,omitempty"`     // Route, Abstain: what the router answered

	Request Request `json:"request,omitzero"` // recognises a repeated request
}

// Said is what the router answered at the time; Complaint.Decision holds only its latest answer, in full.
type Said struct {
	Agency     string  `json:"agency"`
	Category   string  `json:"category"`
	Confidence float64 `json:"confidence"`
	Model      string  `json:"model"` // version
}

// assigns says whether the event sent the complaint to an agency.
func (e Event) assigns() bool {
	return e.To == Routed && e.From != Routed && e.Action != Unmerge
}

// answers says whether the event is an answer that the citizen can see and a person wrote: it stops first_response.
func (e Event) answers() bool {
	if e.Hidden || !e.Actor.Staff() || e.Note == "" {
		return false
	}
	switch e.Action {
	case Accept, Ask, Reply, Resolve, Reject, MadeSafe:
		return true
	}
	return false
}

// Concerns is the agency that an event is about: who was responsible after it or, where it was taken away, before it.
// Empty: nobody yet.
func (e Event) Concerns() string {
	if e.Action == TakeOver {
		return e.Ref
	}
	return e.Agency
}

// Breach says whether the event records that a deadline was missed.
func (e Event) Breach() bool { return e.Action == Step && e.Percent == 100 }
