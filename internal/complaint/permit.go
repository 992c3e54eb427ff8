package complaint

import (
	"slices"

	"respons/internal/fault"
)

// who says which roles may make a move. Citizens only on what is theirs, officers and supervisors only on what their
// agency or one below it is responsible for; the desk, oversight and administrators on all. System moves are not here.
var who = map[Action][]Role{
	Assign:   {Desk, Administrator},
	Accept:   {Officer, Supervisor},
	Return:   {Officer, Supervisor},
	Bounce:   {Officer, Supervisor}, // what Return becomes
	Start:    {Officer, Supervisor},
	Ask:      {Officer, Supervisor, Desk},
	Reply:    {Officer, Supervisor, Desk},
	MadeSafe: {Officer, Supervisor},
	Transfer: {Officer, Supervisor, Desk},
	Resolve:  {Officer, Supervisor},
	Reject:   {Officer, Supervisor, Desk},
	Extend:   {Supervisor, Oversight},
	MergeIn:  {Officer, Supervisor, Desk},
	Unmerge:  {Officer, Supervisor, Desk},
	Answer:   {CitizenRole},
	Close:    {CitizenRole},
	Reopen:   {CitizenRole},
	Withdraw: {CitizenRole},
}

// permit is nil where the actor may make the move on this complaint, fault.NotFound where it may not even know of the
// complaint, else fault.Forbidden.
func (u *Cases) permit(a Actor, act Action, c *Complaint) error {
	if err := u.Sees(a, c); err != nil {
		return err
	}
	if a.Role == System || slices.Contains(who[act], a.Role) {
		return nil
	}
	return fault.New(fault.Forbidden, "the role %s may not %s a complaint", a.Role, act)
}

// Sees is nil where the actor may look at the complaint, else fault.NotFound: what is not theirs does not exist.
func (u *Cases) Sees(a Actor, c *Complaint) error {
	var ok bool
	switch a.Role {
	case System, Oversight, Administrator:
		ok = true
	case Desk:
		ok = !c.Secret || c.Agency == ""
	case CitizenRole:
		ok = a.ID != "" && a.ID == c.Citizen
	case Officer:
		ok = c.Agency != "" && a.Agency == c.Agency
	case Supervisor:
		ok = c.Agency != "" && (a.Agency == c.Agency || !c.Secret && slices.Contains(u.Register.Chain(c.Agency), a.Agency))
	}
	if !ok {
		return fault.New(fault.NotFound, "there is no complaint %s that you may see", c.Number)
	}
	return nil
}
