// Package handbook holds what officers choose from while they handle a complaint: replies in the citizen's language, causes
// of what was mended, and for which categories a photo of the repair is asked for. All of it is data.
package handbook

import (
	"io/fs"
	"slices"

	"respons/internal/reason"
	"respons/internal/table"
)

// Book is the whole handbook. It does not change after Load.
type Book struct {
	replies []Reply
	causes  []Cause
	photos  map[string]bool // by category or group
	group   func(category string) string
}

// Everything stands in the column group for every group of categories.
const Everything = "*"

// Load reads replies.csv, causes.csv and repairphotos.csv and notes every mistake. Group gives a category's group and ""
// for a category that does not exist.
func Load(fsys fs.FS, group func(category string) string, groups []string, ms *table.Mistakes) *Book {
	b := &Book{photos: map[string]bool{}, group: group}
	b.loadReplies(fsys, groups, ms)
	b.loadCauses(fsys, groups, ms)
	for _, r := range table.Read(fsys, "repairphotos.csv", []string{"category", "note"}, ms) {
		code := r.Need("category")
		switch {
		case code != "" && group(code) == "" && !slices.Contains(groups, code):
			r.Wrong("category", "there is neither a category nor a group %q", code)
		case b.photos[code]:
			r.Wrong("category", "%s is there already", code)
		}
		b.photos[code] = true
	}
	return b
}

// AsksPhoto says whether a photo of the repair is asked for when a complaint of the category is resolved.
func (b *Book) AsksPhoto(category string) bool {
	return b.photos[category] || b.photos[b.group(category)]
}

// Cause is what can have caused a matter.
type Cause struct {
	Code string
	Name reason.Reason

	group string
}

func (b *Book) loadCauses(fsys fs.FS, groups []string, ms *table.Mistakes) {
	for _, r := range table.Read(fsys, "causes.csv", []string{"group", "code", "name_ms", "name_en"}, ms) {
		c := Cause{group: needGroup(r, groups), Code: r.Need("code"), Name: reason.Reason{MS: r.Need("name_ms"), EN: r.Need("name_en")}}
		if slices.ContainsFunc(b.causes, func(x Cause) bool { return x.Code == c.Code }) {
			r.Wrong("code", "%s is there already", c.Code)
		}
		b.causes = append(b.causes, c)
	}
}

// Causes lists those of a category, those of every category last.
func (b *Book) Causes(category string) (out []Cause) {
	for _, group := range []string{b.group(category), Everything} {
		for _, c := range b.causes {
			if c.group == group {
				out = append(out, c)
			}
		}
	}
	return out
}

// Cause gives a cause by its code, whatever the category; false where there is none any more.
func (b *Book) Cause(code string) (Cause, bool) {
	at := slices.IndexFunc(b.causes, func(c Cause) bool { return c.Code == code })
	if at < 0 {
		return Cause{}, false
	}
	return b.causes[at], true
}

// HasCause says whether a category has a cause.
func (b *Book) HasCause(category, code string) bool {
	return slices.ContainsFunc(b.Causes(category), func(c Cause) bool { return c.Code == code })
}

// needGroup reads the column group.
func needGroup(r table.Row, groups []string) string {
	g := r.Need("group")
	if g != "" && g != Everything && !slices.Contains(groups, g) {
		r.Wrong("group", "there is no group %q in categories.csv; * stands for all", g)
	}
	return g
}
