package complaint

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Stage is how far an agency's own system says that it is with a complaint.
type Stage string

// The stages.
const (
	Remark  Stage = "remark"   // nothing new but what is written
	Taken   Stage = "taken"    // the agency acts on it
	Working Stage = "working"  // work goes on
	Mended  Stage = "mended"   // done, or nothing more will be
	NotOurs Stage = "not_ours" // another agency must act
)

// Progress is an update by an agency's own system.
type Progress struct {
	Stage    Stage
	Note     string    // to the citizen; of NotOurs the reason, for the record
	Happened time.Time // by that system's own clock; zero: not said
}

// Noted is an update that was taken in.
type Noted struct {
	Key      string    `json:"key"`               // of its request
	Happened time.Time `json:"happened,omitzero"` // as it said
}

// Report carries out what an agency's own system says, by the moves that its officers make, in one write: a complaint
// that was not accepted yet is accepted on the way. What it is far enough for already moves nothing, and an update that
// was overtaken by a later one neither. The same request again changes nothing, whatever it says. fault.Conflict where the
// table of moves has no way to the stage, fault.NotFound where the complaint is not the agency's.
func (u *Cases) Report(ctx context.Context, id string, p Progress, by By) (*Complaint, error) {
	key := by.Request.Key
	by.Request = Request{} // one update makes several moves: it is recognised by what the complaint has noted
	c, err := u.changeBy(ctx, id, func(r Rules, c *Complaint, now time.Time) error {
		if slices.ContainsFunc(c.Noted, func(n Noted) bool { return n.Key == key }) {
			return errNothing
		}
		if err := u.Sees(by.Actor, c); err != nil {
			return err
		}
		if !c.overtakes(p) {
			for _, m := range c.way(p, by) {
				c.Clocks = r.clocks(c) // as the move before left them
				if err := u.do(r, c, m.action, by, now, m.fill); err != nil {
					return err
				}
			}
		}
		c.Noted = append(c.Noted, Noted{Key: key, Happened: p.Happened})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("report progress of %s: %w", id, err)
	}
	return c, nil
}

// overtakes says whether a later update was taken in before.
func (c *Complaint) overtakes(p Progress) bool {
	return !p.Happened.IsZero() && slices.ContainsFunc(c.Noted, func(n Noted) bool { return n.Happened.After(p.Happened) })
}

type planned struct {
	action Action
	fill   fill
}

// way lists the moves that lead from the state to the stage; the last one carries the note. Where no way leads there it
// is the move that the table refuses, with what is possible instead.
func (c *Complaint) way(p Progress, by By) []planned {
	accept := planned{Accept, accepts(by, "")}
	switch p.Stage {
	case NotOurs:
		act := c.sendsBack()
		return []planned{{act, returns(act, p.Note)}}
	case Taken:
		if c.State == Accepted || c.State == InProgress || c.State == Waiting {
			return remark(p)
		}
		return []planned{{Accept, accepts(by, p.Note)}}
	case Working:
		if c.State == InProgress || c.State == Waiting {
			return remark(p)
		}
		return c.from(accept, planned{Start, notes(p.Note)})
	case Mended:
		if c.State == Resolved || c.State == Closed {
			return nil
		}
		return c.from(accept, planned{Resolve, tells(p.Note, whatWasDone)})
	}
	return remark(p)
}

// from puts the accepting before a move of a complaint that still waits for it.
func (c *Complaint) from(accept, then planned) []planned {
	if c.State == Routed {
		return []planned{accept, then}
	}
	return []planned{then}
}

// remark tells the citizen what is written, if anything is.
func remark(p Progress) []planned {
	if p.Note == "" {
		return nil
	}
	return []planned{{Reply, tells(p.Note, "write the message to the citizen")}}
}
