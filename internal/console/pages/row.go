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
	Key           bool // part of what tells the row from others
	Long          bool
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
	n, _ := strconv.Atoi(q.Query("row"))
	below, _ := strconv.Atoi(q.Query("below"))
	data := rowData{Amendment: q.Query("amendment"), Row: n, Below: below, Key: newKey()}
	if err := p.fillRow(q, &data); err != nil {
		return err
	}
	return p.show(q, http.StatusOK, "row", data)
}

// fillRow reads the columns and, of a row that is there, its fields.
func (p *Pages) fillRow(q *Request, data *rowData) error {
	from := max(data.Row, data.Below) - 1
	out, err := p.API.Table(q, &console.TableInput{TablePath: console.TablePath{File: q.Param("file")}, Amendment: data.Amendment, After: max(0, from), Limit: 1})
	if err != nil {
		return err
	}
	data.Table = out.Body.Table
	data.Back = "/console/tables/" + url.PathEscape(data.File)
	if data.Amendment != "" {
		data.Back += "?amendment=" + url.QueryEscape(data.Amendment)
	}
	fields := make([]string, len(out.Body.Columns))
	if data.Row > 0 {
		if len(out.Body.List) == 0 {
			return fault.New(fault.NotFound, "%s has no row %d", data.File, data.Row)
		}
		fields = out.Body.List[0].Fields
		data.Mark = rowMark(fields)
	}
	for i, name := range out.Body.Columns {
		data.Cells = append(data.Cells, cell{Column: name, Value: fields[i], Key: slices.Contains(data.Table.Key, name), Long: len(fields[i]) > 60})
	}
	return nil
}

// putRow adds the row to a draft, changes it there, or takes it out.
func (p *Pages) putRow(q *Request) error {
	data := rowData{Amendment: q.PostForm("amendment"), Key: q.PostForm("key"), Mark: q.PostForm("mark")}
	data.Row, _ = strconv.Atoi(q.PostForm("row"))
	data.Below, _ = strconv.Atoi(q.PostForm("below"))
	if err := p.fillRow(q, &data); err != nil {
		return err
	}
	values := map[string]string{}
	for i, c := range data.Cells {
		data.Cells[i].Value = q.PostForm("field-" + c.Column)
		values[c.Column] = data.Cells[i].Value
	}
	data.Mark = q.PostForm("mark")
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
