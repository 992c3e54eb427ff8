package complaint

import (
	"slices"

	"respons/internal/access"
	"respons/internal/fault"
)

// Permission is what an action asks for in the table of permissions; a return that goes to the desk is still a return.
func Permission(a Action) access.Permission {
	if a == Bounce {
		a = Return
	}
	return access.Permission("complaint." + string(a))
}

// permit is nil where the actor may make the move on this complaint, fault.NotFound where it may not even know of the
// complaint, else fault.Forbidden.
func (u *Cases) permit(a Actor, act Action, c *Complaint) error {
	if a.Role == System {
		return nil
	}
	if err := u.Sees(a, c); err != nil {
		return err
	}
	switch s := u.Access.Scope(Permission(act), string(a.Role)); {
	case s == access.No:
		return fault.New(fault.Forbidden, "the role %s may not %s a complaint", a.Role, act)
	case !u.reaches(a, s, c):
		return fault.New(fault.Forbidden, "you may see this complaint, and not %s it", act)
	}
	return nil
}

// Can lists the moves that the actor can make on the complaint now, in alphabetical order.
func (u *Cases) Can(a Actor, c *Complaint) (out []Action) {
	for act := range moves[c.State] {
		if !slices.Contains(automatic, act) && !(act == Return && c.Bound) && u.permit(a, act, c) == nil {
			out = append(out, act)
		}
	}
	slices.Sort(out)
	return out
}

// May is nil where the actor may do on this complaint what is no move, fault.NotFound where it may not even know of the
// complaint, else fault.Forbidden.
func (u *Cases) May(a Actor, p access.Permission, c *Complaint) error {
	if err := u.Sees(a, c); err != nil {
		return err
	}
	if !u.reaches(a, u.Access.Scope(p, string(a.Role)), c) {
		return fault.New(fault.Forbidden, "you may see this complaint, and not do this with it (%s)", p)
	}
	return nil
}

// Sees is nil where the actor may look at the complaint, else fault.NotFound: what is not theirs does not exist.
func (u *Cases) Sees(a Actor, c *Complaint) error {
	if a.Role != System && !u.reaches(a, u.Access.Scope("complaint.read", string(a.Role)), c) {
		return unseen(c.Number)
	}
	return nil
}

// unseen is the one answer to a number that nobody has and to one that is not the asker's, so that nobody learns which
// numbers exist.
func unseen(number string) error {
	return fault.New(fault.NotFound, "there is no complaint %s that you may see", number)
}

// reaches says whether a scope covers a complaint for the actor. A restricted one is there only for members of staff who
// were cleared for such: at the agency that has it, not above; at the desk, while it waits there.
func (u *Cases) reaches(a Actor, s access.Scope, c *Complaint) bool {
	if a.Role == CitizenRole {
		return s == access.Own && a.ID != "" && a.ID == c.Citizen
	}
	if c.Secret && !a.Cleared {
		return false
	}
	own := c.Agency != "" && a.Agency == c.Agency
	switch s {
	case access.Own:
		return own
	case access.Branch:
		return own || c.Agency != "" && !c.Secret && slices.Contains(u.Register.Chain(c.Agency), a.Agency)
	case access.Open:
		return !c.Secret || c.Agency == ""
	}
	return s == access.All
}
