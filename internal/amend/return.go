package amend

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// Return is one sending back of a submitted amendment to its author.
type Return struct {
	Act                // who sent it back, and when
	Rev      int64     `json:"rev"` // revision that they had read
	Remark   string    `json:"remark"`
	Answered time.Time `json:"answered,omitzero"` // when its author submitted it again; zero: not yet
}

// Returned is why a draft lies with its author again; nil where it was not sent back since it was last submitted, or is no
// draft.
func (a *Amendment) Returned() *Return {
	if n := len(a.Returns); n > 0 && a.State == Draft && a.Returns[n-1].Answered.IsZero() {
		return &a.Returns[n-1]
	}
	return nil
}

// answer notes that the author submits it again.
func (a *Amendment) answer(at time.Time) {
	if n := len(a.Returns); n > 0 && a.Returns[n-1].Answered.IsZero() {
		a.Returns[n-1].Answered = at
	}
}

// Remark is what somebody typed as it is kept; fault.Invalid where it says nothing, or is longer than a reason may be.
func Remark(typed string) (string, error) {
	remark := strings.TrimSpace(typed)
	if s := complaint.Plain(remark, maxReason); s != "" {
		return "", invalid([]fault.Field{{Path: "body.remark", Text: s + ": say what its author is to mend"}})
	}
	return remark, nil
}

// Return sends a submitted amendment, as it stands at the revision that was read, back to its author with a remark: it is a
// draft again. The same once more is harmless. fault.Invalid for the remark; fault.Forbidden for its author, who takes it up
// again by changing it; fault.Conflict where it does not wait for approval, or was changed since.
func (d *Desk) Return(ctx context.Context, id string, rev int64, typed string, by complaint.Actor) (*Amendment, error) {
	a, err := d.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Author == by.ID {
		return nil, fault.New(fault.Forbidden, "this amendment is your own; change it, and it is a draft again")
	}
	remark, err := Remark(typed)
	if err != nil {
		return nil, err
	}
	if n := len(a.Returns); n > 0 {
		if last := a.Returns[n-1]; last.By == by.ID && last.Rev == rev && last.Remark == remark {
			return a, nil
		}
	}
	switch {
	case a.State != Submitted:
		return nil, fault.New(fault.Conflict, "only what waits for approval is sent back; this amendment is %s", a.State)
	case rev != a.Rev:
		return nil, errChanged
	}
	now := d.now()
	act := Act{By: by.ID, At: now}
	a.State, a.Changed, a.Returns = Draft, now, append(a.Returns, Return{Act: act, Rev: rev, Remark: remark})
	a.Untold = &News{What: WasReturned, Act: act}
	if err := d.store(ctx, a); errors.Is(err, fault.Stale) {
		return d.Return(ctx, id, rev, typed, by) // somebody was faster, perhaps the same click: what to say of it stands there now
	} else if err != nil {
		return nil, fmt.Errorf("send amendment %s back: %w", id, err)
	}
	return d.tell(ctx, a), nil
}
