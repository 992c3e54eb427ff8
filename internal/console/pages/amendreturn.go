package pages

import (
	"strconv"
	"strings"

	"respons/internal/console"
)

// sentBack is one sending back with the name of who did it.
type sentBack struct {
	console.Returned
	Name string
}

// sentBack gives why an amendment lies with its author again, nil where it does not, and what it was sent back for before.
func (p *Pages) sentBack(q *Request, a console.Amendment) (now *sentBack, before []sentBack) {
	for _, r := range a.Returns {
		before = append(before, sentBack{r, p.who(q, r.By)})
	}
	if n := len(before); n > 0 && a.Returned != nil { // the last of them
		now, before = &before[n-1], before[:n-1]
	}
	return now, before
}

// returnAmendment sends it back as it was read on the page.
func (p *Pages) returnAmendment(q *Request) error {
	in := &console.ReturnInput{AmendmentPath: console.AmendmentPath{ID: q.Param("id")}}
	in.Body.Revision, _ = strconv.ParseInt(q.PostForm("revision"), 10, 64)
	in.Body.Remark = strings.ReplaceAll(q.PostForm("remark"), "\r\n", "\n") // as browsers count characters
	_, err := p.API.ReturnAmendment(q, in)
	return p.carriedOut(q, err, "done.returned", func(d *amendmentData) { d.Remark = in.Body.Remark })
}
