package notify

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/table"
)

var updateTexts = flag.Bool("update-texts", false, "write testdata/texts-*.txt anew")

func shipped(t *testing.T) *Texts {
	t.Helper()
	var ms table.Mistakes
	texts := LoadTexts(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return texts
}

var sample = map[string]string{"number": "RR-7K3M-Q2XA", "agency": "Majlis Bandaraya Petaling Jaya", "category": "Jalan berlubang",
	"due": "12/01/2026 17:00", "holiday": "Cuti Peristiwa Kelantan", "other": "RR-BVNK-4695"}

func TestWhatPeopleRead(t *testing.T) {
	texts := shipped(t)
	for audience, langs := range map[string][]string{"citizen": citizenLangs, "supporter": citizenLangs, "officer": staffLangs, "supervisor": staffLangs,
		"parent": staffLangs, "oversight": staffLangs, "desk": staffLangs} {
		for _, lang := range langs {
			var b strings.Builder
			events := append(slices.Clone(eventNames), neutral)
			if audience == textSupporter {
				events = supporterEvents
			}
			for _, event := range events {
				title, body, err := texts.Fill(event, audience, lang, sample)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "%s\n  %s\n  %s\n", event, title, body)
			}
			golden(t, fmt.Sprintf("texts-%s-%s.txt", audience, lang), b.String())
		}
	}
}

func TestNoValueMakesATextTooLong(t *testing.T) {
	long := map[string]string{}
	for name := range room {
		long[name] = strings.Repeat("语", 500)
	}
	texts := shipped(t)
	for k := range texts.of {
		audience := k.audience
		if audience == textStaff {
			audience = "officer"
		}
		for _, values := range []map[string]string{long, nil} {
			title, body, err := texts.Fill(k.event, audience, k.lang, values)
			if err != nil {
				t.Fatal(err)
			}
			if n, m := utf8.RuneCountInString(title), utf8.RuneCountInString(body); n > longestTitle || m > longestBody {
				t.Errorf("%v: %d and %d characters", k, n, m)
			}
			if strings.ContainsAny(title+body, "{}") {
				t.Errorf("%v: a placeholder is left in %q %q", k, title, body)
			}
		}
	}
}

func TestFill(t *testing.T) {
	const head = "event,audience,lang,title,body\n"
	var ms table.Mistakes
	texts := LoadTexts(fstest.MapFS{"messages.csv": {Data: []byte(head +
		"routed,citizen,ms,Laporan {number},{agency} bertindak: {due}\nrouted,citizen,zh,案件 {number},{agency}处理\n" +
		"routed,staff,ms,Baharu,{category}\nrouted,staff,en,New,{category}\nrouted,desk,en,For the desk,x\n")}}, &ms)
	cases := []struct {
		name, event, audience, lang string
		values                      map[string]string
		want                        string
	}{
		{"its own language", "routed", "citizen", "zh", sample, "案件 RR-7K3M-Q2XA|Majlis Bandaraya Petaling Jaya处理"},
		{"a language without a text reads Malay", "routed", "citizen", "ta", sample, "Laporan RR-7K3M-Q2XA|Majlis Bandaraya Petaling Jaya bertindak: 12/01/2026 17:00"},
		{"no language reads Malay", "routed", "citizen", "", nil, "Laporan -|Agensi berkenaan bertindak: -"},
		{"what has no value gets a general word in that language", "routed", "citizen", "zh", nil, "案件 -|有关机构处理"},
		{"an officer reads what is for staff", "routed", "officer", "en", nil, "New|Not yet categorised"},
		{"the desk has its own", "routed", "desk", "en", nil, "For the desk|x"},
		{"the desk reads what is for staff where it has none", "routed", "desk", "ms", nil, "Baharu|Belum dikategorikan"},
		{"a value with a placeholder in it stays a value", "routed", "citizen", "zh", map[string]string{"number": "{due}", "agency": "a\n b"}, "案件 {due}|a b处理"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			title, body, err := texts.Fill(c.event, c.audience, c.lang, c.values)
			if err != nil || title+"|"+body != c.want {
				t.Errorf("%q %q, %v; want %q", title, body, err, c.want)
			}
		})
	}
	for _, k := range []textKey{{"eaten", "citizen", "ms"}, {"routed", "mayor", "ms"}, {"routed", "staff", "ms"}, {"closed", "citizen", "ms"}} {
		if _, _, err := texts.Fill(k.event, k.audience, k.lang, sample); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v: %v", k, err)
		}
	}
}

func TestEveryMistakeInATextIsFound(t *testing.T) {
	good, err := configs.FS.ReadFile("messages.csv")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, line, want string }{
		{"an unknown event", "eaten,citizen,ms,t,b", `event: there is no event "eaten"`},
		{"an unknown audience", "closed,mayor,ms,t,b", `audience: "mayor" is neither citizen, supporter`},
		{"an unknown language", "closed,citizen,fr,t,b", "lang: texts for citizen are in"},
		{"a language that staff has not", "closed,desk,zh,t,b", "lang: texts for desk are in"},
		{"the same text twice", "closed,citizen,ms,t,b", "event: closed for citizen in ms has a text already"},
		{"no title", "closed,desk,ms,,b", "title: must not be empty"},
		{"an unknown placeholder", "closed,desk,ms,t,{name}", "body: there is no placeholder {name}"},
		{"a neutral text that says which complaint", "neutral,desk,ms,{number},b", "title: a neutral text has no placeholder"},
		{"a brace left open", "closed,desk,ms,t,{number", "body: has a brace without its partner"},
		{"a title of 61 characters", "closed,desk,ms," + strings.Repeat("é", 61) + ",b", "title: may reach 61 characters; 60 fit"},
		{"a body that gets too long when filled", "closed,desk,ms,t,{agency}{agency}{agency}x", "body: may reach 181 characters; 180 fit"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var ms table.Mistakes
			LoadTexts(fstest.MapFS{"messages.csv": {Data: append(slices.Clone(good), c.line+"\n"...)}}, &ms)
			if len(ms) != 1 || !strings.Contains(ms.Err().Error(), c.want) {
				t.Errorf("mistakes %v, want one with %q", ms.Err(), c.want)
			}
		})
	}
}

// Mistakes that only a comparison of languages shows, in each kind of text; old is replaced in the shipped file.
func TestATextThatDiffersFromItsOtherLanguagesIsFound(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"a language that leaves the date out", "messages.csv", "{due}", "kelak", "which the text in ms"},
		{"a number that only one language says", "sms.csv", "{number}", "anda", "which the text in ms"},
		{"a link that only one language has", "mail.csv", "Details: {link}", "Details", "does not say {link}, which the text in ms says"},
		{"Malay where Tamil should be", "messages.csv", "{number}: துறைக்கு அனுப்பப்பட்டது", "{number} dihantar", "title: is no text in ta: it has no letter of its script"},
		{"Tamil where Chinese should be", "sms.csv", "案件{number}已转交", "{number} க்கு அனுப்பப்பட்டது ", "text: is a text in ta and stands under zh"},
		{"a mark of direction", "messages.csv", "routed,citizen,ms,", "routed,citizen,ms,\u202e", "title: has a character that nobody sees"},
		{"a title of two lines", "messages.csv", "Laporan {number} dihantar kepada agensi", "\"Laporan {number}\nagensi\"", "title: is more than one line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content, err := configs.FS.ReadFile(c.file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(content), c.old) {
				t.Fatalf("%s holds no %q", c.file, c.old)
			}
			files := fstest.MapFS{c.file: {Data: []byte(strings.Replace(string(content), c.old, c.new, 1))}}
			var ms table.Mistakes
			switch c.file {
			case "messages.csv":
				LoadTexts(files, &ms)
			case "sms.csv":
				LoadSMS(files, Rules{}, &ms)
			case "mail.csv":
				LoadFrames(files, &ms)
			}
			if !slices.ContainsFunc(ms, func(m table.Mistake) bool { return m.Line > 1 && strings.Contains(m.Error(), c.want) }) {
				t.Errorf("mistakes:\n%v\nwant one with %q", ms.Err(), c.want)
			}
		})
	}
}

func TestATextThatIsLeftOutIsMissed(t *testing.T) {
	good, err := configs.FS.ReadFile("messages.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		start string
		want  []string
	}{
		{"merged,citizen,ta,", []string{"messages.csv: has no text of merged for citizen in ta"}},
		{"neutral,staff,en,", []string{"officer", "supervisor", "parent", "oversight", "desk"}},
		{"triage,desk,en,", nil}, // the desk then reads what is for staff
	} {
		var kept []string
		for line := range strings.Lines(string(good)) {
			if !strings.HasPrefix(line, c.start) {
				kept = append(kept, line)
			}
		}
		var ms table.Mistakes
		LoadTexts(fstest.MapFS{"messages.csv": {Data: []byte(strings.Join(kept, ""))}}, &ms)
		if len(ms) != len(c.want) {
			t.Errorf("without %s: %v", c.start, ms.Err())
			continue
		}
		for i, w := range c.want {
			if !strings.Contains(ms[i].Error(), w) {
				t.Errorf("without %s: %v, want %s", c.start, ms[i], w)
			}
		}
	}
}

func TestEveryPlaceholderIsGivenAValue(t *testing.T) {
	name := func(code, lang string) string { return code }
	given := Values{Agency: name, Category: name, Zone: time.UTC}.Of(&complaint.Complaint{}, complaint.Event{}, "ms")
	if names, want := slices.Sorted(maps.Keys(given)), slices.Sorted(maps.Keys(room)); !slices.Equal(names, want) {
		t.Errorf("there are values for %v and room for %v", names, want)
	}
}

// While a clock is paused no text says that the deadline is nothing.
func TestASentenceWithoutItsDeadlineIsLeftOut(t *testing.T) {
	texts := shipped(t)
	for _, lang := range []string{"ms", "en", "zh", "ta"} {
		for _, event := range []string{"routed", "accepted"} {
			with := map[string]string{"number": "RR-1", "agency": "MBPJ", "due": "05/01/2026 17:00"}
			_, whole, err := texts.Fill(event, "citizen", lang, with)
			if err != nil {
				t.Fatal(err)
			}
			with["due"] = "-"
			_, short, err := texts.Fill(event, "citizen", lang, with)
			if err != nil || !strings.HasPrefix(whole, short) || strings.Contains(short, "-.") || strings.HasSuffix(short, "-。") || len(short) >= len(whole) || short == "" {
				t.Errorf("%s in %s: %q of %q, %v", event, lang, short, whole, err)
			}
		}
	}
}
