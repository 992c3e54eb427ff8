package place

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/agency"
)

// source is where a clue comes from.
type source uint8

const (
	byText source = iota
	byAddress
	byPostcode
	byPoint
	byBoundary
	byHome
)

var sourceNames = [...]string{"text", "address", "postcode", "gps", "boundary", "home"}

// clue is one piece of evidence: with probability trust the matter lies in one of the shares, else anywhere.
type clue struct {
	source  source
	trust   float64
	shares  []share
	mention int // in desk.mentions; -1: none
}

// How far each source is believed to say where the matter lies. Names have their own trust. A phone may be at the
// office while the playground is at home.
const (
	trustPoint    = 0.90
	trustBoundary = 0.97
	trustPostcode = 0.92
	trustLoose    = 0.70 // a postcode that stands in the text, or whose last digits are not known
	trustHome     = 0.55
)

// nextDoor is how likely a phone is in a council when the matter lies in one within reach of a commute, beside how likely
// it is when the matter lies where the phone is. Who files about another place names it, so that a phone is surer where
// no place is named.
const (
	nextDoor        = 0.03
	nextDoorAlone   = 0.004
	trustPointAlone = 0.95
)

// maxText bounds the reading of a text, in bytes. What stands after it adds nothing to where the matter is.
const maxText = 40_000

// Find weighs everything that is known together.
func (f *Finder) Find(q Query) Found {
	d := f.desks.Get().(*desk)
	defer f.desks.Put(d)
	d.mentions, d.clues, d.shares = d.mentions[:0], d.clues[:0], d.shares[:0]
	var close [8]near
	n := 0
	f.read(cutAt(q.Text, maxText), byText, d)
	f.read(cutAt(q.Address, maxText), byAddress, d)
	f.mentionClues(d)
	if q.HasPoint && agency.InMalaysia(q.Lat, q.Lon) {
		n = f.pointClue(q, close[:], d)
	}
	f.postcodeClues(q, d)
	if at, ok := f.codes[q.Home]; ok {
		d.shares = append(d.shares, share{at, 1})
		d.clues = append(d.clues, clue{byHome, trustHome, d.shares[len(d.shares)-1:], -1})
	}
	if len(d.clues) == 0 {
		return Found{}
	}
	f.score(d)
	return f.conclude(q, d, close[:n])
}

// pointClue lets the localities nearest to the phone vote, or the boundary it is in decide.
func (f *Finder) pointClue(q Query, close []near, d *desk) int {
	n := f.grid.nearest(f.places, q.Lat, q.Lon, close)
	start := len(d.shares)
	if at, ok := f.codes[f.inside(q.Lat, q.Lon)]; ok {
		d.shares = append(d.shares, share{at, 1})
		for _, other := range f.councils[at].neighbours {
			d.shares = append(d.shares, share{other, nextDoor / 3})
		}
		d.clues = append(d.clues, clue{byBoundary, trustBoundary, d.shares[start:len(d.shares):len(d.shares)], -1})
		return n
	}
	if n == 0 || close[0].km > 60 {
		return 0
	}
	wide := 0.0 // km
	if q.Accuracy > 0 {
		wide = min(q.Accuracy, 20_000) / 1000
	}
	blur := 0.3 + wide
	total := 0.0
	for _, x := range close[:n] {
		c := f.places[x.locality].council
		if f.bordered[c] {
			continue // the point lies outside its boundary
		}
		w := 1 / math.Pow(x.km+blur, 3)
		total += w
		d.shares = addShare(d.shares, start, c, float32(w))
	}
	if total == 0 {
		return n
	}
	for i := start; i < len(d.shares); i++ {
		d.shares[i].w /= float32(total)
	}
	trust, beside := trustPoint, nextDoor
	if q.Postcode == "" && !slices.ContainsFunc(d.mentions, func(m mention) bool { return m.trust > 0.5 }) {
		trust, beside = trustPointAlone, nextDoorAlone
	}
	trust, beside = trust/(1+wide/10), max(beside, min(wide/30, 0.3))
	for _, s := range d.shares[start:] {
		for _, other := range f.councils[s.of].neighbours {
			d.shares = addShare(d.shares, start, other, s.w*float32(beside))
		}
	}
	d.clues = append(d.clues, clue{byPoint, trust, d.shares[start:len(d.shares):len(d.shares)], -1})
	return n
}

func addShare(all []share, start int, of uint16, w float32) []share {
	for i := start; i < len(all); i++ {
		if all[i].of == of {
			all[i].w += w
			return all
		}
	}
	return append(all, share{of, w})
}

// mentionClues lets every name speak, but the towns, districts and states of one field or of two only as loud as the
// loudest that agree: KL, Kuala Lumpur and DBKL are one thing said three times.
func (f *Finder) mentionClues(d *desk) {
	for i, m := range d.mentions {
		n := &f.names.all[m.name]
		if (n.broad || n.council != 0) && slices.ContainsFunc(d.mentions, func(o mention) bool {
			other := &f.names.all[o.name]
			return (other.broad || other.council != 0) && n.most() == other.most() && (o.trust > m.trust || o.trust == m.trust && o.name < m.name)
		}) {
			continue
		}
		d.clues = append(d.clues, clue{m.in, m.trust, n.shares, i})
	}
}

// most gives the council a name speaks for most.
func (n *name) most() uint16 {
	best := share{of: math.MaxUint16}
	for _, s := range n.shares {
		if s.w > best.w {
			best = s
		}
	}
	return best.of
}

// postcodeClues takes the postcode given, else one in the address, else one in the text that is exactly known.
func (f *Finder) postcodeClues(q Query, d *desk) {
	if f.postcodeClue(strings.TrimSpace(q.Postcode), trustPostcode, true, d) {
		return
	}
	if !f.postcodeClue(fiveDigits(q.Address), trustPostcode, true, d) {
		f.postcodeClue(fiveDigits(cutAt(q.Text, maxText)), trustLoose, false, d)
	}
}

func (f *Finder) postcodeClue(code string, trust float64, near bool, d *desk) bool {
	if len(code) != 5 {
		return false
	}
	for n := 5; n >= 2; n-- {
		if shares := f.postcodes[code[:n]]; len(shares) > 0 {
			if n < 5 {
				trust = min(trust, trustLoose)
			}
			d.clues = append(d.clues, clue{byPostcode, trust, shares, -1})
			return true
		}
		if !near {
			break
		}
	}
	return false
}

// fiveDigits gives the last number of five digits in a field, where postcodes stand in addresses.
func fiveDigits(field string) string {
	out, digits := "", 0
	for i := 0; i <= len(field); i++ {
		if i < len(field) && isDigit(rune(field[i])) {
			digits++
			continue
		}
		if digits == 5 {
			out = field[i-5 : i]
		}
		digits = 0
	}
	return out
}

// score sums the logarithms of what each clue gives each council, and turns them into probabilities.
func (f *Finder) score(d *desk) {
	if cap(d.scores) < len(f.councils) {
		d.scores = make([]float64, len(f.councils))
	}
	d.scores = d.scores[:len(f.councils)]
	clear(d.scores)
	for _, c := range d.clues {
		floor := (1 - c.trust) / float64(len(f.councils))
		for _, s := range c.shares {
			d.scores[s.of] += math.Log1p(c.trust * float64(s.w) / floor)
		}
	}
	most := 0.0
	for _, s := range d.scores {
		most = max(most, s)
	}
	total := 0.0
	for i, s := range d.scores {
		d.scores[i] = math.Exp((s - most))
		total += d.scores[i]
	}
	for i := range d.scores {
		d.scores[i] /= total
	}
}

// cutAt shortens a text to at most n bytes without breaking a character.
func cutAt(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
