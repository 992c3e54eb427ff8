package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// StaffRoles are the roles that an administrator can give.
var StaffRoles = []complaint.Role{complaint.Officer, complaint.Supervisor, complaint.Desk, complaint.Oversight, complaint.Administrator}

// Wanted says which members of staff to list; the zero Wanted lists all.
type Wanted struct {
	Role   complaint.Role
	Agency string // only together with Role
	After  string // Next of the page before
	Limit  int
}

// Staff lists members of staff, active or not, all of them by name.
func (d *Directory) Staff(ctx context.Context, w Wanted) (list []Person, next string, err error) {
	q := store.Query{Index: "staff", After: w.After, Limit: w.Limit}
	switch {
	case w.Role == complaint.CitizenRole || w.Agency != "" && w.Role == "":
		return nil, "", fault.New(fault.Invalid, "name a role of staff; an agency only together with a role")
	case w.Agency != "":
		q.Index, q.Equal = "post", []any{string(w.Role), w.Agency}
	case w.Role != "":
		q.Index, q.Equal = "post", []any{string(w.Role)}
	}
	page, err := d.Engine.Find(ctx, People.Name, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		p, err := person(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, p)
	}
	return list, page.Next, nil
}

// Change changes a member of staff and ends their sessions where they may not sign in any more. fault.NotFound for a
// citizen; fault.Conflict where nobody would administer the system afterwards, or the e-mail is another's.
func (d *Directory) Change(ctx context.Context, id string, fn func(*Person) error) (Person, error) {
	rec, err := d.Engine.Get(ctx, People.Name, id)
	if err != nil {
		return Person{}, err
	}
	was, err := person(rec)
	if err != nil {
		return was, err
	}
	if !was.Actor().Staff() {
		return was, fault.New(fault.NotFound, "there is no member of staff with this id")
	}
	p := was
	if err := fn(&p); err != nil {
		return was, err
	}
	p.ID, p.Since, p.Email = was.ID, was.Since, strings.ToLower(p.Email)
	if err := d.check(p); err != nil {
		return was, err
	}
	if err := d.leavesOne(ctx, was, p); err != nil {
		return was, err
	}
	if p.Email != "" {
		if err := d.Join(ctx, id, Email, "", p.Email); err != nil {
			return was, mailTaken(err)
		}
	}
	next, err := record(p)
	if err != nil {
		return was, err
	}
	next.Rev = rec.Rev
	_, err = d.Engine.Replace(ctx, People.Name, next)
	gone := was.Email
	if err != nil {
		gone, p.Email, err = p.Email, was.Email, fmt.Errorf("change a member of staff: %w", err) // the address was not given after all
	}
	if gone != "" && gone != p.Email {
		err = errors.Join(err, d.part(ctx, id, Email, gone))
	}
	if err != nil {
		return p, err
	}
	if p.Inactive {
		return p, d.EndAll(ctx, id)
	}
	return p, nil
}

// leavesOne keeps the last active administrator.
func (d *Directory) leavesOne(ctx context.Context, was, is Person) error {
	if was.Role != complaint.Administrator || was.Inactive || is.Role == complaint.Administrator && !is.Inactive {
		return nil
	}
	have, err := d.Holding(ctx, complaint.Administrator, "")
	if err != nil {
		return err
	}
	if len(have) < 2 {
		return fault.New(fault.Conflict, "this is the last administrator; make another one first")
	}
	return nil
}

func mailTaken(err error) error {
	if errors.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "another member of staff has this e-mail address")
	}
	return err
}
