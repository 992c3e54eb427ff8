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

// Names of counts. Those of a category or state of the country have its code in between: c:JLN01:n.
const (
	received = "n"
	open     = "open"
	mended   = "done" // resolved or closed by the agency
	late     = "late" // a deadline of the citizen's was missed, whatever came of it
	secret   = "secret"
	rated    = "rated"
	stars    = "stars" // of all ratings together
	dueOn    = "due:"  // open ones by the day of their next deadline, or dueNever
	took     = "took:" // mended ones by how long it took: the index in Took
	latSum   = "lat"   // of places, in millionths of a degree
	lonSum   = "lon"
)

// Took are the upper ends of the classes of how long it took to mend something; the last class has none.
var Took = []time.Duration{4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 72 * time.Hour, 5 * 24 * time.Hour, 7 * 24 * time.Hour,
	14 * 24 * time.Hour, 21 * 24 * time.Hour, 30 * 24 * time.Hour, 60 * 24 * time.Hour, 90 * 24 * time.Hour}

// Desk stands for the agency of what is not sent to one.
const Desk = "DESK"

// parts gives what a complaint counts for, by leaf. Of a restricted one nothing is counted but that there is one.
func (b *Book) parts(c *complaint.Complaint) map[string]Sums {
	agency := c.Agency
	if agency == "" {
		agency = Desk
	}
	day := c.Received.In(b.Zone)
	leaf := "agency/" + agency + "/" + day.Format("2006-01") + "/" + day.Format("02")
	if c.Secret {
		return map[string]Sums{leaf: {secret: 1}}
	}
	out := map[string]Sums{leaf: b.figures(c)}
	if cell, s, ok := b.spot(c); ok {
		out[cell] = s
	}
	return out
}

func (b *Book) figures(c *complaint.Complaint) Sums {
	s := Sums{}
	count := func(what string, n int64) {
		s[what] += n
		if c.Category != "" {
			s["c:"+c.Category+":"+what] += n
		}
		if c.Place != "" {
			s["s:"+c.Place+":"+what] += n
		}
	}
	count(received, 1)
	if c.State.Open() {
		count(open, 1)
		s[dueOn+b.day(c.DueAt())]++
	}
	for _, k := range c.Clocks {
		if k.Name != sla.Accept && !k.Breached.IsZero() {
			count(late, 1)
			break
		}
	}
	if at, ok := c.Mended(); ok {
		count(mended, 1)
		class := 0
		for class < len(Took) && at.Sub(c.Received) > Took[class] {
			class++
		}
		s[took+strconv.Itoa(class)]++
	}
	if c.Rating > 0 {
		s[rated], s[stars] = 1, int64(c.Rating)
	}
	return s
}

// day is the date of an instant; "-" for none.
func (b *Book) day(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.In(b.Zone).Format(time.DateOnly)
}

// exact is the radius in metres beyond which a phone's position says nothing about the spot.
const exact = 500

// spot gives the leaf of the map and what is counted there, of a matter that concerns others too: the place rounded to 50 m, so that no house can be told from
// its neighbours. A leaf is a cell of about 1.2 by 0.6 km in one year.
func (b *Book) spot(c *complaint.Complaint) (leaf string, s Sums, ok bool) {
	if c.Sign == nil || c.Location.Lat == nil || c.Location.Lon == nil || c.Location.Accuracy > exact || !c.Shared() {
		return "", nil, false
	}
	lat, lon := Rounded(*c.Location.Lat, *c.Location.Lon)
	s = Sums{received: 1, latSum: int64(math.Round(lat * 1e6)), lonSum: int64(math.Round(lon * 1e6))}
	if c.State.Open() {
		s[open] = 1
	}
	if c.Category != "" {
		s["c:"+c.Category+":"+received] = 1
	}
	hash := geohash.EncodeWithPrecision(lat, lon, cellLevels[len(cellLevels)-1])
	return cellID(c.Received.In(b.Zone).Year(), hash), s, true
}

// cellLevels are the lengths of the hashes of the map's cells, from the top.
var cellLevels = []uint{2, 3, 4, 5, 6}

// leafLevel is the length of the hashes whose cells hold complaints.
const leafLevel = 6

// cellID is the path of a cell: map/2026-w2/w28/w283/w2835/w28356.
func cellID(year int, hash string) string {
	parts := []string{"map", strconv.Itoa(year) + "-" + hash[:cellLevels[0]]}
	for _, n := range cellLevels[1:] {
		if int(n) <= len(hash) {
			parts = append(parts, hash[:n])
		}
	}
	return strings.Join(parts, "/")
}

// Rounded moves a point to the middle of its square of 50 m.
func Rounded(lat, lon float64) (float64, float64) {
	const metre = 1 / 111_195.0 // of a degree of latitude
	step := 50 * metre
	lat = (math.Floor(lat/step) + .5) * step
	step /= math.Cos(lat * math.Pi / 180)
	return lat, (math.Floor(lon/step) + .5) * step
}
