package pages

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"respons/internal/console"
	"respons/internal/fault"
	"respons/internal/sheet"
)

// download answers with tables as a file: CSV holds the one that the parameter table names, or the first; XLSX all of
// them. It is made whole before the first byte is sent, so that no file ends in the middle.
func (p *Pages) download(q *Request, as, name string, tables ...sheet.Table) error {
	var b bytes.Buffer
	var err error
	kind := "text/csv; charset=utf-8"
	for i := range tables {
		tables[i].Zone = p.Names.Zone
	}
	switch as {
	case "csv":
		i := 0
		if of := q.Query("table"); of != "" {
			if i = slices.IndexFunc(tables, func(t sheet.Table) bool { return t.Name == of }); i < 0 {
				return fault.New(fault.NotFound, "there is no table %q here", of)
			}
		}
		err = sheet.CSV(&b, tables[i])
	case "xlsx":
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = sheet.XLSX(&b, tables...)
	default:
		return fault.New(fault.Invalid, "as is csv or xlsx")
	}
	if err != nil {
		return err
	}
	q.Header("Content-Disposition", `attachment; filename="respons-`+name+"-"+p.day(q.Now)+"."+as+`"`)
	q.Data(http.StatusOK, kind, b.Bytes())
	return nil
}

// tables are those of the board.
func (d boardData) tables(lang string) []sheet.Table {
	return []sheet.Table{figureTable(lang, "agencies", d.Agencies), figureTable(lang, "categories", d.Categories),
		figureTable(lang, "districts", d.Districts), figureTable(lang, "officers", d.Officers), figureTable(lang, "states", d.Waiting)}
}

// figureTable is rows of figures as a file has them. Its name is one of the words board.table.NAME.
func figureTable(lang, name string, rows []figureRow) sheet.Table {
	t := sheet.Table{Name: say(lang, "board.table."+name)}
	for _, word := range []string{"board.code", "board.name", "board.open", "board.overdue", "board.today", "board.foreseen", "board.received", "board.mended",
		"board.latecount", "board.half", "board.most"} {
		t.Columns = append(t.Columns, say(lang, word))
	}
	days := func(d time.Duration) any {
		if d == 0 {
			return ""
		}
		return d.Hours() / 24
	}
	t.Rows = func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield([]any{r.Code, r.Name, r.Open, r.Overdue, r.DueToday, r.Predicted, r.Received, r.Mended, r.Late, days(r.Half), days(r.Most)}, nil) {
				return
			}
		}
	}
	return t
}

// mostDownloaded is how many complaints a list that is downloaded at once holds; longer ones are ordered.
const mostDownloaded = 5000

// behindTable is the complaints behind a figure, read page by page.
func (p *Pages) behindTable(q *Request, f console.FilterInput) sheet.Table {
	t := sheet.Table{Name: say(q.Lang, "behind.title"), Columns: console.CountedColumns(q.Lang)}
	t.Rows = func(yield func([]any, error) bool) {
		n := 0
		for row, err := range p.API.CountedRows(q, q.Person, f) {
			if n++; n > mostDownloaded {
				err = fault.New(fault.Invalid, "more than %d complaints are in this list: ask for it as an export, or narrow it", mostDownloaded)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
	return t
}
