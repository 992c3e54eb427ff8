package pages

import (
	"net/http"
	"net/url"
	"slices"

	"respons/internal/console"
)

type behindData struct {
	branchData
	Rows   []behindRow
	Filter url.Values // what the list is narrowed to, beside the agency
	Next   string     // address of the next page; empty: none
	Given  string     // address of the same list without .csv or .xlsx
}

// behindRow is a complaint behind a figure.
type behindRow struct {
	console.Counted
	Left Left
}

// behindNames are the parameters that narrow a list behind a figure.
var behindNames = []string{"standing", "predicted", "open", "late", "state", "category", "district", "class", "officer", "from", "to"}

// narrowed reads what a list behind a figure is narrowed to.
func narrowed(from url.Values) (f console.FilterInput, kept url.Values) {
	kept = url.Values{}
	for _, name := range behindNames {
		if v := from.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	yes := func(name string) bool { return kept.Get(name) == "true" }
	return console.FilterInput{BranchInput: console.BranchInput{Agency: from.Get("agency")}, Standing: kept.Get("standing"), Predicted: yes("predicted"), Open: yes("open"),
		Late: yes("late"), State: kept.Get("state"), Category: kept.Get("category"), District: kept.Get("district"), Class: kept.Get("class"),
		Officer: kept.Get("officer"), From: kept.Get("from"), To: kept.Get("to")}, kept
}

// behind lists the complaints behind a figure with what each waits for.
func (p *Pages) behind(q *Request) error {
	f, kept := narrowed(q.Request.URL.Query())
	if as := q.Query("as"); as != "" {
		return p.download(q, as, "complaints", p.behindTable(q, f))
	}
	out, err := p.API.Behind(q, &console.BehindInput{FilterInput: f, Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	d := behindData{branchData: p.branchOf(q, f.Agency, here(f)), Filter: kept}
	for _, c := range out.Body.Complaints {
		d.Rows = append(d.Rows, behindRow{c, left(q.Lang, at(c.Due), q.Now)})
	}
	again := url.Values{}
	for name, v := range kept {
		again[name] = slices.Clone(v)
	}
	if f.Agency != "" {
		again.Set("agency", f.Agency)
	}
	d.Given = "/console/board/complaints?" + again.Encode()
	if out.Body.Next != "" {
		again.Set("cursor", out.Body.Next)
		d.Next = "/console/board/complaints?" + again.Encode()
	}
	return p.show(q, http.StatusOK, "behind", d)
}

// here is which entry of the menu of figures a list belongs to.
func here(f console.FilterInput) string {
	switch {
	case f.Standing == "overdue":
		return "overdue"
	case f.Predicted:
		return "predicted"
	}
	return "complaints"
}
