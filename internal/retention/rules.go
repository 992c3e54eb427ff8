// Package retention sees to it that complaints are kept as long as they must be and no longer: when their years are over
// they are put on a disposal list, which an administrator approves, and only then destroyed (National Archives Act 2003:
// public records may be destroyed only with permission).
package retention

import (
	"io/fs"
	"strconv"

	"respons/internal/table"
)

// Rule is how long complaints of a category are kept.
type Rule struct {
	Years int // after nothing more could happen
	Basis string
}

// Rules are the rules by category, by group, or "*" for all others.
type Rules map[string]Rule

// LoadRules reads retention.csv and notes every mistake; known says whether there is a category or group of that code.
func LoadRules(fsys fs.FS, known func(codeOrGroup string) bool, ms *table.Mistakes) Rules {
	const file = "retention.csv"
	rules := Rules{}
	for _, r := range table.Read(fsys, file, []string{"category", "years", "basis"}, ms) {
		code, rule := r.Need("category"), Rule{Basis: r.Need("basis")}
		if _, twice := rules[code]; twice {
			r.Wrong("category", "%s has a row already", code)
		}
		if code != "*" && !known(code) {
			r.Wrong("category", "there is no category or group %q; * stands for all others", code)
		}
		var err error
		if rule.Years, err = strconv.Atoi(r.Need("years")); err != nil || rule.Years < 1 || rule.Years > 100 {
			r.Wrong("years", "must be a whole number of years from 1 to 100")
		}
		rules[code] = rule
	}
	if _, ok := rules["*"]; !ok {
		ms.Add(file, "has no row * for all other categories")
	}
	return rules
}

// For is the rule for a category; empty: one never found out.
func (r Rules) For(category string) Rule {
	for _, code := range []string{category, category[:min(3, len(category))]} {
		if rule, ok := r[code]; ok {
			return rule
		}
	}
	return r["*"]
}
