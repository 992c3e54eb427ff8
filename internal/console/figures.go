package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/report"
)

type figuresInput struct {
	From string `query:"from" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"First month of receipt; a year before the last" example:"2026-01"`
	To   string `query:"to" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"Last month; the present one" example:"2026-11"`
}

// Board is how a branch of the agencies stands.
type Board struct {
	From       string     `json:"from" example:"2026-01"`
	To         string     `json:"to" example:"2026-11"`
	All        Standing   `json:"all"`
	Agencies   []Standing `json:"agencies"`
	Categories []Standing `json:"categories"`
	States     []Standing `json:"states"`
	Months     []Standing `json:"months"`
	Overdue    int64      `json:"overdue" doc:"Open ones whose next deadline was on a day before today"`
	Today      int64      `json:"due_today" doc:"Open ones whose next deadline is today, passed or not"`
	Week       int64      `json:"due_week" doc:"And within the six days after"`
	Restricted *int64     `json:"restricted,omitempty" doc:"Restricted ones, which are in no other figure; absent below five"`
}

// Standing is one row of the board.
type Standing struct {
	Code     string  `json:"code" example:"MBPJ"`
	Received int64   `json:"received"`
	Open     int64   `json:"open"`
	Mended   int64   `json:"mended" doc:"Resolved or closed by the agency"`
	Late     int64   `json:"late" doc:"A deadline promised to the citizen was missed"`
	Half     string  `json:"half_within,omitempty" doc:"Half of those mended were mended within this time" example:"PT72H"`
	Most     string  `json:"nine_in_ten_within,omitempty" example:"PT336H"`
	Rated    int64   `json:"rated"`
	Stars    float64 `json:"stars,omitempty" doc:"Mean of the ratings"`
}

type boardOutput struct{ Body Board }

type rebuildInput struct {
	Repair bool `query:"repair" default:"true" doc:"Put right what differs"`
}

type rebuildOutput struct{ Body report.Recounted }

func (a *API) registerFigures(api huma.API) {
	register(a, api, "report.read", huma.Operation{OperationID: "staff-board", Method: http.MethodGet, Path: "/v1/staff/reports/board",
		Summary: "How your branch of the agencies stands: received, open, due, late, mended, by agency, category, state and month"}, a.Board)
	register(a, api, "report.rebuild", huma.Operation{OperationID: "rebuild-figures", Method: http.MethodPost, Path: "/v1/staff/reports/rebuild",
		Summary: "Count every complaint anew and compare with the running counts"}, a.rebuild)
}

// Board adds up the figures of everything that the person may see.
func (a *API) Board(ctx context.Context, in *figuresInput) (*boardOutput, error) {
	p, now := guard.Who(ctx), a.Cases.Now().In(a.Figures.Zone)
	out := new(boardOutput)
	b := &out.Body
	b.From, b.To = in.From, in.To
	if b.To == "" {
		b.To = now.Format("2006-01")
	}
	if b.From == "" {
		last, err := time.Parse("2006-01", b.To)
		if err != nil {
			return nil, fault.New(fault.Invalid, "to is no month such as 2026-11")
		}
		b.From = last.AddDate(0, -11, 0).Format("2006-01")
	}
	if b.From > b.To {
		return nil, fault.New(fault.Invalid, "the first month is after the last")
	}
	branch := a.branch(p)
	sees := func(agency string) bool {
		switch a.Guard.Table.Scope("report.read", string(p.Role)) {
		case access.Own:
			return agency == p.Agency
		case access.Branch:
			return agency != report.Desk && slices.Contains(a.Cases.Register.Chain(agency), branch)
		}
		return true
	}
	f, err := a.Figures.Figures(ctx, a.counted(), sees, b.From, b.To)
	if err != nil {
		return nil, err
	}
	b.All = standing(f.All)
	b.Agencies, b.Categories, b.States, b.Months = standings(f.Agencies), standings(f.Categories), standings(f.States), standings(f.Months)
	today, week := now.Format(time.DateOnly), now.AddDate(0, 0, 6).Format(time.DateOnly)
	for day, n := range f.Due {
		switch {
		case day == "-": // none runs
		case day < today:
			b.Overdue += n
		case day == today:
			b.Today += n
		case day <= week:
			b.Week += n
		}
	}
	if f.Restricted >= 5 {
		b.Restricted = &f.Restricted
	}
	return out, nil
}

func standings(list []report.Row) []Standing {
	out := []Standing{}
	for _, r := range list {
		out = append(out, standing(r))
	}
	return out
}

func standing(r report.Row) Standing {
	s := Standing{Code: r.Code, Received: r.Received, Open: r.Open, Mended: r.Mended, Late: r.Late, Half: r.Share(.5), Most: r.Share(.9), Rated: r.Rated}
	if r.Rated > 0 {
		s.Stars = float64(int(10*float64(r.Stars)/float64(r.Rated)+.5)) / 10
	}
	return s
}

func (a *API) rebuild(ctx context.Context, in *rebuildInput) (*rebuildOutput, error) {
	found, err := a.Figures.Recount(ctx, a.Cases.Store.Everything, in.Repair)
	if err != nil {
		return nil, err
	}
	return &rebuildOutput{Body: *found}, nil
}

// counted is whose figures there are: every agency's, and the desk's.
func (a *API) counted() []string {
	out := []string{report.Desk}
	for _, x := range a.Agencies.All() {
		out = append(out, x.Code)
	}
	return out
}
