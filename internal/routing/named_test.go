package routing

import (
	"testing"
	"testing/fstest"

	"respons/internal/agency"
	"respons/internal/table"
)

var someNames = fstest.MapFS{"agencynames.csv": {Data: []byte(`agency,names,capitals,topics,matters
TNB,tenaga nasional;国能;டிஎன்பி,TENAGA,meter pintar,
MBPJ,,,,
PDRM,polis,,,
SPRM,,,,duit kopi
@local_authority,majlis,,,
`)}}

func TestTheWordsAroundANameSayWhatPartItPlays(t *testing.T) {
	register := agencies("TNB utility", "PDRM federal_agency", "SPRM federal_agency", "MBPJ local_authority MY-10")
	pj := register["MBPJ"]
	pj.NameMS, pj.NameEN = "Majlis Bandaraya Petaling Jaya", "Petaling Jaya City Council"
	register["MBPJ"] = pj
	var ms table.Mistakes
	names := LoadNames(someNames, register, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, text, agency string
		role               role
	}{
		{"asked outright", "tenaga nasional tolong baiki", "TNB", addressed},
		{"a code in capitals", "TNB tolong", "TNB", addressed},
		{"a code in small letters is a word", "nota pdrm mbpj tnb", "", addressed},
		{"a name of capitals in small letters", "habis tenaga saya", "", addressed},
		{"the same in capitals", "TENAGA lambat sangat", "TNB", addressed},
		{"inside a Chinese sentence", "请国能快点来", "TNB", addressed},
		{"with a Tamil ending", "டிஎன்பிக்கு சொன்னேன்", "TNB", addressed},
		{"its own thing", "meter pintar rosak", "TNB", addressed},
		{"its own matter", "dia minta duit kopi", "SPRM", addressed},
		{"reported to before", "dah report kat TNB", "TNB", told},
		{"called before", "called TNB twice", "TNB", told},
		{"what it answered", "polis kata tunggu", "PDRM", told},
		{"what it denied", "TNB cakap bukan dia punya", "TNB", denied},
		{"not that one", "ini bukan TNB punya", "TNB", denied},
		{"a landmark", "depan pondok polis", "PDRM", landmark},
		{"thanked", "terima kasih kepada TNB", "TNB", thanked},
		{"a council by its long name", "Majlis Bandaraya Petaling Jaya", "MBPJ", addressed},
		{"a council by a short one", "MB Petaling Jaya senyap", "MBPJ", addressed},
		{"a council by the word for councils", "majlis senyap", "@local_authority", addressed},
	}
	for _, c := range cases {
		got := names.find(wordsOf(c.text, nil), nil)
		switch {
		case c.agency == "" && len(got) > 0:
			t.Errorf("%s: %q names %v", c.name, c.text, got)
		case c.agency != "" && (len(got) != 1 || got[0].agency != c.agency || got[0].role != c.role):
			t.Errorf("%s: %q gives %v, want %s in role %d", c.name, c.text, got, c.agency, c.role)
		}
	}
}

func TestMistakesInNamesAreNamed(t *testing.T) {
	var ms table.Mistakes
	const file = "agency,names,capitals,topics,matters\nNOBODY,x,,,\nTNB,polis,,,\nPDRM,,,polis,\n"
	LoadNames(fstest.MapFS{"agencynames.csv": {Data: []byte(file)}}, fakeRegister{"TNB": agency.Agency{Code: "TNB"}, "PDRM": agency.Agency{Code: "PDRM"}}, &ms)
	want := "agencynames.csv:2:1: agency: no agency or placeholder \"NOBODY\"\nagencynames.csv:4:8: topics: \"polis\" is already a name of TNB"
	if ms.Err() == nil || ms.Err().Error() != want {
		t.Errorf("got\n%v\nwant\n%s", ms.Err(), want)
	}
}
