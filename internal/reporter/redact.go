package reporter

import (
	"regexp"
	"strings"

	"respons/internal/mask"
)

// joints are parts of names that name nobody.
var joints = map[string]bool{"bin": true, "binti": true, "bt": true, "bte": true, "binte": true, "a/l": true, "a/p": true, "al": true, "ap": true,
	"anak": true, "s/o": true, "d/o": true, "van": true, "de": true}

// Redactor gives a function that hides in a text what it says of the citizen: their whole name, and each part of it that
// follows a form of address as in "Puan Aminah", their home, e-mail and numbers, however these are typed. It knows what the
// masker cannot: whose text it is.
func (d Details) Redactor() func(string) string {
	var alternatives []string
	add := func(s string) {
		if s = strings.TrimSpace(s); len([]rune(s)) >= 4 {
			words := strings.Fields(s)
			for i := range words {
				words[i] = regexp.QuoteMeta(words[i])
			}
			alternatives = append(alternatives, strings.Join(words, `\s+`))
		}
	}
	add(d.Name)
	add(d.Address)
	add(d.Email)
	for _, digits := range []string{strings.TrimPrefix(d.Phone, "+60"), d.Identity} {
		if digits = strings.TrimLeft(digits, "+"); digits != "" {
			alternatives = append(alternatives, `\+?6?0?`+spaced(digits))
		}
	}
	var parts []string
	for _, p := range strings.Fields(d.Name) {
		if p = strings.Trim(p, ".,@"); len([]rune(p)) >= 2 && !joints[strings.ToLower(p)] {
			parts = append(parts, regexp.QuoteMeta(p))
		}
	}
	if len(parts) > 0 {
		alternatives = append(alternatives, `(?:puan|encik|en\.?|pn\.?|cik|tuan|dato'?|datuk|datin|tan sri|dr\.?|mr\.?|mrs\.?|ms\.?|miss|madam|saya|nama)\s+(?:`+
			strings.Join(parts, "|")+`)\b(?:\s+(?:bin|binti|a/l|a/p|`+strings.Join(parts, "|")+`)\b)*`)
	}
	if len(alternatives) == 0 {
		return mask.Text
	}
	all := regexp.MustCompile(`(?i)` + strings.Join(alternatives, "|"))
	return func(s string) string { return mask.Text(all.ReplaceAllString(s, mask.Sign)) }
}

// spaced matches the characters of a number with single separators between them.
func spaced(number string) string {
	var b strings.Builder
	for i, r := range number {
		if i > 0 {
			b.WriteString(`[ .-]?`)
		}
		b.WriteString(regexp.QuoteMeta(string(r)))
	}
	return b.String()
}
