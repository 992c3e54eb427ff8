package place

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"respons/internal/reason"
)

// Weights of the sources, in log odds for the council that a source names. A clear name in the text says where the
// matter is; the phone only says where the citizen is now.
const (
	byPoint    = 4.0
	byName     = 6.5
	byAddress  = 6.0
	byPostcode = 3.0
	byHome     = 1.2
	byState    = 3.5
)

// tally collects evidence by council.
type tally struct {
	score  map[string]float64
	states map[string]bool // named outright
	source map[string]map[string]bool
	any    map[string]locality
}

func (t *tally) add(f *Finder, i int32, weight float64, source string) {
	l := f.places[i]
	t.score[l.authority] += weight
	if t.source[l.authority] == nil {
		t.source[l.authority] = map[string]bool{}
	}
	t.source[l.authority][source] = true
	if _, had := t.any[l.authority]; !had {
		t.any[l.authority] = l
	}
}

// Find weighs everything known together.
func (f *Finder) Find(q Query) Found {
	t := &tally{score: map[string]float64{}, states: map[string]bool{}, source: map[string]map[string]bool{}, any: map[string]locality{}}
	var out Found
	nearest := f.point(q, t)
	if a := f.inside(q); a != "" {
		out.Reasons = append(out.Reasons, reason.Reason{MS: "kedudukan telefon berada dalam sempadan " + a, EN: "the phone's position lies within the boundary of " + a})
		return f.boundary(a, nearest, out)
	}
	inText := f.mentions(q.Text, "text")
	inAddress := f.mentions(q.Address, "address")
	f.vote(inAddress, byAddress, "address", t, nearest)
	f.vote(inText, byName, "text", t, nearest)
	code := q.Postcode
	if code == "" {
		code = postcodeIn(q.Address)
	}
	if places := f.postcodes[code]; len(places) > 0 {
		f.spread(places, byPostcode, "postcode", t)
	}
	if q.Home != "" {
		for i := range f.places {
			if f.places[i].authority == q.Home {
				t.add(f, int32(i), byHome, "home")
				break
			}
		}
	}
	for _, m := range append(inText, inAddress...) {
		out.Mentions = append(out.Mentions, m.Mention)
		if m.state == "" {
			continue
		}
		for a, l := range t.any {
			if l.state == m.state {
				t.score[a] += byState
			}
		}
		t.states[m.state] = true
	}
	return f.decide(t, inText, inAddress, nearest, q, out)
}

// vote lets each mention vote: a name of one council for it, a name of several for all of them, more for those that
// the phone is near.
func (f *Finder) vote(ms []found, weight float64, source string, t *tally, nearest []near) {
	for k, m := range ms {
		if len(m.places) == 0 {
			continue
		}
		w := weight * m.weight * math.Pow(0.8, float64(k)) // what is named first counts most
		f.spread(m.places, w, source, t)
		if len(nearest) == 0 {
			continue
		}
		for _, i := range m.places {
			l := f.places[i]
			if d := kilometres(l.lat, l.lon, nearest[0].lat, nearest[0].lon); d < 25 && len(m.places) > 1 {
				t.score[l.authority] += 3 / (1 + d/8)
			}
		}
	}
}

// spread gives the councils of some places a weight, less the more there are.
func (f *Finder) spread(places []int32, weight float64, source string, t *tally) {
	best := map[string]int32{}
	count := map[string]int{}
	for _, i := range places {
		a := f.places[i].authority
		count[a]++
		if _, had := best[a]; !had {
			best[a] = i
		}
	}
	for a, i := range best {
		share := float64(count[a]) / float64(len(places))
		t.add(f, i, weight+math.Log(share), source)
	}
}

// near is a place close to the phone.
type near struct {
	i        int32
	km       float64
	lat, lon float64 // of the phone
}

// point lets the eight nearest places vote with weight 1/(d+0.3 km)^3.
func (f *Finder) point(q Query, t *tally) []near {
	if !q.HasPoint || math.IsNaN(q.Lat+q.Lon) || math.Abs(q.Lat) > 90 || math.Abs(q.Lon) > 180 {
		return nil
	}
	var close []near
	at := cellOf(q.Lat, q.Lon)
	for ring := 1; ring <= 8 && len(close) < 8; ring *= 2 {
		close = close[:0]
		for y := at[0] - ring; y <= at[0]+ring; y++ {
			for x := at[1] - ring; x <= at[1]+ring; x++ {
				for _, i := range f.cells[[2]int{y, x}] {
					close = append(close, near{i, kilometres(q.Lat, q.Lon, f.places[i].lat, f.places[i].lon), q.Lat, q.Lon})
				}
			}
		}
	}
	slices.SortFunc(close, func(a, b near) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.i, b.i)) })
	close = close[:min(8, len(close))]
	votes, total := map[string]float64{}, 0.0
	first := map[string]int32{}
	for _, n := range close {
		blur := 0.3 + math.Min(q.Accuracy, 5000)/2000
		w := 1 / math.Pow(n.km+blur, 3)
		a := f.places[n.i].authority
		votes[a] += w
		total += w
		if _, had := first[a]; !had {
			first[a] = n.i
		}
	}
	for a, v := range votes {
		t.add(f, first[a], byPoint+math.Log(v/total+1e-3), "gps")
	}
	return close
}

func postcodeIn(address string) string {
	digits := 0
	for i := 0; i <= len(address); i++ {
		if i < len(address) && address[i] >= '0' && address[i] <= '9' {
			digits++
			continue
		}
		if digits == 5 {
			return address[i-5 : i]
		}
		digits = 0
	}
	return ""
}

func (f *Finder) reasons(authority string, t *tally, inText, inAddress []found, q Query, nearest []near) (out []reason.Reason) {
	for _, set := range [][]found{inText, inAddress} {
		for _, m := range set {
			if slices.ContainsFunc(m.places, func(i int32) bool { return f.places[i].authority == authority }) {
				where := [2]string{"teks", "the text"}
				if m.In == "address" {
					where = [2]string{"alamat", "the address"}
				}
				out = append(out, reason.Reason{MS: fmt.Sprintf("%s menyebut \"%s\", dalam kawasan %s", where[0], m.Words, authority),
					EN: fmt.Sprintf("%s names \"%s\", which lies in the area of %s", where[1], m.Words, authority)})
			}
		}
	}
	if t.source[authority]["postcode"] {
		out = append(out, reason.Reason{MS: "poskod itu dalam kawasan " + authority, EN: "the postcode belongs to the area of " + authority})
	}
	if t.source[authority]["gps"] && len(nearest) > 0 {
		l := f.places[nearest[0].i]
		out = append(out, reason.Reason{MS: fmt.Sprintf("telefon berada %.1f km dari %s", nearest[0].km, l.name), EN: fmt.Sprintf("the phone is %.1f km from %s", nearest[0].km, l.name)})
	}
	return out
}
