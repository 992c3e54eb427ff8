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

	"respons/internal/report"
)

// Period is the months that figures are asked for.
type Period struct {
	From string `query:"from" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"First month, by when complaints were received; eleven months before the last where it is left out" example:"2026-01"`
	To   string `query:"to" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"Last month; the present one where it is left out" example:"2026-11"`
}

// StatisticsInput asks for the public figures.
type StatisticsInput struct {
	Period
	conditional.Params
	Language string `header:"Accept-Language"`
}

// Statistics are the public figures of a period.
type Statistics struct {
	From       string    `json:"from" example:"2026-01"`
	To         string    `json:"to" example:"2026-11"`
	All        Figure    `json:"all"`
	Agencies   []Figure  `json:"agencies"`
	Categories []Figure  `json:"categories"`
	States     []Figure  `json:"states" doc:"By ISO 3166-2:MY code of where the matter lies"`
	Months     []Figure  `json:"months"`
	Stars      *float64  `json:"stars,omitempty" doc:"Mean of the citizens' ratings, 1 to 5, where at least five rated" example:"4.2"`
	Made       time.Time `json:"made" doc:"UTC"`
}

// Figure is one row of the statistics. Counts are given to the nearest five and left out below five; restricted complaints
// are not counted.
type Figure struct {
	Named
	Received *int64 `json:"received,omitempty"`
	Mended   *int64 `json:"mended,omitempty" doc:"Resolved or closed by the agency"`
	Late     *int64 `json:"late,omitempty" doc:"A deadline promised to the citizen was missed"`
	Half     string `json:"half_within,omitempty" doc:"Half of those mended were mended within this time, an ISO 8601 duration in hours" example:"PT72H"`
	Most     string `json:"nine_in_ten_within,omitempty" doc:"The same of nine in ten" example:"PT336H"`
}

type statisticsOutput struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Body         Statistics
}

func (a *API) registerPublic(api huma.API) {
	register(a, api, "public.read", huma.Operation{OperationID: "public-statistics", Method: http.MethodGet, Path: "/v1/public/statistics",
		Summary: "Public figures per agency, category, state and month"}, a.Statistics)
	a.registerTiles(api)
	a.registerOpenData(api)
	a.registerFeed(api)
}

// Statistics gives the public figures of the whole country.
func (a *API) Statistics(ctx context.Context, in *StatisticsInput) (*statisticsOutput, error) {
	now := a.Cases.Now().In(a.Zone)
	from, to, err := report.Months(in.From, in.To, now)
	if err != nil {
		return nil, err
	}
	f, err := a.Figures.Figures(ctx, report.Everyone, from, to)
	if err != nil {
		return nil, err
	}
	agencies, err := a.Figures.Every(ctx, from, to)
	if err != nil {
		return nil, err
	}
	lang := Language(in.Language, "ms")
	body := Statistics{From: from, To: to, All: figure(f.All, ""), Stars: rating(f)}
	rows := func(list []report.Row, name func(code, lang string) string) []Figure {
		out := []Figure{}
		for _, r := range list {
			if r.Code != report.Desk {
				out = append(out, figure(r, name(r.Code, lang)))
			}
		}
		return out
	}
	itself := func(code, _ string) string { return code }
	body.Agencies, body.Categories = rows(agencies, a.View.Values.Agency), rows(f.Categories, a.View.Values.Category)
	body.States, body.Months = rows(f.Places, itself), rows(f.Months, itself)
	tag, err := tagOf(body)
	if err != nil {
		return nil, err
	}
	if in.HasConditionalParams() {
		if same := in.PreconditionFailed(tag, time.Time{}); same != nil {
			return nil, same
		}
	}
	body.Made = now.UTC().Truncate(time.Second)
	return &statisticsOutput{CacheControl: "public, max-age=300", ETag: `"` + tag + `"`, Body: body}, nil
}

// everyAgency lists the codes under which figures may be kept.
func (a *API) everyAgency() []string {
	codes := []string{report.Desk}
	for _, x := range a.Reference.Agencies("ms") {
		codes = append(codes, x.Code)
	}
	return codes
}

func figure(r report.Row, name string) Figure {
	f := Figure{Named: Named{r.Code, name}, Received: report.Told(r.Received), Mended: report.Told(r.Mended), Late: report.Told(r.Late)}
	for p, into := range map[float64]*string{.5: &f.Half, .9: &f.Most} {
		if d, ok := r.Took.Within(p); ok {
			*into = report.Hours(d)
		}
	}
	return f
}

// rating is the mean of the ratings; nil where too few rated.
func rating(f *report.Figures) *float64 {
	if report.Told(f.Rated) == nil {
		return nil
	}
	mean := float64(int(10*float64(f.Stars)/float64(f.Rated)+.5)) / 10
	return &mean
}

// tagOf is a short hash of what an answer says.
func tagOf(body any) (string, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("encode for a tag: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8]), nil
}
