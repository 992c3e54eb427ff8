package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/amend"
	"respons/internal/console"
	"respons/internal/problem"
)

func (p *Pages) registerAdministration(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/admin", "audit.read", p.administration)
	p.registerAgencies(r)
	p.registerTables(r)
	p.registerRow(r)
	p.registerHistory(r)
	p.registerAmendments(r)
	p.registerStaff(r)
	p.registerHolidays(r)
	p.registerModels(r)
	p.registerRecord(r)
	p.registerHolds(r)
	p.registerDisposals(r)
	p.registerQueues(r)
	p.registerKeys(r)
	p.registerWebhooks(r)
}

// administrationPages are what the overview leads to, in its order; who may not open a page does not see it.
var administrationPages = []struct {
	to, word, what string
	permission     access.Permission
}{
	{"/console/agencies", "admin.agencies", "admin.agencies.what", "amendment.read"},
	{"/console/tables", "admin.tables", "admin.tables.what", "amendment.read"},
	{"/console/amendments", "admin.amendments", "admin.amendments.what", "amendment.read"},
	{"/console/staff", "admin.staff", "admin.staff.what", "staff.list"},
	{"/console/holidays", "admin.holidays", "admin.holidays.what", "holiday.read"},
	{"/console/models", "admin.models", "admin.models.what", "model.read"},
	{"/console/record", "admin.record", "admin.record.what", "audit.read"},
	{"/console/holds", "admin.holds", "admin.holds.what", "hold.read"},
	{"/console/disposals", "admin.disposals", "admin.disposals.what", "disposal.read"},
	{"/console/webhooks", "admin.webhooks", "admin.webhooks.what", "webhook.configure"},
	{"/console/keys", "admin.keys", "admin.keys.what", "apikey.configure"},
	{"/console/queues", "admin.queues", "admin.queues.what", "queue.read"},
}

// section is an entry of the overview.
type section struct{ To, Word, What string }

type administrationData struct {
	Sections []section
	Aside    []amend.Laid // amendments that do not count although they were approved
	Waiting  int          // of the latest amendments, for somebody's approval
}

// administration leads to everything that administrators and oversight look after.
func (p *Pages) administration(q *Request) error {
	var data administrationData
	for _, e := range administrationPages {
		if p.Guard.Allowed(q.Person, e.permission) == nil {
			data.Sections = append(data.Sections, section{e.to, e.word, e.what})
		}
	}
	if p.Guard.Allowed(q.Person, "amendment.read") == nil {
		data.Aside = p.API.Amended().Aside()
		latest, err := p.API.ListAmendments(q, &console.AmendmentsInput{Limit: 200})
		if err != nil {
			return err
		}
		for _, a := range latest.Body.Amendments {
			if a.State == string(amend.Submitted) {
				data.Waiting++
			}
		}
	}
	return p.show(q, http.StatusOK, "administration", data)
}

// Wrong is what is said about a form that was not carried out: beside its fields and, where no field is meant, above it.
type Wrong struct {
	Fields map[string]string // by name, in the words of the endpoint
	Failed string            // in the person's language
	Detail string            // what exactly, in English
	status int
}

// wrong is what a form says of an error. An error of ours stays an error.
func (p *Pages) wrong(q *Request, err error) (Wrong, error) {
	d := problem.Logged(q.Request.Context(), p.Log, err)
	if d.Status >= http.StatusInternalServerError || d.Status == http.StatusNotFound {
		return Wrong{}, err
	}
	w := Wrong{Fields: map[string]string{}, status: d.Status}
	for _, e := range d.Errors {
		w.Fields[e.Location[strings.LastIndex(e.Location, ".")+1:]] = e.Message
	}
	if len(w.Fields) == 0 {
		w.Failed, w.Detail = kindWords(q.Lang, d.Type), d.Detail
	}
	return w, nil
}

// who is the name of a member of staff; the id where there is none.
func (p *Pages) who(q *Request, id string) string {
	if id == "" {
		return "–"
	}
	if name, err := p.API.People.Name(q.Request.Context(), id); err == nil && name != "" {
		return name
	}
	return id
}
