package pages

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/mobileapi"
)

func (p *Pages) registerTransparency(r *gin.Engine) {
	p.open(r, http.MethodGet, "/transparency", "public.read", p.transparency)
}

// mostRows is how many agencies and categories the page lists unless somebody asks for all.
const mostRows = 20

type transparencyData struct {
	mobileapi.Statistics
	Wrong      bool // the months that were asked for are none, or not in order
	Agencies   publicTable
	Categories publicTable
	Months     publicTable
	All        bool // every row is listed
}

// publicTable is a list of figures with bars.
type publicTable struct {
	Kind   string // month, agency or category
	Rows   []publicRow
	Few    int // rows that are left out, for they have too few complaints to be told
	Others int // rows that come after the last one
}

// publicRow is a figure and how long its bars are, in hundredths of the longest one.
type publicRow struct {
	mobileapi.Figure
	Received, Mended int
}

// transparency shows everybody the public figures, and what is done with complaints and with what people say of themselves.
func (p *Pages) transparency(q *Request) error {
	in := &mobileapi.StatisticsInput{Language: q.Lang}
	in.From, in.To = strings.TrimSpace(q.Query("from")), strings.TrimSpace(q.Query("to"))
	d, status := transparencyData{All: q.Query("all") != ""}, http.StatusOK
	out, err := p.Mobile.Statistics(q, in)
	if fault.KindOf(err) == fault.Invalid {
		d.Wrong, status = true, http.StatusUnprocessableEntity
		in.From, in.To = "", ""
		out, err = p.Mobile.Statistics(q, in)
	}
	if err != nil {
		return err
	}
	d.Statistics = out.Body
	most := mostRows
	if d.All {
		most = math.MaxInt
	}
	d.Months = tableOf("month", d.Statistics.Months, math.MaxInt)
	d.Agencies = tableOf("agency", byReceived(d.Statistics.Agencies), most)
	d.Categories = tableOf("category", byReceived(d.Statistics.Categories), most)
	return p.show(q, status, "transparency", d)
}

// byReceived puts the largest first.
func byReceived(list []mobileapi.Figure) []mobileapi.Figure {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y mobileapi.Figure) int { return cmp.Compare(number(y.Received), number(x.Received)) })
	return list
}

func tableOf(kind string, list []mobileapi.Figure, most int) publicTable {
	t := publicTable{Kind: kind}
	longest := int64(1)
	for _, f := range list {
		longest = max(longest, number(f.Received))
	}
	for _, f := range list {
		switch {
		case f.Received == nil && kind != "month":
			t.Few++
		case len(t.Rows) >= most:
			t.Others++
		default:
			t.Rows = append(t.Rows, publicRow{f, int(100 * number(f.Received) / longest), int(100 * min(number(f.Mended), number(f.Received)) / longest)})
		}
	}
	return t
}

// number is a count that was told; 0 where it was not.
func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// counted writes a count as people read it; one that is too small to be told says so.
func counted(lang string, n *int64) string {
	if n == nil {
		return say(lang, "open.few")
	}
	s := strconv.FormatInt(*n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// enough is how many complaints there must be for a share of them to say anything.
const enough = 50

// timely is the share of complaints of which no promised date was missed. Where fewer than five were late it is at least
// that of four.
func timely(lang string, f mobileapi.Figure) string {
	switch received := number(f.Received); {
	case received < enough:
		return "–"
	case f.Late == nil:
		return say(lang, "open.over", 100*(received-4)/received)
	default:
		return strconv.FormatInt(100*max(received-*f.Late, 0)/received, 10) + "%"
	}
}

// hoursWords writes a duration such as PT72H in days or hours; a dash for none.
func hoursWords(lang, iso string) string { return took(lang, isoHours(iso)) }

// monthWords writes a month such as 2026-11 in a language.
func monthWords(lang, code string) string {
	at, err := time.Parse("2006-01", code)
	if err != nil {
		return code
	}
	return say(lang, "month."+strconv.Itoa(int(at.Month())), at.Year())
}
