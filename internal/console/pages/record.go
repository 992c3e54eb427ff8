package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerRecord(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/record", "audit.read", p.record)
}

type recordRow struct {
	console.Recorded
	Name  string // of the actor
	Facts []fact
}

type fact struct{ Name, Value string }

type recordData struct {
	Rows                  []recordRow
	Asked                 bool // something was searched for; reading the record is recorded, so nothing is read unasked
	Actor, Object, Action string
	From, To              string
	More                  string // address of the next page
	Wrong                 Wrong
}

// record searches the audit record. Opening the page reads nothing: each search goes on the record itself.
func (p *Pages) record(q *Request) error {
	data := recordData{Actor: strings.TrimSpace(q.Query("actor")), Object: strings.TrimSpace(q.Query("object")), Action: strings.TrimSpace(q.Query("action")),
		From: q.Query("from"), To: q.Query("to")}
	data.Asked = q.Query("search") != "" || data.Object != ""
	if !data.Asked {
		return p.show(q, http.StatusOK, "record", data)
	}
	in := &console.RecordInput{Actor: data.Actor, Object: data.Object, Action: data.Action, Cursor: q.Query("cursor"), Limit: 50}
	in.From, in.To = p.begins(data.From, 0), p.begins(data.To, 1)
	out, err := p.API.Record(q, in)
	if err != nil {
		if data.Wrong, err = p.wrong(q, err); err != nil {
			return err
		}
		return p.show(q, data.Wrong.status, "record", data)
	}
	names := map[string]string{}
	for _, e := range out.Body.Entries {
		if _, known := names[e.Actor]; !known && e.Actor != "" {
			names[e.Actor] = p.who(q, e.Actor)
		}
		r := recordRow{Recorded: e, Name: names[e.Actor]}
		for name, v := range e.Details {
			if name != "act" {
				r.Facts = append(r.Facts, fact{name, v})
			}
		}
		slices.SortFunc(r.Facts, func(a, b fact) int { return strings.Compare(a.Name, b.Name) })
		data.Rows = append(data.Rows, r)
	}
	if out.Body.Next != "" {
		data.More = "?" + url.Values{"search": {"1"}, "actor": {data.Actor}, "object": {data.Object}, "action": {data.Action}, "from": {data.From},
			"to": {data.To}, "cursor": {out.Body.Next}}.Encode()
	}
	return p.show(q, http.StatusOK, "record", data)
}

// begins is the first instant of a day in Malaysia, some days later; zero for what is no day.
func (p *Pages) begins(day string, later int) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, day, p.Names.Zone)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, later)
}
