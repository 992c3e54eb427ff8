package pages

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"respons/internal/agency"
	"respons/internal/console"
)

func (p *Pages) registerHolidays(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/holidays", "holiday.read", p.holidays)
	p.page(r, http.MethodPost, "/console/holidays", "holiday.declare", p.declare)
	p.page(r, http.MethodGet, "/console/holidays/:id", "holiday.read", p.holiday)
	p.page(r, http.MethodPost, "/console/holidays/:id/withdraw", "holiday.declare", p.withdrawHoliday)
}

// stateBox is a state to tick.
type stateBox struct {
	agency.State
	Ticked bool
}

type holidaysData struct {
	Holidays []console.Holiday
	May      bool // declare
	Today    string
	Key      string

	Date, NameMS, NameEN string // of the form, as it was filled in
	States               []stateBox
	Everywhere           bool
	Wrong                Wrong
}

// holidays lists those that were declared, with a form for another one.
func (p *Pages) holidays(q *Request) error {
	return p.showHolidays(q, http.StatusOK, &holidaysData{Key: newKey()}, nil)
}

func (p *Pages) showHolidays(q *Request, status int, data *holidaysData, ticked []string) error {
	out, err := p.API.ListHolidays(q, nil)
	if err != nil {
		return err
	}
	data.Holidays, data.Today = out.Body.Holidays, p.day(q.Now)
	data.May = p.Guard.Allowed(q.Person, "holiday.declare") == nil
	on := map[string]bool{}
	for _, s := range ticked {
		on[s] = true
	}
	data.Everywhere = on["*"]
	for _, s := range agency.States {
		data.States = append(data.States, stateBox{s, on[s.Code]})
	}
	return p.show(q, status, "holidays", data)
}

// declare adds a holiday and goes to where its progress is seen.
func (p *Pages) declare(q *Request) error {
	in := &console.HolidayInput{IdempotencyKey: q.PostForm("key"), Body: console.HolidayBody{Date: q.PostForm("date"), States: q.PostFormArray("states"),
		NameMS: q.PostForm("name_ms"), NameEN: q.PostForm("name_en")}}
	out, err := p.API.DeclareHoliday(q, in)
	if err == nil {
		return p.done(q, "/console/holidays/"+url.PathEscape(out.Body.ID), "done.declared")
	}
	data := &holidaysData{Key: in.IdempotencyKey, Date: in.Body.Date, NameMS: in.Body.NameMS, NameEN: in.Body.NameEN}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showHolidays(q, data.Wrong.status, data, in.Body.States)
}

type holidayData struct {
	console.Holiday
	May bool // withdraw
}

// holiday shows one and how far the deadlines concerned are computed anew.
func (p *Pages) holiday(q *Request) error {
	out, err := p.API.GetHoliday(q, &console.HolidayPath{ID: q.Param("id")})
	if err != nil {
		return err
	}
	return p.show(q, http.StatusOK, "holiday", holidayData{out.Body, p.Guard.Allowed(q.Person, "holiday.declare") == nil})
}

func (p *Pages) withdrawHoliday(q *Request) error {
	out, err := p.API.WithdrawHoliday(q, &console.HolidayPath{ID: q.Param("id")})
	if err != nil {
		return err
	}
	return p.done(q, "/console/holidays/"+url.PathEscape(out.Body.ID), "done.withdrawnholiday")
}
