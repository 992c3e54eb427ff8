package signin

import (
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"respons/internal/table"
)

// Letter is an e-mail in plain text.
type Letter struct{ Subject, Body string }

// Texts are the messages that let people in, by language.
type Texts struct {
	codes       map[string]string
	invitations map[string]Letter
}

const (
	codeText       = "code"       // to citizens, by SMS
	invitationText = "invitation" // to staff, by e-mail
)

var inBraces = regexp.MustCompile(`\{([a-z]+)\}`)

// what each message is about: its languages, the placeholders that it may have, and those that it must have.
var about = map[string]struct{ langs, may, must []string }{
	codeText:       {[]string{"ms", "en", "zh", "ta"}, []string{"code", "minutes"}, []string{"code"}},
	invitationText: {[]string{"ms", "en"}, []string{"name", "link", "hours"}, []string{"link"}},
}

// oneSegment is how many characters of UCS-2 a text message of one segment takes.
const oneSegment = 70

// LoadTexts reads signin.csv and notes every mistake: a text that is missing, an unknown placeholder, a code that does not
// fit into one text message.
func LoadTexts(fsys fs.FS, ms *table.Mistakes) *Texts {
	const file = "signin.csv"
	t := &Texts{codes: map[string]string{}, invitations: map[string]Letter{}}
	for _, r := range table.Read(fsys, file, []string{"message", "lang", "subject", "text"}, ms) {
		message, lang, text := r.Need("message"), r.Need("lang"), r.Need("text")
		a, ok := about[message]
		if !ok {
			r.Wrong("message", "%q is neither code nor invitation", message)
			continue
		}
		if !slices.Contains(a.langs, lang) {
			r.Wrong("lang", "the %s is in %s", message, strings.Join(a.langs, ", "))
		}
		for _, p := range inBraces.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(a.may, p[1]) {
				r.Wrong("text", "there is no placeholder %s; there are {%s}", p[0], strings.Join(a.may, "}, {"))
			}
		}
		for _, p := range a.must {
			if !strings.Contains(text, "{"+p+"}") {
				r.Wrong("text", "has no {%s}", p)
			}
		}
		if message == codeText {
			if n := len([]rune(strings.NewReplacer("{code}", "000000", "{minutes}", "5").Replace(text))); n > oneSegment {
				r.Wrong("text", "has %d characters; %d fit into one text message", n, oneSegment)
			}
			t.codes[lang] = text
			continue
		}
		t.invitations[lang] = Letter{r.Need("subject"), text}
	}
	for _, lang := range about[codeText].langs {
		if t.codes[lang] == "" {
			ms.Add(file, "has no code in %s", lang)
		}
	}
	for _, lang := range about[invitationText].langs {
		if t.invitations[lang].Body == "" {
			ms.Add(file, "has no invitation in %s", lang)
		}
	}
	return t
}

// Code is the text message with a code, in lang where there is one and in Malay otherwise.
func (t *Texts) Code(lang, code string, minutes int) string {
	text, ok := t.codes[lang]
	if !ok {
		text = t.codes["ms"]
	}
	return strings.NewReplacer("{code}", code, "{minutes}", strconv.Itoa(minutes)).Replace(text)
}

// Invitation is the e-mail with a link.
func (t *Texts) Invitation(lang, name, link string, hours int) Letter {
	l, ok := t.invitations[lang]
	if !ok {
		l = t.invitations["ms"]
	}
	l.Body = strings.NewReplacer("{name}", name, "{link}", link, "{hours}", strconv.Itoa(hours)).Replace(l.Body)
	return l
}
