// Package console is where officers, supervisors, the desk and administrators work: the staff's JSON API and, in time,
// their pages.
package console

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/holiday"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/problem"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/rights"
)

// API holds what the staff's endpoints call.
type API struct {
	Cases    *complaint.Cases
	People   *identity.Directory
	Teller   *notify.Teller
	Holidays *holiday.Calendar
	Log      *slog.Logger

	Revealer  *reporter.Revealer
	Citizens  *rights.Citizens
	Disposals *retention.Disposals
	Alias     func(c *complaint.Complaint) string // what staff call its citizen
}

// Register adds every endpoint to the document and the router.
func (a *API) Register(api huma.API) {
	a.registerQueue(api)
	a.registerMoves(api)
	a.registerOfficers(api)
	a.registerHolidays(api)
	a.registerReveal(api)
	a.registerHolds(api)
	a.registerDisposals(api)
}

func register[I, O any](a *API, api huma.API, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	op.Tags = []string{"staff"}
	op.MaxBodyBytes = 256 << 10
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusInternalServerError)
	huma.Register(api, op, problem.Handle(a.Log, fn))
}

// Token is how staff show who they are.
type Token struct {
	Authorization string `header:"Authorization" doc:"Bearer and the officer's token" example:"Bearer demo-mbpj-officer"`
}

// staff gives the signed-in member of staff.
func (a *API) staff(ctx context.Context, t Token) (identity.Person, error) {
	token, ok := strings.CutPrefix(t.Authorization, "Bearer ")
	if !ok {
		return identity.Person{}, fault.New(fault.Unauthorized, "send an Authorization header: Bearer and your token")
	}
	p, err := a.People.Authenticate(ctx, token)
	if err == nil && !p.Actor().Staff() {
		err = fault.New(fault.Forbidden, "this is for staff; citizens use /v1/complaints")
	}
	return p, err
}

// complaintOf finds a complaint that the member of staff may see.
func (a *API) complaintOf(ctx context.Context, t Token, number string) (*complaint.Complaint, identity.Person, error) {
	p, err := a.staff(ctx, t)
	if err != nil {
		return nil, p, err
	}
	c, err := a.Cases.Store.ByNumber(ctx, number)
	if err != nil {
		return nil, p, err
	}
	return c, p, a.Cases.Sees(p.Actor(), c)
}
