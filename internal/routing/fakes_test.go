package routing

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/table"
)

// fakeRegister is a small register.
type fakeRegister map[string]agency.Agency

func (r fakeRegister) Get(code string) (agency.Agency, bool) { a, ok := r[code]; return a, ok }

func (r fakeRegister) All() []agency.Agency {
	var out []agency.Agency
	for _, code := range slices.Sorted(maps.Keys(r)) {
		out = append(out, r[code])
	}
	return out
}

func (r fakeRegister) Former() []agency.Agency { return nil }

// agencies makes a register of lines "CODE kind states".
func agencies(lines ...string) fakeRegister {
	r := fakeRegister{}
	for _, l := range lines {
		f := strings.Fields(l)
		a := agency.Agency{Code: f[0], Kind: agency.Kind(f[1]), NameMS: "Badan " + f[0], NameEN: "Body " + f[0]}
		if len(f) > 2 {
			a.States = strings.Split(f[2], ",")
		}
		r[a.Code] = a
	}
	return r
}

var someAgencies = agencies("MBPJ local_authority MY-10", "MBSA local_authority MY-10", "DBKL local_authority MY-14",
	"PPJ federal_agency MY-16", "JKR federal_agency", "LLM federal_agency", "TNB utility", "SPRM federal_agency", "PDRM federal_agency",
	"SWCORP federal_agency", "BPA federal_agency", "KPKT ministry", "KKM ministry", "KPM ministry", "JPM ministry", "KKR ministry", "KDN ministry",
	"JWP federal_agency MY-14,MY-15,MY-16", "SUK-SGR state_secretary MY-10", "SUK-PRK state_secretary MY-08",
	"JKN-SGR federal_agency MY-10", "JKN-KUL federal_agency MY-14", "JPNED-SGR federal_agency MY-10")

// fakeCatalogue is a small catalogue.
type fakeCatalogue map[string]classify.Category

func (c fakeCatalogue) Get(code string) (classify.Category, bool) { x, ok := c[code]; return x, ok }

func (c fakeCatalogue) All() []classify.Category {
	var out []classify.Category
	for _, code := range slices.Sorted(maps.Keys(c)) {
		out = append(out, c[code])
	}
	return out
}

var someCategories = fakeCatalogue{
	"JLN01": {Code: "JLN01", NameMS: "Jalan berlubang", NameEN: "Pothole", Rule: "ROAD", Fallback: []string{"PBT"}},
	"SSP01": {Code: "SSP01", NameMS: "Sampah tidak dikutip", NameEN: "Missed rubbish", Rule: "WASTE", Fallback: []string{"PBT"}},
	"ELK01": {Code: "ELK01", NameMS: "Tiada bekalan elektrik", NameEN: "Power cut", Rule: "agency:TNB"},
	"KES05": {Code: "KES05", NameMS: "Layanan hospital", NameEN: "Hospital service", Rule: "HEALTH", Fallback: []string{"agency:KKM"}},
	"INT01": {Code: "INT01", NameMS: "Rasuah", NameEN: "Corruption", Rule: "agency:SPRM", Restricted: true},
}

const someRules = `rule,when,agency,note,valid_from,valid_to
ROAD,road=highway,LLM,Tolled expressway,,
ROAD,road=federal,JKR,Federal route,,
ROAD,,@local_authority,Road class unknown,,
WASTE,state=MY-10,@local_authority,Council until the Act,,2026-12-31
WASTE,state=MY-10|MY-14,SWCORP,Act 672,2027-01-01,
WASTE,,@local_authority,State unknown,,
PBT,,@local_authority,,,
HEALTH,,@state_health,State health department,,
SSP01,keyword=tong arang,TNB,The exception of a category,,
`

// fakeClassifier says of every text what it is told; Normal is the text in lower case.
type fakeClassifier struct{ result classify.Result }

func (f fakeClassifier) Version() string { return "fake" }

func (f fakeClassifier) Classify(text string) classify.Result {
	r := f.result
	r.Normal = strings.ToLower(text)
	return r
}

// about is a classifier sure of one category.
func about(code string) fakeClassifier {
	return fakeClassifier{classify.Result{Categories: []classify.Scored{{Code: code, P: 0.98}}, RecordType: "aduan", Lang: "ms", Words: []string{"lubang"}}}
}

// fakeFinder finds the same place for every question.
type fakeFinder place.Found

func (f fakeFinder) Find(place.Query) place.Found { return place.Found(f) }

var inPJ = fakeFinder{State: "MY-10", District: "Petaling", Authority: "MBPJ", Confidence: 0.97, StateConfidence: 0.99, Source: "gps",
	Alternatives: []place.Candidate{{Authority: "MBSA", District: "Petaling", State: "MY-10", Confidence: 0.02}}}

// someRouter puts the fakes together.
func someRouter(t testing.TB, c classifier, f finder) *Router {
	t.Helper()
	var ms table.Mistakes
	files := fstest.MapFS{
		"responsibility.csv": {Data: []byte(someRules)},
		"roads.csv":          roadFiles["roads.csv"],
		"agencynames.csv":    {Data: []byte("agency,names,capitals,topics,matters\nTNB,tenaga,,,\n@local_authority,majlis,,,\nPDRM,polis,,,\nSPRM,,,,duit kopi\n")},
		"thresholds.csv":     {Data: []byte("category,threshold,note\n*,0.9,\nINT01,0.6,\n")},
	}
	r := New(Parts{someAgencies, someCategories, c, f, LoadTable(files, someAgencies, someCategories, &ms),
		LoadRoads(files, &ms), LoadNames(files, someAgencies, &ms), LoadThresholds(files, someCategories, &ms)})
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}

func (f fakeClassifier) Emergency(text string) string { return f.Classify(text).Emergency }
