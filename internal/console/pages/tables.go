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
	p.page(r, http.MethodGet, "/console/tables/:file/csv", "amendment.read", p.tableFile)
	p.page(r, http.MethodPost, "/console/tables/:file/csv", "amendment.write", p.upload)
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
	Cells   []string // the fields, long ones cut off
	Changed bool     // by the draft
	Wrong   []console.Mistake
}

type tableData struct {
	console.TableBody
	Rows   []tableRow
	Find   string
	More   string
	Draft  *console.Amendment  // through which the table is seen; nil: as it counts
	Drafts []console.Amendment // of the person, to go on with
	Other  []console.Mistake   // of this table, on no row that is shown
	Writes bool                // the person may change it, here
	Key    string
	Wrong  Wrong
}

// With is the draft as a parameter of addresses; empty: there is none.
func (d tableData) With() string {
	if d.Draft == nil {
		return ""
	}
	return d.Draft.ID
}

const rowsShown = 40

// table shows a table, or a draft of it with every mistake beside its row.
func (p *Pages) table(q *Request) error { return p.showTable(q, http.StatusOK, tableData{}) }

func (p *Pages) showTable(q *Request, status int, data tableData) error {
	after, _ := strconv.Atoi(q.Query("after")) // what is no number is the beginning
	in := &console.TableInput{TablePath: console.TablePath{File: q.Param("file")}, Amendment: q.Query("amendment"), Find: q.Query("find"), After: max(0, after), Limit: rowsShown}
	if status != http.StatusOK {
		in.Amendment = q.PostForm("amendment")
	}
	out, err := p.API.Table(q, in)
	if err != nil {
		return err
	}
	data.TableBody, data.Find = out.Body, in.Find
	if data.Key == "" {
		data.Key = newKey()
	}
	data.Writes = p.Guard.Allowed(q.Person, "amendment.write") == nil
	if in.Amendment != "" {
		draft, err := p.API.GetAmendment(q, &console.AmendmentPath{ID: in.Amendment})
		if err != nil {
			return err
		}
		data.Draft = &draft.Body
		data.Writes = data.Writes && editable(draft.Body, q)
	} else if data.Drafts, err = p.drafts(q); err != nil {
		return err
	}
	if out.Body.Next > 0 {
		data.More = "?" + url.Values{"find": {in.Find}, "after": {strconv.Itoa(out.Body.Next)}, "amendment": {in.Amendment}}.Encode()
	}
	data.Rows, data.Other = marked(out.Body.List, data.Draft, in.File)
	return p.show(q, status, "table", data)
}

// marked says of each row whether the draft changes it and what is wrong with it, and what is wrong elsewhere.
func marked(list []console.TableRow, draft *console.Amendment, file string) (rows []tableRow, other []console.Mistake) {
	changed, wrong := map[string]bool{}, map[int][]console.Mistake{}
	if draft != nil {
		for _, c := range draft.Changes {
			for _, e := range c.Edits {
				if c.File == file && e.Now != nil {
					changed[amend.Mark(e.Now)] = true
				}
			}
		}
		for _, m := range draft.Mistakes {
			if m.File == file {
				wrong[m.Line] = append(wrong[m.Line], m)
			}
		}
	}
	for _, row := range list {
		r := tableRow{TableRow: row, Changed: changed[amend.Mark(row.Fields)], Wrong: wrong[row.Line]}
		for _, field := range row.Fields {
			r.Cells = append(r.Cells, cutOff(field))
		}
		rows = append(rows, r)
		delete(wrong, row.Line)
	}
	if draft != nil {
		for _, m := range draft.Mistakes {
			if _, elsewhere := wrong[m.Line]; elsewhere && m.File == file {
				other = append(other, m)
			}
		}
	}
	return rows, other
}

// cellShown is how many characters of a field a table shows; the form of the row has all.
const cellShown = 60

func cutOff(field string) string {
	if r := []rune(field); len(r) > cellShown {
		return string(r[:cellShown]) + "…"
	}
	return field
}

// editable says whether a draft is the person's own and may still be changed.
func editable(a console.Amendment, q *Request) bool {
	return a.Author == q.Person.ID && (a.State == string(amend.Draft) || a.State == string(amend.Submitted))
}

// drafts are the person's own, which a change can be added to.
func (p *Pages) drafts(q *Request) (out []console.Amendment, err error) {
	list, err := p.API.ListAmendments(q, &console.AmendmentsInput{})
	if err != nil {
		return nil, err
	}
	for _, a := range list.Body.Amendments {
		if a.State == string(amend.Draft) && editable(a, q) {
			out = append(out, a)
		}
	}
	return out, nil
}

// tableFile gives the table as a file.
func (p *Pages) tableFile(q *Request) error {
	out, err := p.API.TableFile(q, &console.TableFileInput{TablePath: console.TablePath{File: q.Param("file")}, Amendment: q.Query("amendment"), Version: q.Query("version")})
	if err != nil {
		return err
	}
	q.Header("Content-Disposition", out.Disposition)
	q.Data(http.StatusOK, out.ContentType, out.Body)
	return nil
}

// upload makes a table of a draft what a file says.
func (p *Pages) upload(q *Request) error {
	content, err := uploaded(q)
	if err == nil {
		_, err = amend.ParseSheet(content) // what is no table begins no draft
	}
	if err == nil {
		var id string
		if id, err = p.draft(q); err == nil {
			in := &console.PutTableInput{AmendmentPath: console.AmendmentPath{ID: id}, File: q.Param("file")}
			in.Body.CSV = string(content)
			if _, err = p.API.PutTable(q, in); err == nil {
				return p.done(q, "/console/amendments/"+url.PathEscape(id), "done.uploaded")
			}
		}
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showTable(q, w.status, tableData{Wrong: w, Key: q.PostForm("key")}) // the next attempt finds the draft of this one
}

func uploaded(q *Request) ([]byte, error) {
	h, err := q.FormFile("csv")
	if err != nil || h.Size > amend.MaxTable {
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
