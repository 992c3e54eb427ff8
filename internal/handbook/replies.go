package handbook

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"respons/internal/complaint"
	"respons/internal/reason"
	"respons/internal/table"
)

// Reply is a text that officers send often, with placeholders that are filled in before they see it.
type Reply struct {
	Code  string
	Title reason.Reason // what officers choose it by

	group string
	uses  []complaint.Action
	texts map[string]string // by language
}

// Placeholders are what a reply may name in braces.
var Placeholders = []string{"number", "agency", "category", "due"}

// Uses are the moves with which a reply can go.
var Uses = []complaint.Action{complaint.Accept, complaint.Ask, complaint.Reply, complaint.Resolve, complaint.Reject}

var (
	langs       = []string{"ms", "en", "zh", "ta"}
	placeholder = regexp.MustCompile(`\{([^{}]*)\}`)
)

func (b *Book) loadReplies(fsys fs.FS, groups []string, ms *table.Mistakes) {
	columns := append([]string{"group", "code", "use", "title_ms", "title_en"}, langs...)
	for _, r := range table.Read(fsys, "replies.csv", columns, ms) {
		x := Reply{group: needGroup(r, groups), Code: r.Need("code"), Title: reason.Reason{MS: r.Need("title_ms"), EN: r.Need("title_en")}, texts: map[string]string{}}
		if slices.ContainsFunc(b.replies, func(y Reply) bool { return y.Code == x.Code }) {
			r.Wrong("code", "%s is there already", x.Code)
		}
		for _, use := range r.List("use") {
			if !slices.Contains(Uses, complaint.Action(use)) {
				r.Wrong("use", "%q is none of %v", use, Uses)
			}
			x.uses = append(x.uses, complaint.Action(use))
		}
		if len(x.uses) == 0 {
			r.Wrong("use", "names none of %v", Uses)
		}
		for _, lang := range langs {
			x.texts[lang] = r.Need(lang)
			checkPlaceholders(r, lang, x.texts[lang])
		}
		b.replies = append(b.replies, x)
	}
}

func checkPlaceholders(r table.Row, column, text string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(Placeholders, m[1]) {
			r.Wrong(column, "there is no placeholder %s; there are %v", m[0], Placeholders)
		}
	}
	if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
		r.Wrong(column, "has a brace without its partner")
	}
}

// Replies lists those that can go with a move on a complaint of the category: those of its group first.
func (b *Book) Replies(category string, use complaint.Action) (out []Reply) {
	for _, group := range []string{b.group(category), Everything} {
		for _, x := range b.replies {
			if x.group == group && slices.Contains(x.uses, use) {
				out = append(out, x)
			}
		}
	}
	return out
}

// Fill gives the text in a language, Malay where there is none in it, with the values in the places of their names. A
// value that is missing leaves a line to be filled in.
func (x Reply) Fill(lang string, values map[string]string) string {
	text, ok := x.texts[lang]
	if !ok {
		text = x.texts["ms"]
	}
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v := values[p[1:len(p)-1]]; v != "" && v != "-" {
			return v
		}
		return "____"
	})
}
