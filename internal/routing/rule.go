package routing

import (
	mathbits "math/bits"
	"slices"
	"strings"
	"time"
)

// row is one line of responsibility.csv, ready to be asked.
type row struct {
	rule      string
	line      int
	when      string // as written
	agency    string // code or placeholder
	note      string
	from, to  string // first and last day, YYYY-MM-DD; empty: open
	states    stateSet
	districts []string // in lower case
	roads     uint8    // bit n for roadClasses[n]
	words     bits     // phrases of key keyword
	places    bits     // phrases of key facility
}

// facts is what a rule may ask about a matter.
type facts struct {
	day   string // YYYY-MM-DD in Malaysia; empty: the rows that have no last day
	place Place
	road  Road
	found bits // phrases of the table that stand in the text
}

// holds reports whether the row is in force and all its conditions are met.
func (r *row) holds(f *facts) bool {
	switch {
	case f.day == "" && r.to != "", f.day != "" && (r.from > f.day || r.to != "" && r.to < f.day):
		return false
	case r.states != 0 && !r.states.has(f.place.State):
		return false
	case r.roads != 0 && r.roads&roadBit(f.road) == 0:
		return false
	case r.districts != nil && !slices.ContainsFunc(r.districts, func(d string) bool { return strings.EqualFold(d, f.place.District) }):
		return false
	}
	return (r.words == nil || r.words.meets(f.found)) && (r.places == nil || r.places.meets(f.found))
}

// meets reports whether the sets share a number.
func (b bits) meets(c bits) bool {
	for i := range min(len(b), len(c)) {
		if b[i]&c[i] != 0 {
			return true
		}
	}
	return false
}

// first gives a number that both sets hold, -1 where there is none.
func (b bits) first(c bits) int {
	for i := range min(len(b), len(c)) {
		if both := b[i] & c[i]; both != 0 {
			return i*64 + mathbits.TrailingZeros64(both)
		}
	}
	return -1
}

func roadBit(r Road) uint8 { return 1 << slices.Index(roadClasses, r) }

// asksRoad tells whether the class of the road can change what a rule says; so only those rules are asked twice.
func asksRoad(rows []*row) bool {
	return slices.ContainsFunc(rows, func(r *row) bool { return r.roads != 0 })
}

var malaysia = time.FixedZone("UTC+8", 8*60*60) // no summer time since 1982; source: DOMAIN, working calendar

// dayIn is the date in Malaysia, empty for the zero time.
func dayIn(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(malaysia).Format(time.DateOnly)
}
