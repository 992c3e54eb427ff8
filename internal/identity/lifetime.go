package identity

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/table"
)

// Lifetime is how long a session lasts.
type Lifetime struct {
	Idle     time.Duration // after its last use
	Absolute time.Duration // after it began, however much it is used
	Step     time.Duration // how exactly its last use is kept: each note is one write
}

// lifetimeOf is a row's key.
type lifetimeOf struct {
	role string
	kind SessionKind
}

// Lifetimes are the lifetimes by role and kind.
type Lifetimes map[lifetimeOf]Lifetime

// staff is the role in sessions.csv of every member of staff whose own role has no row.
const staff = "staff"

// Of gives the lifetime of a session; where there is none, as in a nil Lifetimes, the session is over at once.
func (ls Lifetimes) Of(role complaint.Role, kind SessionKind) Lifetime {
	if l, ok := ls[lifetimeOf{string(role), kind}]; ok || role == complaint.CitizenRole {
		return l
	}
	return ls[lifetimeOf{staff, kind}]
}

// LoadLifetimes reads sessions.csv and notes every mistake.
func LoadLifetimes(fsys fs.FS, ms *table.Mistakes) Lifetimes {
	const file = "sessions.csv"
	kinds := []SessionKind{Browser, App, Token}
	roles := []string{string(complaint.CitizenRole), staff}
	for _, r := range StaffRoles {
		roles = append(roles, string(r))
	}
	ls := Lifetimes{}
	for _, r := range table.Read(fsys, file, []string{"role", "kind", "idle", "absolute", "step"}, ms) {
		k := lifetimeOf{r.Need("role"), SessionKind(r.Need("kind"))}
		_, twice := ls[k]
		switch {
		case !slices.Contains(roles, k.role):
			r.Wrong("role", "%q is none of %s", k.role, strings.Join(roles, ", "))
		case !slices.Contains(kinds, k.kind):
			r.Wrong("kind", "%q is neither browser, app nor token", k.kind)
		case twice:
			r.Wrong("role", "%s with %s has a row already", k.role, k.kind)
		}
		l := Lifetime{Idle: span(r, "idle"), Absolute: span(r, "absolute"), Step: span(r, "step")}
		if l.Step > l.Idle || l.Idle > l.Absolute {
			r.Wrong("idle", "must be no shorter than step and no longer than absolute")
		}
		ls[k] = l
	}
	for _, role := range []string{string(complaint.CitizenRole), staff} {
		for _, kind := range kinds {
			if _, ok := ls[lifetimeOf{role, kind}]; !ok {
				ms.Add(file, "has no row for %s with %s", role, kind)
			}
		}
	}
	return ls
}

// span reads a time such as 15m, 12h or 90d.
func span(r table.Row, column string) time.Duration {
	v := r.Need(column)
	d, err := time.ParseDuration(v)
	if days, ok := strings.CutSuffix(v, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d < time.Minute || d > 3660*24*time.Hour {
		r.Wrong(column, "%q is no time from 1m to 3660d, such as 15m, 12h or 90d", v)
	}
	return d
}
