package mobileapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/conditional"

	"respons/internal/fault"
)

// Reference lists what the app shows before anything is filed, and keeps for when it has no line.
type Reference struct {
	Agencies   func(lang string) []Agency
	Near       func(lat, lon float64, lang string, most int) []Agency
	Categories func(lang string) []Group
	Hotlines   func(lang string) []Hotline
}

// Agency is a body of the register.
type Agency struct {
	Named
	Kind   string   `json:"kind" enum:"ministry,federal_agency,state_secretary,local_authority,utility"`
	Parent string   `json:"parent,omitempty" doc:"Code of the body above it" example:"SUK-SGR"`
	States []string `json:"states,omitempty" doc:"ISO 3166-2:MY codes it serves; absent: the whole country"`
	Lat    float64  `json:"lat" doc:"Its seat, WGS 84 degrees"`
	Lon    float64  `json:"lon"`
	Km     *float64 `json:"km,omitempty" doc:"From the point asked about"`
	Local  bool     `json:"local,omitempty" doc:"It is the council of the point asked about"`
}

// Group is a group of categories.
type Group struct {
	Code       string     `json:"code" example:"JLN"`
	Categories []Category `json:"categories"`
}

// Category is what a complaint can be about.
type Category struct {
	Named
	Kinds      []string `json:"kinds" doc:"What may be filed under it"`
	Call       []string `json:"call,omitempty" doc:"Numbers to call first"`
	Restricted bool     `json:"restricted,omitempty" doc:"Handled confidentially"`
}

// Hotline is a number to call.
type Hotline struct {
	Number string `json:"number" example:"999"`
	Name   string `json:"name" example:"Kecemasan"`
	For    string `json:"for" example:"Bahaya kepada nyawa"`
}

type referenceInput struct {
	conditional.Params
	Language string `header:"Accept-Language"`
}

type listOf[T any] struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Vary         string `header:"Vary"`
	Body         struct {
		Version string `json:"version" doc:"Another one whenever the list changes" example:"5f2c9a1b7e40"`
		Items   []T    `json:"items"`
	}
}

func (a *API) registerReference(api huma.API) {
	r := a.Reference
	registerList(a, api, "list-agencies", "/v1/agencies", "The agencies of the register", anHour, fixed(r.Agencies))
	registerList(a, api, "list-categories", "/v1/categories", "What a complaint can be about, by group", anHour, fixed(r.Categories))
	registerList(a, api, "list-hotlines", "/v1/hotlines", "Numbers to call", anHour, fixed(r.Hotlines))
	register(a, api, "reference.read", huma.Operation{OperationID: "agencies-near", Method: http.MethodGet, Path: "/v1/agencies/near",
		Summary: "The council of a point and the agencies with a seat near it"}, a.agenciesNear)
}

// anHour is for how long a list of the reference data may be shown without asking again.
const anHour = "public, max-age=3600"

// fixed is a list that is the same whoever asks.
func fixed[T any](of func(lang string) []T) func(context.Context, string) ([]T, error) {
	return func(_ context.Context, lang string) ([]T, error) { return of(lang), nil }
}

// registerList adds a list that a phone keeps: it asks again with the ETag and is sent nothing while nothing changed.
func registerList[T any](a *API, api huma.API, id, path, summary, cache string, of func(ctx context.Context, lang string) ([]T, error)) {
	register(a, api, "reference.read", huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary},
		func(ctx context.Context, in *referenceInput) (*listOf[T], error) {
			lang := Language(in.Language, "ms")
			items, err := of(ctx, lang)
			if err != nil {
				return nil, err
			}
			out := &listOf[T]{CacheControl: cache, Vary: "Accept-Language"}
			out.Body.Items = items
			body, err := json.Marshal(out.Body.Items)
			if err != nil {
				return nil, fmt.Errorf("encode %s: %w", path, err)
			}
			sum := sha256.Sum256(append(body, lang...))
			out.Body.Version = hex.EncodeToString(sum[:6])
			out.ETag = `"` + out.Body.Version + `"`
			if in.HasConditionalParams() {
				if same := in.PreconditionFailed(out.Body.Version, time.Time{}); same != nil {
					return nil, same
				}
			}
			return out, nil
		})
}

type nearInput struct {
	Language string  `header:"Accept-Language"`
	Lat      float64 `query:"lat" required:"true" minimum:"0.5" maximum:"8.5" doc:"WGS 84 degrees, in Malaysia" example:"3.1186"`
	Lon      float64 `query:"lon" required:"true" minimum:"98.5" maximum:"120" doc:"WGS 84 degrees, in Malaysia" example:"101.6221"`
	Limit    int     `query:"limit" minimum:"1" maximum:"50" default:"10"`
}

type nearOutput struct {
	Body struct {
		Items []Agency `json:"items" doc:"The council first, then by distance"`
	}
}

func (a *API) agenciesNear(_ context.Context, in *nearInput) (*nearOutput, error) {
	out := new(nearOutput)
	if out.Body.Items = a.Reference.Near(in.Lat, in.Lon, Language(in.Language, "ms"), in.Limit); len(out.Body.Items) == 0 {
		return nil, fault.New(fault.NotFound, "no agency is near this point")
	}
	return out, nil
}
