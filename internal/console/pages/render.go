package pages

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/reason"
	"respons/internal/report"
	"respons/internal/sla"
	"respons/mobileapi"
)

//go:embed templates
var templates embed.FS

// looks are the parsed templates by language and name of the page.
type looks map[string]map[string]*template.Template

// Look is what the layout needs beside the page's own data.
type Look struct {
	*Request
	Name    string // of the template
	Address string // path and query of the page
	Done    string // what was just carried out, in words; empty for nothing
	Nav     []Link
	Version string
	Others  []Link // languages to choose: code and own name
	Data    any
}

// Link is an entry of the navigation.
type Link struct {
	To, Words string
	Here      bool
}

// mustParse parses every page with the layout and the parts, once for each language, so that templates say words without
// naming the language. A mistake in a template keeps the program from starting, and so fails every test.
func mustParse(p *Pages) looks {
	out := looks{}
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic("pages: " + err.Error())
	}
	for _, lang := range tongues {
		base := template.Must(template.New("layout").Funcs(p.funcs(lang)).ParseFS(templates, "templates/shared/*.html"))
		out[lang] = map[string]*template.Template{}
		for _, file := range files {
			name := strings.TrimSuffix(path.Base(file), ".html")
			out[lang][name] = template.Must(template.Must(base.Clone()).ParseFS(templates, file))
		}
	}
	return out
}

func (p *Pages) funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, args ...any) string { return say(lang, key, args...) },
		"n":        func(key string, n int) string { return choice(lang, key, n) },
		"when":     p.when,
		"agency":   func(code string) string { return p.Names.Agency(code, lang) },
		"category": func(code string) string { return p.Names.Category(code, lang) },
		"asset":    assetPath,
		"group":    func(code string) string { return groupName(lang, code) },
		"said":     func(r reason.Reason) string { return r.In(lang) },
		"tongue":   func(code string) string { return tongueNames[code] },
		"percent":  percent,
		"day":      func(d sla.Date) string { return d.Begins().In(p.Names.Zone).Format("02/01/2006") },
		"what":     func(people map[string]string, e console.Event) happening { return p.happening(lang, people, e) },
		"told":     func(event string) string { return say(lang, "told."+event) },
		"problem":  func(kind string) string { return kindWords(lang, kind) },
		"place":    placeWords,
		"tomorrow": p.tomorrow,
		"form":     func(page Look, move, key, needed string) formPart { return formPart{page, move, key, needed != ""} },
		"target":   func(t console.Target, chosen string) targetPart { return targetPart{t, t.Code == chosen} },
		"field":    func(name string, wrong map[string]string) fieldPart { return fieldPart{name, wrong[name]} },
		"grouped":  grouped,
		"sessions": func(page Look, rows []sessionRow, to string) sessionsPart { return sessionsPart{page, rows, to} },
		"counted":  func(n *int64) string { return counted(lang, n) },
		"timely":   func(f mobileapi.Figure) string { return timely(lang, f) },
		"hours":    func(iso string) string { return hoursWords(lang, iso) },
		"month":    func(code string) string { return monthWords(lang, code) },
		"opt":      func(value, words, chosen string) optionPart { return optionPart{value, words, value == chosen} },
		"add":      func(a, b int) int { return a + b },
		"took":     func(d time.Duration) string { return took(lang, d) },
		"district": districtName,
		"below":    func(y, r float64) float64 { return tenth(y + r + 13) },
		"townOf":   func(code string) string { _, name := report.SplitDistrict(code); return name },
		"bare":     func(agency string) string { return strings.TrimPrefix(agency, "=") },
		"figure":   figureLink,
		"cells":    func(d behinder, r figureRow) cellPart { return cellPart{d, r} },
		"table":    boardTable,
		"int":      func(n int64) int { return int(n) },
		"states":   states,
		"open":     func(state string) bool { return complaint.State(state).Open() },

		"rejections": func() []string { return rejections },

		"kinds":    func() []complaint.Kind { return complaint.Kinds },
		"stars":    func() []int { return []int{1, 2, 3, 4, 5} },
		"live":     func(state string) bool { return complaint.State(state).Open() && state != string(complaint.Resolved) },
		"sentence": func(d sla.Derivation) string { return d.Sentence.In(lang) },
	}
}

// percent writes a probability; a small one is not none.
func percent(p float64) string {
	if p > 0 && p < 0.005 {
		return "<1%"
	}
	return strconv.Itoa(int(math.Round(100*p))) + "%"
}

// states are those that a complaint in a queue can be in.
func states() (out []string) {
	for _, s := range complaint.States {
		if s != complaint.Received {
			out = append(out, string(s))
		}
	}
	return out
}

// show answers with a page. It is made whole before the first byte is sent, so that a mistake in it cuts nothing off.
func (p *Pages) show(q *Request, status int, name string, data any) error {
	ctx := q.Request.Context()
	look := Look{Request: q, Name: name, Address: q.Context.Request.URL.RequestURI(), Nav: p.nav(q), Version: p.Version, Data: data}
	look.Others = others(q)
	if key := q.Query("done"); strings.HasPrefix(key, "done.") {
		look.Done = say(q.Lang, key)
	}
	var page bytes.Buffer
	if err := p.looks[q.Lang][name].ExecuteTemplate(&page, "layout.html", look); err != nil {
		p.Log.ErrorContext(ctx, "page not made", "page", name, "err", err)
		q.String(http.StatusInternalServerError, say(q.Lang, "error.page"))
		return nil
	}
	q.Data(status, "text/html; charset=utf-8", page.Bytes())
	return nil
}

// others are the languages that the page also speaks.
func others(q *Request) (out []Link) {
	for _, lang := range q.Tongues {
		if lang != q.Lang {
			out = append(out, Link{To: lang, Words: tongueNames[lang]})
		}
	}
	return out
}

// nav lists the pages that the person's role may open.
func (p *Pages) nav(q *Request) (out []Link) {
	if q.Person.ID == "" {
		return nil
	}
	for _, e := range navigation {
		if p.Guard.Allowed(q.Person, e.permission) == nil {
			out = append(out, Link{To: e.to, Words: say(q.Lang, e.word), Here: q.Request.URL.Path == e.to})
		}
	}
	return out
}
