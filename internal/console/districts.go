package console

import (
	"context"
	"maps"
	"slices"

	"respons/internal/guard"
	"respons/internal/report"
)

// DistrictsOutput is the figures of every district in which something lies.
type DistrictsOutput struct {
	Body struct {
		From      string     `json:"from" example:"2026-01"`
		To        string     `json:"to" example:"2026-11"`
		Districts []District `json:"districts"`
	}
}

// District is the figures of one: of what was received in the months, and of what is open by now.
type District struct {
	Code      string   `json:"code" example:"MY-10/Petaling"`
	State     string   `json:"state" doc:"ISO 3166-2:MY" example:"MY-10"`
	Name      string   `json:"name" example:"Petaling"`
	Lat       *float64 `json:"lat,omitempty" doc:"Middle of its places, WGS 84 degrees; absent where the gazetteer does not know it"`
	Lon       *float64 `json:"lon,omitempty"`
	Received  int64    `json:"received"`
	Mended    int64    `json:"mended"`
	Late      int64    `json:"late"`
	Open      int64    `json:"open"`
	Overdue   int64    `json:"overdue"`
	DueToday  int64    `json:"due_today"`
	Predicted int64    `json:"predicted"`
}

// ByDistrict gives the figures of a branch by district.
func (a *API) ByDistrict(ctx context.Context, in *BoardInput) (*DistrictsOutput, error) {
	branch, err := a.reported(guard.Who(ctx), in.Agency)
	if err != nil {
		return nil, err
	}
	from, to, err := report.Months(in.From, in.To, a.Cases.Now().In(a.Figures.Zone))
	if err != nil {
		return nil, err
	}
	f, err := a.Figures.Figures(ctx, branch, from, to)
	if err != nil {
		return nil, err
	}
	l, err := a.Figures.Live(ctx, branch)
	if err != nil {
		return nil, err
	}
	received, live := map[string]report.Row{}, map[string]report.Load{}
	for _, r := range f.Districts {
		received[r.Code] = r
	}
	for _, x := range l.Districts {
		live[x.Code] = x
	}
	out := new(DistrictsOutput)
	out.Body.From, out.Body.To, out.Body.Districts = from, to, []District{}
	add := func(d District) {
		r, rOK := received[d.Code]
		x, xOK := live[d.Code]
		if !rOK && !xOK {
			return
		}
		d.Received, d.Mended, d.Late = r.Received, r.Mended, r.Late
		d.Open, d.Overdue, d.DueToday, d.Predicted = x.Open, x.Overdue, x.DueToday, x.Predicted
		out.Body.Districts = append(out.Body.Districts, d)
		delete(received, d.Code)
		delete(live, d.Code)
	}
	for _, area := range a.Areas() {
		add(District{Code: report.DistrictCode(area.State, area.Name), State: area.State, Name: area.Name, Lat: &area.Lat, Lon: &area.Lon})
	}
	others := slices.AppendSeq(slices.Collect(maps.Keys(received)), maps.Keys(live)) // which an older gazetteer had
	slices.Sort(others)
	for _, code := range slices.Compact(others) {
		state, name := report.SplitDistrict(code)
		add(District{Code: code, State: state, Name: name})
	}
	return out, nil
}
