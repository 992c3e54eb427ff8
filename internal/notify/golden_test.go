package notify

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"respons/configs"
	"respons/internal/table"
)

// golden compares with a file of testdata, or writes it anew with -update-texts.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *updateTexts {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs; if that is meant, run go test with -update-texts (-want +got)\n%s", file, d)
	}
}

func TestWhatTextMessagesSay(t *testing.T) {
	var ms table.Mistakes
	rules := LoadRules(configs.FS, &ms)
	texts := LoadSMS(configs.FS, rules, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"number": "RR-7K3M-Q2XA", "agency": "MPKOTASAMARAHAN", "due": "12/01/2026 17:00"}
	for _, lang := range citizenLangs {
		var b strings.Builder
		for _, event := range append(slices.Clone(eventNames), neutral) {
			if event != neutral && !rules.textable(event) {
				continue
			}
			s, err := texts.Fill(event, lang, values)
			if err != nil {
				t.Fatal(err)
			}
			if event == neutral && strings.Contains(s, values["number"]) {
				t.Errorf("the neutral text in %s says which complaint", lang)
			}
			fmt.Fprintf(&b, "%s, segments: %d\n  %s\n", event, Segments(s), s)
			if n := Segments(s); n > mostSegments {
				t.Errorf("%s in %s takes %d segments", event, lang, n)
			}
		}
		golden(t, "sms-citizen-"+lang+".txt", b.String())
	}
}

func TestWhatEMailsSay(t *testing.T) {
	var ms table.Mistakes
	frames, texts := LoadFrames(configs.FS, &ms), LoadTexts(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		audience string
		langs    []string
		events   []string
	}{{textCitizen, citizenLangs, []string{"resolved", neutral}}, {"supervisor", staffLangs, []string{"breach", digest, neutral, AmendmentSubmitted, AmendmentApproved, AmendmentReturned}}} {
		for _, lang := range c.langs {
			var b strings.Builder
			for _, event := range c.events {
				values := sample
				if event == digest {
					values = map[string]string{"total": "12", "new": "7", "soon": "3", "late": "2"}
				}
				title, body, err := texts.Fill(event, c.audience, lang, values)
				if err != nil {
					t.Fatal(err)
				}
				for _, link := range []string{"https://respons.example.gov.my", ""} {
					stop := ""
					if link != "" {
						stop = link + "/v1/unsubscribe?person=01A&code=ff"
					}
					subject, letter, err := frames.fill(c.audience, lang, map[string]string{"title": title, "text": body, "link": link, "stop": stop})
					if err != nil {
						t.Fatal(err)
					}
					if event == neutral && strings.Contains(subject+letter, "RR-") {
						t.Errorf("the neutral e-mail in %s says which complaint", lang)
					}
					fmt.Fprintf(&b, "=== %s, public address %q\nSubject: %s\n\n%s", event, link, subject, letter)
				}
			}
			golden(t, "mail-"+c.audience+"-"+lang+".txt", b.String())
		}
	}
}

// A mistake in what officials change is named with file and column, and the program does not start.
func TestEveryMistakeInRulesAndTextsByOtherChannelsIsFound(t *testing.T) {
	long := strings.Repeat("x", 260)
	cases := []struct{ name, file, line, want string }{
		{"an unknown importance", "notices.csv", "started,desk,loud,,push,,", `importance: "loud" is none of`},
		{"less than the importance", "notices.csv", "started,desk,important,ordinary,push,,", "urgent: is less than the importance"},
		{"a channel that does not reach", "notices.csv", "started,desk,ordinary,,sms,,", `channels: "sms" does not reach desk`},
		{"a digest for citizens", "notices.csv", "extended,supporters,ordinary,,digest,,", `channels: "digest" does not reach supporters`},
		{"a system without a webhook", "notices.csv", "received,system,ordinary,,,,", "channels: an agency's system is reached by webhook"},
		{"a fallback of what does not ring", "notices.csv", "started,desk,ordinary,,push,30,", "fallback_minutes: only what is important"},
		{"a fallback without a push", "notices.csv", "started,desk,important,,email,30,", "fallback_minutes: only a push is watched"},
		{"a fallback after two days", "notices.csv", "started,desk,important,,push,2880,", "fallback_minutes: \"2880\" is no number of minutes from 1 to 1440"},
		{"a fallback for followers", "notices.csv", "extended,supporters,important,,push,30,", "fallback_minutes: supporters has nothing to fall back to"},
		{"the same audience twice", "notices.csv", "routed,citizen,ordinary,,push,,", "audience: citizen is told about routed by an earlier row"},
		{"an SMS of an unknown event", "sms.csv", "eaten,ms,x", `event: there is no event "eaten"`},
		{"an SMS with a name in it", "sms.csv", "closed,ms,{category}", "text: there is no placeholder {category}"},
		{"a neutral SMS that says which complaint", "sms.csv", "neutral,fr,{number}", "text: a neutral text has no placeholder"},
		{"an SMS of three segments", "sms.csv", "closed,ms," + long + "{due}{number}{agency}{due}", "text: may take 3 segments (319 characters"},
		{"an SMS of three segments because of one letter", "sms.csv", "closed,ms,“" + long[:140], "text: may take 3 segments (141 characters"},
		{"an e-mail that cannot be ended", "mail.csv", "officer,ms,{title},{text}", "body: has no {stop}"},
		{"an e-mail without the message", "mail.csv", "officer,ms,{title},{stop}", "body: has no {text}"},
		{"a subject longer than a line", "mail.csv", "officer,ms,Sistem Aduan Kebangsaan: {title},{text}{stop}", "subject: may reach 85 characters; 69 fit"},
		{"an unknown setting", "telling.csv", "volume,11,", `name: there is no setting "volume"`},
		{"a setting twice", "telling.csv", "quiet_to,08:00,", "name: quiet_to has a row already"},
		{"an hour that there is not", "telling.csv", "quiet_to,24:30,", "value: must be a time of day"},
		{"a limit below nothing", "telling.csv", "ordinary_per_hour,-1,", "value: must be a number from 0 to 1000"},
		{"a digest for a citizen", "messages.csv", "digest,citizen,ms,{total},x", "audience: digest is for staff"},
		{"an advice for a citizen", "messages.csv", "amendment_returned,citizen,ms,t,x", "audience: amendment_returned is for staff"},
		{"an advice about a complaint", "messages.csv", "amendment_returned,desk,ms,{number},x", "title: there is no placeholder {number}"},
		{"a digest about one complaint", "messages.csv", "digest,desk,ms,{number},x", "title: there is no placeholder {number}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for _, file := range []string{"notices.csv", "sms.csv", "mail.csv", "telling.csv", "messages.csv"} {
				content, err := configs.FS.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if file == c.file {
					content = append(slices.Clone(content), c.line+"\n"...)
				}
				files[file] = &fstest.MapFile{Data: content}
			}
			var ms table.Mistakes
			LoadSMS(files, LoadRules(files, &ms), &ms)
			LoadFrames(files, &ms)
			LoadPolicy(files, &ms)
			LoadTexts(files, &ms)
			found := slices.ContainsFunc(ms, func(m table.Mistake) bool {
				return m.File == c.file && strings.Contains(m.Error(), c.want)
			})
			if !found {
				t.Errorf("mistakes:\n%v\nwant one with %q", ms.Err(), c.want)
			}
		})
	}
}

func TestAnSMSThatARuleNeedsIsMissed(t *testing.T) {
	content, err := configs.FS.ReadFile("sms.csv")
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(content)) {
		if !strings.HasPrefix(line, "asked,ta,") {
			kept = append(kept, line)
		}
	}
	var ms table.Mistakes
	LoadSMS(fstest.MapFS{"sms.csv": {Data: []byte(strings.Join(kept, ""))}}, LoadRules(configs.FS, &ms), &ms)
	if len(ms) != 1 || !strings.Contains(ms.Err().Error(), "has no text of asked in ta") {
		t.Errorf("mistakes: %v", ms.Err())
	}
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 1},
		{"160 of the alphabet", strings.Repeat("a", 160), 1},
		{"161", strings.Repeat("a", 161), 2},
		{"306", strings.Repeat("a", 306), 2},
		{"307", strings.Repeat("a", 307), 3},
		{"80 brackets take two places each", strings.Repeat("[", 80), 1},
		{"81 brackets", strings.Repeat("[", 81), 2},
		{"a bracket is not torn apart", strings.Repeat("a", 152) + "[" + strings.Repeat("a", 152), 3},
		{"70 Chinese", strings.Repeat("语", 70), 1},
		{"71 Chinese", strings.Repeat("语", 71), 2},
		{"134 Tamil", strings.Repeat("அ", 134), 2},
		{"135 Tamil", strings.Repeat("அ", 135), 3},
		{"one letter outside the alphabet makes all of it UTF-16", strings.Repeat("a", 70) + "“", 2},
		{"a sign of two units is not torn apart", strings.Repeat("语", 66) + "😀" + strings.Repeat("语", 66), 3},
	} {
		if got := Segments(c.text); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
