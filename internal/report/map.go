package report

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/mmcloughlin/geohash"
)

// Cell is a cluster of public complaints on the map.
type Cell struct {
	Lat, Lon float64 // the middle of its places, which are rounded to 50 m each
	Count    int64
	Open     int64
}

// Tile is a square of the map (slippy map, EPSG:3857).
type Tile struct{ Z, X, Y int }

// bounds gives the tile's edges in degrees.
func (t Tile) bounds() (south, west, north, east float64) {
	n := math.Exp2(float64(t.Z))
	lat := func(y int) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/n))) * 180 / math.Pi }
	return lat(t.Y + 1), float64(t.X)/n*360 - 180, lat(t.Y), float64(t.X+1)/n*360 - 180
}

// Malaysia with its waters.
const south, north, west, east = 0.5, 8.5, 98.5, 120.0

// level is how long the geohashes are of the cells whose members a tile shows: about thirty clusters along an edge at the
// most, and single places from zoom 15 on.
func (t Tile) level() int {
	switch {
	case t.Z <= 6:
		return 2
	case t.Z <= 8:
		return 3
	case t.Z <= 11:
		return 4
	case t.Z <= 14:
		return 5
	}
	return 6
}

// Cells gives the clusters of a tile, of the complaints received this year and the one before. A tile outside Malaysia is
// empty.
func (b *Book) Cells(ctx context.Context, t Tile) ([]Cell, error) {
	s, w, n, e := t.bounds()
	s, w, n, e = max(s, south), max(w, west), min(n, north), min(e, east)
	if s >= n || w >= e {
		return nil, nil
	}
	year := b.Now().In(b.Zone).Year()
	found := Sums{}
	for hash := range hashes(s, w, n, e, uint(t.level())) {
		for y := year - 1; y <= year; y++ {
			cell, err := b.sheet(ctx, cellID(y, hash))
			if err != nil {
				return nil, fmt.Errorf("map: %w", err)
			}
			found.add(cell.Sums)
		}
	}
	var out []Cell
	for _, child := range slices.Sorted(maps.Keys(names(found))) {
		count := found[child+":"+received]
		cell := Cell{Lat: float64(found[child+":"+latSum]) / float64(count) / 1e6, Lon: float64(found[child+":"+lonSum]) / float64(count) / 1e6,
			Count: count, Open: found[child+":"+open]}
		if cell.Lat >= s && cell.Lat < n && cell.Lon >= w && cell.Lon < e { // else it is in the next tile
			out = append(out, cell)
		}
	}
	return out, nil
}

// names are the members of the cells in which something was received.
func names(s Sums) map[string]bool {
	out := map[string]bool{}
	for _, name := range codes(s, "", received) {
		out[name] = true
	}
	return out
}

// hashes gives the geohashes of a length that touch a box.
func hashes(s, w, n, e float64, length uint) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		box := geohash.BoundingBox(geohash.EncodeWithPrecision(s, w, length))
		high, wide := box.MaxLat-box.MinLat, box.MaxLng-box.MinLng
		for lat := s; ; lat = min(lat+high, n) {
			for lon := w; ; lon = min(lon+wide, e) {
				if h := geohash.EncodeWithPrecision(lat, lon, length); !seen[h] {
					if seen[h] = true; !yield(h) {
						return
					}
				}
				if lon == e {
					break
				}
			}
			if lat == n {
				break
			}
		}
	}
}
