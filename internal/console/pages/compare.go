package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"respons/internal/console"
	"respons/internal/report"
)

// measure is something by which agencies are compared; the worst come first.
type measure struct {
	Name  string
	value func(figureRow) int64
}

var measures = []measure{
	{"overdue", func(r figureRow) int64 { return r.Overdue }},
	{"predicted", func(r figureRow) int64 { return r.Predicted }},
	{"open", func(r figureRow) int64 { return r.Open }},
	{"late", func(r figureRow) int64 { return int64(r.LateShare()) }},
	{"half", func(r figureRow) int64 { return int64(r.Half.Hours()) }},
	{"most", func(r figureRow) int64 { return int64(r.Most.Hours()) }},
	{"received", func(r figureRow) int64 { return r.Received }},
}

type compareData struct {
	branchData
	From, To string
	By       string
	Measures []measure
	Rows     []comparedRow
}

type comparedRow struct {
	Row figureRow
	Bar int // percent of the largest
}

// compare sets the bodies of a branch side by side.
func (p *Pages) compare(q *Request) error {
	in := &console.BoardInput{BranchInput: console.BranchInput{Agency: q.Query("agency")}, PeriodInput: console.PeriodInput{From: q.Query("from"), To: q.Query("to")}}
	out, err := p.API.Board(q, in)
	if err != nil {
		return err
	}
	b := out.Body
	d := compareData{branchData: p.branchOf(q, cmp.Or(in.Agency, b.Agency), "compare"), From: b.From, To: b.To, Measures: measures}
	by := measures[max(0, slices.IndexFunc(measures, func(m measure) bool { return m.Name == q.Query("by") }))]
	d.By = by.Name
	rows := joined(b.Now.Agencies, b.Agencies, func(r *figureRow) {
		r.Name = p.Names.Agency(r.Code, q.Lang)
		if r.List = "agency=" + url.QueryEscape(r.Code); r.Code != b.Agency {
			r.Board = d.BoardOf(r.Code)
		}
	})
	rows = slices.DeleteFunc(rows, func(r figureRow) bool { return r.Code == report.Desk })
	slices.SortStableFunc(rows, func(x, y figureRow) int { return cmp.Compare(by.value(y), by.value(x)) })
	var most int64 = 1
	for _, r := range rows {
		most = max(most, by.value(r))
	}
	for _, r := range rows {
		d.Rows = append(d.Rows, comparedRow{r, int(100 * by.value(r) / most)})
	}
	if as := q.Query("as"); as != "" {
		return p.download(q, as, "compare", figureTable(q.Lang, "agencies", rows))
	}
	return p.show(q, http.StatusOK, "compare", d)
}
