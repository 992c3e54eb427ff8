package complaint

import "context"

// Answer is the citizen's answer to a question; the clocks go on.
func (u *Cases) Answer(ctx context.Context, id, note string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, note)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Answer, by, func(_ *Complaint, e *Event) error {
		e.Note, e.Typed = masked, typed
		return needs(note, "note", "write your answer")
	})
}

// Close is the citizen's word that the matter is mended.
func (u *Cases) Close(ctx context.Context, id string, by By) (*Complaint, error) {
	return u.act(ctx, id, Close, by, nil)
}

// Reopen is the citizen's word that it is not. The resolve clock goes on where it stood. Later than 14 days after the
// resolution the complaint is closed, which the table answers with fault.Conflict.
func (u *Cases) Reopen(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, reason)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Reopen, by, func(_ *Complaint, e *Event) error {
		e.Reason, e.Note, e.Typed = masked, masked, typed
		return needs(reason, "reason", "say what is not mended")
	})
}

// Withdraw takes the complaint back.
func (u *Cases) Withdraw(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	masked, typed, err := u.said(ctx, id, by, reason)
	if err != nil {
		return nil, err
	}
	return u.act(ctx, id, Withdraw, by, func(_ *Complaint, e *Event) error { e.Reason, e.Typed = masked, typed; return nil })
}
