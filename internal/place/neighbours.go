package place

import "slices"

// commuteKm is how far people live from where they work; the phone is there all day and the matter is at home.
const commuteKm = 25

// weighNeighbours finds for each council those within reach of a commute.
func (f *Finder) weighNeighbours() {
	var close [64]near
	for _, l := range f.places {
		c := &f.councils[l.council]
		for _, x := range close[:f.grid.nearest(f.places, float64(l.lat), float64(l.lon), close[:])] {
			other := f.places[x.locality].council
			if other != l.council && x.km <= commuteKm && !slices.Contains(c.neighbours, other) {
				c.neighbours = append(c.neighbours, other)
			}
		}
	}
}
