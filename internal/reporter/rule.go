package reporter

import (
	"io/fs"
	"slices"

	"respons/internal/complaint"
	"respons/internal/reason"
	"respons/internal/table"
)

// Rule lets a role see fields of the reporters of a category's complaints.
type Rule struct {
	Role   complaint.Role
	Fields []string
	Basis  reason.Reason // by what right; the citizen reads it in their access log
}

// Rules are the rules by category, by group, or "*" for all others. For restricted complaints only the rows of their very
// category count, and otherwise those of "restricted".
type Rules map[string][]Rule

// restricted is the row for complaints hidden from ordinary officers.
const restricted = "restricted"

// LoadRules reads reveal.csv and notes every mistake; known says whether there is a category or group of that code.
func LoadRules(fsys fs.FS, known func(codeOrGroup string) bool, ms *table.Mistakes) Rules {
	const file = "reveal.csv"
	rules := Rules{}
	roles := []complaint.Role{complaint.Officer, complaint.Supervisor, complaint.Desk, complaint.Oversight}
	for _, r := range table.Read(fsys, file, []string{"category", "role", "fields", "basis_ms", "basis_en"}, ms) {
		code, rule := r.Need("category"), Rule{Role: complaint.Role(r.Need("role")), Fields: r.List("fields"),
			Basis: reason.Reason{MS: r.Need("basis_ms"), EN: r.Need("basis_en")}}
		switch {
		case code != "*" && code != restricted && !known(code):
			r.Wrong("category", "there is no category or group %q; * stands for all others, restricted for those hidden from ordinary officers", code)
		case !slices.Contains(roles, rule.Role):
			r.Wrong("role", "%q is none of %v", rule.Role, roles)
		case slices.ContainsFunc(rules[code], func(x Rule) bool { return x.Role == rule.Role }):
			r.Wrong("role", "%s has a row for %s already", code, rule.Role)
		}
		for _, f := range rule.Fields {
			if !slices.Contains(Fields, f) {
				r.Wrong("fields", "%q is none of %v", f, Fields)
			}
		}
		rules[code] = append(rules[code], rule)
	}
	if len(rules["*"]) == 0 {
		ms.Add(file, "has no row * for all other categories")
	}
	return rules
}

// For is the rule for a role on a complaint; ok is false where there is none. The rows of the category go before those of
// its group, and those before *.
func (r Rules) For(c *complaint.Complaint, role complaint.Role) (Rule, bool) {
	codes := []string{c.Category, c.Category[:min(3, len(c.Category))], "*"}
	if c.Secret {
		codes = []string{c.Category, restricted}
	}
	for _, code := range codes {
		if rules, ok := r[code]; ok && code != "" {
			i := slices.IndexFunc(rules, func(x Rule) bool { return x.Role == role })
			if i < 0 {
				return Rule{}, false
			}
			return rules[i], true
		}
	}
	return Rule{}, false
}
