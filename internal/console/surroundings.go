package console

import (
	"context"
	"math"

	"respons/internal/complaint"
	"respons/internal/place"
)

// Surroundings is what lies around a complaint, for a map.
type Surroundings struct {
	Known   bool      `json:"known" doc:"It is known where; if not, nothing else is there"`
	Phone   *Spot     `json:"phone,omitempty" doc:"Where the phone was"`
	Matter  *Spot     `json:"matter,omitempty" doc:"Where the matter most likely lies, from everything that says so"`
	Lat     float64   `json:"lat" doc:"Middle of the map, WGS 84 degrees"`
	Lon     float64   `json:"lon"`
	Km      float64   `json:"km" doc:"From the middle to each edge"`
	Places  []Nearby  `json:"places" doc:"Of the gazetteer, the nearest first"`
	Borders []Outline `json:"borders" doc:"Of councils, as far as they were imported and lie on the map"`
}

// Spot is a point with the radius in which it lies.
type Spot struct {
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
	Radius float64 `json:"radius" doc:"Metres; 0: unknown"`
}

// Nearby is a place on the map.
type Nearby struct {
	Name   string  `json:"name" example:"SS2"`
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
	Agency string  `json:"agency" doc:"Its local authority" example:"MBPJ"`
	Km     float64 `json:"km"`
}

// Outline is the boundary of a council.
type Outline struct {
	Agency string         `json:"agency" example:"MBPJ"`
	Lines  [][][2]float64 `json:"lines" doc:"Closed lines of longitude and latitude"`
}

// SurroundingsOutput is the map of one complaint.
type SurroundingsOutput struct {
	Body Surroundings
}

// How much a map shows: enough places to know where it is, and never less than a neighbourhood.
const (
	mostPlaces  = 24
	namedPlaces = 8
	leastKm     = 0.4
	mostKm      = 12
	farthestKm  = 60 // where no place is nearer the map says little
)

// Surroundings gives what a map of the complaint shows.
func (a *API) Surroundings(ctx context.Context, in *NumberInput) (*SurroundingsOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	out := &SurroundingsOutput{Body: Surroundings{Places: []Nearby{}, Borders: []Outline{}}}
	b := &out.Body
	b.Phone, b.Matter = spots(c)
	middle := b.Matter
	if middle == nil {
		middle = b.Phone
	}
	if middle == nil {
		return out, nil
	}
	b.Known, b.Lat, b.Lon = true, middle.Lat, middle.Lon
	near := a.Places.Around(b.Lat, b.Lon, farthestKm, mostPlaces)
	b.Km = extent(near, middle.Radius)
	for _, n := range near {
		if n.Km <= b.Km*math.Sqrt2 {
			b.Places = append(b.Places, Nearby{Name: n.Name, Lat: n.Lat, Lon: n.Lon, Agency: n.Council, Km: math.Round(n.Km*100) / 100})
		}
	}
	dLat := b.Km / kmPerDegree
	dLon := dLat / math.Cos(b.Lat*math.Pi/180)
	for _, o := range a.Places.Outlines(b.Lat-dLat, b.Lon-dLon, b.Lat+dLat, b.Lon+dLon, dLat/200) {
		b.Borders = append(b.Borders, Outline{Agency: o.Authority, Lines: o.Lines})
	}
	return out, nil
}

const kmPerDegree = 111.195

// spots gives where the phone was and where the matter lies; nil where that is not known.
func spots(c *complaint.Complaint) (phone, matter *Spot) {
	if c.Location.Lat != nil && c.Location.Lon != nil {
		phone = &Spot{*c.Location.Lat, *c.Location.Lon, c.Location.Accuracy}
	}
	if c.Decision != nil && c.Decision.Spot.Radius > 0 {
		matter = &Spot{c.Decision.Spot.Lat, c.Decision.Spot.Lon, c.Decision.Spot.Radius}
	}
	return phone, matter
}

// extent is how far the map reaches: to the places that name it, and over the radius in which the matter lies.
func extent(near []place.Nearby, radius float64) float64 {
	km := leastKm
	if n := min(namedPlaces, len(near)); n > 0 {
		km = max(km, near[n-1].Km)
	}
	return min(max(km, 1.5*radius/1000), mostKm)
}
