package place

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"
)

// Nearby is a place of the gazetteer near a point.
type Nearby struct {
	Name     string
	Lat, Lon float64 // WGS 84 degrees
	Council  string  // code of its local authority
	Km       float64 // from the point
}

// Around gives the places of the gazetteer within km of a point, the nearest first, most at the most.
func (f *Finder) Around(lat, lon, km float64, most int) []Nearby {
	close := make([]near, most)
	var out []Nearby
	for _, x := range close[:f.grid.nearest(f.places, lat, lon, close)] {
		if x.km > km {
			break
		}
		l := &f.places[x.locality]
		name, _ := plain(l.name)
		out = append(out, Nearby{Name: name, Lat: float64(l.lat), Lon: float64(l.lon), Council: f.councils[l.council].code, Km: x.km})
	}
	return out
}

// Outline is as much of a council's boundary as lies in a box.
type Outline struct {
	Authority string
	Lines     [][][2]float64 // closed lines of longitude and latitude, outer and inner ones
}

// Outlines gives the imported boundaries within a box of WGS 84 degrees, without bends smaller than detail degrees; none
// where none were imported.
func (f *Finder) Outlines(south, west, north, east, detail float64) (out []Outline) {
	box := orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
	for i := range f.borders {
		if !f.borders[i].bound.Intersects(box) {
			continue
		}
		shape, _ := simplify.DouglasPeucker(detail).Simplify(clip.MultiPolygon(box, f.borders[i].shape.Clone())).(orb.MultiPolygon)
		o := Outline{Authority: f.borders[i].authority}
		for _, polygon := range shape {
			for _, ring := range polygon {
				line := make([][2]float64, len(ring))
				for n, p := range ring {
					line[n] = [2]float64{p.Lon(), p.Lat()}
				}
				o.Lines = append(o.Lines, line)
			}
		}
		if len(o.Lines) > 0 {
			out = append(out, o)
		}
	}
	return out
}
