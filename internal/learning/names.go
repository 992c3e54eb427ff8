package learning

import (
	"cmp"
	"slices"
	"strings"

	"respons/internal/routing"
)

// When a name is learnt. Each number keeps out another way of being wrong.
const (
	leastRight     = 9    // complaints with the name that went to the agency in the end
	leastCorrected = 5    // of these, where the router had first said another
	leastPeople    = 2    // different people who sent or accepted them
	leastShare     = 0.7  // share of the agency that the counts must show beyond noise ...
	leastSure      = 0.05 // ... at this level: nine of nine, or thirty of thirty-six
	newsLevel      = 0.01 // that the name makes a difference in its scope, for all names tried together (Bonferroni)
	leastUnits     = 3    // districts for a name in a whole state, states for one in the whole country
)

// scope is where a name is counted: the same words are another road in another town.
type scope struct{ group, state, district string }

// scopes of a lesson, the narrowest first. What has no place counts for the country only.
func (l Lesson) scopes() []scope {
	out := []scope{{group: l.Group}}
	if l.Found.State != "" {
		out = append(out, scope{l.Group, l.Found.State, ""})
		if l.Found.District != "" {
			out = append(out, scope{l.Group, l.Found.State, l.Found.District})
		}
	}
	return out
}

type phraseIn struct {
	scope
	phrase string
}

// tally counts the complaints of one phrase in one scope, or of a whole scope. What was read stands partly for more that
// was not: seen and right count what was read, more counts the others.
type tally struct {
	seen, more int
	agencies   map[string]*support
}

type support struct {
	right, more, corrected int
	people, units          map[string]bool
}

func (t *tally) add(l Lesson, unit string) {
	more := max(1, l.weight) - 1
	t.seen, t.more = t.seen+1, t.more+more
	if t.agencies == nil {
		t.agencies = map[string]*support{}
	}
	s := t.agencies[l.Agency]
	if s == nil {
		s = &support{people: map[string]bool{}, units: map[string]bool{}}
		t.agencies[l.Agency] = s
	}
	s.right, s.more = s.right+1, s.more+more
	if l.Agency != l.First.Agency {
		s.corrected++
	}
	for _, p := range l.People {
		s.people[p] = true
	}
	if unit != "" {
		s.units[unit] = true
	}
}

// tried is a name that may be learnt, with how often its agency is right in the scope's other complaints.
type tried struct {
	routing.LearntName
	base float64
}

// learnNames finds the names that the lessons tie to an agency. A name of live needs no corrections any more: since it is
// live there are none. ordinary says that a phrase is everyday language and no name.
func learnNames(lessons []Lesson, live []routing.LearntName, ordinary func(string) bool) []routing.LearntName {
	byGroup := map[string][]Lesson{}
	for _, l := range lessons {
		byGroup[l.Group] = append(byGroup[l.Group], l)
	}
	var all []tried
	for group, part := range byGroup { // one after the other, for the counts of all together are large
		known := map[routing.LearntName]bool{}
		for _, n := range live {
			if n.Group == group {
				known[routing.LearntName{Phrase: n.Phrase, Group: n.Group, State: n.State, District: n.District, Agency: n.Agency}] = true
			}
		}
		all = append(all, tryNames(part, known, ordinary)...)
	}
	var out []routing.LearntName
	for _, n := range all {
		if convincing(n, len(all)) {
			n.Share = (float64(n.Right) + 0.5) / float64(n.Seen+1) // shrunk towards one half, after Jeffreys
			out = append(out, n.LearntName)
		}
	}
	slices.SortFunc(out, func(a, b routing.LearntName) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.State, b.State), cmp.Compare(a.District, b.District),
			cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Phrase, b.Phrase))
	})
	return clearest(out)
}

// tryNames counts names in the lessons of one group of categories and gives those with enough behind them to be tested.
func tryNames(lessons []Lesson, known map[routing.LearntName]bool, ordinary func(string) bool) (out []tried) {
	worth := worthCounting(lessons, ordinary)
	for n := range known {
		worth[n.Phrase] = leastCorrected
	}
	phrases, scopes := map[phraseIn]*tally{}, map[scope]*tally{}
	for _, l := range lessons {
		names := slices.DeleteFunc(namesIn(l), func(n string) bool { return worth[n] < leastCorrected })
		for _, s := range l.scopes() {
			unit := l.Found.State // within the country
			if s.state != "" {
				unit = l.Found.District
			}
			addTo(scopes, s, l, unit)
			for _, n := range names {
				addTo(phrases, phraseIn{s, n}, l, unit)
			}
		}
	}
	for p, t := range phrases {
		for agency, s := range t.agencies {
			n := routing.LearntName{Phrase: p.phrase, Group: p.group, State: p.state, District: p.district, Agency: agency}
			wide := p.district == ""
			if s.right < leastRight || s.corrected < leastCorrected && !known[n] || len(s.people) < leastPeople || wide && len(s.units) < leastUnits {
				continue
			}
			n.Right, n.Seen = s.right, t.seen+t.more-s.more // what was read in part counts in full against, and as read in favour
			whole := scopes[p.scope]
			rest := whole.seen + whole.more - t.seen - t.more
			right := whole.agencies[agency].right + whole.agencies[agency].more - s.right - s.more
			out = append(out, tried{n, (float64(right) + 0.5) / float64(rest+1)})
		}
	}
	return out
}

// convincing says whether the counts show beyond noise that the agency is right where the name stands, and that this is
// the name's doing: in the scope's other complaints it is right less often.
func convincing(n tried, tries int) bool {
	return atLeast(n.Right, n.Seen, leastShare) <= leastSure && atLeast(n.Right, n.Seen, n.base) <= newsLevel/float64(tries)
}

// namesIn lists each name in a lesson's words once.
func namesIn(l Lesson) []string {
	names := append(routing.NamesIn(l.Text), routing.NamesIn(l.Where.Address)...)
	slices.Sort(names)
	return slices.Compact(names)
}

// worthCounting counts in how many corrections each name stands: few have enough of them to be counted everywhere.
func worthCounting(lessons []Lesson, ordinary func(string) bool) map[string]int {
	out := map[string]int{}
	for _, l := range lessons {
		if l.Agency == l.First.Agency {
			continue
		}
		for _, n := range namesIn(l) {
			if !ordinary(n) {
				out[n]++
			}
		}
	}
	return out
}

func addTo[K comparable](m map[K]*tally, key K, l Lesson, unit string) {
	t := m[key]
	if t == nil {
		t = new(tally)
		m[key] = t
	}
	t.add(l, unit)
}

// clearest drops of names inside one another, for the same agency in the same scope, the shorter where the longer has
// nearly all of its complaints ("jalan seri" for "jalan seri wawasan"), and else the longer, which only adds a word that
// happens to follow.
func clearest(names []routing.LearntName) []routing.LearntName {
	dropped := make([]bool, len(names))
	for i, short := range names {
		for j, longer := range names {
			if i == j || short.Group != longer.Group || short.State != longer.State || short.District != longer.District ||
				short.Agency != longer.Agency || !strings.Contains(" "+longer.Phrase+" ", " "+short.Phrase+" ") {
				continue
			}
			if float64(longer.Right) >= 0.8*float64(short.Right) {
				dropped[i] = true
			} else {
				dropped[j] = true
			}
		}
	}
	var out []routing.LearntName
	for i, n := range names {
		if !dropped[i] {
			out = append(out, n)
		}
	}
	return out
}

// ordinaryIn makes the test for everyday language: a phrase that stands in several of the texts. A road that somebody
// wrote about is named once or twice there; "jalan rosak" is named often.
func ordinaryIn(texts []string) func(string) bool {
	const often = 3
	count := map[string]int{}
	for _, t := range texts {
		names := routing.NamesIn(t)
		slices.Sort(names)
		for _, n := range slices.Compact(names) {
			count[n]++
		}
	}
	return func(phrase string) bool {
		if strings.Contains(phrase, " ") {
			return count[phrase] >= often
		}
		return count[phrase] > 0 // a single word without a kind beside it must be new altogether
	}
}
