package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/holiday"
	"respons/internal/sla"
)

// HolidayBody declares a day off at short notice.
type HolidayBody struct {
	Date   string   `json:"date" format:"date" doc:"Day in Malaysia" example:"2026-08-20"`
	States []string `json:"states" minItems:"1" maxItems:"16" doc:"ISO 3166-2:MY, or * alone for all" example:"[\"MY-03\",\"MY-11\"]"`
	NameMS string   `json:"name_ms" minLength:"1" maxLength:"60" example:"Cuti Peristiwa Banjir"`
	NameEN string   `json:"name_en" minLength:"1" maxLength:"60" example:"Special holiday for the floods"`
}

// HolidayInput declares a holiday.
type HolidayInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key repeats the same declaration without effect"`
	Body           HolidayBody
}

// HolidayPath names a declared holiday.
type HolidayPath struct {
	ID string `path:"id" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
}

// Holiday is a declared day off.
type Holiday struct {
	ID        string     `json:"id"`
	Date      string     `json:"date" example:"2026-08-20"`
	States    []string   `json:"states"`
	NameMS    string     `json:"name_ms"`
	NameEN    string     `json:"name_en"`
	Declared  time.Time  `json:"declared"`
	Withdrawn *time.Time `json:"withdrawn,omitempty" doc:"Absent while it stands"`
	Progress  *Progress  `json:"progress,omitempty" doc:"Of computing the open deadlines anew; in lists absent"`
}

// Progress is how far the open deadlines concerned are computed anew after the declaration or, where there is one, after
// the withdrawal.
type Progress struct {
	Total    int64 `json:"total" doc:"Complaints whose clocks ran in the states concerned" example:"1840"`
	Done     int64 `json:"done" doc:"Of those, computed anew" example:"1200"`
	Affected int64 `json:"affected" doc:"Of those, with a deadline that moved" example:"311"`
	Finished bool  `json:"finished"`
}

type holidayOutput struct {
	Body Holiday
}

type holidaysOutput struct {
	Body struct {
		Holidays []Holiday `json:"holidays" doc:"The latest declaration first, withdrawn ones too"`
	}
}

func (a *API) registerHolidays(api huma.API) {
	register(a, api, "holiday.declare", huma.Operation{OperationID: "declare-holiday", Method: http.MethodPost, Path: "/v1/staff/holidays",
		DefaultStatus: http.StatusCreated, Summary: "An administrator declares a holiday; open deadlines are computed anew",
		Errors: []int{http.StatusConflict}}, a.DeclareHoliday)
	register(a, api, "holiday.read", huma.Operation{OperationID: "list-holidays", Method: http.MethodGet, Path: "/v1/staff/holidays",
		Summary: "The holidays that were declared, beside those of the reference data"}, a.ListHolidays)
	register(a, api, "holiday.read", huma.Operation{OperationID: "get-holiday", Method: http.MethodGet, Path: "/v1/staff/holidays/{id}",
		Summary: "A declared holiday, and how far deadlines are computed anew", Errors: []int{http.StatusNotFound}}, a.GetHoliday)
	register(a, api, "holiday.declare", huma.Operation{OperationID: "withdraw-holiday", Method: http.MethodDelete, Path: "/v1/staff/holidays/{id}",
		DefaultStatus: http.StatusOK, Summary: "An administrator withdraws a declared holiday; again is harmless", Errors: []int{http.StatusNotFound}}, a.WithdrawHoliday)
}

// DeclareHoliday adds a holiday, on record; deadlines are computed anew in the background.
func (a *API) DeclareHoliday(ctx context.Context, in *HolidayInput) (*holidayOutput, error) {
	p := guard.Who(ctx)
	date, err := sla.ParseDate(in.Body.Date)
	if err != nil {
		return nil, fault.New(fault.Invalid, "date: %v", err)
	}
	by := complaint.By{Actor: p.Actor(), Request: complaint.NewRequest(in.IdempotencyKey, p.ID+"/holiday", in.Body)}
	var h holiday.Holiday
	act := audit.Entry{Actor: audit.By(by.Actor), Action: audit.HolidayDeclare, Details: map[audit.Detail]string{audit.Date: date.String()}}
	err = a.Audit.Act(ctx, act, func(done *audit.Entry) (err error) {
		h, err = a.Holidays.Declare(ctx, holiday.Draft{Date: date, States: in.Body.States, NameMS: in.Body.NameMS, NameEN: in.Body.NameEN}, by)
		if err == nil {
			done.Object, done.Details[audit.States] = audit.Object{Kind: "holiday", ID: h.ID}, strings.Join(h.States, ",")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.holiday(ctx, h)
}

// ListHolidays gives the declared holidays, the latest declaration first.
func (a *API) ListHolidays(ctx context.Context, _ *struct{}) (*holidaysOutput, error) {
	list, err := a.Holidays.All(ctx)
	if err != nil {
		return nil, err
	}
	out := new(holidaysOutput)
	out.Body.Holidays = []Holiday{}
	for _, h := range list {
		out.Body.Holidays = append(out.Body.Holidays, shown(h))
	}
	return out, nil
}

// GetHoliday gives one with how far the deadlines are computed anew.
func (a *API) GetHoliday(ctx context.Context, in *HolidayPath) (*holidayOutput, error) {
	h, err := a.Holidays.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.holiday(ctx, h)
}

// WithdrawHoliday takes a declared holiday back, on record.
func (a *API) WithdrawHoliday(ctx context.Context, in *HolidayPath) (*holidayOutput, error) {
	p := guard.Who(ctx)
	h, err := a.Holidays.ByID(ctx, in.ID) // an id that is none does not get into the record
	if err != nil {
		return nil, err
	}
	act := audit.Entry{Actor: audit.By(p.Actor()), Action: audit.HolidayWithdraw, Object: audit.Object{Kind: "holiday", ID: h.ID}}
	err = a.Audit.Act(ctx, act, func(*audit.Entry) (err error) {
		h, err = a.Holidays.Withdraw(ctx, h.ID, p.Actor())
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.holiday(ctx, h)
}

func (a *API) holiday(ctx context.Context, h holiday.Holiday) (*holidayOutput, error) {
	p, err := a.Holidays.Progress(ctx, h)
	if err != nil {
		return nil, err
	}
	out := &holidayOutput{Body: shown(h)}
	progress := Progress(p)
	out.Body.Progress = &progress
	return out, nil
}

func shown(h holiday.Holiday) Holiday {
	out := Holiday{ID: h.ID, Date: h.Date.String(), States: h.States, NameMS: h.NameMS, NameEN: h.NameEN, Declared: h.Declared.At}
	if h.Withdrawn != nil {
		out.Withdrawn = moment(h.Withdrawn.At)
	}
	return out
}
