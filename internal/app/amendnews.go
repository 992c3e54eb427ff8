package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"respons/internal/amend"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
)

// advices are the events by which administrators are told what became of an amendment.
var advices = map[amend.What]string{amend.WasSubmitted: notify.AmendmentSubmitted, amend.WasApproved: notify.AmendmentApproved, amend.WasReturned: notify.AmendmentReturned}

// tellOfAmendment advises whoever is concerned. One who cannot be told holds up no other, and is tried again with them:
// nobody is told twice.
func (a *App) tellOfAmendment(ctx context.Context, x *amend.Amendment, n amend.News) error {
	people, err := a.concerned(ctx, x, n)
	if err != nil {
		return err
	}
	advice := notify.Advice{ID: fmt.Sprintf("amendment:%s:%s:%d", x.ID, n.What, n.At.UnixMilli()), Event: advices[n.What], Path: "/console/amendments/" + x.ID}
	var failed []error
	for _, p := range people {
		failed = append(failed, a.Teller.Advise(ctx, p, advice))
	}
	return errors.Join(failed...)
}

// concerned are, of what waits for approval, the other administrators, and of what was decided its author, if still one of
// the staff.
func (a *App) concerned(ctx context.Context, x *amend.Amendment, n amend.News) ([]identity.Person, error) {
	if n.What == amend.WasSubmitted {
		people, err := a.People.Holding(ctx, complaint.Administrator, "")
		return slices.DeleteFunc(people, func(p identity.Person) bool { return p.ID == x.Author }), err
	}
	author, err := a.People.ByID(ctx, x.Author)
	if errors.Is(err, fault.NotFound) || err == nil && (author.Inactive || !author.Actor().Staff()) {
		return nil, nil
	}
	return []identity.Person{author}, err
}
