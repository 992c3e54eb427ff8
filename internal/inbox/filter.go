// Package inbox finds complaints for those who work on them: by due time, by who has them, by words, with filters that can
// be saved under a name.
package inbox

import (
	"slices"
	"strings"
	"time"

	"respons/internal/complaint"
)

// Filter says which complaints of a branch are wanted. The zero Filter of a branch is its open ones, the earliest deadline
// first.
type Filter struct {
	Branch   string // whose queue, as complaint names them
	Status   Status
	Agency   string          // only those of this agency and of those below it; empty: all of the branch
	State    complaint.State // empty: any
	Class    string          // SLA class; empty: any
	Category string          // a category or a group of them; empty: any
	Holder   string          // id of whoever has it, or Nobody; empty: anybody
	Due      Due
	Words    string // all of them must stand in it, or it is its number
	Sort     Sort   // what is found by words comes newest first, and what one person has by due time, whatever it says
}

// Status says whether a complaint must be open.
type Status string

// The zero Status is Open, but for words, which look everywhere.
const (
	Open   Status = "open"
	Closed Status = "closed"
	Any    Status = "all" // with words only
)

// Due bounds the earliest deadline that runs.
type Due string

// The bounds. Today ends at midnight in the Search's time zone and has what is late in it.
const (
	Late  Due = "late"
	Today Due = "today"
)

// Sort is the order of a list.
type Sort string

// The orders.
const (
	ByDue  Sort = "due"
	Newest Sort = "newest"
)

// Nobody is the Holder of what no one has taken yet.
const Nobody = "none"

// before is the instant before which the deadline must lie; zero: it need not.
func (d Due) before(now time.Time, zone *time.Location) time.Time {
	switch d {
	case Late:
		return now
	case Today:
		y, m, day := now.In(zone).Date()
		return time.Date(y, m, day+1, 0, 0, 0, 0, zone)
	}
	return time.Time{}
}

// fits says whether a complaint is wanted; words are looked at apart.
func (f Filter) fits(c *complaint.Complaint, before time.Time, chain func(string) []string) bool {
	switch {
	case f.Status == Open && !c.State.Open(), f.Status == Closed && c.State.Open(),
		f.State != "" && c.State != f.State,
		f.Class != "" && c.Class != f.Class,
		f.Category != "" && !strings.HasPrefix(c.Category, f.Category),
		f.Holder == Nobody && c.Assignee != "",
		f.Holder != "" && f.Holder != Nobody && c.Assignee != f.Holder,
		f.Agency != "" && !slices.Contains(chain(c.Agency), f.Agency):
		return false
	}
	due := c.DueAt()
	return before.IsZero() || !due.IsZero() && due.Before(before)
}
