package pages

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"

	"respons/internal/agency"
	"respons/internal/console"
	"respons/internal/place"
	"respons/internal/report"
)

// heatData is a circle for each district, as large as what is open there, as dark as the part of it that is overdue.
type heatData struct {
	branchData
	Width, Height int
	Dots          [][2]float64 // districts of the same states, for the shape of the land
	Spots         []spot
	Rows          []figureRow
}

type spot struct {
	X, Y, R float64
	Shade   int  // 0 to 4: overdue are none, up to a tenth, a quarter, a half, more
	Named   bool // there is room for its name
	Row     figureRow
}

const (
	heatWidth   = 1000
	heatTallest = 560
)

// heat draws the districts of a branch.
func (p *Pages) heat(q *Request) error {
	in := &console.BoardInput{BranchInput: console.BranchInput{Agency: q.Query("agency")}}
	out, err := p.API.ByDistrict(q, in)
	if err != nil {
		return err
	}
	d := heatData{branchData: p.branchOf(q, in.Agency, "map"), Width: heatWidth}
	list := slices.DeleteFunc(out.Body.Districts, func(x console.District) bool { return x.Open == 0 && x.Received == 0 })
	for _, x := range list {
		d.Rows = append(d.Rows, figureRow{Code: x.Code, Name: districtName(x.Code), Open: x.Open, Overdue: x.Overdue, DueToday: x.DueToday, Predicted: x.Predicted,
			Received: x.Received, Mended: x.Mended, Late: x.Late, List: "district=" + url.QueryEscape(x.Code)})
	}
	d.place(list, p.API.Areas())
	slices.SortStableFunc(d.Rows, func(a, b figureRow) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open))
	})
	if as := q.Query("as"); as != "" {
		return p.download(q, as, "districts", figureTable(q.Lang, "districts", d.Rows))
	}
	return p.show(q, http.StatusOK, "heat", d)
}

// frame is a part of the map. Near the equator a degree is as long to the north as to the east.
type frame struct{ west, east, south, north, scale, left float64 }

// around is the smallest frame that holds the districts of some states.
func around(areas []place.District, states map[string]bool) (f frame, height int) {
	f = frame{west: math.Inf(1), east: math.Inf(-1), south: math.Inf(1), north: math.Inf(-1)}
	for _, a := range areas {
		if states[a.State] {
			f.west, f.east, f.south, f.north = min(f.west, a.Lon), max(f.east, a.Lon), min(f.south, a.Lat), max(f.north, a.Lat)
		}
	}
	if f.west > f.east {
		return frame{}, 0
	}
	const pad = 0.2 // degrees
	f.west, f.east, f.south, f.north = f.west-pad, f.east+pad, f.south-pad, f.north+pad
	f.scale = heatWidth / (f.east - f.west)
	height = int(min(heatTallest, (f.north-f.south)*f.scale))
	f.scale = min(f.scale, float64(height)/(f.north-f.south))
	f.left = (heatWidth - (f.east-f.west)*f.scale) / 2
	return f, height
}

func (f frame) at(lat, lon float64) (x, y float64) {
	return tenth(f.left + (lon-f.west)*f.scale), tenth((f.north - lat) * f.scale)
}

// place puts the districts on a map of the states in which they lie.
func (d *heatData) place(list []console.District, areas []place.District) {
	states := map[string]bool{}
	var most int64 = 1
	for _, x := range list {
		states[x.State] = true
		most = max(most, x.Open)
	}
	var f frame
	if f, d.Height = around(areas, states); d.Height == 0 {
		return
	}
	for _, a := range areas {
		if states[a.State] {
			x, y := f.at(a.Lat, a.Lon)
			d.Dots = append(d.Dots, [2]float64{x, y})
		}
	}
	for i, x := range list {
		if x.Lat == nil {
			continue
		}
		at := spot{R: tenth(5 + 29*math.Sqrt(float64(x.Open)/float64(most))), Shade: shade(x.Overdue, x.Open), Row: d.Rows[i]}
		at.X, at.Y = f.at(*x.Lat, *x.Lon)
		d.Spots = append(d.Spots, at)
	}
	slices.SortStableFunc(d.Spots, func(a, b spot) int { return cmp.Compare(b.R, a.R) }) // small ones on top
	for i := range d.Spots {
		at := &d.Spots[i]
		at.Named = !slices.ContainsFunc(d.Spots[:i], func(o spot) bool {
			return o.Named && math.Abs(o.X-at.X) < 110 && math.Abs(o.Y+o.R-at.Y-at.R) < 18
		})
	}
}

func shade(overdue, open int64) int {
	switch {
	case overdue == 0 || open == 0:
		return 0
	case 10*overdue <= open:
		return 1
	case 4*overdue <= open:
		return 2
	case 2*overdue <= open:
		return 3
	}
	return 4
}

// districtName is a district's name with its state behind it: Petaling, Selangor.
func districtName(code string) string {
	state, name := report.SplitDistrict(code)
	for _, s := range agency.States {
		if s.Code == state && s.NameMS != name {
			return name + ", " + s.NameMS
		}
	}
	return name
}
