package pages

import (
	"math"
	"net/url"
	"strconv"
	"strings"
)

// Tiles is a server of map pictures in the usual scheme (256 pixels, Web Mercator). The zero Tiles is none: maps are drawn
// from the gazetteer.
type Tiles struct {
	URL    string // with {z}, {x} and {y}
	Credit string // whom the licence of the map wants named
}

// tile is one picture and where it stands on the map.
type tile struct {
	URL        string
	X, Y, W, H float64
}

const (
	tilePixels = 256
	mostZoom   = 18
	mostTiles  = 24
)

// host is what the pages' policy adds for pictures; empty where no tiles are set.
func (t Tiles) host() string {
	u, err := url.Parse(t.URL)
	if t.URL == "" || err != nil {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}

// over gives the tiles that cover a map, at the zoom whose pixels are about its units.
func (t Tiles) over(p projection) (out []tile) {
	if t.URL == "" {
		return nil
	}
	const around = 360 * kmPerDegree // kilometres
	zoom := int(math.Round(math.Log2(around * math.Cos(p.lat*math.Pi/180) * p.perKm / tilePixels)))
	zoom = min(max(zoom, 1), mostZoom)
	n := math.Exp2(float64(zoom))
	spanLon, spanLat := mapWidth/2/p.perKm/p.east, mapHeight/2/p.perKm/kmPerDegree
	west, north := column(p.lon-spanLon, n), row(p.lat+spanLat, n)
	east, south := column(p.lon+spanLon, n), row(p.lat-spanLat, n)
	for y := math.Floor(north); y <= south; y++ {
		for x := math.Floor(west); x <= east && len(out) < mostTiles; x++ {
			x1, y1 := p.at(latOf(y, n), x/n*360-180)
			x2, y2 := p.at(latOf(y+1, n), (x+1)/n*360-180)
			address := strings.NewReplacer("{z}", strconv.Itoa(zoom), "{x}", strconv.Itoa(int(x)), "{y}", strconv.Itoa(int(y))).Replace(t.URL)
			out = append(out, tile{address, x1, y1, tenth(x2 - x1), tenth(y2 - y1)})
		}
	}
	return out
}

func column(lon, n float64) float64 { return (lon + 180) / 360 * n }

func row(lat, n float64) float64 {
	rad := lat * math.Pi / 180
	return (1 - math.Log(math.Tan(rad)+1/math.Cos(rad))/math.Pi) / 2 * n
}

// latOf is the latitude of the upper edge of a row.
func latOf(y, n float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/n))) * 180 / math.Pi }
