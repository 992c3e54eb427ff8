package console

import (
	"cmp"
	"context"
	"strings"

	"respons/internal/access"
	"respons/internal/amend"
	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/mask"
)

// ApproveInput says which revision is approved.
type ApproveInput struct {
	AmendmentPath
	Body struct {
		Revision int64 `json:"revision" minimum:"1" doc:"That was seen"`
	}
}

// SubmitAmendment asks for approval.
func (a *API) SubmitAmendment(ctx context.Context, in *AmendmentPath) (*AmendmentOutput, error) {
	return a.decides(ctx, audit.AmendmentSubmit, in.ID, "", func(by complaint.Actor) (*amend.Amendment, error) {
		return a.Amendments.Submit(ctx, in.ID, by)
	})
}

// ApproveAmendment lets it count. Whether authors may approve their own is the table of permissions' to say.
func (a *API) ApproveAmendment(ctx context.Context, in *ApproveInput) (*AmendmentOutput, error) {
	return a.decides(ctx, audit.AmendmentApprove, in.ID, "", func(by complaint.Actor) (*amend.Amendment, error) {
		return a.Amendments.Approve(ctx, in.ID, in.Body.Revision, by, a.ApprovesOwn(by))
	})
}

// ApprovesOwn says whether somebody may approve an amendment of their own.
func (a *API) ApprovesOwn(who complaint.Actor) bool {
	return a.Guard.Table.Scope("amendment.approve", string(who.Role)) == access.All
}

// WithdrawAmendment gives it up.
func (a *API) WithdrawAmendment(ctx context.Context, in *AmendmentPath) (*AmendmentOutput, error) {
	return a.decides(ctx, audit.AmendmentWithdraw, in.ID, "", func(by complaint.Actor) (*amend.Amendment, error) {
		return a.Amendments.Withdraw(ctx, in.ID, by)
	})
}

// decides carries out what is done with an amendment, once it is on record who does it and why; empty: for the amendment's own
// reason.
func (a *API) decides(ctx context.Context, action audit.Action, id, why string, do func(by complaint.Actor) (*amend.Amendment, error)) (*AmendmentOutput, error) {
	x, err := a.Amendments.ByID(ctx, id) // an id that is none does not get into the record
	if err != nil {
		return nil, err
	}
	by := guard.Who(ctx).Actor()
	act := audit.Entry{Actor: audit.By(by), Action: action, Object: audit.Object{Kind: "amendment", ID: x.ID}, Reason: mask.Text(cmp.Or(why, x.Reason)), Details: map[audit.Detail]string{}}
	if files := strings.Join(x.Files(), ","); files != "" {
		act.Details[audit.Files] = files
	}
	if x.From != 0 {
		act.Details[audit.Date] = x.From.String()
	}
	err = a.Audit.Act(ctx, act, func(*audit.Entry) (err error) {
		x, err = do(by)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.amendment(ctx, x)
}
