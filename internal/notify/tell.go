package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/push"
	"respons/internal/store"
)

// lease is how long a send may take before somebody else may try it again.
const lease = 30 * time.Second

// Teller turns events into messages and hands them over.
type Teller struct {
	Cases   *complaint.Cases
	People  *identity.Directory
	Engine  store.Engine
	Rules   Rules
	Policy  Policy
	Texts   TextFiller
	SMS     SMSFiller
	Frames  *Frames
	Values  Values
	Pages   Pages
	Sender  push.Sender
	Holding Hold
	Mailer  Mailer                     // nil: no e-mail goes out
	Texter  Texter                     // nil: no text message goes out
	Caller  Caller                     // nil: no webhook is called
	Targets *Targets                   // nil: no agency has a system of its own
	Hints   Hints                      // nil: what is queued waits for the sweep
	Parent  func(agency string) string // code of the body above; empty: none
	// Morning is when the next digest of an agency's officers is due after a moment: on a working day of its state. An
	// empty agency is the desk's and oversight's.
	Morning   func(ctx context.Context, agency string, after time.Time) (time.Time, error)
	Addresses Addresses // nil: nobody's is known
	SMSBudget int       // segments a day
	Log       *slog.Logger
	Now       func() time.Time
	Counted   func(row *Row, s State) // for metrics: a row came to a state; may be nil
	Alarmed   func(channel Channel)   // for metrics: a provider refuses us until an operator acts; may be nil
	Tally     *Tally                  // for statistics; nil: nothing is counted

	// Recorded is given the events that are about to be told, again where telling was cut off; nothing is told before it
	// has returned. May be nil.
	Recorded func(ctx context.Context, c *complaint.Complaint, events []complaint.Event) error
	// Cancelled says whether an announcement was; may be nil.
	Cancelled func(ctx context.Context, announcement string) (bool, error)
	// Heard is called for every event before it counts as told, at least once and perhaps twice; may be nil.
	Heard func(context.Context, *complaint.Complaint, complaint.Event) error

	deciding [64]sync.Mutex // about whom nothing else is decided, by a hash of the person
	charging sync.Mutex     // one at a time takes from the SMS budget
	warned   string         // the day of which the operator knows that it is used up
}

// Hints ask for a message to be delivered soon. One that gets lost is found by the sweep.
type Hints interface {
	Deliver(ctx context.Context, row string)
}

// Tell hands over every message of a complaint's untold events and takes the events off its list. It may be called
// twice or by two at once: each message is handed over under one id.
func (t *Teller) Tell(ctx context.Context, id string) error {
	c, err := t.Cases.Store.ByID(ctx, id)
	if err != nil {
		return fmt.Errorf("tell %s: %w", id, err)
	}
	if len(c.Untold) == 0 {
		return nil
	}
	untold := map[string]bool{}
	for _, e := range c.Untold {
		untold[e] = true
	}
	var events []complaint.Event
	for _, e := range c.Events {
		if untold[e.ID] {
			events = append(events, e)
		}
	}
	if t.Recorded != nil {
		if err := t.Recorded(ctx, c, events); err != nil {
			return fmt.Errorf("tell %s: %w", id, err)
		}
	}
	if p := c.Phone; p != nil {
		if _, err := t.People.Register(ctx, identity.Device{Owner: c.Citizen, Token: p.Token, Platform: p.Platform, Lang: c.Lang}); err != nil {
			return fmt.Errorf("tell %s: register the phone: %w", id, err)
		}
	}
	var done []string
	for _, e := range events {
		if err := t.Cases.Joined(ctx, c, e); err != nil {
			return fmt.Errorf("tell %s: %w", id, err)
		}
		if t.Heard != nil {
			if err := t.Heard(ctx, c, e); err != nil {
				return fmt.Errorf("tell %s: %w", id, err)
			}
		}
		for _, rule := range t.Rules.For(c, e) {
			if err := t.tell(ctx, c, e, rule); err != nil {
				return fmt.Errorf("tell %s: %w", id, err)
			}
		}
		done = append(done, e.ID)
	}
	return t.Cases.Told(ctx, id, done...)
}

// instead names who is told of a missed deadline where nobody holds the role that should be: it is never missed in silence.
var instead = map[string]string{"assignee": "supervisor", "supervisor": "parent", "parent": "desk"}

func (t *Teller) tell(ctx context.Context, c *complaint.Complaint, e complaint.Event, rule Rule) error {
	switch rule.Audience {
	case supporters:
		return t.tellSupporters(ctx, c, e, rule)
	case system:
		return t.tellSystems(ctx, c, e, rule)
	}
	people, err := t.audience(ctx, c, e, rule.Audience)
	if err != nil {
		return err
	}
	if c.Secret {
		people = slices.DeleteFunc(people, func(p identity.Person) bool { return p.Actor().Staff() && !p.Cleared })
	}
	why := ""
	switch {
	case len(people) == 0:
		why = "nobody holds this role"
	case e.Action == complaint.Step && e.Percent < 100 && !c.State.Open() && rule.Audience != "citizen":
		why = "nothing is left to be done about it"
	}
	if why != "" {
		row := t.row(c, e, rule, identity.Person{}, Inbox)
		row.State, row.Why = Dropped, why
		if _, err := t.add(ctx, row); err != nil {
			return err
		}
	}
	if above := instead[rule.Audience]; len(people) == 0 && above != "" && e.Action == complaint.Step && e.Percent >= 100 {
		rule.Audience = above
		return t.tell(ctx, c, e, rule)
	}
	if why != "" {
		return nil
	}
	for _, p := range people {
		if err := t.tellOne(ctx, c, e, rule, p); err != nil {
			return err
		}
	}
	return nil
}

// tellSupporters tells those who follow the complaint, a page at a time. A complaint that became restricted is told to
// none of them.
func (t *Teller) tellSupporters(ctx context.Context, c *complaint.Complaint, e complaint.Event, rule Rule) error {
	if c.Secret {
		return nil
	}
	after := ""
	for {
		list, next, err := t.Cases.SupportersOf(ctx, c.ID, after)
		if err != nil {
			return err
		}
		for _, s := range list {
			people, err := t.person(ctx, s.Person, identity.Person{ID: s.Person, Role: complaint.CitizenRole, Lang: s.Lang})
			if err != nil {
				return err
			}
			for _, p := range people {
				if err := t.tellOne(ctx, c, e, rule, p); err != nil {
					return err
				}
			}
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// tellOne lays the message in the person's inbox and then goes by the rule's channels and the person's preferences.
func (t *Teller) tellOne(ctx context.Context, c *complaint.Complaint, e complaint.Event, rule Rule, p identity.Person) error {
	prefs, err := t.Preferences(ctx, p.ID)
	if err != nil {
		return err
	}
	if prefs.Lang != "" {
		p.Lang = prefs.Lang
	}
	m := message{source: e.ID, prefs: prefs, fill: func(lang string) (string, string, error) {
		return t.Texts.Fill(textEvent(c, e), textAudience[rule.Audience], lang, t.Values.Of(c, e, lang))
	}, short: func(lang string) (string, error) {
		values := t.Values.Of(c, e, lang)
		values["agency"] = t.Values.code(c, e)
		return t.SMS.Fill(textEvent(c, e), lang, values)
	}}
	inbox := t.row(c, e, rule, p, Inbox)
	if inbox.Title, inbox.Body, err = m.fill(p.Lang); err != nil {
		return err
	}
	inbox.State, inbox.Accepted = Accepted, inbox.Created
	if _, err := t.add(ctx, inbox); err != nil {
		return err
	}
	m.like = *inbox
	m.like.Inbox, m.like.State, m.like.Accepted = inbox.ID, "", time.Time{}
	if rule.gathered() && t.Policy.DigestAfter > 0 {
		return t.gather(ctx, p, inbox)
	}
	return t.bring(ctx, m, rule)
}

func (t *Teller) row(c *complaint.Complaint, e complaint.Event, rule Rule, p identity.Person, channel Channel) *Row {
	to := p.ID
	if to == "" {
		to = rule.Audience
	}
	return &Row{ID: rowID(e.ID, to, channel), Complaint: c.ID, Number: c.Number, Event: Name(e), Audience: rule.Audience,
		Person: p.ID, Channel: channel, Lang: p.Lang, Importance: rule.Importance, Created: t.now()}
}

func (t *Teller) add(ctx context.Context, row *Row) (bool, error) {
	added, err := rows{t.Engine}.add(ctx, row)
	if added && row.State != Sending {
		t.count(row, row.State)
	}
	return added, err
}

func (t *Teller) count(row *Row, s State) {
	t.Tally.take(row, s)
	if t.Counted != nil {
		t.Counted(row, s)
	}
}

// audience finds the people that a rule means for this event: those of the agency that the event is about, though the
// complaint may have gone elsewhere since. Where no agency is responsible the desk is.
func (t *Teller) audience(ctx context.Context, c *complaint.Complaint, e complaint.Event, a string) ([]identity.Person, error) {
	agency, assignee := e.Concerns(), e.Officer
	if assignee == "" && agency == c.Agency {
		assignee = c.Assignee
	}
	if agency == "" && (a == "assignee" || a == "supervisor" || a == "parent") {
		a = "desk"
	}
	switch a {
	case "citizen":
		if c.Erased() {
			return nil, nil
		}
		return t.person(ctx, c.Citizen, identity.Person{ID: c.Citizen, Role: complaint.CitizenRole, Lang: c.Lang})
	case "assignee":
		if assignee == "" {
			return t.People.Holding(ctx, complaint.Officer, agency)
		}
		people, err := t.person(ctx, assignee, identity.Person{})
		// Whoever works neither there nor above by now can do nothing about it.
		above := t.Cases.Store.Chain(agency)
		return slices.DeleteFunc(people, func(p identity.Person) bool { return !slices.Contains(above, p.Agency) }), err
	case "supervisor":
		return t.People.Holding(ctx, complaint.Supervisor, agency)
	case "parent":
		return t.People.Holding(ctx, complaint.Supervisor, t.Parent(agency))
	case "oversight":
		return t.People.Holding(ctx, complaint.Oversight, "")
	case "desk":
		return t.People.Holding(ctx, complaint.Desk, "")
	}
	return nil, nil
}

// person reads one person; a guest without an account is who the complaint says.
func (t *Teller) person(ctx context.Context, id string, guest identity.Person) ([]identity.Person, error) {
	p, err := t.People.ByID(ctx, id)
	if errors.Is(err, fault.NotFound) {
		if guest.ID == "" {
			return nil, nil
		}
		return []identity.Person{guest}, nil
	}
	return []identity.Person{p}, err
}
