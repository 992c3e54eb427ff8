package app

import (
	"io/fs"
	"os"
	"slices"
	"time"
	_ "time/tzdata" // the program finds Malaysia's time on a machine without a zone database

	"respons/configs"
	"respons/internal/access"
	"respons/internal/agency"
	"respons/internal/attachment"
	"respons/internal/classify"
	"respons/internal/duplicate"
	"respons/internal/fault"
	"respons/internal/handbook"
	"respons/internal/identity"
	"respons/internal/insult"
	"respons/internal/limit"
	"respons/internal/notify"
	"respons/internal/place"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/routing"
	"respons/internal/service"
	"respons/internal/signin"
	"respons/internal/sla"
	"respons/internal/table"
	"respons/mobileapi"
	"respons/mobileapi/open311"
)

// Reference is all the data that officials keep: who the agencies are, what complaints are about, who must act, by when.
type Reference struct {
	Agencies    *agency.Register
	Catalogue   *classify.Catalogue
	Classifier  *classify.Classifier
	Router      *routing.Router // the shipped one, which has learnt from nobody
	Places      *place.Finder
	Handbook    *handbook.Book
	Spans       duplicate.Spans
	Repeats     duplicate.RepeatRules
	Insults     *insult.List
	Services    *service.List // as other systems see the catalogue
	Open311     open311.Texts
	Reveal      reporter.Rules
	Retention   retention.Rules
	Access      *access.Table
	Limits      limit.Rules
	Lifetimes   identity.Lifetimes
	Letters     *signin.Texts // that let people in
	Attachments attachment.Limits
	Hotlines    map[string][]mobileapi.Hotline // by language
	Book        *sla.Book
	Rules       notify.Rules
	Policy      notify.Policy
	Texts       *notify.Texts
	SMS         *notify.SMSTexts
	Frames      *notify.Frames
	Zone        *time.Location

	files fs.FS
}

// Folder is the reference data of a folder; empty: what the program was built with.
func Folder(dir string) fs.FS {
	if dir == "" {
		return configs.FS
	}
	return os.DirFS(dir)
}

// LoadReference reads all of it; the error names every mistake with file, line and column.
func LoadReference(fsys fs.FS) (*Reference, error) {
	var ms table.Mistakes
	parts := routing.LoadParts(fsys, &ms)
	r := &Reference{
		files:       fsys,
		Agencies:    agency.Load(fsys, &ms),
		Catalogue:   classify.LoadCatalogue(fsys, &ms),
		Access:      access.Load(fsys, &ms),
		Attachments: attachment.LoadLimits(fsys, &ms),
		Lifetimes:   identity.LoadLifetimes(fsys, &ms),
		Letters:     signin.LoadTexts(fsys, &ms),
		Hotlines:    loadHotlines(fsys, &ms),
		Book:        sla.Load(fsys, &ms),
		Rules:       notify.LoadRules(fsys, &ms),
		Policy:      notify.LoadPolicy(fsys, &ms),
		Texts:       notify.LoadTexts(fsys, &ms),
		Frames:      notify.LoadFrames(fsys, &ms),
		Router:      routing.New(parts),
	}
	r.SMS = notify.LoadSMS(fsys, r.Rules, &ms)
	r.Limits = limit.Load(fsys, func(p string) bool { return r.Access.Has(access.Permission(p)) }, &ms)
	r.Classifier = parts.Classifier.(*classify.Classifier)
	r.Places = parts.Finder.(*place.Finder)
	r.Handbook = handbook.Load(fsys, r.group, r.categoryGroups(), &ms)
	r.Spans = duplicate.LoadSpans(fsys, r.Catalogue.Has, &ms)
	r.Insults = insult.Load(fsys, &ms)
	r.Repeats = duplicate.LoadRepeats(fsys, &ms)
	r.Reveal = reporter.LoadRules(fsys, r.Catalogue.Has, &ms)
	r.Retention = retention.LoadRules(fsys, r.Catalogue.Has, &ms)
	r.Services = service.Load(fsys, r.Catalogue, &ms)
	r.Open311 = open311.LoadTexts(fsys, &ms)
	demoDrafts(fsys, &ms)
	if len(ms) > 0 {
		return nil, ms.Err()
	}
	for _, c := range r.Catalogue.All() {
		if _, ok := r.Book.Class(c.SLA); !ok {
			ms.Add("categories.csv", "category %s has SLA class %q, which sla_classes.csv does not have", c.Code, c.SLA)
		}
	}
	for _, code := range r.Book.LadderAgencies() {
		if _, ok := r.Agencies.Named(code); !ok {
			ms.Add("ladder.csv", "there is no agency %q; * stands for all", code)
		}
	}
	var err error
	if r.Zone, err = time.LoadLocation("Asia/Kuala_Lumpur"); err != nil {
		return nil, err
	}
	return r, ms.Err()
}

// Filing gives a category's SLA class and whether it is restricted.
func (r *Reference) Filing(category string) (string, bool, error) {
	c, ok := r.Catalogue.Get(category)
	if !ok {
		return "", false, fault.New(fault.Invalid, "there is no category %q; GET /v1/categories lists them", category)
	}
	return c.SLA, c.Restricted, nil
}

// agencyName is also that of an agency which acts no more.
func (r *Reference) agencyName(code, lang string) string {
	a, ok := r.Agencies.Named(code)
	switch {
	case !ok:
		return ""
	case lang == "ms" || a.NameEN == "":
		return a.NameMS
	}
	return a.NameEN
}

func (r *Reference) categoryName(code, lang string) string {
	c, _ := r.Catalogue.Get(code)
	if lang == "ms" {
		return c.NameMS
	}
	return c.NameEN
}

// group is that of a category; empty for one that is not there.
func (r *Reference) group(category string) string {
	c, _ := r.Catalogue.Get(category)
	return c.Group
}

// categoryGroups lists the groups of the catalogue.
func (r *Reference) categoryGroups() (out []string) {
	for _, c := range r.Catalogue.All() {
		if !slices.Contains(out, c.Group) {
			out = append(out, c.Group)
		}
	}
	return out
}

// classes lists the SLA classes that categories have.
func (r *Reference) classes() (out []string) {
	for _, c := range r.Catalogue.All() {
		if !slices.Contains(out, c.SLA) {
			out = append(out, c.SLA)
		}
	}
	slices.Sort(out)
	return out
}

// known says whether the register has an agency of this code that acts.
func (r *Reference) known(code string) bool { return r.Agencies.Acts(code) }

// acting gives the code of who acts for a code: itself, or the successor.
func (r *Reference) acting(code string) (string, bool) {
	a, ok := r.Agencies.Get(code)
	return a.Code, ok
}

// states are those an agency serves, or served.
func (r *Reference) states(code string) []string {
	a, _ := r.Agencies.Named(code)
	return a.States
}

// parent is the body above an agency; empty: none.
func (r *Reference) parent(code string) string {
	if up := r.Agencies.Chain(code); len(up) > 0 {
		return up[0]
	}
	return ""
}

// chain is an agency and all above it.
func (r *Reference) chain(code string) []string {
	return append([]string{code}, r.Agencies.Chain(code)...)
}
