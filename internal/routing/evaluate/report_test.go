package evaluate

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/internal/agency"
	"respons/internal/routing"
	"respons/internal/table"
)

// script answers by the text of the question.
type script map[string]routing.Decision

func (s script) Route(q routing.Question) routing.Decision { return s[q.Text] }

type kinds map[string]agency.Kind

func (k kinds) Get(code string) (agency.Agency, bool) {
	kind, ok := k[code]
	a := agency.Agency{Code: code, Kind: kind}
	if code == "MBPJ" {
		a.States = []string{"MY-10"}
	}
	return a, ok
}

func decided(confidence float64, auto bool, council, emergency string, agencies ...string) routing.Decision {
	d := routing.Decision{Agency: agencies[0], Category: "A", Confidence: confidence, Auto: auto, Emergency: emergency,
		Place: routing.Place{Authority: council}}
	for _, a := range agencies {
		d.Alternatives = append(d.Alternatives, routing.Alternative{Agency: a})
	}
	return d
}

func TestReportCountsWhatItSays(t *testing.T) {
	const file = `id,text,lat,lon,address,postcode,lang,agency,also_ok,category,emergency
1,one,3.1,101.6,,,ms,MBPJ,,A,
2,two,,,,,ms,MBSA,DBKL;JKR,A,999
3,three,,,,,zh,TNB,,B,
4,four,,,,,zh,TNB,,A,
`
	var ms table.Mistakes
	cases := Read(fstest.MapFS{"x.csv": {Data: []byte(file)}}, "x.csv", time.Time{}, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	r := Run(script{
		"one":   decided(0.9, true, "MBPJ", "", "MBPJ", "X"),
		"two":   decided(0.7, false, "MBPJ", "", "JKR", "MBSA"), // one of also_ok
		"three": decided(0.8, true, "", "997", "X", "Y", "TNB"),
		"four":  decided(0.2, false, "", "", "X", "Y", "Z", "W", "TNB"),
	}, kinds{"MBPJ": agency.LocalAuthority, "MBSA": agency.LocalAuthority, "TNB": agency.Utility}, cases)
	got := map[string]float64{"top1": r.Top1, "top3": r.Top3, "top5": r.Top5, "category": r.Category, "alone": r.Alone, "precision": r.AlonePrecision,
		"at98": r.AloneAt98, "threshold": r.ThresholdAt98, "council": r.Council, "recall": r.EmergencyRecall, "alarms": r.FalseAlarms,
		"error": r.CalibrationError, "zh": r.ByLang["zh"].Top1, "zh3": r.ByLang["zh"].Top3, "councils": r.ByKind["local_authority"].Top1, "central": r.ByRegion["central"].Top1, "nowhere": r.ByRegion["unknown"].Top1}
	want := map[string]float64{"top1": 0.5, "top3": 0.75, "top5": 1, "category": 0.75, "alone": 0.5, "precision": 0.5,
		"at98": 0.25, "threshold": 0.9, "council": 0.5, "recall": 0, "alarms": 1.0 / 3,
		"error": (0.1 + 0.3 + 0.8 + 0.2) / 4, "zh": 0, "zh3": 0.5, "councils": 1, "central": 1, "nowhere": 1.0 / 3}
	for k, w := range want {
		if math.Abs(got[k]-w) > 1e-9 {
			t.Errorf("%s is %v, want %v", k, got[k], w)
		}
	}
	if len(r.Confusions) != 1 || r.Confusions[0] != (Confusion{"TNB", "X", 2}) || len(r.Wrong) != 2 {
		t.Errorf("confusions %v, wrong %v", r.Confusions, r.Wrong)
	}
	var out bytes.Buffer
	if err := r.Print(&out); err != nil || !strings.Contains(out.String(), "TNB") {
		t.Errorf("printed %v:\n%s", err, out.String())
	}
}

func TestTheThresholdLetsAnswersOfOneConfidenceStandOrFallTogether(t *testing.T) {
	cases := []struct {
		name        string
		answers     []answer
		from, alone float64
	}{
		{"none", nil, 1, 0},
		{"all right", []answer{{0.5, true}, {0.9, true}}, 0.5, 1},
		{"wrong at the top", []answer{{0.9, false}, {0.5, true}}, 1, 0},
		{"a wrong one among equals", []answer{{0.9, true}, {0.8, true}, {0.8, false}}, 0.9, 1.0 / 3},
	}
	for _, c := range cases {
		if from, alone := threshold(c.answers, 0.98); from != c.from || math.Abs(alone-c.alone) > 1e-9 {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, from, alone, c.from, c.alone)
		}
	}
}

func TestABadPositionInALabelledFileIsNamed(t *testing.T) {
	var ms table.Mistakes
	const file = "id,text,lat,lon,address,postcode,lang,agency,also_ok,category,emergency\n1,one,3.1,,,,ms,MBPJ,,A,\n"
	if cases := Read(fstest.MapFS{"x.csv": {Data: []byte(file)}}, "x.csv", time.Time{}, &ms); len(cases) != 0 || ms.Err() == nil {
		t.Errorf("cases %v, mistakes %v", cases, ms.Err())
	}
}
