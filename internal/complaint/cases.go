package complaint

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/access"
	"respons/internal/duplicate"
	"respons/internal/fault"
	"respons/internal/routing"
)

// Hints rings other processes up. Every hint may get lost: the sweep finds in the store what is due and not done. The
// revision makes the hint about a later change another hint.
type Hints interface {
	Route(ctx context.Context, id string, rev int64)
	Tell(ctx context.Context, id string, rev int64)
	// Timer asks for Ring(id) at the given time; rev makes a later change of the same clock another timer.
	Timer(ctx context.Context, id string, rev int64, at time.Time)
}

// Router decides who must act.
type Router interface {
	Route(routing.Question) routing.Decision
}

// Catalogue knows the categories.
type Catalogue interface {
	// Filing gives the SLA class of a category and whether it is restricted; fault.NotFound.
	Filing(category string) (class string, restricted bool, err error)
}

// Staff knows who works where.
type Staff interface {
	// Works gives the member of staff; fault.NotFound where there is none who works.
	Works(ctx context.Context, id string) (Actor, error)
}

// Register knows the agencies.
type Register interface {
	Known(code string) bool
	Chain(code string) []string
}

// Cases are the use cases: each loads, decides by the pure rules of this package, stores one document, and hints.
type Cases struct {
	Store     Repository
	Rules     Rules     // of the reference data
	Calendars Calendars // the rules as they stand now; nil: Rules do not change
	Router    Router
	Catalogue Catalogue
	Register  Register
	Access    *access.Table
	Hints     Hints
	Sealer    Sealer                            // keeps what is masked; nil: it is not kept
	Staff     Staff                             // who can be given a complaint; nil: nobody
	Causes    func(category, cause string) bool // whether a category has a cause; nil: none has any
	Spans     duplicate.Spans                   // how far and how long matters reach
	Repeats   duplicate.RepeatRules
	Pseudonym func(kind, value string) string // a name for what must not be stored; nil: nothing is stored in its place
	Now       func() time.Time
}

// By says who asks, and recognises the request should it come again.
type By struct {
	Actor   Actor
	Request Request
	Seen    int // moves that stood in the history when the actor looked; with more there now the move is refused. 0: not asked
}

// tries bounds how often a change is begun again because somebody else was faster.
const tries = 20

// errNothing ends a change that finds nothing to do.
var errNothing = errors.New("nothing to do")

// change loads a complaint, lets decide add events to it, and stores it if nobody was faster; else it begins again, so
// decide has no side effects. Afterwards the hints go out.
func (u *Cases) change(ctx context.Context, id string, decide func(c *Complaint, now time.Time) error) (*Complaint, error) {
	return u.changeBy(ctx, id, func(_ Rules, c *Complaint, now time.Time) error { return decide(c, now) })
}

// changeBy is change for what needs the rules. Before anything else the complaint catches up with what its calendar
// changed to, so no move hides why a deadline moved.
func (u *Cases) changeBy(ctx context.Context, id string, decide func(r Rules, c *Complaint, now time.Time) error) (*Complaint, error) {
	for range tries {
		c, err := u.Store.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		rules, err := u.rules(ctx, c)
		if err != nil {
			return nil, err
		}
		clock := c.ClockRev
		now := u.now()
		if n := len(c.Events); n > 0 && now.Before(c.Events[n-1].At) {
			now = c.Events[n-1].At // clocks of two machines differ a little; history never runs backwards
		}
		behind, changes, err := rules.catchUp(c, now)
		if err != nil {
			return nil, err
		}
		before, events := c.Clocks, len(c.Events)
		switch err := decide(rules, c, now); {
		case errors.Is(err, errNothing) && !behind:
			return c, nil
		case err != nil && !errors.Is(err, errNothing):
			return nil, err
		}
		c.Updated = now
		c.coarsen()
		rules.settle(c, now)
		if n := len(c.Events); n > events {
			c.Events[n-1].Moved = moved(before, c.Clocks)
		}
		err = u.Store.Replace(ctx, c)
		if errors.Is(err, fault.Stale) {
			continue
		}
		if err != nil {
			return nil, err
		}
		u.hint(ctx, c, clock)
		if len(changes) > 0 {
			u.Calendars.Moved(ctx, changes)
		}
		return c, nil
	}
	return nil, fault.New(fault.Unavailable, "too many people changed the complaint at once; please try again")
}

func (u *Cases) hint(ctx context.Context, c *Complaint, clockBefore int64) {
	if c.State == Received {
		u.Hints.Route(ctx, c.ID, c.Rev)
	} else if len(c.Untold) > 0 {
		u.Hints.Tell(ctx, c.ID, c.Rev)
	}
	if c.ClockRev != clockBefore && !c.NextTimer.IsZero() {
		u.Hints.Timer(ctx, c.ID, c.ClockRev, c.NextTimer)
	}
}

func (u *Cases) now() time.Time { return u.Now().UTC().Truncate(time.Millisecond) }

// move makes one event out of an action: it asks the table for the next state, stamps the event, and marks it to be
// told. fill adds what the action carries.
func (c *Complaint) move(a Action, by By, now time.Time, fill func(*Event)) error {
	to, err := c.State.Next(a)
	if err != nil {
		return err
	}
	if to == restored {
		to = c.Merged.Before
	}
	e := Event{ID: newID(now), Action: a, From: c.State, To: to, At: now, Actor: by.Actor, Request: by.Request}
	c.State = to
	if fill != nil {
		fill(&e)
	}
	e.Agency = c.Agency
	c.Events = append(c.Events, e)
	c.Untold = append(c.Untold, e.ID)
	return nil
}

// fill adds to an event what its action carries, and changes the complaint by it; its error refuses the move.
type fill func(c *Complaint, e *Event) error

// act is the use case of most moves: it recognises a repeat, asks whether the actor may, and moves.
func (u *Cases) act(ctx context.Context, id string, a Action, by By, fill fill) (*Complaint, error) {
	c, err := u.changeBy(ctx, id, func(r Rules, c *Complaint, now time.Time) error {
		if done, err := c.repeated(by.Request); done || err != nil {
			return cmpErr(err, errNothing)
		}
		return u.do(r, c, a, by, now, fill)
	})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", a, id, err)
	}
	return c, nil
}

// do makes one move within a change, if the actor may.
func (u *Cases) do(r Rules, c *Complaint, a Action, by By, now time.Time, fill fill) error {
	if err := u.permit(by.Actor, a, c); err != nil {
		return err
	}
	if by.Seen != 0 && by.Seen != c.Moves() {
		return fault.New(fault.Stale, "the complaint was changed since you looked; nothing of yours was carried out. Look at what happened, then send it again")
	}
	// What was passed before this move comes first: a timer that was late by a moment does not lose a breach. Only a
	// step that takes the complaint from its agency gives way to the person who acts on it now.
	passed, _ := r.due(c, now)
	if err := c.pass(passed, now); err != nil {
		return err
	}
	var refused error
	if err := c.move(a, by, now, func(e *Event) {
		if fill != nil {
			refused = fill(c, e)
		}
	}); err != nil {
		return err
	}
	return refused
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// repeated says whether the request was carried out before; fault.Mismatch where its key came with something else.
func (c *Complaint) repeated(r Request) (bool, error) {
	if r.Key == "" {
		return false, nil
	}
	i := slices.IndexFunc(c.Events, func(e Event) bool { return e.Request.Key == r.Key })
	if i < 0 {
		return false, nil
	}
	if c.Events[i].Request.Hash != r.Hash {
		return false, errReused
	}
	return true, nil
}

var errReused = fault.New(fault.Mismatch,
	"this Idempotency-Key was used for another request; use a new key for a new request, the same key only to repeat one")

func newID(at time.Time) string { return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String() }
