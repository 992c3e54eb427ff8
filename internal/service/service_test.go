package service

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/classify"
	"respons/internal/complaint"
	"respons/internal/table"
)

// small is a catalogue of two categories of one group and a restricted one.
func small(questions, choices, groups string) fstest.MapFS {
	const head = "code,group,name_ms,name_en,rule,fallback,priority,sla,emergency,restricted,record_types,keywords_ms,keywords_en,keywords_zh,keywords_ta\n"
	return fstest.MapFS{
		"categories.csv": {Data: []byte(head + "JLN01,JLN,Lubang,Pothole,ROAD,,2,S1,999,false,aduan,lubang,pothole,路洞,குழி\n" +
			"JLN02,JLN,Rosak,Damage,ROAD,,2,S1,none,false,aduan,,,,\nINT01,INT,Rasuah,Corruption,agency:SPRM,,1,C28,none,true,integriti,,,,\n")},
		"groups.csv":    {Data: []byte("group,name_ms,name_en,name_zh,name_ta\n" + groups)},
		"questions.csv": {Data: []byte("code,categories,type,required,ask_ms,ask_en,ask_zh,ask_ta,help_ms,help_en,help_zh,help_ta\n" + questions)},
		"choices.csv":   {Data: []byte("question,key,name_ms,name_en,name_zh,name_ta\n" + choices)},
	}
}

const twoGroups = "JLN,Jalan,Roads,路,சாலை\nINT,Integriti,Integrity,廉,நேர்மை\n"

func load(t *testing.T, fsys fstest.MapFS) (*List, error) {
	t.Helper()
	var ms table.Mistakes
	catalogue := classify.LoadCatalogue(fsys, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	l := Load(fsys, catalogue, &ms)
	return l, ms.Err()
}

func TestEveryMistakeIsNamed(t *testing.T) {
	_, err := load(t, small(
		"SIZE,JLN01,singlevaluelist,false,a,b,c,d,,,,\n"+
			"SIZE,JLN09,string,maybe,a,b,c,d,e,,,\n"+
			"small,INT01,date,true,a,,c,d,,,,\n"+
			"CALL,JLN01,string,true,a,b,c,d,,,,\n",
		"SIZE,ok,a,b,c,d\nSIZE,ok,a,b,c,d\nSIZE,Not ok,a,b,c,d\nCOLOUR,red,a,b,c,d\n",
		"JLN,Jalan,Roads,路,சாலை\nJLN,Jalan,Roads,路,சாலை\nABC,Jalan,,路,சாலை\n"))
	want := strings.Join([]string{
		`choices.csv:3:6: key: SIZE has the choice ok already`,
		`choices.csv:4:6: key: "Not ok" is not up to 30 small letters, digits and underscores`,
		`choices.csv:5:1: question: there is no question "COLOUR" in questions.csv`,
		`groups.csv: has no row for the group INT of categories.csv`,
		`groups.csv:3:1: group: JLN has a row already`,
		`groups.csv:4:1: group: there is no group "ABC" in categories.csv`,
		`groups.csv:4:11: name_en: must not be empty`,
		`questions.csv:3:1: code: SIZE has a row already`,
		`questions.csv:3:6: categories: there is no category "JLN09", or it is restricted and not offered`,
		`questions.csv:3:12: type: a list has choices in choices.csv, and nothing else has`,
		`questions.csv:3:19: required: must be true or false`,
		`questions.csv:3:35: help_en: must be there in every language or in none`,
		`questions.csv:3:36: help_zh: must be there in every language or in none`,
		`questions.csv:3:37: help_ta: must be there in every language or in none`,
		`questions.csv:4:1: code: "small" is not up to 30 capitals, digits and underscores`,
		`questions.csv:4:7: categories: there is no category "INT01", or it is restricted and not offered`,
		`questions.csv:4:25: ask_en: must not be empty`,
		`questions.csv:5:1: code: CALL is the program's own`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestRestrictedCategoriesAreNotOffered(t *testing.T) {
	var ms table.Mistakes
	catalogue := classify.LoadCatalogue(configs.FS, &ms)
	l := Load(configs.FS, catalogue, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	offered := 0
	for _, c := range catalogue.All() {
		s, ok := l.Get(c.Code)
		if ok == c.Restricted {
			t.Errorf("%s, restricted %v, is offered: %v", c.Code, c.Restricted, ok)
		}
		if ok {
			offered++
			if s.Name.In("zh") != c.NameEN || s.Name.In("ms") != c.NameMS || s.Group.In("ta") == "" {
				t.Errorf("%s: %+v", c.Code, s)
			}
		}
	}
	if offered != len(l.All()) || offered < 100 {
		t.Errorf("%d services", offered)
	}
}

func asked(t *testing.T) Service {
	t.Helper()
	l, err := load(t, small("SIZE,JLN01,singlevaluelist,true,Besar?,How large?,多大？,அளவு?,,,,\nWHEN,JLN01,multivaluelist,false,Bila,When,何时,எப்போது,,,,\n"+
		"COUNT,JLN01,number,false,Bilangan,Count,数,எண்,,,,\nSINCE,JLN01,datetime,false,Sejak,Since,自,முதல்,,,,\n"+
		"POLE,JLN01,string,false,Tiang,Pole,柱,கம்பம்,,,,\nMORE,JLN01,text,false,Lagi,More,更多,மேலும்,,,,\n",
		"SIZE,small,Kecil,Small,小,சிறிய\nSIZE,large,Besar,Large,大,பெரிய\nWHEN,day,Siang,By day,白天,பகல்\nWHEN,night,Malam,At night,夜间,இரவு\n", twoGroups))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Get("JLN01")
	return s
}

func TestAnswersBecomeLinesOfTheText(t *testing.T) {
	s := asked(t)
	lines, wrong := s.Answered(map[string][]string{"WHEN": {"day", "night"}, "SIZE": {"large", " "}, "COUNT": {"2.5"}, "SINCE": {"2026-11-26"},
		"POLE": {"A-17"}, "MORE": {"satu\ndua"}}, "zh")
	want := []string{"多大: 大", "何时: 白天; 夜间", "数: 2.5", "自: 2026-11-26", "柱: A-17", "更多: satu\ndua"}
	if len(wrong) > 0 || !slices.Equal(lines, want) {
		t.Errorf("%q, %v; want %q", lines, wrong, want)
	}
	for code, x := range map[string]struct {
		given []string
		says  string
	}{
		"SIZE": {[]string{"huge"}, "such as small"}, "WHEN": {[]string{"day", "day"}, "twice"}, "COUNT": {[]string{"NaN"}, "must be a number"},
		"SINCE": {[]string{"semalam"}, "ISO 8601"}, "POLE": {[]string{"a\nb"}, "one line"}, "MORE": {[]string{"a\x00"}, "control characters"},
		"COLOUR": {[]string{"red"}, "is not asked about JLN01"},
	} {
		given := map[string][]string{"SIZE": {"small"}}
		given[code] = x.given
		_, wrong := s.Answered(given, "en")
		if len(wrong) != 1 || wrong[0].Path != "attribute["+code+"]" || !strings.Contains(wrong[0].Text, x.says) {
			t.Errorf("%s: %v, want %q", code, wrong, x.says)
		}
	}
	if _, wrong := s.Answered(nil, "en"); len(wrong) != 1 || !strings.Contains(wrong[0].Text, "is required: How large?") {
		t.Errorf("nothing answered: %v", wrong)
	}
	if _, wrong := s.Answered(map[string][]string{"SIZE": {"small"}, "POLE": {"a", "b"}}, "en"); len(wrong) != 1 || !strings.Contains(wrong[0].Text, "one answer") {
		t.Errorf("two answers: %v", wrong)
	}
}

// Whatever is answered, what is taken fits into a complaint.
func FuzzAnswers(f *testing.F) {
	f.Add("SIZE", "large")
	f.Add("COUNT", "1e309")
	f.Add("SINCE", "2026-02-30T00:00Z")
	f.Add("MORE", "a\u2028b")
	f.Fuzz(func(t *testing.T, code, given string) {
		s := asked(t)
		lines, wrong := s.Answered(map[string][]string{"SIZE": {"small"}, code: {given}}, "ta")
		if len(wrong) > 0 {
			return
		}
		if text := strings.Join(lines, "\n"); complaint.Plain(text, complaint.MaxText) != "" {
			t.Errorf("%q became %q: %s", given, text, complaint.Plain(text, complaint.MaxText))
		}
	})
}
