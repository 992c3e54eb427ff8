package routing

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/table"
)

// Road is who keeps a road, the values of key road in responsibility.csv.
type Road string

// The classes. Unknown is the usual case: citizens seldom name one.
const (
	Federal   Road = "federal"
	State     Road = "state"
	Municipal Road = "municipal"
	Highway   Road = "highway" // tolled
	Village   Road = "village"
	Unknown   Road = "unknown"
)

var roadClasses = []Road{Federal, State, Municipal, Highway, Village, Unknown}

// RoadGuess is a road class with the probability that the matter lies on such a road, and the words that say so.
type RoadGuess struct {
	Class Road
	P     float64
	Words string
}

// Roads knows route numbers, names of roads and the words that tell a class.
type Roads struct {
	names *phrases
	rows  []roadRow
}

type roadRow struct {
	name   string
	class  Road
	states stateSet // empty: everywhere
}

// LoadRoads reads roads.csv: names of expressways and trunk roads, and words that tell the class of a road.
func LoadRoads(fsys fs.FS, ms *table.Mistakes) *Roads {
	r := &Roads{names: newPhrases()}
	for _, row := range table.Read(fsys, "roads.csv", []string{"name", "aliases", "class", "states"}, ms) {
		class := Road(row.Need("class"))
		if !slices.Contains(roadClasses, class) || class == Unknown {
			row.Wrong("class", "no road class %q; it is federal, state, municipal, highway or village", class)
			continue
		}
		states, bad := statesOf(row.List("states"))
		if bad != "" {
			row.Wrong("states", "no state %q; codes run from MY-01 to MY-16", bad)
		}
		id := int32(len(r.rows))
		r.rows = append(r.rows, roadRow{row.Need("name"), class, states})
		for _, name := range append(row.List("aliases"), row.Get("name")) {
			if !r.names.add(name, id) {
				row.Wrong("name", "%q has no letter or digit", name)
			}
		}
	}
	return r
}

// near holds the words after which a road is only a landmark: the matter lies beside it, not on it.
var near = wordSet(`dekat dkt tepi sebelah bawah belakang blkg near nearby beside behind under opposite berhampiran hampir off
	exit susur`)

// routeLetters are the prefixes of state route numbers with their state; source: the road register's route letters.
var routeLetters = map[string]string{"a": "MY-08", "b": "MY-10", "c": "MY-06", "d": "MY-03", "j": "MY-01", "k": "MY-02",
	"m": "MY-04", "n": "MY-05", "p": "MY-07", "r": "MY-09", "t": "MY-11", "sa": "MY-12", "q": "MY-13"}

// Guess gives what the text says about the class of the road in the given state (empty: unknown), likeliest first; the
// probabilities sum to 1 and the last guess is Unknown unless the text leaves no doubt.
func (r *Roads) Guess(text []word, state string) []RoadGuess {
	best := RoadGuess{Class: Unknown, P: 0}
	take := func(class Road, p float64, from, to int) {
		if from > 0 && text[from-1].text == "lampu" { // "lampu jalan kampung X" is a street light in kampung X
			return
		}
		if from > 0 && near[text[from-1].text] || from > 1 && near[text[from-2].text] {
			p *= 0.35
		}
		if p > best.P {
			best = RoadGuess{class, p, phraseAt(text, from, to)}
		}
	}
	for i := range text {
		if class, to := routeNumber(text, i, state); to > i {
			take(class, 0.95, i, to)
		}
	}
	for _, h := range r.names.find(text, nil) {
		row := r.rows[h.id]
		if row.states == 0 || state == "" || row.states.has(state) {
			take(row.class, 0.9+0.01*float64(h.to-h.from), h.from, h.to)
		}
	}
	if best.P == 0 {
		return []RoadGuess{{Class: Unknown, P: 1}}
	}
	return []RoadGuess{best, {Class: Unknown, P: 1 - best.P}}
}

// phraseAt is words from to to, joined by single spaces.
func phraseAt(text []word, from, to int) string {
	parts := make([]string, 0, to-from)
	for _, w := range text[from:to] {
		parts = append(parts, w.text)
	}
	return strings.Join(parts, " ")
}

// roadWord tells whether the word before a letter and digits makes them a route number rather than a house or a block.
func roadWord(w string) bool {
	switch w {
	case "jalan", "jln", "laluan", "route", "jkr", "negeri", "state", "road":
		return true
	}
	return false
}

// routeNumber reads a route number that begins at word i: FT1, FT 1, E1 beside a word for expressway, B11 after a word
// for road. The end is i where there is none.
func routeNumber(text []word, i int, state string) (class Road, end int) {
	w := text[i].text
	letters := strings.TrimRight(w, "0123456789")
	digits, to := w[len(letters):], i+1
	if digits == "" && i+1 < len(text) && allDigits(text[i+1].text) && text[i+1].from-text[i].to <= 1 {
		digits, to = text[i+1].text, i+2
	}
	if digits == "" || len(digits) > 4 {
		return "", i
	}
	switch {
	case letters == "ft":
		return Federal, to
	case letters == "e" && len(digits) <= 2 && i > 0 && (text[i-1].text == "highway" || text[i-1].text == "lebuhraya" || text[i-1].text == "expressway"):
		return Highway, to
	case len(digits) > 3 || i == 0 || !roadWord(text[i-1].text):
		return "", i
	}
	if of, ok := routeLetters[letters]; ok && to == i+1 && (state == of || state == "" && letters != "m") {
		return State, to
	}
	return "", i
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
