package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerAgencies(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/agencies", "amendment.read", p.agencies)
	p.page(r, http.MethodGet, "/console/agencies/:code", "amendment.read", p.agency)
	p.page(r, http.MethodPost, "/console/agencies/:code/rename", "amendment.write", p.rename)
	p.page(r, http.MethodPost, "/console/agencies/:code/succession", "amendment.write", p.succeed)
}

// body is an agency as the register has it.
type body struct {
	Code, NameMS, NameEN, Kind, Parent, States, Domain, Successors string

	Row int // in agencies.csv, from 1
}

// wholeRegister is more rows than the register has.
const wholeRegister = 5000

func (p *Pages) bodies(q *Request, find string, after, limit int) (list []body, next int, err error) {
	out, err := p.API.Table(q, &console.TableInput{TablePath: console.TablePath{File: "agencies.csv"}, Find: find, After: after, Limit: limit})
	if err != nil {
		return nil, 0, err
	}
	for _, row := range out.Body.List {
		get := func(name string) string {
			if i := slices.Index(out.Body.Columns, name); i >= 0 {
				return row.Fields[i]
			}
			return ""
		}
		list = append(list, body{get("code"), get("name_ms"), get("name_en"), get("kind"), get("parent"), get("states"), get("domain"), get("successors"), row.Row})
	}
	return list, out.Body.Next, nil
}

type agenciesData struct {
	Rows     []body
	Find     string
	More     string
	Former   []console.SuccessionState
	Underway bool // open complaints of a former one have not all followed
}

// agencies lists the register, and how far the complaints of those who act no more have followed.
func (p *Pages) agencies(q *Request) error {
	after, _ := strconv.Atoi(q.Query("after")) // what is no number is the beginning
	data := agenciesData{Find: q.Query("find")}
	var next int
	var err error
	if data.Rows, next, err = p.bodies(q, data.Find, max(0, after), rowsShown); err != nil {
		return err
	}
	if next > 0 {
		data.More = "?" + url.Values{"find": {data.Find}, "after": {strconv.Itoa(next)}}.Encode()
	}
	former, err := p.API.Successions(q, nil)
	if err != nil {
		return err
	}
	data.Former = former.Body.Successions
	data.Underway = slices.ContainsFunc(data.Former, func(s console.SuccessionState) bool { return s.Left > 0 })
	return p.show(q, http.StatusOK, "agencies", data)
}

// agencyData is an agency with both forms as they were filled in.
type agencyData struct {
	body
	May    bool // change it
	Acts   bool
	Today  string
	Key    string
	Others []body // that act

	Rename console.RenameInput
	Ends   console.SuccessionBody
	Also   []string // the fields for those that end with it
	Into   []string // and for those that act instead

	Renamed, Ended Wrong // what is wrong with either form
}

// Refused is what is wrong with the one that was sent, where it is in no field.
func (d *agencyData) Refused() Wrong {
	if d.Renamed.Failed != "" {
		return d.Renamed
	}
	return d.Ended
}

// Fields that the form of a succession has, and more when more were filled in.
const (
	alsoFields = 2
	intoFields = 3
)

// agency shows one with what can be done with it.
func (p *Pages) agency(q *Request) error { return p.showAgency(q, http.StatusOK, &agencyData{}) }

func (p *Pages) showAgency(q *Request, status int, data *agencyData) error {
	list, _, err := p.bodies(q, "", 0, wholeRegister)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Code == q.Param("code") {
			data.body = b
		} else if b.Successors == "" {
			data.Others = append(data.Others, b)
		}
	}
	if data.body.Code == "" {
		return fault.New(fault.NotFound, "there is no agency %q in the register", q.Param("code"))
	}
	data.May, data.Acts = p.Guard.Allowed(q.Person, "amendment.write") == nil, data.Successors == ""
	data.Today = p.day(q.Now)
	if data.Key == "" {
		data.Key = newKey()
	}
	if data.Rename.Code == "" { // that form was not sent
		data.Rename.Body.NameMS, data.Rename.Body.NameEN = data.NameMS, data.NameEN
	}
	data.Also = append(data.Also, make([]string, max(1, alsoFields-len(data.Also)))...)
	data.Into = append(data.Into, make([]string, max(1, intoFields-len(data.Into)))...)
	if data.Ends.New == nil {
		data.Ends.New = &console.NewAgency{}
	}
	return p.show(q, status, "agency", data)
}

// described reads why and from which day.
func described(q *Request) console.Described {
	return console.Described{Reason: strings.TrimSpace(q.PostForm("reason")), From: q.PostForm("from")}
}

// rename makes a draft that gives the agency another name.
func (p *Pages) rename(q *Request) error {
	in := console.RenameInput{Code: q.Param("code"), IdempotencyKey: q.PostForm("key")}
	in.Body.NameMS, in.Body.NameEN = strings.TrimSpace(q.PostForm("name_ms")), strings.TrimSpace(q.PostForm("name_en"))
	in.Body.Described = described(q)
	out, err := p.API.RenameAgency(q, &in)
	if err == nil {
		return p.done(q, "/console/amendments/"+url.PathEscape(out.Body.ID), "done.drafted")
	}
	data := &agencyData{Key: in.IdempotencyKey, Rename: in}
	if data.Renamed, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showAgency(q, data.Renamed.status, data)
}

// succeed makes a draft that lets others act in the place of the agency.
func (p *Pages) succeed(q *Request) error {
	data := &agencyData{Key: q.PostForm("key"), Also: codes(q.PostFormArray("also")), Into: codes(q.PostFormArray("into"))}
	data.Ends = console.SuccessionBody{Described: described(q), Agencies: append([]string{q.Param("code")}, data.Also...), Successors: data.Into}
	if code := strings.ToUpper(strings.TrimSpace(q.PostForm("code"))); code != "" {
		data.Ends.New = &console.NewAgency{Code: code, NameMS: strings.TrimSpace(q.PostForm("new_ms")), NameEN: strings.TrimSpace(q.PostForm("new_en"))}
	}
	out, err := p.API.SucceedAgencies(q, &console.SuccessionInput{IdempotencyKey: data.Key, Body: data.Ends})
	if err == nil {
		return p.done(q, "/console/amendments/"+url.PathEscape(out.Body.ID), "done.drafted")
	}
	if data.Ended, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showAgency(q, data.Ended.status, data)
}

// codes are the fields that were filled in.
func codes(typed []string) (out []string) {
	for _, s := range typed {
		if s = strings.ToUpper(strings.TrimSpace(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}
