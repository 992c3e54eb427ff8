package pages

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"respons/internal/amend"
	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerTables(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/tables", "amendment.read", p.tables)
	p.page(r, http.MethodGet, "/console/tables/:file", "amendment.read", p.table)
	p.page(r, http.MethodGet, "/console/tables/:file/csv", "amendment.read", p.download)
	p.page(r, http.MethodPost, "/console/tables/:file/csv", "amendment.write", p.upload)
	p.page(r, http.MethodGet, "/console/tables/:file/history", "amendment.read", p.history)
	p.page(r, http.MethodPost, "/console/tables/:file/rollback", "amendment.write", p.rollback)
}

// tables lists the tables that can be amended.
func (p *Pages) tables(q *Request) error {
	out, err := p.API.Tables(q, nil)
	if err != nil {
		return err
	}
	return p.show(q, http.StatusOK, "tables", out.Body.Tables)
}

// tableRow is a row with what is to be said of it.
type tableRow struct {
	console.TableRow
	Changed bool // by the draft
	Wrong   []console.Mistake
}

type tableData struct {
	console.TableBody
	Rows   []tableRow
	Find   string
	Draft  *console.Amendment // through which the table is seen; nil: as it counts
	Drafts []console.Amendment
	Other  []console.Mistake // of this table, on no row that is shown
	Wrong  Wrong
}

const rowsShown = 50

// table shows a table, or a draft of it with every mistake beside its row.
func (p *Pages) table(q *Request) error { return p.showTable(q, http.StatusOK, Wrong{}) }

func (p *Pages) showTable(q *Request, status int, wrong Wrong) error {
	after, _ := strconv.Atoi(q.Query("after")) // what is no number is the beginning
	in := &console.TableInput{TablePath: console.TablePath{File: q.Param("file")}, Amendment: q.Query("amendment"), Find: q.Query("find"), After: max(0, after), Limit: rowsShown}
	out, err := p.API.Table(q, in)
	if err != nil {
		return err
	}
	data := tableData{TableBody: out.Body, Find: in.Find, Wrong: wrong}
	changed := map[string]bool{}
	if in.Amendment != "" {
		draft, err := p.API.GetAmendment(q, &console.AmendmentPath{ID: in.Amendment})
		if err != nil {
			return err
		}
		data.Draft = &draft.Body
		for _, c := range data.Draft.Changes {
			for _, e := range c.Edits {
				if c.File == in.File && e.Now != nil {
					changed[rowMark(e.Now)] = true
				}
			}
		}
	} else if data.Drafts, err = p.drafts(q); err != nil {
		return err
	}
	shown := map[int]bool{}
	for _, row := range out.Body.List {
		r := tableRow{TableRow: row, Changed: changed[rowMark(row.Fields)]}
		for _, m := range mistakesOf(data.Draft, in.File) {
			if m.Line == row.Line {
				r.Wrong = append(r.Wrong, m)
				shown[m.Line] = true
			}
		}
		data.Rows = append(data.Rows, r)
	}
	for _, m := range mistakesOf(data.Draft, in.File) {
		if !shown[m.Line] {
			data.Other = append(data.Other, m)
		}
	}
	return p.show(q, status, "table", data)
}

func rowMark(fields []string) string { return amend.Mark(fields) }

func mistakesOf(draft *console.Amendment, file string) (out []console.Mistake) {
	if draft == nil {
		return nil
	}
	for _, m := range draft.Mistakes {
		if m.File == file {
			out = append(out, m)
		}
	}
	return out
}

// drafts are the person's own, which a change can be added to.
func (p *Pages) drafts(q *Request) (out []console.Amendment, err error) {
	list, err := p.API.ListAmendments(q, &console.AmendmentsInput{})
	if err != nil {
		return nil, err
	}
	for _, a := range list.Body.Amendments {
		if a.State == string(amend.Draft) && a.Author == q.Person.ID {
			out = append(out, a)
		}
	}
	return out, nil
}

// download gives the table as a file.
func (p *Pages) download(q *Request) error {
	out, err := p.API.TableFile(q, &console.TableFileInput{TablePath: console.TablePath{File: q.Param("file")}, Amendment: q.Query("amendment"), Version: q.Query("version")})
	if err != nil {
		return err
	}
	q.Header("Content-Disposition", out.Disposition)
	q.Data(http.StatusOK, out.ContentType, out.Body)
	return nil
}

// mostUpload is how much of a form with a table is taken, in bytes.
const mostUpload = amend.MaxTable + 64<<10

// upload makes a table of a draft what a file says.
func (p *Pages) upload(q *Request) error {
	q.Request.Body = http.MaxBytesReader(q.Writer, q.Request.Body, mostUpload)
	content, err := uploaded(q)
	if err == nil {
		var id string
		if id, err = p.draft(q); err == nil {
			in := &console.PutTableInput{AmendmentPath: console.AmendmentPath{ID: id}, File: q.Param("file")}
			in.Body.CSV = string(content)
			if _, err = p.API.PutTable(q, in); err == nil {
				return p.done(q, "/console/amendments/"+id, "done.uploaded")
			}
		}
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showTable(q, w.status, w)
}

func uploaded(q *Request) ([]byte, error) {
	h, err := q.FormFile("csv")
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "choose a CSV file of at most %d kB", amend.MaxTable/1000)
	}
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// draft gives the draft that a form adds to, and begins one where it names none. The form's key makes a repeat find the
// same draft.
func (p *Pages) draft(q *Request) (string, error) {
	if id := q.PostForm("amendment"); id != "" {
		return id, nil
	}
	a, err := p.API.Amendments.Begin(q.Request.Context(), q.Person.Actor(), q.PostForm("key"))
	if err != nil {
		return "", err
	}
	return a.ID, nil
}

type historyData struct {
	File     string
	Versions []historyVersion
	Key      string
}

type historyVersion struct {
	console.TableVersion
	Name, Approver string
}

// history shows what became of a table, row by row.
func (p *Pages) history(q *Request) error {
	out, err := p.API.TableHistory(q, &console.TablePath{File: q.Param("file")})
	if err != nil {
		return err
	}
	data := historyData{File: q.Param("file"), Key: newKey()}
	for _, v := range out.Body.Versions {
		data.Versions = append(data.Versions, historyVersion{v, p.who(q, v.Author), p.who(q, v.By)})
	}
	return p.show(q, http.StatusOK, "history", data)
}

// rollback makes a draft that takes a table back.
func (p *Pages) rollback(q *Request) error {
	in := &console.RollbackInput{TablePath: console.TablePath{File: q.Param("file")}}
	in.Body.Version = q.PostForm("version")
	out, err := p.API.Rollback(q, in)
	if err != nil {
		return err
	}
	return p.done(q, "/console/amendments/"+url.PathEscape(out.Body.ID), "done.rolled")
}
