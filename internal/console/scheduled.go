package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/schedule"
	"respons/internal/sheet"
)

// Scheduled is when somebody gets the report of their branch by e-mail.
type Scheduled struct {
	Every  string     `json:"every" enum:"daily,weekly,monthly" doc:"Each day, each Monday, each first of the month"`
	Hour   int        `json:"hour" minimum:"0" maximum:"23" doc:"Malaysia's time" example:"8"`
	Agency string     `json:"agency,omitempty" maxLength:"40" doc:"Whose figures; left out: all that you look after" example:"MBPJ"`
	Next   *time.Time `json:"next,omitempty" readOnly:"true"`
	Last   *time.Time `json:"last,omitempty" readOnly:"true"`
}

// ScheduledInput sets it.
type ScheduledInput struct{ Body Scheduled }

// ScheduledOutput is the plan.
type ScheduledOutput struct{ Body Scheduled }

func (a *API) registerScheduled(api huma.API) {
	const path = "/v1/staff/reports/schedule"
	register(a, api, "report.read", huma.Operation{OperationID: "get-scheduled-report", Method: http.MethodGet, Path: path,
		Summary: "When you get the report of your branch by e-mail", Errors: []int{http.StatusNotFound}}, a.Scheduled)
	register(a, api, "report.read", huma.Operation{OperationID: "put-scheduled-report", Method: http.MethodPut, Path: path,
		Summary: "Get the report of your branch by e-mail, to your own address", Errors: []int{http.StatusConflict}}, a.Schedule)
	register(a, api, "report.read", huma.Operation{OperationID: "delete-scheduled-report", Method: http.MethodDelete, Path: path,
		Summary: "Get no report by e-mail any more"}, a.Unschedule)
}

// Scheduled gives the person's plan.
func (a *API) Scheduled(ctx context.Context, _ *struct{}) (*ScheduledOutput, error) {
	p, err := a.Plans.Of(ctx, guard.Who(ctx).ID)
	if err != nil {
		return nil, err
	}
	return planned(p), nil
}

// Schedule sets it.
func (a *API) Schedule(ctx context.Context, in *ScheduledInput) (*ScheduledOutput, error) {
	p := guard.Who(ctx)
	if p.Email == "" {
		return nil, fault.New(fault.Conflict, "you have no e-mail address here; ask an administrator to add it")
	}
	if _, err := a.reported(p, in.Body.Agency); err != nil {
		return nil, err
	}
	plan, err := a.Plans.Put(ctx, schedule.Plan{Person: p.ID, Every: in.Body.Every, Hour: in.Body.Hour, Agency: in.Body.Agency})
	if err != nil {
		return nil, err
	}
	return planned(plan), nil
}

// Unschedule ends it.
func (a *API) Unschedule(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Plans.Drop(ctx, guard.Who(ctx).ID)
}

func planned(p schedule.Plan) *ScheduledOutput {
	return &ScheduledOutput{Body: Scheduled{Every: p.Every, Hour: p.Hour, Agency: p.Agency, Next: moment(p.Next), Last: moment(p.Last)}}
}

// reader is somebody who may see figures by now; fault.Forbidden where they may not any more.
func (a *API) reader(ctx context.Context, id string) (identity.Person, error) {
	p, err := a.People.ByID(ctx, id)
	if err != nil {
		return p, err
	}
	if p.Inactive || a.Guard.Allowed(p, "report.read") != nil {
		return p, fault.New(fault.Forbidden, "this person may not see figures any more")
	}
	return p, nil
}

// mostMailed is how many complaints a sheet of a report holds.
const mostMailed = 5000

// ReportLetter makes the report of a plan: figures in the text, late complaints and those foreseen to be late in a file.
// Id tells it from other letters.
func (a *API) ReportLetter(ctx context.Context, plan schedule.Plan, id, base string) (notify.Letter, error) {
	p, err := a.reader(ctx, plan.Person)
	if err != nil {
		return notify.Letter{}, err
	}
	if p.Email == "" {
		return notify.Letter{}, fault.New(fault.Forbidden, "this person has no e-mail address any more")
	}
	branch, err := a.reported(p, plan.Agency)
	if err != nil {
		return notify.Letter{}, err
	}
	live, err := a.live(ctx, branch, p.Lang)
	if err != nil {
		return notify.Letter{}, err
	}
	now := a.Cases.Now()
	from := plan.Begins(now, a.Figures.Zone)
	days, err := a.Figures.Trend(ctx, branch, from, now)
	if err != nil {
		return notify.Letter{}, err
	}
	w := reportWords[p.Lang]
	if w == nil {
		w = reportWords["ms"]
	}
	whose := w["all"]
	if code := agencyOf(branch); code != "" {
		whose = a.Names.Agency(code, p.Lang)
	}
	var received, mended, late int64
	for _, d := range days {
		received, mended, late = received+d.Received, mended+d.Mended, late+d.Late
	}
	var b strings.Builder
	fmt.Fprintf(&b, w["now"], now.In(a.Figures.Zone).Format("02/01/2006 15:04"), live.Open, live.Overdue, live.DueToday, live.Predicted)
	fmt.Fprintf(&b, w["since"], from.Format("02/01/2006"), received, mended, late)
	for i, l := range live.Categories {
		if i < 5 && l.Overdue > 0 {
			fmt.Fprintf(&b, w["row"], l.Name, l.Overdue, l.Open)
		}
	}
	fmt.Fprintf(&b, w["end"], base+"/console/board", base+"/console/board/schedule")
	var file bytes.Buffer
	if err := sheet.XLSX(&file, a.mailed(ctx, p, w["overdue"], FilterInput{BranchInput: BranchInput{plan.Agency}, Standing: "overdue"}),
		a.mailed(ctx, p, w["predicted"], FilterInput{BranchInput: BranchInput{plan.Agency}, Predicted: true})); err != nil {
		return notify.Letter{}, err
	}
	return notify.Letter{ID: id, To: p.Email, Subject: fmt.Sprintf(w["subject"], whose, now.In(a.Figures.Zone).Format("02/01/2006")), Body: b.String(),
		Files: []notify.File{{Name: "respons-" + now.In(a.Figures.Zone).Format(time.DateOnly) + ".xlsx", Kind: exportKinds["xlsx"], Body: file.Bytes()}}}, nil
}

// mailed is a sheet of complaints, cut off where it becomes too long to be mailed.
func (a *API) mailed(ctx context.Context, p identity.Person, name string, in FilterInput) sheet.Table {
	return sheet.Table{Name: name, Columns: CountedColumns(p.Lang), Zone: a.Figures.Zone, Rows: func(yield func([]any, error) bool) {
		n := 0
		for row, err := range a.CountedRows(ctx, p, in) {
			if n++; n > mostMailed || !yield(row, err) {
				return
			}
		}
	}}
}

var reportWords = map[string]map[string]string{
	"ms": {"subject": "Laporan aduan %s, %s", "all": "semua agensi", "overdue": "Lewat", "predicted": "Dijangka lewat",
		"now":   "Setakat %s: terbuka %d, lewat %d, tamat hari ini %d, dijangka lewat %d.\n",
		"since": "Sejak %s: diterima %d, selesai %d, tempoh terlepas %d.\n\n",
		"row":   "- %s: %d lewat daripada %d terbuka\n",
		"end":   "\nFail yang dilampirkan menyenaraikan aduan yang lewat dan yang dijangka lewat.\nPapan pemuka: %s\nUbah atau hentikan laporan ini: %s\n"},
	"en": {"subject": "Complaints of %s, %s", "all": "all agencies", "overdue": "Overdue", "predicted": "Foreseen late",
		"now":   "As of %s: open %d, overdue %d, due today %d, foreseen late %d.\n",
		"since": "Since %s: received %d, resolved %d, deadlines missed %d.\n\n",
		"row":   "- %s: %d overdue of %d open\n",
		"end":   "\nThe file lists what is overdue and what is foreseen to be late.\nBoard: %s\nChange or end this report: %s\n"},
}
