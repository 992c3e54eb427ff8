// Package mobileapi is the citizens' HTTP API: thin endpoints that bind, call a use case and answer.
package mobileapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/problem"
	"respons/internal/reporter"
	"respons/internal/rights"
)

// API holds what the endpoints call.
type API struct {
	Cases     *complaint.Cases
	People    *identity.Directory
	Claims    *identity.Claims
	Teller    *notify.Teller
	Reporters *reporter.Reporters
	Citizens  *rights.Citizens
	Zone      *time.Location // in which times are shown
	View      View
	Reference Reference
	Log       *slog.Logger
}

// Register adds every endpoint to the document and the router.
func (a *API) Register(api huma.API) {
	a.registerFile(api)
	a.registerPreview(api)
	a.registerFollow(api)
	a.registerSupport(api)
	a.registerDeadlines(api)
	a.registerMoves(api)
	a.registerCitizens(api)
	a.registerMe(api)
	a.registerReference(api)
}

// register adds one endpoint whose errors become problem documents.
func register[I, O any](a *API, api huma.API, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	op.Tags = []string{"citizen"}
	op.MaxBodyBytes = 256 << 10
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusInternalServerError)
	huma.Register(api, op, problem.Handle(a.Log, fn))
}

// Credentials are how a citizen shows who they are: an account's token, or for one complaint of a guest its claim code.
type Credentials struct {
	Authorization string `header:"Authorization" doc:"Bearer and the token of the account" example:"Bearer mfzwizltoq2gk3tdnfxw4"`
	ClaimCode     string `header:"Claim-Code" doc:"Claim code of a guest's complaint" example:"7QK2M-XW4TA"`
}

// bearer gives the person whose token it is; ok is false where none was sent.
func (a *API) bearer(ctx context.Context, header string) (p identity.Person, ok bool, err error) {
	if header == "" {
		return p, false, nil
	}
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return p, false, fault.New(fault.Unauthorized, "the Authorization header must be Bearer and a token")
	}
	p, err = a.People.Authenticate(ctx, token)
	return p, err == nil, err
}

// errClaim is the one answer to a wrong number and a wrong code, so that nobody learns which numbers exist.
var errClaim = fault.New(fault.NotFound, "there is no complaint with this number and claim code; compare both with your receipt")

// complaintOf finds a complaint that the caller may see, and says as whom they act on it.
func (a *API) complaintOf(ctx context.Context, number string, cred Credentials) (*complaint.Complaint, complaint.Actor, error) {
	p, signedIn, err := a.bearer(ctx, cred.Authorization)
	if err != nil {
		return nil, complaint.Actor{}, err
	}
	if !signedIn && cred.ClaimCode == "" {
		return nil, complaint.Actor{}, fault.New(fault.Unauthorized, "send the Claim-Code header from the receipt, or sign in with an Authorization header")
	}
	c, err := a.Cases.Store.ByNumber(ctx, number)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, complaint.Actor{}, errClaim
	case err != nil:
		return nil, complaint.Actor{}, err
	case signedIn && p.Role == complaint.CitizenRole && p.ID == c.Citizen:
		return c, p.Actor(), nil
	case cred.ClaimCode != "" && c.Guest() && a.Claims.Opens(c.ID, cred.ClaimCode):
		return c, complaint.Actor{Role: complaint.CitizenRole, ID: c.Citizen}, nil
	}
	return nil, complaint.Actor{}, errClaim
}

// Key is the header by which a repeated request is recognised.
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Chosen by the client, a new one for each new request, the same one to repeat it on a bad line; kept for 48 hours" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}
