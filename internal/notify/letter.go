package notify

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"respons/internal/fault"
	"respons/internal/table"
)

// longestSubject is what a line of a mail should not exceed (RFC 5322, 2.1.1), without the header's name.
const longestSubject = 78 - len("Subject: ")

// frameRoom is how many characters a value may take; also the placeholders that there are. Title and text are those of
// messages.csv, which are short by themselves and say nothing where the complaint is restricted.
var frameRoom = map[string]int{"title": longestTitle, "text": longestBody, "link": 200, "stop": 300}

// Frames are what stands around a text in an e-mail, by audience (citizen, staff) and language.
type Frames struct{ of map[textKey]text }

// LoadFrames reads mail.csv and notes every mistake.
func LoadFrames(fsys fs.FS, ms *table.Mistakes) *Frames {
	const file = "mail.csv"
	f := &Frames{of: map[textKey]text{}}
	same := translations{}
	for _, r := range table.Read(fsys, file, []string{"audience", "lang", "subject", "body"}, ms) {
		k := textKey{"", r.Need("audience"), r.Need("lang")}
		langs := staffLangs
		if k.audience == textCitizen {
			langs = citizenLangs
		}
		_, twice := f.of[k]
		before := len(*ms)
		switch {
		case k.audience != textCitizen && k.audience != textStaff:
			r.Wrong("audience", "%q is neither citizen nor staff", k.audience)
		case !slices.Contains(langs, k.lang):
			r.Wrong("lang", "e-mails to %s are in %v", k.audience, langs)
		case twice:
			r.Wrong("audience", "%s in %s has a row already", k.audience, k.lang)
		}
		x := text{r.Need("subject"), r.Need("body")}
		if len(*ms) == before {
			checkScript(r, "body", x.body, k.lang)
			same.check(r, "body", k, x.title+" "+x.body)
		}
		checkCharacters(r, "subject", x.title, false)
		checkCharacters(r, "body", x.body, true)
		checkPlaceholders(r, "subject", x.title, map[string]int{"title": longestTitle}, k.audience)
		checkPlaceholders(r, "body", x.body, frameRoom, k.audience)
		if n := utf8.RuneCountInString(x.title) - len("{title}") + longestTitle; n > longestSubject {
			r.Wrong("subject", "may reach %d characters; %d fit on a line", n, longestSubject)
		}
		for column, need := range map[string][2]string{"subject": {x.title, "{title}"}, "body": {x.body, "{text}"}} {
			if !strings.Contains(need[0], need[1]) {
				r.Wrong(column, "has no %s", need[1])
			}
		}
		if !strings.Contains(x.body, "{stop}") {
			r.Wrong("body", "has no {stop}: nobody could end these e-mails")
		}
		f.of[k] = x
	}
	for audience, langs := range map[string][]string{textCitizen: citizenLangs, textStaff: staffLangs} {
		for _, lang := range langs {
			if _, ok := f.of[textKey{"", audience, lang}]; !ok {
				ms.Add(file, "has no row for %s in %s", audience, lang)
			}
		}
	}
	return f
}

// Letter is an e-mail in plain text.
type Letter struct {
	ID            string // of the ledger's row: the same for every attempt
	To            string // address; never logged
	Subject, Body string
	Stop          string // address that ends these e-mails with one POST (RFC 8058); empty: there is none
	Files         []File // attached
}

// File is attached to an e-mail.
type File struct {
	Name, Kind string // Kind is its media type
	Body       []byte
}

// fill frames a title and a text. A line of the frame whose value is empty is left out.
func (f *Frames) fill(audience, lang string, values map[string]string) (subject, body string, err error) {
	if audience != textCitizen {
		audience = textStaff
	}
	x, ok := f.of[textKey{"", audience, lang}]
	if !ok {
		if x, ok = f.of[textKey{"", audience, "ms"}]; !ok {
			return "", "", fault.New(fault.NotFound, "there is no e-mail for %q", audience)
		}
	}
	var lines []string
	for line := range strings.Lines(x.body) {
		line = strings.TrimRight(line, "\r\n")
		empty := false
		out := placeholder.ReplaceAllStringFunc(line, func(p string) string {
			v := values[p[1:len(p)-1]]
			empty = empty || v == ""
			return v
		})
		if empty || out == "" && len(lines) > 0 && lines[len(lines)-1] == "" {
			continue
		}
		lines = append(lines, out)
	}
	return strings.ReplaceAll(x.title, "{title}", values["title"]), strings.TrimSpace(strings.Join(lines, "\n")) + "\n", nil
}
