// Package mobileapi is the citizens' HTTP API: thin endpoints that bind, call a use case and answer.
package mobileapi

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/announce"
	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/receipt"
	"respons/internal/report"
	"respons/internal/reporter"
	"respons/internal/rights"
	"respons/internal/stream"
)

// API holds what the endpoints call.
type API struct {
	Cases         *complaint.Cases
	Guard         *guard.Guard
	People        *identity.Directory
	Claims        *identity.Claims
	Receipts      *receipt.Signer
	Teller        *notify.Teller
	Reporters     *reporter.Reporters
	Citizens      *rights.Citizens
	Zone          *time.Location // in which times are shown
	Files         *attachment.Keeper
	View          View
	Reference     Reference
	Announcements *announce.Board
	MayStop       func(person, code string) bool // whether a link of an e-mail is the person's
	News          *stream.Hub
	Figures       *report.Book
	Base          string // address of the system for links, without a slash at its end; empty: links are paths
	Log           *slog.Logger
}

// Register adds every endpoint to the document and the router.
func (a *API) Register(api huma.API) {
	a.registerFile(api)
	a.registerBatch(api)
	a.registerReceipts(api)
	a.registerPreview(api)
	a.registerFollow(api)
	a.registerSupport(api)
	a.registerDeadlines(api)
	a.registerMoves(api)
	a.registerRating(api)
	a.registerSync(api)
	a.registerStream(api)
	a.registerPublic(api)
	a.registerShare(api)
	a.registerClaim(api)
	a.registerCitizens(api)
	a.registerDevices(api)
	a.registerMe(api)
	a.registerMessages(api)
	a.registerPreferences(api)
	a.registerReference(api)
	a.registerAnnouncements(api)
	a.registerAttachments(api)
	a.registerUploads(api)
}

// register adds one endpoint of the citizens' part.
func register[I, O any](a *API, api huma.API, p access.Permission, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	guard.Register(a.Guard, api, "citizen", p, op, fn)
}

// Credentials are how a guest shows that a complaint is theirs. Whoever has an account signs in instead.
type Credentials struct {
	ClaimCode string `header:"Claim-Code" doc:"Claim code of a guest's complaint" example:"7QK2M-XW4TA"`
}

// errClaim is the one answer to a wrong number and a wrong code, so that nobody learns which numbers exist.
var errClaim = fault.New(fault.NotFound, "there is no complaint with this number and claim code; compare both with your receipt")

// complaintOf finds a complaint that the caller may see, and says as whom they act on it.
func (a *API) complaintOf(ctx context.Context, number string, cred Credentials) (*complaint.Complaint, complaint.Actor, error) {
	p := guard.Who(ctx)
	if p.ID == "" && cred.ClaimCode == "" {
		return nil, complaint.Actor{}, fault.New(fault.Unauthorized, "send the Claim-Code header from the receipt, or sign in with an Authorization header")
	}
	var c *complaint.Complaint
	actor := complaint.Actor{Role: complaint.CitizenRole}
	err := a.Guard.Guess(ctx, func() (err error) {
		c, err = a.Cases.Store.ByNumber(ctx, number)
		switch {
		case errors.Is(err, fault.NotFound):
			a.Claims.Opens(number, cred.ClaimCode) // as much work as for a number that exists
			return errClaim
		case err != nil:
			return err
		case p.Role == complaint.CitizenRole && p.ID == c.Citizen, cred.ClaimCode != "" && c.Guest() && a.Claims.Opens(c.ID, cred.ClaimCode):
			actor.ID = c.Citizen
			return nil
		}
		return errClaim
	})
	if err != nil {
		return nil, complaint.Actor{}, err
	}
	return c, actor, nil
}

// Key is the header by which a repeated request is recognised.
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Chosen by the client, a new one for each new request, the same one to repeat it on a bad line. For 48 hours it stands for the first request alone; the very same filing is recognised for 30 days" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}
