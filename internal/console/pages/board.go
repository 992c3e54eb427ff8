package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/report"
)

func (p *Pages) registerBoard(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/board", "report.read", p.board)
	p.page(r, http.MethodGet, "/console/board/complaints", "report.read", p.behind)
	p.page(r, http.MethodGet, "/console/board/compare", "report.read", p.compare)
	p.page(r, http.MethodGet, "/console/board/map", "report.read", p.heat)
}

// branchData is what every page of figures has: whose they are, and where its links lead.
type branchData struct {
	Agency string   // whose figures; empty: everybody's
	Above  []string // agencies from the top down to it, as far as the person may see their figures
	Here   string   // which of the pages this is: board, overdue, predicted, compare or map
}

type boardData struct {
	branchData
	Body       console.Board
	Trend      chart
	Times      chart
	Agencies   []figureRow
	Categories []figureRow
	Districts  []figureRow
	Officers   []figureRow
	Ages       []ageRow
	Waiting    []figureRow // by state
}

// figureRow is one agency, category, district or officer: how its open complaints stand, and what became of those received.
type figureRow struct {
	Code, Name                         string
	Open, Overdue, DueToday, Predicted int64
	Received, Mended, Late             int64
	Half, Most                         time.Duration // of those mended; zero: unknown
	Board                              string        // address of its own board; empty: it has none
	List                               string        // parameters of the list behind it
}

// LateShare is which part of what was received missed a deadline promised to the citizen, in percent.
func (r figureRow) LateShare() int {
	if r.Received == 0 {
		return 0
	}
	return int((200*r.Late + r.Received) / (2 * r.Received))
}

// ageRow is how many open complaints were received so many days ago.
type ageRow struct {
	Days string
	Open int64
	List string
	Bar  int // percent of the longest
}

// BoardOf is the address of the board of an agency.
func (d branchData) BoardOf(agency string) string { return d.to("/console/board", "agency", agency) }

// Page is the address of another page of figures of the same branch.
func (d branchData) Page(name string) string {
	return d.to("/console/board/"+name, "agency", d.Agency)
}

// List is the address of the complaints behind a figure of the branch; pairs are its other parameters.
func (d branchData) List(pairs ...string) string {
	return d.to("/console/board/complaints", append([]string{"agency", d.Agency}, pairs...)...)
}

// Behind adds to the address of a row's list what else is asked for.
func (d branchData) Behind(r figureRow, pairs ...string) string {
	v, err := url.ParseQuery(r.List)
	if err != nil {
		v = url.Values{}
	}
	if !v.Has("agency") && d.Agency != "" {
		v.Set("agency", d.Agency)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "/console/board/complaints?" + v.Encode()
}

func (d branchData) to(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// branchOf says whose figures the answer of an endpoint is.
func (p *Pages) branchOf(q *Request, agency, here string) branchData {
	d := branchData{Agency: agency, Here: here}
	if agency == "" {
		return d
	}
	for _, code := range p.API.Cases.Register.Chain(strings.TrimPrefix(agency, "="))[1:] {
		if p.API.SeesFigures(q.Person, code) {
			d.Above = append([]string{code}, d.Above...)
		}
	}
	return d
}

// board shows how a branch stands.
func (p *Pages) board(q *Request) error {
	in := &console.BoardInput{BranchInput: console.BranchInput{Agency: q.Query("agency")}, PeriodInput: console.PeriodInput{From: q.Query("from"), To: q.Query("to")}}
	out, err := p.API.Board(q, in)
	if err != nil {
		return err
	}
	trend, err := p.API.Trend(q, &console.TrendInput{BranchInput: in.BranchInput, By: "week"})
	if err != nil {
		return err
	}
	b := out.Body
	d := boardData{branchData: p.branchOf(q, cmp.Or(in.Agency, b.Agency), "board"), Body: b, Trend: trendChart(q.Lang, trend.Body.Days), Times: timesChart(q.Lang, b.Months)}
	d.Agencies = joined(b.Now.Agencies, b.Agencies, func(r *figureRow) {
		switch code := r.Code; {
		case code == report.Desk:
			r.Name, r.List = say(q.Lang, "board.desk"), "state=triage"
		case code == b.Agency: // beside those below it: the agency alone
			r.Name, r.List = p.Names.Agency(code, q.Lang), "agency=%3D"+url.QueryEscape(code)
		default:
			r.Name, r.List, r.Board = p.Names.Agency(code, q.Lang), "agency="+url.QueryEscape(code), d.BoardOf(code)
		}
	})
	d.Categories = joined(b.Now.Categories, b.Categories, func(r *figureRow) {
		r.Name, r.List = p.Names.Category(r.Code, q.Lang), "category="+url.QueryEscape(r.Code)
	})
	d.Districts = joined(b.Now.Districts, b.Districts, func(r *figureRow) {
		r.Name, r.List = districtName(r.Code), "district="+url.QueryEscape(r.Code)
	})
	d.Officers = joined(b.Now.Officers, nil, func(r *figureRow) {
		r.List = "officer=" + url.QueryEscape(r.Code)
		switch {
		case r.Code == report.Nobody:
			r.Name = say(q.Lang, "inbox.nobody")
		case r.Name == "":
			r.Name = say(q.Lang, "board.gone")
		}
	})
	d.Waiting = joined(b.Now.States, nil, func(r *figureRow) {
		r.Name, r.List = say(q.Lang, "state."+r.Code), "state="+r.Code
	})
	d.Ages = p.ages(b.Now.Ages, q.Now)
	if as := q.Query("as"); as != "" {
		return p.download(q, as, "board", d.tables(q.Lang)...)
	}
	return p.show(q, http.StatusOK, "board", d)
}

// joined puts together how each stands now and what became of what it received, those that are most overdue first.
func joined(now []console.Load, received []console.Standing, finish func(*figureRow)) (out []figureRow) {
	at := map[string]int{}
	row := func(code, name string) *figureRow {
		i, ok := at[code]
		if !ok {
			i = len(out)
			at[code], out = i, append(out, figureRow{Code: code, Name: cmp.Or(name, code)})
		}
		return &out[i]
	}
	for _, l := range now {
		r := row(l.Code, l.Name)
		r.Name, r.Open, r.Overdue, r.DueToday, r.Predicted = l.Name, l.Open, l.Overdue, l.DueToday, l.Predicted
	}
	for _, s := range received {
		r := row(s.Code, s.Name)
		r.Received, r.Mended, r.Late = s.Received, s.Mended, s.Late
		if s.Took != nil {
			r.Half, r.Most = isoHours(s.Took.Half), isoHours(s.Took.Most)
		}
	}
	for i := range out {
		finish(&out[i])
	}
	slices.SortStableFunc(out, func(a, b figureRow) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open), cmp.Compare(b.Received, a.Received), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// ages makes a bar of each class of age.
func (p *Pages) ages(list []console.Age, now time.Time) (out []ageRow) {
	var most int64 = 1
	for _, a := range list {
		most = max(most, a.Open)
	}
	day := func(before string) string {
		n, err := strconv.Atoi(before)
		if err != nil {
			return ""
		}
		return p.day(now.AddDate(0, 0, -n))
	}
	for _, a := range list {
		least, last, between := strings.Cut(a.Days, "-")
		v := url.Values{"open": {"true"}}
		if rest, endless := strings.CutSuffix(a.Days, "+"); endless {
			v.Set("to", day(rest))
		} else if v.Set("to", day(least)); between {
			v.Set("from", day(last))
		} else {
			v.Set("from", day(least))
		}
		out = append(out, ageRow{Days: a.Days, Open: a.Open, List: v.Encode(), Bar: int(100 * a.Open / most)})
	}
	return out
}

// isoHours reads PT52H; zero for none.
func isoHours(s string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(s, "PT"), "H"))
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Hour
}

// Files is the address of the page's tables as a file, but for the form.
func (d branchData) Files(from, to string) string {
	path := "/console/board"
	if d.Here != "board" {
		path += "/" + d.Here
	}
	at := d.to(path, "agency", d.Agency, "from", from, "to", to)
	return at + separator(at)
}
