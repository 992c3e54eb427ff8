package console

import (
	"time"

	"respons/internal/complaint"
	"respons/internal/routing"
	"respons/internal/sla"
)

// Ticket is a complaint as staff see it: the text, never who wrote it.
type Ticket struct {
	Number    string             `json:"number" example:"RR-7K3M-Q2XA"`
	Kind      string             `json:"kind"`
	State     string             `json:"state"`
	Language  string             `json:"language" doc:"The citizen's" example:"ms"`
	Citizen   string             `json:"citizen" doc:"What to call the citizen, who stays unknown: the same name for all they send to an agency" example:"Pengadu A7K3"`
	Anonymous bool               `json:"anonymous,omitempty" doc:"The citizen files without a name: nobody is shown who they are"`
	Text      string             `json:"text" doc:"With what points to a person masked; POST …/reveal shows the original to those who need it. Insults are starred out"`
	Insults   bool               `json:"insults,omitempty" doc:"Something is starred out; GET …/as-written shows it to those who may see it"`
	Location  complaint.Location `json:"location"`
	Agency    string             `json:"agency,omitempty"`
	Assignee  string             `json:"assignee,omitempty" doc:"Id of whoever has it"`
	Category  string             `json:"category,omitempty"`
	Class     string             `json:"class,omitempty" doc:"SLA class"`
	Hops      int                `json:"hops" doc:"How often it was returned"`
	Received  time.Time          `json:"received"`
	Due       *time.Time         `json:"due,omitempty" doc:"Earliest deadline that runs"`
	Promised  *time.Time         `json:"promised,omitempty" doc:"By when it is to be mended"`
	Merged    string             `json:"merged_into,omitempty"`
	Decision  *routing.Decision  `json:"decision,omitempty" doc:"Why it came here, and the other agencies that were likely"`
	Clocks    []complaint.Clock  `json:"clocks,omitempty"`
	Events    []Event            `json:"events,omitempty" doc:"Whole history; in lists absent"`
	Revision  int64              `json:"revision"`
	Moves     int                `json:"moves" doc:"What people and the router did to it so far; give it back as seen with a move"`
	Bound     bool               `json:"bound,omitempty" doc:"The desk decided: the agency may not return it"`
	Secret    bool               `json:"restricted,omitempty"`

	Attachments int    `json:"attachments,omitempty" doc:"How many can be looked at"`
	Via         string `json:"via,omitempty" doc:"Id of the other system that filed it"`
	Link        string `json:"link,omitempty" doc:"Address of a photo that it gave. This server has not looked at it"`

	Can    []string          `json:"can,omitempty" doc:"Moves that you can make now; in lists absent"`
	Reveal []string          `json:"reveal,omitempty" doc:"What you may ask to see of the citizen, on record; in lists absent" example:"[\"phone\"]"`
	People map[string]string `json:"people,omitempty" doc:"Names of members of staff by id, as far as you may know them; in lists absent"`
}

// Event is one thing that happened, as staff see it.
type Event struct {
	At      time.Time  `json:"at"`
	Action  string     `json:"action"`
	From    string     `json:"from,omitempty"`
	To      string     `json:"to"`
	Role    string     `json:"role"`
	Agency  string     `json:"agency,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Note    string     `json:"note,omitempty"`
	Clock   string     `json:"clock,omitempty"`
	Percent int        `json:"percent,omitempty"`
	Due     *time.Time `json:"due,omitempty"`
	Tell    []string   `json:"tell,omitempty"`
	Ref     string     `json:"ref,omitempty"`
	By      string     `json:"by,omitempty" doc:"Id of the member of staff who did it"`
	Theirs  string     `json:"by_agency,omitempty" doc:"Where that person works" example:"MBPJ"`
	Officer string     `json:"officer,omitempty" doc:"Id of whoever has it from here on, or had it until then"`
	Cause   string     `json:"cause,omitempty" doc:"Of a resolution: what had caused it"`
	Rating  int        `json:"rating,omitempty" doc:"Of a rating: 1 to 5"`

	Moved   []complaint.Moved  `json:"moved,omitempty" doc:"Deadlines that the event moved"`
	Changes []complaint.Change `json:"changes,omitempty" doc:"What changed the calendar since the deadlines were last computed"`
}

// Explained is a clock with the derivation of its deadline and the steps of its ladder.
type Explained struct {
	Name       string     `json:"name" enum:"accept,first_response,make_safe,resolve" example:"resolve"`
	State      string     `json:"state" enum:"running,paused,stopped" example:"running"`
	Clock      string     `json:"clock" enum:"wall,working_days" doc:"How the target counts" example:"working_days"`
	Target     string     `json:"target" doc:"An ISO 8601 duration, or a number of working days" example:"3"`
	Office     string     `json:"office_state" doc:"ISO 3166-2:MY state whose calendar counts" example:"MY-10"`
	Assignment int        `json:"assignment,omitempty" doc:"Of accept: which assignment it measures, from 1"`
	Start      time.Time  `json:"start" doc:"UTC"`
	Stopped    *time.Time `json:"stopped,omitempty" doc:"UTC"`
	Breached   *time.Time `json:"breached,omitempty" doc:"Deadline that was missed, as recorded once for ever"`
	sla.Derivation
	Ladder []Rung `json:"ladder"`
}

// Rung is a step of a ladder.
type Rung struct {
	Percent int        `json:"percent" example:"150"`
	At      *time.Time `json:"at,omitempty" doc:"When it is or was reached; absent while a pause lasts"`
	Action  string     `json:"action" enum:"tell,breach,take_over"`
	Tell    []string   `json:"tell,omitempty"`
	Done    bool       `json:"done" doc:"It stands in the history"`
}

func explained(x complaint.Explained) Explained {
	out := Explained{Name: string(x.Name), State: x.Run(), Clock: string(x.Target.Kind), Target: x.Target.Value(), Office: x.Clock.State,
		Assignment: x.Assignment, Start: x.Start, Stopped: moment(x.Stopped), Breached: moment(x.Breached),
		Derivation: x.Explanation.Derivation(), Ladder: []Rung{}}
	for _, t := range x.Ladder {
		out.Ladder = append(out.Ladder, Rung{Percent: t.Percent, At: moment(t.At), Action: t.Action, Tell: t.Tell, Done: t.Done})
	}
	return out
}

// ticket is the complaint as staff read it, with insults starred out; whole adds its history.
func (a *API) ticket(c *complaint.Complaint, whole bool) Ticket {
	t := a.asWritten(c, whole)
	hide := func(s *string) {
		masked, hidden := a.Insults.Mask(*s)
		*s, t.Insults = masked, t.Insults || hidden
	}
	hide(&t.Text)
	hide(&t.Location.Address)
	for i := range t.Events {
		hide(&t.Events[i].Note)
		hide(&t.Events[i].Reason)
	}
	return t
}

func (a *API) asWritten(c *complaint.Complaint, whole bool) Ticket {
	t := Ticket{Number: c.Number, Citizen: a.Alias(c), Language: c.Lang, Anonymous: c.Anonymous, Kind: string(c.Kind), State: string(c.State), Text: c.Text, Location: c.Location, Agency: c.Agency,
		Assignee: c.Assignee, Category: c.Category, Class: c.Class, Hops: c.Hops, Received: c.Received, Due: moment(c.DueAt()),
		Promised: moment(c.Promised()), Revision: c.Rev, Moves: c.Moves(), Bound: c.Bound, Secret: c.Secret, Attachments: len(c.Attachments), Via: c.Via, Link: c.Link}
	if c.Merged != nil {
		t.Merged = c.Merged.Into
	}
	if !whole {
		return t
	}
	t.Decision, t.Clocks = c.Decision, c.Clocks
	for _, e := range c.Events {
		t.Events = append(t.Events, event(e))
	}
	return t
}

// Since gives the moves that were made after the first seen, oldest first: what whoever looked then does not know of.
func (t Ticket) Since(seen int) (out []Event) {
	for _, e := range t.Events {
		if e.Action == string(complaint.Step) || e.Action == string(complaint.Recompute) {
			continue
		}
		if seen--; seen < 0 {
			out = append(out, e)
		}
	}
	return out
}

func event(e complaint.Event) Event {
	out := Event{At: e.At, Action: string(e.Action), From: string(e.From), To: string(e.To), Role: string(e.Actor.Role), Agency: e.Agency,
		Reason: e.Reason, Note: e.Note, Clock: string(e.Clock), Percent: e.Percent, Due: moment(e.Due), Tell: e.Tell, Ref: e.Ref,
		Officer: e.Officer, Cause: e.Cause, Rating: e.Rating, Moved: e.Moved, Changes: e.Changes}
	if e.Actor.Staff() {
		out.By, out.Theirs = e.Actor.ID, e.Actor.Agency
	}
	return out
}

func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// orZero is an instant that may be absent; zero where it is.
func orZero(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}
