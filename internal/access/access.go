// Package access holds who may do what: one table of permissions and roles, kept as data, that every endpoint, page and
// use case asks.
package access

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/table"
)

// Permission names something that somebody may do, such as complaint.accept.
type Permission string

// Scope says on what a role may do it.
type Scope string

// The scopes.
const (
	No     Scope = "-"      // on nothing
	Yes    Scope = "yes"    // it is about no complaint, or about one that anybody may name
	Own    Scope = "own"    // a citizen on the complaints they made, staff on those of their own agency
	Branch Scope = "branch" // on those of the own agency and of every agency below it
	Open   Scope = "open"   // on all of them; of restricted ones only those that wait for the desk
	All    Scope = "all"    // on all of them
)

// Public is the role of whoever has not signed in.
const Public = "public"

// Roles are the columns of the table.
var Roles = []string{Public, "citizen", "officer", "supervisor", "desk", "oversight", "administrator"}

var scopes = []Scope{No, Yes, Own, Branch, Open, All}

// Table is the whole table. Restricted complaints are beyond it: of staff only those who were cleared for them see any.
type Table struct {
	order []Permission
	rows  map[Permission]map[string]Scope
	notes map[Permission]string
}

// Load reads permissions.csv and notes every mistake.
func Load(fsys fs.FS, ms *table.Mistakes) *Table {
	t := &Table{rows: map[Permission]map[string]Scope{}, notes: map[Permission]string{}}
	for _, r := range table.Read(fsys, "permissions.csv", append([]string{"permission", "note"}, Roles...), ms) {
		p := Permission(r.Need("permission"))
		if _, twice := t.rows[p]; twice {
			r.Wrong("permission", "%s has a row already", p)
			continue
		}
		row := map[string]Scope{}
		for _, role := range Roles {
			s := Scope(r.Get(role))
			switch {
			case !slices.Contains(scopes, s):
				r.Wrong(role, "%q is no scope; there are - (not at all), yes, own, branch, open, all", s)
			case (role == Public || role == "citizen") && s != No && s != Yes && s != Own:
				r.Wrong(role, "a citizen may do it not at all (-), on their own (own), or at large (yes)")
			}
			row[role] = s
		}
		t.order, t.rows[p], t.notes[p] = append(t.order, p), row, r.Get("note")
	}
	return t
}

// Scope says on what a role may do something; No for a permission or role that is not in the table. A nil Table permits
// nothing.
func (t *Table) Scope(p Permission, role string) Scope {
	if t == nil {
		return No
	}
	if s, ok := t.rows[p][role]; ok {
		return s
	}
	return No
}

// Has says whether the table has a permission.
func (t *Table) Has(p Permission) bool { _, ok := t.rows[p]; return ok }

// Permissions lists them in the order of the file.
func (t *Table) Permissions() []Permission { return slices.Clone(t.order) }

// Markdown draws the table for the documentation.
func (t *Table) Markdown() string {
	var b strings.Builder
	b.WriteString("| permission | " + strings.Join(Roles, " | ") + " | |\n|---" + strings.Repeat("|---", len(Roles)) + "|---|\n")
	for _, p := range t.order {
		b.WriteString("| `" + string(p) + "`")
		for _, role := range Roles {
			b.WriteString(" | " + string(t.rows[p][role]))
		}
		b.WriteString(" | " + t.notes[p] + " |\n")
	}
	return b.String()
}
