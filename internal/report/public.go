package report

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mmcloughlin/geohash"
)

// Told is a figure as the public gets it: to the nearest five, and nothing below five. Rounding keeps what is left out
// from being found by taking figures that are told from their sum.
func Told(n int64) *int64 {
	if n < fewest {
		return nil
	}
	n = (n + 2) / 5 * 5
	return &n
}

// Cell is a cluster of public complaints on the map.
type Cell struct {
	Lat, Lon float64 // the middle of its places, which are rounded to 50 m each
	Count    int64
	Open     int64
}

// Tile is a square of the map (slippy map, EPSG:3857).
type Tile struct{ Z, X, Y int }

// MostZoom is the deepest tile; there a square of 50 m is as wide as a finger.
const MostZoom = 18

// bounds gives the tile's edges in degrees.
func (t Tile) bounds() (south, west, north, east float64) {
	n := math.Exp2(float64(t.Z))
	lat := func(y int) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/n))) * 180 / math.Pi }
	return lat(t.Y + 1), float64(t.X)/n*360 - 180, lat(t.Y), float64(t.X+1)/n*360 - 180
}

// Malaysia with its waters.
const south, north, west, east = 0.5, 8.5, 98.5, 120.0

// level is how long the hashes are of the cells whose members a tile shows: about thirty clusters along an edge at the
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
	found := map[string]Sums{}
	for hash := range hashes(s, w, n, e, uint(t.level())) {
		for y := year - 1; y <= year; y++ {
			node, err := b.node(ctx, cellID(y, hash))
			if err != nil {
				return nil, fmt.Errorf("map: %w", err)
			}
			for member, sums := range node.Members {
				if t.level() == leafLevel { // complaints of one square are one cluster
					member = fmt.Sprint(sums[latSum], sums[lonSum])
				}
				if found[member] == nil {
					found[member] = Sums{}
				}
				found[member].add(sums)
			}
		}
	}
	var out []Cell
	for _, member := range slices.Sorted(maps.Keys(found)) {
		c := found[member]
		count := c[received]
		if count == 0 {
			continue
		}
		cell := Cell{Lat: float64(c[latSum]) / float64(count) / 1e6, Lon: float64(c[lonSum]) / float64(count) / 1e6, Count: count, Open: c[open]}
		if cell.Lat >= s && cell.Lat < n && cell.Lon >= w && cell.Lon < e { // else it is in the next tile
			out = append(out, cell)
		}
	}
	return out, nil
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

// Recent lists complaints of an agency that may be shown in public, those received last first, by their ids.
func (b *Book) Recent(ctx context.Context, agency string, most int) (ids []string, err error) {
	top, err := b.node(ctx, "agency/"+agency)
	if err != nil {
		return nil, err
	}
	months := slices.Sorted(maps.Keys(top.Members))
	slices.Reverse(months)
	for _, month := range months {
		days, err := b.node(ctx, "agency/"+agency+"/"+month)
		if err != nil {
			return nil, err
		}
		list := slices.Sorted(maps.Keys(days.Members))
		slices.Reverse(list)
		for _, day := range list {
			leaf, err := b.node(ctx, "agency/"+agency+"/"+month+"/"+day)
			if err != nil {
				return nil, err
			}
			of := slices.DeleteFunc(slices.Sorted(maps.Keys(leaf.Members)), func(id string) bool { return leaf.Members[id][secret] > 0 })
			slices.Reverse(of) // ids begin with the time
			if ids = append(ids, of...); len(ids) >= most {
				return ids[:most], nil
			}
		}
	}
	return ids, nil
}

// Line is a row of the open data: an agency's complaints of one category that were received in one month. Figures are
// told as the public gets them; nil: fewer than five.
type Line struct {
	Month, Agency, Category string
	Received, Mended, Late  *int64
}

// Lines gives the open data of the months from one to another, by agency, month and category.
func (b *Book) Lines(ctx context.Context, everything []string, from, to string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, agency := range everything {
			top, err := b.node(ctx, "agency/"+agency)
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, month := range slices.Sorted(maps.Keys(top.Members)) {
				if month < from || month > to {
					continue
				}
				s := top.Members[month]
				var codes []string
				eachPrefix(s, "c:", func(code string) { codes = append(codes, code) })
				slices.Sort(codes)
				for _, code := range codes {
					at := "c:" + code + ":"
					if s[at+received] == 0 {
						continue
					}
					if !yield(Line{month, agency, code, Told(s[at+received]), Told(s[at+mended]), Told(s[at+late])}, nil) {
						return
					}
				}
			}
		}
	}
}

// Month names the month of an instant as figures are kept by.
func (b *Book) Month(at time.Time) string { return at.In(b.Zone).Format("2006-01") }

// ValidMonth says whether it is one, such as 2026-11.
func ValidMonth(s string) bool {
	_, err := time.Parse("2006-01", s)
	return err == nil && !strings.ContainsAny(s, " +")
}
