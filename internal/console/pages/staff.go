package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/identity"
)

func (p *Pages) registerStaff(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/staff", "staff.list", p.staff)
	p.page(r, http.MethodGet, "/console/staff/new", "staff.enrol", p.newOfficer)
	p.page(r, http.MethodPost, "/console/staff", "staff.enrol", p.enrol)
	p.page(r, http.MethodGet, "/console/staff/:id", "staff.list", p.officer)
	p.page(r, http.MethodPost, "/console/staff/:id", "staff.change", p.changeOfficer)
	p.page(r, http.MethodPost, "/console/staff/:id/invitation", "staff.change", p.invite)
}

type staffData struct {
	Officers     []console.Officer
	Role, Agency string
	Roles        []complaint.Role
	More         string // address of the next page
	May          bool   // enrol
}

// staff lists members of staff, narrowed by role and agency.
func (p *Pages) staff(q *Request) error {
	data := staffData{Role: q.Query("role"), Agency: strings.ToUpper(strings.TrimSpace(q.Query("agency"))), Roles: identity.StaffRoles, May: p.Guard.Allowed(q.Person, "staff.enrol") == nil}
	in := &console.StaffInput{Role: data.Role, Agency: data.Agency, Cursor: q.Query("cursor"), Limit: 50}
	if in.Agency != "" && in.Role == "" {
		in.Role = string(complaint.Officer) // people of an agency are found by their role
		data.Role = in.Role
	}
	out, err := p.API.ListOfficers(q, in)
	if err != nil {
		return err
	}
	if data.Officers = out.Body.Officers; out.Body.Next != "" {
		data.More = "?" + url.Values{"role": {data.Role}, "agency": {data.Agency}, "cursor": {out.Body.Next}}.Encode()
	}
	return p.show(q, http.StatusOK, "staff", data)
}

// officerData is the form of a member of staff as it was filled in.
type officerData struct {
	console.Officer
	Roles    []complaint.Role
	Language string
	Invite   bool
	New      bool
	May      bool // change
	Own      bool // the person's own account
	Made     bool // just now: the token is shown this once
	Wrong    Wrong
}

func (p *Pages) newOfficer(q *Request) error {
	return p.showOfficer(q, http.StatusOK, officerData{New: true, Invite: true, Officer: console.Officer{Role: string(complaint.Officer), Active: true}})
}

func (p *Pages) showOfficer(q *Request, status int, data officerData) error {
	data.Roles, data.Own = identity.StaffRoles, data.ID != "" && data.ID == q.Person.ID
	data.May = p.Guard.Allowed(q.Person, "staff.change") == nil
	q.Header("Cache-Control", "no-store")
	return p.show(q, status, "officer", data)
}

func officerForm(q *Request) console.OfficerBody {
	return console.OfficerBody{Name: strings.TrimSpace(q.PostForm("name")), Role: q.PostForm("role"), Agency: strings.ToUpper(strings.TrimSpace(q.PostForm("agency"))),
		Language: q.PostForm("language"), Email: strings.TrimSpace(q.PostForm("email")), Cleared: q.PostForm("cleared") != ""}
}

// enrol makes an account. Its token is in the answer, this once, unless the person is invited by e-mail.
func (p *Pages) enrol(q *Request) error {
	in := new(console.NewOfficerInput)
	in.Body.OfficerBody, in.Body.Invite = officerForm(q), q.PostForm("invite") != ""
	out, err := p.API.CreateOfficer(q, in)
	if err == nil {
		return p.showOfficer(q, http.StatusCreated, officerData{Officer: out.Body, Made: true})
	}
	data := officerData{New: true, Invite: in.Body.Invite, Language: in.Body.Language,
		Officer: console.Officer{Name: in.Body.Name, Role: in.Body.Role, Agency: in.Body.Agency, Email: in.Body.Email, Cleared: in.Body.Cleared}}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showOfficer(q, data.Wrong.status, data)
}

func (p *Pages) officer(q *Request) error {
	out, err := p.API.GetOfficer(q, &console.OfficerPath{ID: q.Param("id")})
	if err != nil {
		return err
	}
	return p.showOfficer(q, http.StatusOK, officerData{Officer: out.Body})
}

// changeOfficer changes the account; putting somebody out of office ends their sessions at once.
func (p *Pages) changeOfficer(q *Request) error {
	b, active := officerForm(q), q.PostForm("active") != ""
	in := &console.ChangeOfficerInput{OfficerPath: console.OfficerPath{ID: q.Param("id")}}
	in.Body = console.OfficerChange{Name: &b.Name, Role: &b.Role, Agency: &b.Agency, Email: &b.Email, Cleared: &b.Cleared, Active: &active}
	_, err := p.API.ChangeOfficer(q, in)
	if err == nil {
		return p.done(q, "/console/staff/"+url.PathEscape(in.ID), "done.changed")
	}
	data := officerData{Officer: console.Officer{ID: in.ID, Name: b.Name, Role: b.Role, Agency: b.Agency, Email: b.Email, Cleared: b.Cleared, Active: active}}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showOfficer(q, data.Wrong.status, data)
}

func (p *Pages) invite(q *Request) error {
	path := &console.OfficerPath{ID: q.Param("id")}
	_, err := p.API.InviteOfficer(q, path)
	if err == nil {
		return p.done(q, "/console/staff/"+url.PathEscape(path.ID), "done.invited")
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	out, err := p.API.GetOfficer(q, path)
	if err != nil {
		return err
	}
	return p.showOfficer(q, w.status, officerData{Officer: out.Body, Wrong: w})
}
