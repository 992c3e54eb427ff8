package service

import (
	"io/fs"
	"regexp"
	"slices"

	"respons/internal/classify"
	"respons/internal/table"
)

var languages = []string{"ms", "en", "zh", "ta"}

var (
	codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,29}$`)
	keyForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,29}$`)
)

// Load reads groups.csv, questions.csv and choices.csv, which belong to the catalogue, and notes every mistake.
func Load(fsys fs.FS, catalogue *classify.Catalogue, ms *table.Mistakes) *List {
	groups := loadGroups(fsys, catalogue, ms)
	asked := loadQuestions(fsys, catalogue, loadChoices(fsys, ms), ms)
	l := &List{code: map[string]int{}}
	for _, c := range catalogue.All() {
		if groups[c.Group] == nil {
			ms.Add("groups.csv", "has no row for the group %s of categories.csv", c.Group)
		}
		if c.Restricted {
			continue
		}
		l.code[c.Code] = len(l.all)
		l.all = append(l.all, Service{Code: c.Code, Name: Words{"ms": c.NameMS, "en": c.NameEN}, Group: groups[c.Group],
			Keywords: c.Keywords, Call: c.Emergency, Questions: asked[c.Code]})
	}
	return l
}

func columns(prefix string) (out []string) {
	for _, l := range languages {
		out = append(out, prefix+"_"+l)
	}
	return out
}

// words reads a text that must be there in every language.
func words(r table.Row, prefix string) Words {
	w := Words{}
	for _, l := range languages {
		w[l] = r.Need(prefix + "_" + l)
	}
	return w
}

func loadGroups(fsys fs.FS, catalogue *classify.Catalogue, ms *table.Mistakes) map[string]Words {
	groups := map[string]Words{}
	for _, r := range table.Read(fsys, "groups.csv", append([]string{"group"}, columns("name")...), ms) {
		code := r.Need("group")
		switch {
		case len(code) != 3 || !catalogue.Has(code):
			r.Wrong("group", "there is no group %q in categories.csv", code)
		case groups[code] != nil:
			r.Wrong("group", "%s has a row already", code)
		}
		groups[code] = words(r, "name")
	}
	return groups
}

// choicesOf are the choices by question, with the row in which the first of each stands.
type choicesOf map[string]struct {
	list  []Choice
	first table.Row
}

func loadChoices(fsys fs.FS, ms *table.Mistakes) choicesOf {
	out := choicesOf{}
	for _, r := range table.Read(fsys, "choices.csv", append([]string{"question", "key"}, columns("name")...), ms) {
		q, key := r.Need("question"), r.Need("key")
		x := out[q]
		switch {
		case !keyForm.MatchString(key):
			r.Wrong("key", "%q is not up to 30 small letters, digits and underscores", key)
		case slices.ContainsFunc(x.list, func(c Choice) bool { return c.Key == key }):
			r.Wrong("key", "%s has the choice %s already", q, key)
		}
		if x.list == nil {
			x.first = r
		}
		x.list = append(x.list, Choice{Key: key, Name: words(r, "name")})
		out[q] = x
	}
	return out
}

// loadQuestions gives the questions by category, in the order of the file.
func loadQuestions(fsys fs.FS, catalogue *classify.Catalogue, choices choicesOf, ms *table.Mistakes) map[string][]Question {
	out, known := map[string][]Question{}, map[string]bool{}
	cols := slices.Concat([]string{"code", "categories", "type", "required"}, columns("ask"), columns("help"))
	for _, r := range table.Read(fsys, "questions.csv", cols, ms) {
		q := Question{Code: r.Need("code"), Type: Type(r.Need("type")), Required: r.Get("required") == "true", Ask: words(r, "ask"), Help: Words{}}
		if v := r.Get("required"); v != "true" && v != "false" {
			r.Wrong("required", "must be true or false")
		}
		for _, l := range languages {
			if q.Help[l] = r.Get("help_" + l); (q.Help[l] == "") != (q.Help["ms"] == "") {
				r.Wrong("help_"+l, "must be there in every language or in none")
			}
		}
		switch {
		case !codeForm.MatchString(q.Code):
			r.Wrong("code", "%q is not up to 30 capitals, digits and underscores", q.Code)
		case q.Code == Call:
			r.Wrong("code", "%s is the program's own", Call)
		case known[q.Code]:
			r.Wrong("code", "%s has a row already", q.Code)
		case !slices.Contains(types, q.Type):
			r.Wrong("type", "%q is none of %v", q.Type, types)
		}
		if q.Choices = choices[q.Code].list; q.Type.listed() != (q.Choices != nil) {
			r.Wrong("type", "a list has choices in choices.csv, and nothing else has")
		}
		known[q.Code] = true
		for _, code := range r.List("categories") {
			if c, ok := catalogue.Get(code); !ok || c.Restricted {
				r.Wrong("categories", "there is no category %q, or it is restricted and not offered", code)
			}
			out[code] = append(out[code], q)
		}
	}
	for code, x := range choices {
		if !known[code] {
			x.first.Wrong("question", "there is no question %q in questions.csv", code)
		}
	}
	return out
}

// Call is the code under which other systems are shown the numbers to call first. It takes no answer.
const Call = "CALL"
