package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"respons/internal/amend"
	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerRow(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/tables/:file/row", "amendment.write", p.row)
	p.page(r, http.MethodPost, "/console/tables/:file/row", "amendment.write", p.putRow)
}

// cell is a field of the form.
type cell struct {
	Column, Value string
	Key           bool     // part of what tells the row from others
	Long          bool     // wants more than a line
	Known         []string // what other rows have here, where that is a short list
}

// rowData is the form of one row as it was filled in.
type rowData struct {
	console.Table
	Amendment string
	Row       int    // from 1; 0: a new one
	Below     int    // of a new row: the row it stands below; 0: the first
	Mark      string // of the row as it was when the form was opened
	Cells     []cell
	Key       string
	Back      string
	Wrong     Wrong
}

// row shows the form of a row or, without one, of a new row.
func (p *Pages) row(q *Request) error {
	data := rowData{Amendment: q.Query("amendment"), Key: newKey()}
	data.Row, _ = strconv.Atoi(q.Query("row")) // what is no number is a new row
	data.Below, _ = strconv.Atoi(q.Query("below"))
	if err := p.fillRow(q, &data); err != nil {
		return err
	}
	return p.show(q, http.StatusOK, "row", data)
}

// Where a field is written in more than a line, and how many different values of a column are offered.
const (
	longField = 60
	mostKnown = 30
)

// fillRow reads the columns and, of a row that is there, its fields.
func (p *Pages) fillRow(q *Request, data *rowData) error {
	f, err := amend.FileOf(q.Param("file"))
	if err != nil {
		return err
	}
	s, err := p.API.Amendments.Table(q.Request.Context(), f.Name, data.Amendment)
	if err != nil {
		return err
	}
	data.Table = console.Table{File: f.Name, Key: f.Key, Ordered: f.Ordered, Fixed: f.Fixed, Rows: len(s.Rows)}
	data.Back = "/console/tables/" + url.PathEscape(f.Name)
	if data.Amendment != "" {
		data.Back += "?amendment=" + url.QueryEscape(data.Amendment)
	}
	fields := make([]string, len(s.Columns))
	if data.Row != 0 {
		if data.Row < 1 || data.Row > len(s.Rows) {
			return fault.New(fault.NotFound, "%s has no row %d; look at the table again", f.Name, data.Row)
		}
		fields = s.Rows[data.Row-1]
		data.Mark = amend.Mark(fields)
	}
	for i, name := range s.Columns {
		c := cell{Column: name, Value: fields[i], Key: slices.Contains(f.Key, name)}
		longest := 0
		for _, row := range s.Rows {
			longest = max(longest, len(row[i]))
			if len(c.Known) <= mostKnown && row[i] != "" && !slices.Contains(c.Known, row[i]) {
				c.Known = append(c.Known, row[i])
			}
		}
		if c.Long = longest > longField; c.Long || len(c.Known) > mostKnown {
			c.Known = nil
		}
		slices.Sort(c.Known)
		data.Cells = append(data.Cells, c)
	}
	return nil
}

// putRow adds the row to a draft, changes it there, or takes it out.
func (p *Pages) putRow(q *Request) error {
	data := rowData{Amendment: q.PostForm("amendment"), Key: q.PostForm("key")}
	data.Below, _ = strconv.Atoi(q.PostForm("below"))
	row, _ := strconv.Atoi(q.PostForm("row"))
	if err := p.fillRow(q, &data); err != nil { // without the row: that may be gone by now
		return err
	}
	data.Row, data.Mark = row, q.PostForm("mark")
	values := map[string]string{}
	for i, c := range data.Cells {
		data.Cells[i].Value = q.PostForm("field-" + c.Column)
		values[c.Column] = data.Cells[i].Value
	}
	id, err := p.draft(q)
	if err == nil {
		data.Amendment = id
		at := amend.RowAt{Row: data.Row, Below: data.Below, Mark: data.Mark, Values: values, Remove: q.PostForm("do") == "remove"}
		if _, err = p.API.Amendments.PutRow(q.Request.Context(), id, q.Person.Actor(), data.File, at); err == nil {
			return p.done(q, "/console/amendments/"+url.PathEscape(id), "done.row")
		}
	}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.show(q, data.Wrong.status, "row", data)
}
