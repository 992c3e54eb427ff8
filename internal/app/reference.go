package app

import (
	"io/fs"
	"os"
	"time"
	_ "time/tzdata" // the program finds Malaysia's time on a machine without a zone database

	"respons/configs"
	"respons/internal/access"
	"respons/internal/agency"
	"respons/internal/attachment"
	"respons/internal/classify"
	"respons/internal/duplicate"
	"respons/internal/fault"
	"respons/internal/limit"
	"respons/internal/notify"
	"respons/internal/place"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/routing"
	"respons/internal/service"
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
	Finder      *place.Finder
	Router      *routing.Router // the shipped one, which has learnt from nobody
	Spans       duplicate.Spans
	Services    *service.List // as other systems see the catalogue
	Open311     open311.Texts
	Reveal      reporter.Rules
	Retention   retention.Rules
	Access      *access.Table
	Limits      limit.Rules
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
	r.Finder = parts.Finder.(*place.Finder)
	r.Spans = duplicate.LoadSpans(fsys, r.Catalogue.Has, &ms)
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
		if !r.known(code) {
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

// values fill the placeholders of messages.
func (r *Reference) values() notify.Values {
	return notify.Values{Zone: r.Zone,
		Agency: func(code, lang string) string {
			a, ok := r.Agencies.Get(code)
			switch {
			case !ok:
				return ""
			case lang == "ms" || a.NameEN == "":
				return a.NameMS
			}
			return a.NameEN
		},
		Category: func(code, lang string) string {
			c, _ := r.Catalogue.Get(code)
			if lang == "ms" {
				return c.NameMS
			}
			return c.NameEN
		}}
}

// known says whether the register has an agency.
func (r *Reference) known(code string) bool {
	_, ok := r.Agencies.Get(code)
	return ok
}

// states are those an agency serves.
func (r *Reference) states(code string) []string {
	a, _ := r.Agencies.Get(code)
	return a.States
}

// parent is the body above an agency; empty: none.
func (r *Reference) parent(code string) string {
	a, _ := r.Agencies.Get(code)
	return a.Parent
}

// chain is an agency and all above it.
func (r *Reference) chain(code string) []string {
	return append([]string{code}, r.Agencies.Chain(code)...)
}
