package succession

import (
	"context"
	"errors"
	"fmt"

	"respons/internal/agency"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// heirs are the bodies that act in the place of one that acts no more: its successors or, where one of them acts no more
// either, theirs.
func heirs(register *agency.Register, a agency.Agency) (out []string) {
	met := map[string]bool{a.Code: true}
	var visit func(codes []string)
	visit = func(codes []string) {
		for _, code := range codes {
			next, ok := register.Named(code)
			if !ok || met[code] {
				continue
			}
			met[code] = true
			if len(next.Successors) == 0 {
				out = append(out, code)
			}
			visit(next.Successors)
		}
	}
	visit(a.Successors)
	return out
}

// handOver lets the staff of a body move to its first successor, and then its open complaints follow.
func (f *Follower) handOver(ctx context.Context, from string, to []string) error {
	var errs []error
	for _, role := range []complaint.Role{complaint.Officer, complaint.Supervisor} {
		list, err := f.People.Holding(ctx, role, from)
		if err != nil {
			errs = append(errs, fmt.Errorf("find the staff of %s: %w", from, err))
		}
		for _, p := range list {
			errs = append(errs, f.move(ctx, p.ID, from, to[0]))
		}
	}
	_, err := f.each(ctx, from, 1, func(ctx context.Context, id string) error { return f.Cases.Succeed(ctx, id, from, to) })
	return errors.Join(append(errs, err)...)
}

// errMoved ends the move of somebody whom an administrator has moved meanwhile.
var errMoved = errors.New("belongs to another agency by now")

// move lets a member of staff belong to the successor. Somebody who is changed at this moment is found by the next round.
func (f *Follower) move(ctx context.Context, id, from, to string) error {
	_, err := f.People.Change(ctx, id, func(p *identity.Person) error {
		if p.Agency != from {
			return errMoved
		}
		p.Agency = to
		return nil
	})
	if err == nil || errors.Is(err, errMoved) || errors.Is(err, fault.Stale) {
		return nil
	}
	return fmt.Errorf("move a member of staff of %s: %w", from, err)
}

// Left counts the open complaints that an agency still has.
func (f *Follower) Left(ctx context.Context, code string) (int64, error) {
	n, err := f.Engine.Count(ctx, complaint.Collection.Name, store.Query{Index: "queue", Equal: []any{complaint.OwnBranch(code), int64(1)}})
	if err != nil {
		return 0, fmt.Errorf("count the complaints of %s: %w", code, err)
	}
	return n, nil
}

// Holds says whether complaints, open or not, or active staff hang on an agency.
func (f *Follower) Holds(ctx context.Context, code string) (bool, error) {
	n, err := f.Engine.Count(ctx, complaint.Collection.Name, store.Query{Index: "queue", Equal: []any{complaint.OwnBranch(code)}, Most: 1})
	if err != nil || n > 0 {
		return n > 0, err
	}
	for _, role := range []complaint.Role{complaint.Officer, complaint.Supervisor} {
		list, err := f.People.Holding(ctx, role, code)
		if err != nil || len(list) > 0 {
			return len(list) > 0, err
		}
	}
	return false, nil
}
