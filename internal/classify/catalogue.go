package classify

import (
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"respons/internal/table"
)

// Category is what a complaint can be about.
type Category struct {
	Code        string
	Group       string // its first three letters
	NameMS      string
	NameEN      string
	Rule        string   // of the responsibility table, or agency:CODE
	Fallback    []string // whom to try next, the same two forms
	Priority    int      // 1 highest to 4
	SLA         string   // class
	Emergency   []string // numbers, the first one first, such as "999" or "1-800-88-2727 (JAS)"; nil: none
	Restricted  bool
	RecordTypes []string
	Keywords    map[string][]string // by language: ms, en, zh, ta; lower case
}

// Catalogue is every category.
type Catalogue struct {
	all  []Category
	code map[string]int
}

// Get gives a category by its code.
func (c *Catalogue) Get(code string) (Category, bool) {
	i, ok := c.code[code]
	if !ok {
		return Category{}, false
	}
	return c.all[i], true
}

// Has says whether there is a category or a group of that code.
func (c *Catalogue) Has(codeOrGroup string) bool {
	return slices.ContainsFunc(c.all, func(k Category) bool { return k.Code == codeOrGroup || k.Group == codeOrGroup })
}

// All gives the categories in the order of the file. The slice is the catalogue's own: read only.
func (c *Catalogue) All() []Category { return c.all }

var (
	codeForm    = regexp.MustCompile(`^[A-Z]{3}\d{2}$`)
	recordTypes = []string{"aduan", "pertanyaan", "cadangan", "penghargaan", "permohonan", "integriti", "bukan_aduan"}
	languages   = []string{"ms", "en", "zh", "ta"}
)

// LoadCatalogue reads categories.csv and notes every mistake.
func LoadCatalogue(fsys fs.FS, ms *table.Mistakes) *Catalogue {
	c := &Catalogue{code: map[string]int{}}
	owner := map[string]string{} // of a keyword
	columns := []string{"code", "group", "name_ms", "name_en", "rule", "fallback", "priority", "sla", "emergency", "restricted", "record_types",
		"keywords_ms", "keywords_en", "keywords_zh", "keywords_ta"}
	for _, r := range table.Read(fsys, "categories.csv", columns, ms) {
		k := Category{Code: r.Need("code"), Group: r.Get("group"), NameMS: r.Need("name_ms"), NameEN: r.Need("name_en"), Rule: r.Need("rule"),
			Fallback: r.List("fallback"), SLA: r.Need("sla"), Restricted: r.Get("restricted") == "true", RecordTypes: r.List("record_types"),
			Keywords: map[string][]string{}}
		switch {
		case !codeForm.MatchString(k.Code):
			r.Wrong("code", "%q is not three capitals and two digits", k.Code)
		case k.Group != k.Code[:3]:
			r.Wrong("group", "must be %s, as the code begins", k.Code[:3])
		}
		if _, twice := c.code[k.Code]; twice {
			r.Wrong("code", "%s stands in an earlier row already", k.Code)
		}
		var err error
		if k.Priority, err = strconv.Atoi(r.Get("priority")); err != nil || k.Priority < 1 || k.Priority > 4 {
			r.Wrong("priority", "must be 1, 2, 3 or 4")
		}
		if v := r.Get("restricted"); v != "true" && v != "false" {
			r.Wrong("restricted", "must be true or false")
		}
		if r.Need("emergency") != "none" {
			k.Emergency = r.List("emergency")
		}
		for _, t := range k.RecordTypes {
			if !slices.Contains(recordTypes, t) {
				r.Wrong("record_types", "%q is none of %s", t, strings.Join(recordTypes, ", "))
			}
		}
		for _, lang := range languages {
			for _, word := range r.List("keywords_" + lang) {
				word = strings.ToLower(word)
				if had, taken := owner[word]; taken && had != k.Code {
					r.Wrong("keywords_"+lang, "%q is a keyword of %s already", word, had)
				}
				owner[word] = k.Code
				k.Keywords[lang] = append(k.Keywords[lang], word)
			}
		}
		c.code[k.Code] = len(c.all)
		c.all = append(c.all, k)
	}
	return c
}
