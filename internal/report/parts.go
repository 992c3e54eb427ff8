package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mmcloughlin/geohash"

	"respons/internal/complaint"
	"respons/internal/sla"
)

// Names of counts. Those of one agency, category or the like have a letter and its code before: c:JLN01:open.
const (
	received  = "n"
	open      = "open"
	mended    = "done"  // resolved or closed by the agency
	late      = "late"  // a deadline of the citizen's was missed, whatever came of it
	missed    = "miss:" // a deadline of one clock was missed
	again     = "again" // opened again by the citizen
	secret    = "secret"
	rated     = "rated"
	stars     = "stars" // of all ratings together
	took      = "took:" // mended ones by how long it took: the class in Took
	answered  = "ans:"  // by how long the first answer took
	over      = "over"  // ended, in whatever way
	overdue   = "overdue"
	dueToday  = "today"
	predicted = "pred"
	since     = "r:" // open ones by the day of receipt
	latSum    = "lat"
	lonSum    = "lon" // of places, in millionths of a degree
)

// The letters of what figures are told apart by.
const (
	byAgency   = "a:"
	byCategory = "c:"
	byDistrict = "d:" // MY-10/Petaling
	byPlace    = "p:" // state of the country
	byClass    = "v:"
	byState    = "s:" // where it stands
	byKind     = "k:"
	byOfficer  = "o:" // nobody: -
)

// Parts are what something counts for, by the id of the sums.
type parts map[string]Sums

func (p parts) add(id, name string, n int64) {
	if p[id] == nil {
		p[id] = Sums{}
	}
	p[id].count(name, n)
}

// The ids of sums. now/MBPJ are the open ones of a branch; month/MBPJ/2026-11 those received in a month, as they stand by
// now; every/2026-11 those of every agency by itself; days/MBPJ/2026 what happened on each day of a year; map/2026/w28 a
// cell of the map.
func nowID(branch string) string            { return "now/" + branch }
func monthID(branch, month string) string   { return "month/" + branch + "/" + month }
func everyID(month string) string           { return "every/" + month }
func daysID(branch string, year int) string { return "days/" + branch + "/" + strconv.Itoa(year) }

// parts gives what the facts of a complaint count for, and nothing but they decides it. Of a restricted one nothing is
// counted but that there is one.
func (f Facts) parts(zone *time.Location) parts {
	p := parts{}
	month := f.Received.In(zone).Format("2006-01")
	for i, branch := range f.Branches {
		id := monthID(branch, month)
		if f.Secret {
			p.add(id, secret, 1)
			continue
		}
		f.ofMonth(p, id, f.Bodies[i])
		p.happened(branch, f.Received.In(zone), received)
		p.happened(branch, f.Mended.In(zone), mended)
		p.happened(branch, f.Over.In(zone), over)
		if f.Over.IsZero() {
			f.ofNow(p, nowID(branch), f.Bodies[i], f.Received.In(zone).Format(time.DateOnly))
		}
	}
	if f.Secret {
		return p
	}
	f.ofRow(p, everyID(month), prefix(byAgency, f.Agency), true)
	f.ofMissed(p, month, zone)
	f.ofMap(p, f.Received.In(zone).Year())
	return p
}

// ofMonth counts among those received in a month.
func (f Facts) ofMonth(p parts, id, body string) {
	f.ofRow(p, id, "", true)
	f.ofRow(p, id, prefix(byAgency, body), true)
	for _, letter := range []string{byCategory, byDistrict, byPlace, byClass} {
		if code := f.code(letter); code != "" {
			f.ofRow(p, id, prefix(letter, code), letter == byCategory)
		}
	}
	p.add(id, prefix(byState, string(f.State))+received, 1)
	p.add(id, prefix(byKind, string(f.Kind))+received, 1)
	if !f.Answered.IsZero() {
		p.add(id, answered+strconv.Itoa(class(f.Answered.Sub(f.Received))), 1)
	}
	if f.Reopened > 0 {
		p.add(id, again, 1)
	}
	if f.Rating > 0 {
		p.add(id, rated, 1)
		p.add(id, stars, int64(f.Rating))
	}
}

// ofRow counts in one row of a month, with how long it took where that is told apart.
func (f Facts) ofRow(p parts, id, prefix string, spread bool) {
	p.add(id, prefix+received, 1)
	if f.Over.IsZero() {
		p.add(id, prefix+open, 1)
	}
	if !f.Mended.IsZero() {
		p.add(id, prefix+mended, 1)
		if spread {
			p.add(id, prefix+took+strconv.Itoa(class(f.Mended.Sub(f.Received))), 1)
		}
	}
	if f.late() {
		p.add(id, prefix+late, 1)
	}
}

func prefix(letter, code string) string { return letter + code + ":" }

// code is the value by which a letter tells complaints apart; empty: none, or unknown.
func (f Facts) code(letter string) string {
	switch letter {
	case byCategory:
		return f.Category
	case byDistrict:
		if f.District != "" {
			return DistrictCode(f.Place, f.District)
		}
	case byPlace:
		return f.Place
	case byClass:
		return f.Class
	case byState:
		return string(f.State)
	case byOfficer:
		if f.Assignee == "" {
			return "-"
		}
		return f.Assignee
	}
	return ""
}

// DistrictCode names a district of a state, as MY-10/Petaling: some names are those of several.
func DistrictCode(state, name string) string { return state + "/" + name }

// SplitDistrict gives state and name of a district's code.
func SplitDistrict(code string) (state, name string) {
	state, name, _ = strings.Cut(code, "/")
	return state, name
}

// late says whether a deadline promised to the citizen was missed.
func (f Facts) late() bool {
	for _, m := range f.Missed {
		if m.Clock != sla.Accept {
			return true
		}
	}
	return false
}

// ofNow counts among the open ones. Officers are told apart only where they work.
func (f Facts) ofNow(p parts, id, body, day string) {
	f.ofLoad(p, id, "")
	f.ofLoad(p, id, prefix(byAgency, body))
	letters := []string{byCategory, byDistrict, byClass, byState}
	if id == nowID(f.Agency) || id == nowID(complaint.OwnBranch(f.Agency)) {
		letters = append(letters, byOfficer)
	}
	for _, letter := range letters {
		if code := f.code(letter); code != "" {
			f.ofLoad(p, id, prefix(letter, code))
		}
	}
	p.add(id, since+day, 1)
}

func (f Facts) ofLoad(p parts, id, prefix string) {
	p.add(id, prefix+open, 1)
	switch f.Standing {
	case Overdue:
		p.add(id, prefix+overdue, 1)
	case DueToday:
		p.add(id, prefix+dueToday, 1)
	}
	if f.Predicted {
		p.add(id, prefix+predicted, 1)
	}
}

// happened counts what happened on a day; a zero instant: nothing did.
func (p parts) happened(branch string, at time.Time, what string) {
	if !at.IsZero() {
		p.add(daysID(branch, at.Year()), at.Format("01-02")+":"+what, 1)
	}
}

// ofMissed counts missed deadlines with those whose turn it was, wherever the complaint has gone since: once for each
// clock, and on the day on which it passed.
func (f Facts) ofMissed(p parts, month string, zone *time.Location) {
	seen := map[string]bool{}
	for _, m := range f.Missed {
		for _, branch := range m.Branches {
			if key := branch + " " + string(m.Clock); !seen[key] {
				seen[key] = true
				p.add(monthID(branch, month), missed+string(m.Clock), 1)
			}
			p.happened(branch, m.At.In(zone), late)
		}
	}
}

// cellLevels are the lengths of the geohashes of the map's cells. A cell holds sums of the cells a level down; those of
// the last, about 1.2 by 0.6 km, of single places.
var cellLevels = []int{2, 3, 4, 5, 6}

// ofMap counts on the map, whose places are rounded to 50 m.
func (f Facts) ofMap(p parts, year int) {
	if f.Spot == nil {
		return
	}
	lat, lon := int64(math.Round(f.Spot[0]*1e6)), int64(math.Round(f.Spot[1]*1e6))
	hash := geohash.EncodeWithPrecision(f.Spot[0], f.Spot[1], uint(cellLevels[len(cellLevels)-1]))
	for i, n := range cellLevels {
		id, child := cellID(year, hash[:n]), strconv.FormatInt(lat, 10)+","+strconv.FormatInt(lon, 10)
		if i+1 < len(cellLevels) {
			child = hash[:cellLevels[i+1]]
		}
		p.add(id, child+":"+received, 1)
		p.add(id, child+":"+latSum, lat)
		p.add(id, child+":"+lonSum, lon)
		if f.Over.IsZero() {
			p.add(id, child+":"+open, 1)
		}
	}
}

func cellID(year int, hash string) string { return "map/" + strconv.Itoa(year) + "/" + hash }

// Month names the month of an instant as figures are kept by, such as 2026-11.
func (b *Book) Month(at time.Time) string { return at.In(b.Zone).Format("2006-01") }

// codes gives the codes that a letter has in sums, in no order.
func codes(s Sums, letter, what string) (out []string) {
	for name := range s {
		if rest, ok := strings.CutPrefix(name, letter); ok {
			if code, ok := strings.CutSuffix(rest, ":"+what); ok {
				out = append(out, code)
			}
		}
	}
	return out
}
