package place

import (
	"math"
	"strings"
)

// weighNames works out for each name which councils it speaks for and how far it is to be believed.
func (f *Finder) weighNames() {
	prominence := f.prominence()
	beside := make([]map[uint16]float64, len(f.places))
	for i := range f.places {
		beside[i] = f.around(int32(i))
	}
	spread := f.wordSpread()
	for i := range f.names.all {
		n := &f.names.all[i]
		f.weighName(n, prominence[int32(i)], beside)
		n.trust = f.trustOf(n, spread)
	}
}

// prominence counts for each name in how many longer names of each council it stands: Cheras is more of a name in the
// councils that have a Cheras Jaya, a Taman Cheras and twenty more.
func (f *Finder) prominence() map[int32]map[uint16]int {
	out := map[int32]map[uint16]int{}
	for i := range f.names.all {
		n := &f.names.all[i]
		for start := range n.path {
			node := int32(0)
			for end := start; end < len(n.path); end++ {
				to, ok := f.names.next[step(node, n.path[end])]
				if !ok {
					break
				}
				node = to
				inner := f.names.ends[node] - 1
				if inner < 0 || inner == int32(i) {
					continue
				}
				if out[inner] == nil {
					out[inner] = map[uint16]int{}
				}
				for c := range f.councilsOf(n) {
					out[inner][c]++
				}
			}
		}
	}
	return out
}

func (f *Finder) councilsOf(n *name) map[uint16]bool {
	out := map[uint16]bool{}
	for _, i := range n.places {
		out[f.places[i].council] = true
	}
	return out
}

// wordSpread counts for each word the councils that have a name with it.
func (f *Finder) wordSpread() []int {
	seen := make([]map[uint16]bool, len(f.words.spelt))
	for i := range f.names.all {
		n := &f.names.all[i]
		for c := range f.councilsOf(n) {
			for _, w := range n.path {
				if seen[w] == nil {
					seen[w] = map[uint16]bool{}
				}
				seen[w][c] = true
			}
		}
	}
	out := make([]int, len(seen))
	for w := range seen {
		out[w] = len(seen[w])
	}
	return out
}

// A name is used for what lies around it too: an address in Pandan says Kuala Lumpur. A council next to that of the name
// gets this part of the name's weight, less with distance; the parts are likelihoods and need not sum to 1.
const (
	beyondTown  = 0.30
	beyondPlace = 0.012
	townKm      = 8.0
	placeKm     = 4.0
	cityKm      = 25.0 // a capital that is a state of its own: its name stands in the addresses of all around
)

func (f *Finder) weighName(n *name, prominence map[uint16]int, beside []map[uint16]float64) {
	own := map[uint16]float64{}
	total, longer := 0.0, 0
	for c := range f.councilsOf(n) {
		own[c] = math.Pow(1+float64(prominence[c]), 0.7)
		total += own[c]
	}
	for _, k := range prominence {
		longer += k
	}
	n.broad = n.district != 0 || n.state != 0 || longer >= 8 || f.namesCouncil(n)
	scale := 0.0 // of the area, beside the places themselves
	switch {
	case total == 0:
		scale = 1
	case n.state != 0: // Melaka is the state as often as the town
		scale = 0.5
	case n.district != 0:
		scale = 0.1
	}
	sum := map[uint16]float64{}
	for c, w := range own {
		sum[c] = w / total * (1 - scale)
	}
	part, reach := beyondPlace, placeKm
	if n.broad {
		part, reach = beyondTown, townKm
	}
	if n.state != 0 {
		reach = cityKm
	}
	for _, i := range n.places {
		w := own[f.places[i].council] / total / float64(len(n.places))
		for c, km := range beside[i] {
			sum[c] += part * w * math.Exp(-km/reach)
		}
		if !n.broad {
			continue
		}
		// Its own localities may be the nearest 32 of a town, so that all councils within a commute are looked at.
		l := f.places[i]
		for _, c := range f.councils[l.council].neighbours {
			if _, had := beside[i][c]; !had {
				sum[c] += part * w * math.Exp(-f.distance(l, c)/reach)
			}
		}
	}
	for _, s := range f.areaOf(n) {
		sum[s.of] += scale * float64(s.w)
	}
	n.shares = sharesIn(sum)
}

// areaOf gives the councils of a state or district, or the council whose own name it is.
func (f *Finder) areaOf(n *name) []share {
	if n.state == 0 && n.district == 0 && n.council == 0 {
		return nil
	}
	counts := map[uint16]int{}
	for _, l := range f.places {
		if n.state != 0 && l.state == n.state-1 || n.state == 0 && n.district != 0 && l.district == n.district-1 {
			counts[l.council]++
		}
	}
	if n.council != 0 {
		counts[n.council-1] += 3
	}
	return sharesOf(counts)
}

// namesCouncil says whether a council is called after the place, as Kajang has its Majlis Perbandaran Kajang.
func (f *Finder) namesCouncil(n *name) bool {
	for _, i := range n.places {
		c := f.councils[f.places[i].council]
		if base, _ := plain(f.places[i].name); strings.Contains(c.nameMS, base) && len(base) > 3 {
			return true
		}
	}
	return false
}

// around gives the other councils near a locality, with the distance to the nearest of their localities in kilometres.
func (f *Finder) around(i int32) map[uint16]float64 {
	l := f.places[i]
	var out map[uint16]float64
	var close [32]near
	for _, x := range close[:f.grid.nearest(f.places, float64(l.lat), float64(l.lon), close[:])] {
		c := f.places[x.locality].council
		if c == l.council || x.km > commuteKm {
			continue
		}
		if out == nil {
			out = map[uint16]float64{}
		}
		if _, had := out[c]; !had {
			out[c] = x.km
		}
	}
	return out
}

// distance is how far a locality is from the nearest of a council's, in kilometres.
func (f *Finder) distance(l locality, c uint16) float64 {
	least := math.Inf(1)
	for _, i := range f.councils[c].places {
		other := f.places[i]
		dy := float64(other.lat - l.lat)
		dx := float64(other.lon-l.lon) * math.Cos(float64(l.lat)*math.Pi/180)
		least = min(least, dx*dx+dy*dy)
	}
	return math.Sqrt(least) * kmPerDegree
}

// Trust in names by how many councils have a name with their rarest word. Taman Sentosa may well be one that the
// gazetteer does not have; Bavanggazo is hardly any other.
var trustBySpread = []struct {
	councils int
	trust    float32
}{{1, 0.975}, {3, 0.965}, {8, 0.94}, {20, 0.89}, {math.MaxInt, 0.80}}

const (
	trustOrdinary = 0.02
	trustCouncil  = 0.6  // the text may only call them
	trustArea     = 0.95 // states and districts
	trustTown     = 0.97
	trustBare     = 0.35 // Batu 10, Kampung Bukit: of address words and numbers only
)

func (f *Finder) trustOf(n *name, spread []int) float32 {
	switch {
	case len(n.places) == 0 && n.council != 0:
		return trustCouncil
	case n.ordinary, len(n.path) == 1 && f.words.ordinary[n.path[0]] && !n.broad && n.state == 0:
		n.ordinary = true
		return trustOrdinary
	case len(n.places) == 0:
		return trustArea
	case n.broad || len(n.path) == 0:
		return trustTown
	}
	least, bare := math.MaxInt, true
	for _, w := range n.path {
		if !isDigit(rune(f.words.spelt[w][0])) {
			least = min(least, max(spread[w], 1))
			bare = bare && f.words.address[w]
		}
	}
	if bare {
		n.common = true
		return trustBare
	}
	for _, s := range trustBySpread {
		if least <= s.councils {
			n.common = s.councils > 3
			return s.trust
		}
	}
	return 0
}
