package console

import (
	"context"
	"time"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/report"
)

// TrendInput says which days.
type TrendInput struct {
	BranchInput
	From string `query:"from" format:"date" doc:"First day, in Malaysia; 90 days before the last" example:"2026-09-01"`
	To   string `query:"to" format:"date" doc:"Last day; today" example:"2026-11-26"`
	By   string `query:"by" enum:"day,week" default:"day" doc:"Weeks begin on Monday"`
}

// TrendOutput is what happened.
type TrendOutput struct {
	Body struct {
		From string      `json:"from" example:"2026-09-01"`
		To   string      `json:"to" example:"2026-11-26"`
		Days []Happening `json:"days"`
	}
}

// Happening is what happened on a day, or in the week that begins with it.
type Happening struct {
	Date     string `json:"date" example:"2026-11-26"`
	Received int64  `json:"received"`
	Mended   int64  `json:"mended" doc:"Resolved, and not opened again since"`
	Ended    int64  `json:"ended" doc:"Open no longer, in whatever way"`
	Late     int64  `json:"late" doc:"Deadlines that passed, of every clock, with whose turn it was"`
}

// longestTrend is the longest trend, in days.
const longestTrend = 2 * 366

// Trend gives what happened in a branch day by day.
func (a *API) Trend(ctx context.Context, in *TrendInput) (*TrendOutput, error) {
	branch, err := a.reported(guard.Who(ctx), in.Agency)
	if err != nil {
		return nil, err
	}
	from, to, err := a.days(in.From, in.To, 90)
	if err != nil {
		return nil, err
	}
	days, err := a.Figures.Trend(ctx, branch, from, to)
	if err != nil {
		return nil, err
	}
	if in.By == "week" {
		days = report.Weeks(days)
	}
	out := new(TrendOutput)
	out.Body.From, out.Body.To, out.Body.Days = from.Format(time.DateOnly), to.Format(time.DateOnly), []Happening{}
	for _, d := range days {
		out.Body.Days = append(out.Body.Days, Happening{d.Date.Format(time.DateOnly), d.Received, d.Mended, d.Over, d.Late})
	}
	return out, nil
}

// days reads the first and the last day, in Malaysia; left out, the last is today and the first so many days before it.
func (a *API) days(first, last string, before int) (from, to time.Time, err error) {
	zone := a.Figures.Zone
	y, m, d := a.Cases.Now().In(zone).Date()
	to = time.Date(y, m, d, 0, 0, 0, 0, zone)
	if last != "" {
		if to, err = time.ParseInLocation(time.DateOnly, last, zone); err != nil {
			return from, to, fault.New(fault.Invalid, "to is no date such as 2026-11-26")
		}
	}
	from = to.AddDate(0, 0, -before)
	if first != "" {
		if from, err = time.ParseInLocation(time.DateOnly, first, zone); err != nil {
			return from, to, fault.New(fault.Invalid, "from is no date such as 2026-11-01")
		}
	}
	if n := to.Sub(from).Hours() / 24; n < 0 || n > longestTrend {
		return from, to, fault.New(fault.Invalid, "the days must lie in order and within two years")
	}
	return from, to, nil
}
