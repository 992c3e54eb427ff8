package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/conditional"

	"respons/internal/fault"
	"respons/internal/report"
)

type tileInput struct {
	conditional.Params
	Z int `path:"z" minimum:"0" maximum:"18" doc:"Zoom"`
	X int `path:"x" minimum:"0" doc:"Column, from the west"`
	Y int `path:"y" minimum:"0" doc:"Row, from the north"`
}

// Points is a GeoJSON FeatureCollection (RFC 7946) of clusters.
type Points struct {
	Type     string  `json:"type" enum:"FeatureCollection"`
	Features []Point `json:"features"`
}

// Point is a cluster of complaints that others may know of.
type Point struct {
	Type     string `json:"type" enum:"Feature"`
	Geometry struct {
		Type        string     `json:"type" enum:"Point"`
		Coordinates [2]float64 `json:"coordinates" doc:"Longitude and latitude; places are rounded to 50 m"`
	} `json:"geometry"`
	Properties struct {
		Count int64 `json:"count" doc:"Complaints received this year or last"`
		Open  int64 `json:"open" doc:"Of which still open"`
	} `json:"properties"`
}

type tileOutput struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	ContentType  string `header:"Content-Type"`
	Body         Points
}

func (a *API) registerTiles(api huma.API) {
	op := huma.Operation{OperationID: "public-tile", Method: http.MethodGet, Path: "/v1/public/tiles/{z}/{x}/{y}",
		Summary: "A tile of the public map (slippy map numbers): complaints as clustered points, without who made them; restricted and personal matters are left out"}
	register(a, api, "public.read", op, a.tile)
	answers := api.OpenAPI().Paths[op.Path].Get.Responses["200"]
	answers.Content = map[string]*huma.MediaType{"application/geo+json": answers.Content["application/json"]}
}

func (a *API) tile(ctx context.Context, in *tileInput) (*tileOutput, error) {
	if n := 1 << in.Z; in.X >= n || in.Y >= n {
		return nil, fault.New(fault.Invalid, "at zoom %d columns and rows go from 0 to %d", in.Z, n-1)
	}
	cells, err := a.Figures.Cells(ctx, report.Tile{Z: in.Z, X: in.X, Y: in.Y})
	if err != nil {
		return nil, err
	}
	out := &tileOutput{CacheControl: "public, max-age=60", ContentType: "application/geo+json", Body: Points{Type: "FeatureCollection", Features: []Point{}}}
	for _, c := range cells {
		p := Point{Type: "Feature"}
		p.Geometry.Type, p.Geometry.Coordinates = "Point", [2]float64{rounded(c.Lon), rounded(c.Lat)}
		p.Properties.Count, p.Properties.Open = c.Count, c.Open
		out.Body.Features = append(out.Body.Features, p)
	}
	tag, err := tagOf(out.Body)
	if err != nil {
		return nil, err
	}
	if in.HasConditionalParams() {
		if same := in.PreconditionFailed(tag, time.Time{}); same != nil {
			return nil, same
		}
	}
	out.ETag = `"` + tag + `"`
	return out, nil
}

// rounded gives degrees to about a tenth of a metre, which is as exact as the sums are.
func rounded(v float64) float64 { return float64(int64(v*1e6+.5)) / 1e6 }
