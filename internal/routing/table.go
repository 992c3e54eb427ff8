package routing

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/table"
)

// register is what routing asks of the register of agencies.
type register interface {
	Get(code string) (agency.Agency, bool)
	All() []agency.Agency
	Former() []agency.Agency
}

// catalogue is what routing asks of the catalogue of categories.
type catalogue interface {
	Get(code string) (classify.Category, bool)
	All() []classify.Category
}

// Table is the responsibility table. A rule has rows, read from top to bottom; the first that is in force and whose
// conditions all hold decides. A rule named like a category holds that category's exceptions: it is read before the rule
// that the catalogue names, and may have nothing to say.
type Table struct {
	rules      map[string][]*row
	roads      map[string]bool // rules that ask for the class of the road
	phrases    *phrases
	words      []string // phrase by number
	facilities bits     // numbers of the phrases of key facility
	seats      seats
	acting     map[string]string // who acts for the code of a rule agency:CODE
}

const tableFile = "responsibility.csv"

// LoadTable reads responsibility.csv and notes every mistake in it: unknown agencies, placeholders, keys, states,
// districts being left to the gazetteer, road classes, bad dates, rows that can never be reached, rows of the same
// conditions in force on the same day, rules without a last row that always holds, and rules that the catalogue names but
// the table lacks.
func LoadTable(fsys fs.FS, register register, catalogue catalogue, ms *table.Mistakes) *Table {
	t := &Table{rules: map[string][]*row{}, roads: map[string]bool{}, phrases: newPhrases(), seats: seatsOf(register.All()), acting: map[string]string{}}
	ids := map[string]int32{}
	for _, line := range table.Read(fsys, tableFile, []string{"rule", "when", "agency", "note", "valid_from", "valid_to"}, ms) {
		r := &row{rule: line.Need("rule"), line: line.Line, when: line.Get("when"), agency: line.Need("agency"), note: line.Get("note")}
		if strings.HasPrefix(r.agency, "@") {
			if placeholders[r.agency] == "" {
				line.Wrong("agency", "no placeholder %q; there are @local_authority, @state_secretary, @state_health and @state_education", r.agency)
			}
		} else if a, ok := register.Get(r.agency); ok {
			r.agency = a.Code // its successor, where it acts no more
		} else if r.agency != "" {
			line.Wrong("agency", "no agency %q in agencies.csv", r.agency)
		}
		r.from, r.to = day(line, "valid_from"), day(line, "valid_to")
		if r.to != "" && r.to < r.from {
			line.Wrong("valid_to", "%s is before valid_from %s", r.to, r.from)
		}
		for _, condition := range line.List("when") {
			t.condition(line, r, condition, ids)
		}
		t.reachable(line, r)
		t.rules[r.rule] = append(t.rules[r.rule], r)
	}
	for rule, rows := range t.rules {
		t.roads[rule] = asksRoad(rows)
		last := rows[len(rows)-1]
		if _, own := catalogue.Get(rule); !own && !last.always() {
			*ms = append(*ms, table.Mistake{File: tableFile, Line: last.line, Name: "when",
				Text: "is the last row of rule " + rule + " and must always hold: leave conditions and dates empty"})
		}
	}
	for _, c := range catalogue.All() {
		for _, rule := range append([]string{c.Rule}, c.Fallback...) {
			if code, ok := strings.CutPrefix(rule, "agency:"); ok {
				a, known := register.Get(code)
				if t.acting[code] = a.Code; !known {
					ms.Add("categories.csv", "category %s: no agency %q in agencies.csv", c.Code, code)
				}
			} else if t.rules[rule] == nil {
				ms.Add("categories.csv", "category %s: no rule %q in %s", c.Code, rule, tableFile)
			}
		}
	}
	return t
}

// always reports whether the row holds whatever the facts are.
func (r *row) always() bool { return r.when == "" && r.from == "" && r.to == "" }

// condition reads one key=value of column when.
func (t *Table) condition(line table.Row, r *row, condition string, ids map[string]int32) {
	key, value, ok := strings.Cut(condition, "=")
	if !ok || strings.TrimSpace(value) == "" {
		line.Wrong("when", "%q is not key=value", condition)
		return
	}
	var values []string
	for v := range strings.SplitSeq(value, "|") {
		values = append(values, strings.TrimSpace(v))
	}
	switch key = strings.TrimSpace(key); key {
	case "state":
		set, bad := statesOf(values)
		if bad != "" {
			line.Wrong("when", "no state %q; codes run from MY-01 to MY-16", bad)
		}
		r.states |= set
	case "district":
		r.districts = append(r.districts, values...)
	case "road":
		for _, v := range values {
			if !slices.Contains(roadClasses, Road(v)) {
				line.Wrong("when", "no road class %q", v)
				continue
			}
			r.roads |= roadBit(Road(v))
		}
	case "keyword", "facility":
		into := &r.words
		if key == "facility" {
			into = &r.places
		}
		for _, v := range values {
			if len(wordsOf(v, nil)) == 0 {
				line.Wrong("when", "%s %q has no letter or digit", key, v)
				continue
			}
			id := t.phrase(strings.ToLower(v), ids)
			into.put(id)
			if key == "facility" {
				t.facilities.put(id)
			}
		}
	default:
		line.Wrong("when", "no key %q; there are state, district, road, facility and keyword", key)
	}
}

// phrase gives the number of a phrase, a new one where it is new.
func (t *Table) phrase(p string, ids map[string]int32) int32 {
	id, ok := ids[p]
	if !ok {
		id = int32(len(t.words))
		ids[p], t.words = id, append(t.words, p)
		t.phrases.add(p, id)
	}
	return id
}

// put adds a number, growing the set.
func (b *bits) put(i int32) {
	for int(i/64) >= len(*b) {
		*b = append(*b, 0)
	}
	b.set(i)
}

// reachable notes a row that an earlier row of its rule leaves nothing to.
func (t *Table) reachable(line table.Row, r *row) {
	for _, before := range t.rules[r.rule] {
		switch {
		case before.always():
			line.Wrong("when", "can never decide: line %d of rule %s always holds", before.line, r.rule)
			return
		case before.when == r.when && overlap(before, r):
			line.Wrong("valid_from", "has the conditions of line %d, which is in force on some of the same days", before.line)
			return
		}
	}
}

func overlap(a, b *row) bool {
	return (a.to == "" || b.from <= a.to) && (b.to == "" || a.from <= b.to)
}

// day reads a date column; empty stays empty.
func day(line table.Row, column string) string {
	v := line.Get(column)
	if v == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		line.Wrong(column, "%q is no date; write YYYY-MM-DD", v)
		return ""
	}
	return v
}

// find gives the phrases of the table that stand in a text.
func (t *Table) find(text []word, into bits) {
	for _, h := range t.phrases.find(text, nil) {
		into.set(h.id)
	}
}

// outcome is what a rule says: the row that decided and the agency it means there, empty where the place it needs is not
// known. A rule "agency:CODE" has no row.
type outcome struct {
	agency string
	row    *row
}

// ask gives what a rule of the catalogue says about the facts; ok is false where it says nothing.
func (t *Table) ask(rule string, f *facts) (o outcome, ok bool) {
	if code, direct := strings.CutPrefix(rule, "agency:"); direct {
		return outcome{agency: t.acting[code]}, true
	}
	for _, r := range t.rules[rule] {
		if r.holds(f) {
			return outcome{t.seats.resolve(r.agency, f.place), r}, true
		}
	}
	return outcome{}, false
}

// findFacilities gives only phrases in the text that are kinds or names of a place: an address is no complaint, and a
// "Jalan Masjid" in it makes nothing religious.
func (t *Table) findFacilities(text []word, into bits) {
	for _, h := range t.phrases.find(text, nil) {
		if t.facilities.has(h.id) {
			into.set(h.id)
		}
	}
}
