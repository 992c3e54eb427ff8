package report

import (
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/sla"
)

// Facts are what counts of one complaint: no text, no citizen. They are kept as they were counted, so that a change is
// the difference to them; and lists of complaints behind a figure are read from them. Whose figures they belong to stands in
// them too, for the tree of agencies may be another by then. Times are UTC.
type Facts struct {
	Number   string          `json:"number"`
	Branches []string        `json:"branches"` // whose figures it belongs to: its agency's, those above, Everyone's; of the desk
	Bodies   []string        `json:"bodies"`   // in which row of each of these: see below
	State    complaint.State `json:"state"`
	Kind     complaint.Kind  `json:"kind"`
	Agency   string          `json:"agency"` // Desk: nobody yet
	Category string          `json:"category,omitempty"`
	Class    string          `json:"class,omitempty"`
	Place    string          `json:"place,omitempty"`    // ISO 3166-2:MY state where the matter lies
	District string          `json:"district,omitempty"` // of that state
	Assignee string          `json:"assignee,omitempty"`
	Secret   bool            `json:"secret,omitempty"` // nothing else of it is counted
	Received time.Time       `json:"received"`
	Since    time.Time       `json:"since"`             // when the present state began
	Due      time.Time       `json:"due,omitzero"`      // earliest deadline that runs; zero: none, or it is over
	Answered time.Time       `json:"answered,omitzero"` // first answer of a person
	Mended   time.Time       `json:"mended,omitzero"`   // zero: not mended, or opened again
	Over     time.Time       `json:"over,omitzero"`     // when it stopped being open; zero: it is open
	Missed   []Missed        `json:"missed,omitempty"`  // deadlines, in the order in which they passed
	Reopened int             `json:"reopened,omitempty"`
	Rating   int             `json:"rating,omitempty"`
	Shown    bool            `json:"shown,omitempty"` // anybody may see it
	Spot     *[2]float64     `json:"spot,omitempty"`  // latitude and longitude as the public may know them; nil: not on the map

	Standing  Standing  `json:"standing,omitempty"`  // of an open one, against its deadline
	Predicted bool      `json:"predicted,omitempty"` // it will most likely miss its deadline
	Risk      time.Time `json:"risk,omitzero"`       // from when that is said of it; zero: never, as things are
	Why       *Why      `json:"why,omitempty"`       // why it is or will be said
}

// Standing says how an open complaint stands against the earliest deadline that runs.
type Standing string

// The standings. A day is one of Malaysia's.
const (
	Overdue  Standing = "overdue"   // the deadline has passed
	DueToday Standing = "due_today" // it passes later today
	InTime   Standing = "in_time"   // it passes on a later day
	Paused   Standing = "paused"    // none runs: it waits for the citizen, or nothing is promised
)

// Missed is a deadline that passed, as the complaint recorded it.
type Missed struct {
	Clock    sla.ClockName `json:"clock"`
	At       time.Time     `json:"at"`       // the deadline
	Branches []string      `json:"branches"` // of the agency whose turn it was, or of the desk
}

// Desk stands for the agency of what is not sent to one.
const Desk = "DESK"

// facts gives what counts of a complaint at now. Ok is false for one that was never routed: it counts for nobody yet.
// History is how long such complaints took, to foresee what becomes of this one.
func (b *Book) facts(c *complaint.Complaint, history Spread, now time.Time) (f Facts, ok bool) {
	if c.State == complaint.Received && c.Hops == 0 {
		return f, false
	}
	f = Facts{Number: c.Number, Branches: b.branches(c.Agency), State: c.State, Kind: c.Kind, Agency: c.Agency, Received: c.Received, Secret: c.Secret, Since: c.Since()}
	if f.Agency == "" {
		f.Agency = Desk
	}
	for _, branch := range f.Branches {
		f.Bodies = append(f.Bodies, b.below(branch, f.Agency))
	}
	if c.Secret {
		return f, true
	}
	f.Category, f.Class, f.Place, f.Assignee, f.Rating = c.Category, c.Class, c.Place, c.Assignee, c.Rating
	if c.Decision != nil && c.Decision.Place.State == c.Place {
		f.District = c.Decision.Place.District
	}
	f.Answered, f.Reopened, f.Over = c.Answered(), c.Reopened(), c.Over()
	f.Mended, _ = c.Mended()
	for _, e := range c.Events {
		if e.Breach() {
			f.Missed = append(f.Missed, Missed{e.Clock, e.Due, b.branches(e.Concerns())})
		}
	}
	if f.Shown = b.Public(c) && c.State != complaint.Merged; f.Shown {
		if lat, lon, ok := c.PublicSpot(); ok {
			f.Spot = &[2]float64{lat, lon}
		}
	}
	if c.State.Open() {
		f.Due = c.DueAt()
		f.Risk, f.Why = foresee(c, history)
		f.stand(now, b.Zone)
	}
	return f, true
}

// stand brings up to date what changes by itself as time goes on.
func (f *Facts) stand(now time.Time, zone *time.Location) {
	switch {
	case f.Due.IsZero():
		f.Standing = Paused
	case !f.Due.After(now):
		f.Standing = Overdue
	case !dayOf(f.Due, zone).After(now):
		f.Standing = DueToday
	default:
		f.Standing = InTime
	}
	f.Predicted = f.Standing != Overdue && !f.Risk.IsZero() && !f.Risk.After(now)
}

// wakes is when stand will next say something else; zero: it will not.
func (f *Facts) wakes(zone *time.Location) (at time.Time) {
	soonest := func(t time.Time) {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	switch f.Standing {
	case InTime:
		soonest(dayOf(f.Due, zone))
	case DueToday:
		soonest(f.Due)
	}
	if !f.Risk.IsZero() && !f.Predicted && f.Standing != Overdue {
		soonest(f.Risk)
	}
	return at
}

// dayOf is the first instant of the day of an instant.
func dayOf(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Branches of what everybody sees and of the desk.
const (
	Everyone = complaint.Everyone
	desk     = complaint.TriageBranch
)

// branches are whose figures something of an agency belongs to: its own, with those of the agencies below it; its own
// alone, where there are any below; those above it, and everyone's.
func (b *Book) branches(agency string) []string {
	if agency == "" || agency == Desk {
		return []string{desk, Everyone}
	}
	out := append(b.Chain(agency), Everyone)
	if b.Parent(agency) {
		out = append(out, complaint.OwnBranch(agency))
	}
	return out
}

// below names by whom a branch tells an agency's complaints apart: by the body right below it to which the agency belongs,
// or by the agency itself where it is the branch's own. So a branch has as many rows as bodies below it, and each row leads
// to a branch.
func (b *Book) below(branch, agency string) string {
	if agency == Desk {
		return Desk
	}
	chain := b.Chain(agency)
	if branch == Everyone {
		return chain[len(chain)-1]
	}
	if at := slices.Index(chain, branch); at > 0 {
		return chain[at-1]
	}
	return agency
}

// Own is the branch of an agency's own figures, without those of the agencies below it.
func (b *Book) Own(agency string) string {
	if b.Parent(agency) {
		return complaint.OwnBranch(agency)
	}
	return agency
}
