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
	"respons/internal/report"
)

// period is the months that figures are asked for.
type period struct {
	From string `query:"from" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"First month, by when complaints were received; eleven months before the last where it is left out" example:"2026-01"`
	To   string `query:"to" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"Last month; the present one where it is left out" example:"2026-11"`
}

// months fills in what was left out. fault.Invalid where the last month is before the first or more than ten years after.
func (p period) months(now time.Time) (from, to string, err error) {
	last := now
	if p.To != "" {
		if last, err = time.Parse("2006-01", p.To); err != nil {
			return "", "", fault.New(fault.Invalid, "to is no month such as 2026-11")
		}
	}
	first := time.Date(last.Year(), last.Month()-11, 1, 0, 0, 0, 0, time.UTC)
	if p.From != "" {
		if first, err = time.Parse("2006-01", p.From); err != nil {
			return "", "", fault.New(fault.Invalid, "from is no month such as 2026-01")
		}
	}
	if last.Before(first) || last.Sub(first) > 10*366*24*time.Hour {
		return "", "", fault.New(fault.Invalid, "the months must lie in order and within ten years")
	}
	return first.Format("2006-01"), last.Format("2006-01"), nil
}

type statisticsInput struct {
	period
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
	Made       time.Time `json:"made" doc:"UTC"`
}

// Figure is one row of the statistics. Counts are given to the nearest five and left out below five; restricted complaints
// are not counted.
type Figure struct {
	Named
	Received *int64   `json:"received,omitempty"`
	Mended   *int64   `json:"mended,omitempty" doc:"Resolved or closed by the agency"`
	Late     *int64   `json:"late,omitempty" doc:"A deadline promised to the citizen was missed"`
	Half     string   `json:"half_within,omitempty" doc:"Half of those mended were mended within this time, an ISO 8601 duration in hours" example:"PT72H"`
	Most     string   `json:"nine_in_ten_within,omitempty" doc:"The same of nine in ten" example:"PT336H"`
	Stars    *float64 `json:"stars,omitempty" doc:"Mean of the citizens' ratings, 1 to 5, where at least five rated" example:"4.2"`
}

type statisticsOutput struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Body         Statistics
}

func (a *API) registerPublic(api huma.API) {
	register(a, api, "public.read", huma.Operation{OperationID: "public-statistics", Method: http.MethodGet, Path: "/v1/public/statistics",
		Summary: "Public figures per agency, category, state and month"}, a.statistics)
	a.registerTiles(api)
	a.registerOpenData(api)
	a.registerFeed(api)
}

func (a *API) statistics(ctx context.Context, in *statisticsInput) (*statisticsOutput, error) {
	now := a.Cases.Now().In(a.Zone)
	from, to, err := in.months(now)
	if err != nil {
		return nil, err
	}
	f, err := a.Figures.Figures(ctx, a.everyAgency(), func(string) bool { return true }, from, to)
	if err != nil {
		return nil, err
	}
	lang := Language(in.Language, "ms")
	body := Statistics{From: from, To: to, All: figure(f.All, "")}
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
	body.Agencies, body.Categories = rows(f.Agencies, a.View.Values.Agency), rows(f.Categories, a.View.Values.Category)
	body.States, body.Months = rows(f.States, itself), rows(f.Months, itself)
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
	f.Half, f.Most = r.Share(.5), r.Share(.9)
	if report.Told(r.Rated) != nil {
		mean := float64(int(10*float64(r.Stars)/float64(r.Rated)+.5)) / 10
		f.Stars = &mean
	}
	return f
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
