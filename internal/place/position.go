package place

import "math"

// How far a matter may lie from the position that is given for it, in metres.
const (
	radiusPoint    = 60    // a phone's own, where it does not say how accurate it is
	radiusLocality = 1_500 // from the middle of a locality
	radiusTown     = 5_000 // from the middle of a town or district
)

// apartKm is how far from the phone a place that the text names may lie before it is believed that the citizen writes of
// there and not of here.
const apartKm = 6.0

// position is where a matter in council top most likely lies: where the phone is, unless the text names a place too far
// from it or the phone is somewhere else altogether; then the middle of the place named. Radius is in metres; 0: nothing
// said where.
func (f *Finder) position(top uint16, q Query, d *desk) (lat, lon, radius float64) {
	named := f.namedPlace(top, q, d)
	if f.phoneSpeaks(top, d) {
		if named < 0 || f.kmFrom(named, q.Lat, q.Lon) <= apartKm {
			return q.Lat, q.Lon, max(q.Accuracy, radiusPoint)
		}
	}
	if named < 0 {
		return 0, 0, 0
	}
	l := f.places[named]
	return float64(l.lat), float64(l.lon), f.blur(named, d)
}

// phoneSpeaks says whether the phone, or the boundary it is in, is a reason for council top.
func (f *Finder) phoneSpeaks(top uint16, d *desk) bool {
	for i := range d.clues {
		if c := &d.clues[i]; (c.source == byPoint || c.source == byBoundary) && f.support(c, top) > leastSupport {
			return true
		}
	}
	return false
}

// namedPlace is the locality in council top that the words name most exactly; among several of one name the one nearest
// to the phone; -1: none.
func (f *Finder) namedPlace(top uint16, q Query, d *desk) int32 {
	best, found := 0.0, int32(-1)
	for _, m := range d.mentions {
		n := &f.names.all[m.name]
		trust := m.trust
		if n.broad {
			trust /= 4 // a town says less than a suburb of it
		}
		if trust <= best || n.ordinary {
			continue
		}
		near := math.Inf(1)
		for _, i := range n.places {
			if f.places[i].council != top {
				continue
			}
			km := 0.0
			if q.HasPoint {
				km = f.kmFrom(i, q.Lat, q.Lon)
			}
			if km < near {
				near, best, found = km, trust, i
			}
		}
	}
	return found
}

func (f *Finder) blur(place int32, d *desk) float64 {
	for _, m := range d.mentions {
		n := &f.names.all[m.name]
		for _, i := range n.places {
			if i == place && !n.broad {
				return radiusLocality
			}
		}
	}
	return radiusTown
}

// kmFrom is how far a locality's middle is from a point, in kilometres.
func (f *Finder) kmFrom(place int32, lat, lon float64) float64 {
	l := f.places[place]
	dy := float64(l.lat) - lat
	dx := (float64(l.lon) - lon) * math.Cos(lat*math.Pi/180)
	return math.Hypot(dx, dy) * kmPerDegree
}
