package routing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/reason"
)

func TestCategoryPlaceAndTableTogetherNameTheAgency(t *testing.T) {
	at := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	nowhere := fakeFinder{}
	onlyState := fakeFinder{State: "MY-10", StateConfidence: 0.95, Source: "text"}
	cases := []struct {
		name string
		what classifier
		in   finder
		q    Question
		want string
		auto bool
	}{
		{"pothole in a council's area", about("JLN01"), inPJ, Question{Text: "lubang besar"}, "MBPJ", true},
		{"pothole on a federal route", about("JLN01"), inPJ, Question{Text: "lubang di FT2"}, "JKR", true},
		{"pothole beside an expressway stays with the council", about("JLN01"), inPJ, Question{Text: "lubang tepi NKVE"}, "MBPJ", false},
		{"rubbish before the Act is in force", about("SSP01"), inPJ, Question{Text: "sampah", At: at}, "MBPJ", true},
		{"rubbish on the first day of the Act, Malaysian time", about("SSP01"), inPJ,
			Question{Text: "sampah", At: time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC)}, "SWCORP", true},
		{"the exception of a category goes first", about("SSP01"), inPJ, Question{Text: "tong arang penuh", At: at}, "TNB", true},
		{"place unknown: a person decides", about("JLN01"), nowhere, Question{Text: "lubang besar"}, "KPKT", false},
		{"only the state known: a person decides", about("JLN01"), onlyState, Question{Text: "lubang besar"}, "SUK-SGR", false},
		{"the state is enough for a state body", about("KES05"), onlyState, Question{Text: "jururawat kasar"}, "JKN-SGR", true},
		{"a national body needs no place", about("INT01"), nowhere, Question{Text: "minta duit kopi"}, "SPRM", true},
		{"the first body sent it back", about("JLN01"), inPJ, Question{Text: "lubang besar", Returned: []string{"MBPJ"}}, "MBSA", false},
		{"everybody sent it back", about("INT01"), nowhere, Question{Text: "x", Returned: []string{"SPRM"}}, "BPA", false},
		{"nothing said at all", fakeClassifier{}, nowhere, Question{}, "BPA", false},
	}
	for _, c := range cases {
		d := someRouter(t, c.what, c.in).Route(c.q)
		if d.Agency != c.want || d.Auto != c.auto {
			t.Errorf("%s: %s with %.2f, alone %v; want %s, alone %v", c.name, d.Agency, d.Confidence, d.Auto, c.want, c.auto)
		}
		if len(d.Alternatives) != 5 || d.Alternatives[0].Agency != d.Agency || d.Alternatives[0].Confidence != d.Confidence {
			t.Errorf("%s: alternatives %v do not lead with %s", c.name, d.Alternatives, d.Agency)
		}
		if slices.ContainsFunc(d.Alternatives, func(a Alternative) bool { return slices.Contains(c.q.Returned, a.Agency) }) {
			t.Errorf("%s: proposes again an agency that sent it back: %v", c.name, d.Alternatives)
		}
	}
}

func TestAgenciesNamedInTheTextCountUnlessOnlyInPassing(t *testing.T) {
	unsure := fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: 0.55}, {Code: "ELK01", P: 0.4}}}}
	r := someRouter(t, unsure, inPJ)
	cases := []struct{ name, text, want string }{
		{"not named", "lampu padam lubang gelap", "MBPJ"},
		{"named", "TNB tolong baiki, gelap", "TNB"},
		{"told before", "dah report kat TNB tapi diam, lubang makin besar", "MBPJ"},
		{"says it is not theirs", "lubang depan tu, TNB kata bukan dia punya", "MBPJ"},
		{"not that one", "ini bukan tenaga punya", "MBPJ"},
		{"only a landmark", "lubang depan pejabat tenaga", "MBPJ"},
		{"told ten times", strings.Repeat("dah report TNB, ", 10) + "lubang", "MBPJ"},
		{"thanked", "terima kasih TNB, lubang dah tutup", "TNB"},
		{"by a word for the council", "majlis tolong turap", "MBPJ"},
	}
	for _, c := range cases {
		if d := r.Route(Question{Text: c.text}); d.Agency != c.want {
			t.Errorf("%s: %s, want %s", c.name, d.Agency, c.want)
		}
	}
}

func TestTheCitizensCategoryIsAHint(t *testing.T) {
	unsure := fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: 0.55}, {Code: "ELK01", P: 0.4}}}}
	sure := about("JLN01")
	if d := someRouter(t, unsure, inPJ).Route(Question{Text: "gelap", Category: "ELK01"}); d.Agency != "TNB" {
		t.Errorf("between two likely matters the citizen's choice lost: %s", d.Agency)
	}
	if d := someRouter(t, sure, inPJ).Route(Question{Text: "lubang", Category: "ELK01"}); d.Agency != "MBPJ" {
		t.Errorf("a plain text lost against a slip in the form: %s", d.Agency)
	}
	if d := someRouter(t, sure, inPJ).Route(Question{Text: "lubang", Category: "NONE"}); d.Agency != "MBPJ" {
		t.Errorf("an unknown choice changed the answer to %s", d.Agency)
	}
}

func TestATipAboutCorruptionIsHiddenEvenWhenItMayBeSomethingElse(t *testing.T) {
	maybe := fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: 0.6}, {Code: "INT01", P: 0.3}}}}
	if !someRouter(t, maybe, inPJ).Route(Question{Text: "x"}).Restricted {
		t.Error("shown to everybody with 30 % of a corruption tip")
	}
	if someRouter(t, about("JLN01"), inPJ).Route(Question{Text: "x"}).Restricted {
		t.Error("a pothole is hidden")
	}
}

func TestAnEmergencyIsSetWhateverElse(t *testing.T) {
	c := about("JLN01")
	c.result.Emergency = "999"
	d := someRouter(t, c, fakeFinder{}).Route(Question{Text: "jalan runtuh ada orang dalam"})
	if d.Emergency != "999" || d.Auto {
		t.Errorf("emergency %q, alone %v with no place", d.Emergency, d.Auto)
	}
	if !slices.ContainsFunc(d.Reasons, func(r reason.Reason) bool { return strings.Contains(r.EN, "999") }) {
		t.Error("no reason tells the number")
	}
}

func TestReasonsTellWordsPlaceRowAndWhyAPersonDecides(t *testing.T) {
	d := someRouter(t, about("JLN01"), inPJ).Route(Question{Text: "lubang di FT2"})
	var ms, en []string
	for _, r := range d.Reasons {
		ms, en = append(ms, r.MS), append(en, r.EN)
	}
	for _, want := range []string{"Pothole", "“lubang”", "MBPJ", "ROAD", "line 3", "federal road", "“ft2”", "Federal route"} {
		if !strings.Contains(strings.Join(en, "\n"), want) {
			t.Errorf("the English reasons do not tell %q:\n%s", want, strings.Join(en, "\n"))
		}
	}
	for _, want := range []string{"Jalan berlubang", "jalan persekutuan", "baris 3"} {
		if !strings.Contains(strings.Join(ms, "\n"), want) {
			t.Errorf("the Malay reasons do not tell %q:\n%s", want, strings.Join(ms, "\n"))
		}
	}
	lost := someRouter(t, about("JLN01"), fakeFinder{}).Route(Question{Text: "lubang"})
	if last := lost.Reasons[len(lost.Reasons)-1]; !strings.Contains(last.EN, "place is not known") {
		t.Errorf("the last reason of a case without a place is %q", last.EN)
	}
}

func FuzzRouteNeverPanicsAndAlwaysAnswers(f *testing.F) {
	for _, s := range []string{"", "lubang FT1", "jalan 坑洞 குழி", "\xff\xfe", strings.Repeat("polis kata bukan TNB ", 50), "E E1 1 ft ft 99999"} {
		f.Add(s, "MBPJ")
	}
	r := someRouter(f, fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: 0.5}, {Code: "SSP01", P: 0.4}, {Code: "??", P: 0.1}}}}, inPJ)
	f.Fuzz(func(t *testing.T, text, returned string) {
		d := r.Route(Question{Text: text, Where: place.Query{Address: text}, Returned: []string{returned}, Category: returned})
		if d.Agency == "" || d.Agency == returned || !(d.Confidence >= 0 && d.Confidence <= 1) || len(d.Alternatives) == 0 || len(d.Reasons) == 0 {
			t.Errorf("%q gives %+v", text, d)
		}
	})
}

func TestResponsibleAnswersForACategoryThatIsCertain(t *testing.T) {
	r := someRouter(t, about("ELK01"), inPJ)
	cases := map[string][]string{"JLN01": {"MBPJ"}, "KES05": {"JKN-SGR", "KKM"}, "INT01": {"SPRM"}, "NONE": nil}
	for category, want := range cases {
		if got := r.Responsible(category, Question{Text: "apa apa"}); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", category, got, want)
		}
	}
	if got := r.Responsible("JLN01", Question{Text: "lubang di FT2"}); !slices.Equal(got, []string{"JKR", "MBPJ"}) {
		t.Errorf("the class of the road does not count: %q", got)
	}
}

func TestAMatterOfOneBodyOnlyWinsAgainstAnUnsureCategory(t *testing.T) {
	unsure := fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: "JLN01", P: 0.6}, {Code: "ELK01", P: 0.2}}}}
	d := someRouter(t, unsure, inPJ).Route(Question{Text: "ada kes rasuah duit kopi"})
	if d.Agency != "SPRM" || d.Auto {
		t.Errorf("%s with %.2f, alone %v; want SPRM, by a person", d.Agency, d.Confidence, d.Auto)
	}
}
