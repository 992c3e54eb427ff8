package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/report"
)

// BranchInput says whose figures.
type BranchInput struct {
	Agency string `query:"agency" maxLength:"40" doc:"An agency you look after, with those below it; with = before it that agency alone; left out: all that you look after" example:"MBPJ"`
}

// PeriodInput says which months.
type PeriodInput struct {
	From string `query:"from" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"First month of receipt; eleven months before the last" example:"2026-01"`
	To   string `query:"to" pattern:"^(\\d{4}-(0[1-9]|1[0-2]))?$" doc:"Last month; the present one" example:"2026-11"`
}

// BoardInput asks for the board.
type BoardInput struct {
	BranchInput
	PeriodInput
}

// BoardOutput is the board.
type BoardOutput struct{ Body Board }

// Board is how a branch of the agencies stands: what is open by now, and what became of what was received in some months.
// Restricted complaints are in no figure but restricted.
type Board struct {
	Agency     string           `json:"agency,omitempty" doc:"Whose figures; absent: everybody's" example:"MBPJ"`
	At         time.Time        `json:"at" doc:"UTC"`
	Now        Live             `json:"now"`
	From       string           `json:"from" example:"2026-01"`
	To         string           `json:"to" example:"2026-11"`
	All        Standing         `json:"all"`
	Agencies   []Standing       `json:"agencies" doc:"The bodies right below, each with those below it, and the agency by itself"`
	Categories []Standing       `json:"categories"`
	Districts  []Standing       `json:"districts" doc:"By state and name, as MY-10/Petaling"`
	States     []Standing       `json:"states" doc:"By ISO 3166-2:MY code of where the matter lies"`
	Classes    []Standing       `json:"classes" doc:"SLA classes"`
	Months     []Standing       `json:"months"`
	Outcomes   map[string]int64 `json:"outcomes" doc:"Received ones by the state they are in"`
	Kinds      map[string]int64 `json:"kinds" doc:"Received ones by kind"`
	Missed     map[string]int64 `json:"missed" doc:"Complaints of which a clock was missed, by clock, with whose turn it was"`
	Answer     *Times           `json:"first_answer,omitempty" doc:"From receipt until a person answered"`
	Reopened   int64            `json:"reopened" doc:"Complaints that were opened again"`
	Rated      int64            `json:"rated"`
	Stars      float64          `json:"stars,omitempty" doc:"Mean of the ratings, 1 to 5"`
	Restricted *int64           `json:"restricted,omitempty" doc:"Restricted ones, which are in no other figure; absent below five"`
}

// Standing is one row of the board: complaints received in its months, as they stand by now.
type Standing struct {
	Code     string `json:"code" example:"MBPJ"`
	Name     string `json:"name,omitempty" example:"Majlis Bandaraya Petaling Jaya"`
	Received int64  `json:"received"`
	Open     int64  `json:"open"`
	Mended   int64  `json:"mended" doc:"Resolved or closed by the agency"`
	Late     int64  `json:"late" doc:"A deadline promised to the citizen was missed"`
	Took     *Times `json:"took,omitempty" doc:"From receipt until it was mended"`
}

// Times are percentiles, as ISO 8601 durations in hours.
type Times struct {
	Half string `json:"p50,omitempty" doc:"Half took no longer" example:"PT52H"`
	Most string `json:"p90,omitempty" doc:"Nine in ten took no longer; absent: longer than 180 days" example:"PT300H"`
	Of   int64  `json:"of" doc:"How many there were"`
}

func (a *API) registerFigures(api huma.API) {
	register(a, api, "report.read", huma.Operation{OperationID: "staff-board", Method: http.MethodGet, Path: "/v1/staff/reports/board",
		Summary: "How your branch of the agencies stands: open, due today, foreseen to be late, overdue; received, mended, late; by agency, category, district, officer, age and month"}, a.Board)
	register(a, api, "report.read", huma.Operation{OperationID: "staff-trend", Method: http.MethodGet, Path: "/v1/staff/reports/trend",
		Summary: "What happened in your branch by day or week: received, mended, ended, deadlines that passed"}, a.Trend)
	register(a, api, "report.read", huma.Operation{OperationID: "staff-districts", Method: http.MethodGet, Path: "/v1/staff/reports/districts",
		Summary: "Figures of your branch by district, with the middle of each, for a map"}, a.ByDistrict)
	register(a, api, "report.read", huma.Operation{OperationID: "staff-behind", Method: http.MethodGet, Path: "/v1/staff/reports/complaints",
		Summary: "The complaints behind a figure, with what each waits for"}, a.Behind)
	register(a, api, "report.rebuild", huma.Operation{OperationID: "rebuild-figures", Method: http.MethodPost, Path: "/v1/staff/reports/rebuild",
		Summary: "Count every complaint anew and compare with the running counts", Errors: []int{http.StatusConflict}}, a.rebuild)
}

// Board adds up the figures of what the person looks after.
func (a *API) Board(ctx context.Context, in *BoardInput) (*BoardOutput, error) {
	p := guard.Who(ctx)
	branch, err := a.reported(p, in.Agency)
	if err != nil {
		return nil, err
	}
	from, to, err := report.Months(in.From, in.To, a.Cases.Now().In(a.Figures.Zone))
	if err != nil {
		return nil, err
	}
	live, err := a.live(ctx, branch, p.Lang)
	if err != nil {
		return nil, err
	}
	f, err := a.Figures.Figures(ctx, branch, from, to)
	if err != nil {
		return nil, err
	}
	out := &BoardOutput{Body: Board{Agency: agencyOf(branch), At: a.Cases.Now().UTC().Truncate(time.Second), Now: *live, From: from, To: to,
		All: standing(f.All, nil, ""), Agencies: standings(f.Agencies, a.Names.Agency, p.Lang), Categories: standings(f.Categories, a.Names.Category, p.Lang),
		Districts: standings(f.Districts, nil, ""), States: standings(f.Places, nil, ""), Classes: standings(f.Classes, nil, ""), Months: standings(f.Months, nil, ""),
		Outcomes: f.States, Kinds: f.Kinds, Missed: map[string]int64{}, Answer: times(f.Answered), Reopened: f.Reopened, Rated: f.Rated}}
	b := &out.Body
	for clock, n := range f.Missed {
		b.Missed[string(clock)] = n
	}
	if f.Rated > 0 {
		b.Stars = float64(int(10*float64(f.Stars)/float64(f.Rated)+.5)) / 10
	}
	if f.Restricted >= 5 {
		b.Restricted = &f.Restricted
	}
	return out, nil
}

// reported is the branch whose figures somebody may see: that of the agency they name, which must be one that they look
// after, or all that they do.
func (a *API) reported(p identity.Person, agency string) (string, error) {
	scope := a.Guard.Table.Scope("report.read", string(p.Role))
	own := complaint.Everyone
	switch scope {
	case access.Own:
		own = a.Figures.Own(p.Agency)
	case access.Branch:
		own = p.Agency
	}
	code, alone := strings.CutPrefix(agency, "=")
	switch {
	case code == "":
		return own, nil
	case !a.Cases.Register.Known(code):
		return "", fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", code)
	case scope == access.Own && code != p.Agency,
		scope == access.Branch && !slices.Contains(a.Cases.Register.Chain(code), own):
		return "", fault.New(fault.Forbidden, "you see the figures of your own agency and of those that you look after; %s is none of them", code)
	case alone || scope == access.Own:
		return a.Figures.Own(code), nil
	}
	return code, nil
}

// SeesFigures says whether somebody may see the figures of an agency.
func (a *API) SeesFigures(p identity.Person, agency string) bool {
	_, err := a.reported(p, agency)
	return err == nil
}

// agencyOf is the agency of a branch; empty: it is everybody's.
func agencyOf(branch string) string {
	if branch == complaint.Everyone {
		return ""
	}
	if branch[0] == '=' {
		return branch[1:]
	}
	return branch
}

func standings(list []report.Row, name func(code, lang string) string, lang string) []Standing {
	out := []Standing{}
	for _, r := range list {
		out = append(out, standing(r, name, lang))
	}
	return out
}

func standing(r report.Row, name func(code, lang string) string, lang string) Standing {
	s := Standing{Code: r.Code, Received: r.Received, Open: r.Open, Mended: r.Mended, Late: r.Late, Took: times(r.Took)}
	if name != nil {
		s.Name = name(r.Code, lang)
	}
	return s
}

// times gives the percentiles of a spread; nil where nothing was counted.
func times(s report.Spread) *Times {
	all := s.All()
	if all == 0 {
		return nil
	}
	t := &Times{Of: all}
	if d, ok := s.At(.5); ok {
		t.Half = report.Hours(d)
	}
	if d, ok := s.At(.9); ok {
		t.Most = report.Hours(d)
	}
	return t
}

func (a *API) rebuild(ctx context.Context, in *rebuildInput) (*rebuildOutput, error) {
	found, err := a.Figures.Recount(ctx, in.Repair)
	if err != nil {
		return nil, err
	}
	return &rebuildOutput{Body: *found}, nil
}

type rebuildInput struct {
	Repair bool `query:"repair" default:"true" doc:"Put right what differs"`
}

type rebuildOutput struct{ Body report.Recounted }
