package place

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"respons/internal/agency"
	"respons/internal/table"
)

// BoundaryFile is the name of imported boundaries in the folder of reference data.
const BoundaryFile = "boundaries.geojson"

// border is the area of a council.
type border struct {
	authority string
	bound     orb.Bound
	shape     orb.MultiPolygon
}

func (f *Finder) loadBorders(fsys fs.FS, register *agency.Register, ms *table.Mistakes) {
	content, err := fs.ReadFile(fsys, BoundaryFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		f.borders, err = parseBorders(content, register, func(int, int) {})
	}
	if err != nil {
		ms.Add(BoundaryFile, "%v", err)
	}
	for _, b := range f.borders {
		if c, ok := f.codes[b.authority]; ok {
			f.bordered[c] = true
		}
	}
}

// CheckBoundaries reads boundaries (GeoJSON, RFC 7946) and gives how many there are; the error names everything wrong.
// It tells progress after each feature: how many of how many are read.
func CheckBoundaries(content []byte, register *agency.Register, progress func(done, of int)) (int, error) {
	borders, err := parseBorders(content, register, progress)
	return len(borders), err
}

// collection is as much of GeoJSON as boundaries need. The library's own decoder brings a database driver with it.
type collection struct {
	Type     string `json:"type"`
	Features []struct {
		Properties struct {
			Authority string `json:"authority"`
		} `json:"properties"`
		Geometry struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

func parseBorders(content []byte, register *agency.Register, progress func(done, of int)) ([]border, error) {
	var fc collection
	if err := json.Unmarshal(content, &fc); err != nil || fc.Type != "FeatureCollection" {
		return nil, errors.Join(errors.New("is no GeoJSON feature collection"), err)
	}
	var out []border
	var errs []error
	for i, feature := range fc.Features {
		progress(i+1, len(fc.Features))
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("feature %d: %s", i, fmt.Sprintf(format, args...)))
		}
		b := border{authority: feature.Properties.Authority}
		if a, ok := register.Get(b.authority); ok {
			b.authority = a.Code
		} else {
			wrong("property authority is %q, which is no agency's code", b.authority)
		}
		var err error
		switch feature.Geometry.Type {
		case "Polygon":
			b.shape = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(feature.Geometry.Coordinates, &b.shape[0])
		case "MultiPolygon":
			err = json.Unmarshal(feature.Geometry.Coordinates, &b.shape)
		default:
			err = fmt.Errorf("is a %q", feature.Geometry.Type)
		}
		if err != nil {
			wrong("must be a Polygon or MultiPolygon with positions of longitude and latitude: %v", err)
			continue
		}
		if len(b.shape) == 0 || len(b.shape[0]) == 0 {
			wrong("has no ring")
			continue
		}
		for _, polygon := range b.shape {
			for _, ring := range polygon {
				if len(ring) < 4 || !ring.Closed() {
					wrong("a ring has %d positions or does not end where it begins", len(ring))
				}
				for _, p := range ring {
					if !(p.Lat() >= 0.5 && p.Lat() <= 8.5 && p.Lon() >= 98.5 && p.Lon() <= 120) {
						wrong("position %g, %g lies outside Malaysia; GeoJSON has longitude first", p.Lon(), p.Lat())
						break
					}
				}
			}
		}
		b.bound = b.shape.Bound()
		out = append(out, b)
	}
	return out, errors.Join(errs...)
}

// inside gives the council in whose boundary a position lies, or "".
func (f *Finder) inside(lat, lon float64) string {
	p := orb.Point{lon, lat}
	for i := range f.borders {
		if f.borders[i].bound.Contains(p) && planar.MultiPolygonContains(f.borders[i].shape, p) {
			return f.borders[i].authority
		}
	}
	return ""
}
