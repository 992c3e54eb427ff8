package pages

import (
	"fmt"
	"math"
	"strings"

	"respons/internal/console"
)

// drawing is a map as a template draws it in SVG: lengths are units of a view of mapWidth by mapHeight.
type drawing struct {
	Width, Height int
	Tiles         []tile
	Borders       []outline
	Places        []label
	Matter, Phone *mark
	Bar           bar
	Lat, Lon      string // of the middle, in degrees
	Credit        string // of the tiles; empty: drawn from the gazetteer
}

type (
	mark    struct{ X, Y, R float64 } // R: the radius in which it lies; 0: unknown
	outline struct{ Points, Agency string }
	label   struct {
		X, Y  float64
		Name  string
		Named bool // there is room for its name
		Left  bool // the name stands left of it
	}
	bar struct {
		X1, X2, Y float64
		Words     string
	}
)

const mapWidth, mapHeight = 640, 400

const kmPerDegree = 111.195

// projection puts degrees on the map. Over a few kilometres the earth is flat.
type projection struct {
	lat, lon float64 // the middle
	perKm    float64 // units
	east     float64 // kilometres in a degree of longitude
}

func (p projection) at(lat, lon float64) (x, y float64) {
	return tenth(mapWidth/2 + (lon-p.lon)*p.east*p.perKm), tenth(mapHeight/2 - (lat-p.lat)*kmPerDegree*p.perKm)
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// draw makes the map of a complaint's surroundings; nil where nobody knows where it is.
func draw(s console.Surroundings, tiles Tiles) *drawing {
	if !s.Known {
		return nil
	}
	p := projection{lat: s.Lat, lon: s.Lon, perKm: mapHeight / 2 / s.Km, east: kmPerDegree * math.Cos(s.Lat*math.Pi/180)}
	d := &drawing{Width: mapWidth, Height: mapHeight, Lat: fmt.Sprintf("%.5f", s.Lat), Lon: fmt.Sprintf("%.5f", s.Lon),
		Tiles: tiles.over(p), Credit: tiles.Credit, Bar: scaleBar(p.perKm), Matter: p.mark(s.Matter), Phone: p.mark(s.Phone)}
	for _, o := range s.Borders {
		for _, line := range o.Lines {
			var b strings.Builder
			for _, point := range line {
				x, y := p.at(point[1], point[0])
				fmt.Fprintf(&b, "%g,%g ", x, y)
			}
			d.Borders = append(d.Borders, outline{b.String(), o.Agency})
		}
	}
	for _, n := range s.Places {
		if x, y := p.at(n.Lat, n.Lon); x > 4 && x < mapWidth-4 && y > 14 && y < mapHeight-4 {
			d.Places = append(d.Places, label{X: x, Y: y, Name: n.Name})
		}
	}
	d.name()
	return d
}

func (p projection) mark(s *console.Spot) *mark {
	if s == nil {
		return nil
	}
	x, y := p.at(s.Lat, s.Lon)
	return &mark{x, y, tenth(s.Radius / 1000 * p.perKm)}
}

// name writes names where they overlap no other and do not leave the map; the nearest places come first.
func (d *drawing) name() {
	const perLetter, height, gap = 7.4, 16, 7 // of the map's letters
	type box struct{ x1, y1, x2, y2 float64 }
	taken := []box{{d.Bar.X1 - 8, d.Bar.Y - 22, d.Bar.X2 + 8, d.Bar.Y + 10}}
	if d.Matter != nil {
		taken = append(taken, box{d.Matter.X - 12, d.Matter.Y - 30, d.Matter.X + 12, d.Matter.Y + 4})
	}
	for i := range d.Places {
		l := &d.Places[i]
		long := perLetter * float64(len([]rune(l.Name)))
		for _, left := range []bool{false, true} {
			b := box{l.X + gap, l.Y - height/2, l.X + gap + long, l.Y + height/2}
			if left {
				b.x1, b.x2 = l.X-gap-long, l.X-gap
			}
			free := b.x1 > 2 && b.x2 < mapWidth-2
			for _, t := range taken {
				free = free && (b.x2 < t.x1 || b.x1 > t.x2 || b.y2 < t.y1 || b.y1 > t.y2)
			}
			if free {
				taken = append(taken, b)
				l.Named, l.Left = true, left
				break
			}
		}
	}
}

// scaleBar is the longest round length that fits into a quarter of the map.
func scaleBar(perKm float64) bar {
	length := 10.0
	for _, km := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10} {
		if km*perKm <= mapWidth/4 {
			length = km
		}
	}
	words := fmt.Sprintf("%g km", length)
	if length < 1 {
		words = fmt.Sprintf("%g m", 1000*length)
	}
	return bar{X1: 16, X2: tenth(16 + length*perKm), Y: mapHeight - 14, Words: words}
}
