package pages

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerExports(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/board/exports", "report.read", p.exports)
	p.page(r, http.MethodPost, "/console/board/exports", "report.read", p.orderExport)
	p.page(r, http.MethodGet, "/console/board/exports/:id", "report.read", p.exportFile)
	p.page(r, http.MethodGet, "/console/board/schedule", "report.read", p.schedule)
	p.page(r, http.MethodPost, "/console/board/schedule", "report.read", p.setSchedule)
}

type exportsData struct {
	branchData
	Exports []console.Export
	Moving  bool // one of them is being made
}

// exports lists the files that the person ordered, and how far they are.
func (p *Pages) exports(q *Request) error {
	out, err := p.API.Exports(q, nil)
	if err != nil {
		return err
	}
	d := exportsData{branchData: p.branchOf(q, q.Query("agency"), "exports"), Exports: out.Body.Exports}
	for _, e := range d.Exports {
		d.Moving = d.Moving || e.State == "waiting" || e.State == "running"
	}
	return p.show(q, http.StatusOK, "exports", d)
}

// orderExport orders the file of a list behind a figure.
func (p *Pages) orderExport(q *Request) error {
	if err := q.Request.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "the form cannot be read")
	}
	f, _ := narrowed(q.Request.PostForm)
	if _, err := p.API.OrderExport(q, &console.ExportInput{FilterInput: f, Format: q.PostForm("format")}); err != nil {
		return err
	}
	return p.done(q, "/console/board/exports", "done.ordered")
}

func (p *Pages) exportFile(q *Request) error {
	f, e, err := p.API.ExportFile(q, q.Param("id"))
	if err != nil {
		return err
	}
	defer f.Close()
	q.DataFromReader(http.StatusOK, e.Bytes, exportKind(e.Format), f, map[string]string{"Content-Disposition": fmt.Sprintf("attachment; filename=%q", "respons-"+e.ID+"."+e.Format)})
	return nil
}

func exportKind(format string) string {
	if format == "xlsx" {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

type scheduleData struct {
	branchData
	Plan   console.Scheduled
	Set    bool
	Mail   string // the person's own address; empty: there is none
	Hours  []string
	Hour   string
	Failed string
}

// schedule shows when the person gets the report of their branch by e-mail.
func (p *Pages) schedule(q *Request) error { return p.showSchedule(q, http.StatusOK, nil, "") }

func (p *Pages) showSchedule(q *Request, status int, typed *console.Scheduled, failed string) error {
	d := scheduleData{branchData: p.branchOf(q, q.Query("agency"), "schedule"), Mail: q.Person.Email, Failed: failed, Plan: console.Scheduled{Every: "weekly", Hour: 8}}
	switch out, err := p.API.Scheduled(q, nil); {
	case err == nil:
		d.Plan, d.Set = out.Body, true
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	if typed != nil {
		d.Plan.Every, d.Plan.Hour, d.Plan.Agency = typed.Every, typed.Hour, typed.Agency
	}
	for h := range 24 {
		d.Hours = append(d.Hours, strconv.Itoa(h))
	}
	d.Hour = strconv.Itoa(d.Plan.Hour)
	return p.show(q, status, "schedule", d)
}

func (p *Pages) setSchedule(q *Request) error {
	if q.PostForm("step") == "end" {
		if _, err := p.API.Unschedule(q, nil); err != nil {
			return err
		}
		return p.done(q, "/console/board/schedule", "done.unscheduled")
	}
	hour, err := strconv.Atoi(q.PostForm("hour"))
	if err != nil {
		hour = -1
	}
	in := console.Scheduled{Every: q.PostForm("every"), Hour: hour, Agency: q.PostForm("agency")}
	if _, err := p.API.Schedule(q, &console.ScheduledInput{Body: in}); err != nil {
		switch fault.KindOf(err) {
		case fault.Invalid, fault.Forbidden, fault.Conflict:
			return p.showSchedule(q, http.StatusUnprocessableEntity, &in, err.Error())
		}
		return err
	}
	return p.done(q, "/console/board/schedule", "done.scheduled")
}
