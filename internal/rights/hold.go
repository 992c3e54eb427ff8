package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/store"
)

// Holds is how legal holds are stored.
var Holds = store.Collection{Name: "holds", Indexes: []store.Index{
	{Name: "at", Fields: []string{"at"}},
}}

// Hold keeps a complaint, or everything of its citizen, from being erased or disposed of until it is released.
type Hold struct {
	Number  string          `json:"number"`  // of the complaint by which it was set
	Citizen bool            `json:"citizen"` // it holds for everything of the complaint's citizen
	Reason  string          `json:"reason"`
	By      complaint.Actor `json:"by"`
	At      time.Time       `json:"at"` // UTC
}

// subject is the id of a hold.
func subject(c *complaint.Complaint, citizen bool) string {
	if citizen {
		return "citizen:" + c.Citizen
	}
	return "complaint:" + c.ID
}

// SetHold sets a hold on a complaint or, with citizen, on everything of its citizen; again it leaves the first as it is.
func (s *Citizens) SetHold(ctx context.Context, c *complaint.Complaint, citizen bool, why string, by complaint.Actor) (Hold, error) {
	h := Hold{Number: c.Number, Citizen: citizen, Reason: why, By: by, At: s.now()}
	if err := s.Cases.May(by, "complaint.hold", c); err != nil {
		return h, err
	}
	if wrong := complaint.Plain(why, 500); wrong != "" {
		return h, badReason("body.reason", wrong+": say which case or order asks for the hold")
	}
	if citizen && c.Erased() {
		return h, fault.New(fault.Conflict, "the citizen had their data erased; only the complaint itself can be held")
	}
	rec, err := put(subject(c, citizen), 0, store.Keys{"at": h.At.UnixMilli()}, h)
	if err != nil {
		return h, err
	}
	err = s.Audit(ctx, act(audit.HoldSet, c, citizen, why, by), func() error {
		err := s.Engine.Insert(ctx, Holds.Name, rec)
		if errors.Is(err, fault.Duplicate) {
			h, err = s.hold(ctx, rec.ID)
		}
		return err
	})
	return h, err
}

// Release ends a hold; fault.NotFound. An erasure that waited for it is tried again by the next round of Run.
func (s *Citizens) Release(ctx context.Context, c *complaint.Complaint, citizen bool, why string, by complaint.Actor) error {
	if err := s.Cases.May(by, "complaint.hold", c); err != nil {
		return err
	}
	if wrong := complaint.Plain(why, 500); wrong != "" {
		return badReason("query.reason", wrong+": say why the hold ends")
	}
	id := subject(c, citizen)
	if _, err := s.hold(ctx, id); err != nil {
		return err
	}
	return s.Audit(ctx, act(audit.HoldRelease, c, citizen, why, by), func() error {
		if err := s.Engine.Delete(ctx, Holds.Name, id, 0); err != nil {
			return err
		}
		return s.wake(ctx, c.Citizen)
	})
}

// badReason is what is wrong with a reason, which stands there in the request.
func badReason(path, text string) error {
	return &fault.Error{Kind: fault.Invalid, Detail: "reason " + text, Fields: []fault.Field{{Path: path, Text: text}}}
}

func act(a audit.Action, c *complaint.Complaint, citizen bool, why string, by complaint.Actor) reporter.Act {
	reach := "complaint"
	if citizen {
		reach = "citizen"
	}
	return reporter.Act{By: by, Action: a, Object: reporter.Complaint(c), Reason: why, Details: map[audit.Detail]string{audit.Reach: reach}}
}

func (s *Citizens) hold(ctx context.Context, id string) (h Hold, err error) {
	rec, err := s.Engine.Get(ctx, Holds.Name, id)
	if errors.Is(err, fault.NotFound) {
		return h, fault.New(fault.NotFound, "there is no such legal hold")
	}
	if err != nil {
		return h, err
	}
	if err := json.Unmarshal(rec.Body, &h); err != nil {
		return h, fmt.Errorf("decode hold: %w", err)
	}
	return h, nil
}

// AllHolds gives a page of the holds, the latest first.
func (s *Citizens) AllHolds(ctx context.Context, after string) (list []Hold, next string, err error) {
	page, err := s.Engine.Find(ctx, Holds.Name, store.Query{Index: "at", Desc: true, After: after})
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		var h Hold
		if err := json.Unmarshal(rec.Body, &h); err != nil {
			return nil, "", fmt.Errorf("decode hold: %w", err)
		}
		list = append(list, h)
	}
	return list, page.Next, nil
}

// Held says whether a complaint may not be disposed of.
func (s *Citizens) Held(ctx context.Context, c *complaint.Complaint) (bool, error) {
	for _, citizen := range []bool{false, true} {
		_, err := s.hold(ctx, subject(c, citizen))
		if !errors.Is(err, fault.NotFound) {
			return err == nil, err
		}
	}
	return false, nil
}

// errHeld ends a search for holds.
var errHeld = errors.New("held")

// heldOf says whether anything of a citizen is held.
func (s *Citizens) heldOf(ctx context.Context, citizen string) (bool, error) {
	if _, err := s.hold(ctx, "citizen:"+citizen); !errors.Is(err, fault.NotFound) {
		return err == nil, err
	}
	err := s.each(ctx, citizen, func(c *complaint.Complaint) error {
		_, err := s.hold(ctx, subject(c, false))
		switch {
		case errors.Is(err, fault.NotFound):
			return nil
		case err != nil:
			return err
		}
		return errHeld
	})
	if errors.Is(err, errHeld) {
		return true, nil
	}
	return false, err
}
