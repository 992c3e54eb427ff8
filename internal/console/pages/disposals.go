package pages

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerDisposals(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/disposals", "disposal.read", p.disposals)
	p.page(r, http.MethodGet, "/console/disposals/:id", "disposal.read", func(q *Request) error {
		return p.showDisposal(q, http.StatusOK, Wrong{})
	})
	p.page(r, http.MethodPost, "/console/disposals/:id/approve", "disposal.approve", p.approveDisposal)
}

type disposalsData struct {
	Disposals []console.Disposal
	More      string // address of the next page
}

// disposals lists the disposal lists, the latest first.
func (p *Pages) disposals(q *Request) error {
	out, err := p.API.ListDisposals(q, &console.DisposalsInput{Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	data := disposalsData{Disposals: out.Body.Disposals}
	if out.Body.Next != "" {
		data.More = "?" + url.Values{"cursor": {out.Body.Next}}.Encode()
	}
	return p.show(q, http.StatusOK, "disposals", data)
}

type disposalData struct {
	console.Disposal
	By    string // who approved it
	May   bool   // approve
	Hold  bool   // may set legal holds
	More  string // address of the next page of complaints
	Wrong Wrong
}

// showDisposal shows a list with its complaints and what became of them.
func (p *Pages) showDisposal(q *Request, status int, wrong Wrong) error {
	out, err := p.API.GetDisposal(q, &console.DisposalInput{DisposalPath: console.DisposalPath{ID: q.Param("id")}, Cursor: q.Query("cursor"), Limit: 100})
	if err != nil {
		return err
	}
	data := disposalData{Disposal: out.Body, By: p.who(q, out.Body.Approver), Wrong: wrong}
	data.May, data.Hold = p.Guard.Allowed(q.Person, "disposal.approve") == nil, p.Guard.Allowed(q.Person, "complaint.hold") == nil
	if out.Body.Next != "" {
		data.More = "/console/disposals/" + url.PathEscape(out.Body.ID) + "?" + url.Values{"cursor": {out.Body.Next}}.Encode()
	}
	return p.show(q, status, "disposal", data)
}

// approveDisposal gives leave to destroy what is on a list. It cannot be undone, so the person ticks that they know.
func (p *Pages) approveDisposal(q *Request) error {
	if q.PostForm("sure") == "" {
		return p.showDisposal(q, http.StatusUnprocessableEntity, Wrong{Fields: map[string]string{"sure": say(q.Lang, "disposals.unsure")}})
	}
	out, err := p.API.ApproveDisposal(q, &console.DisposalPath{ID: q.Param("id")})
	if err == nil {
		return p.done(q, "/console/disposals/"+url.PathEscape(out.Body.ID), "done.approveddisposal")
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showDisposal(q, w.status, w)
}
