package agency

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/table"
)

const header = "code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions\n"

func load(rows ...string) (*Register, error) {
	var ms table.Mistakes
	r := Load(fstest.MapFS{File: {Data: []byte(header + strings.Join(rows, "\n"))}}, &ms)
	return r, ms.Err()
}

const (
	ministry  = "KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,kpkt.gov.my,housing"
	secretary = "SUK-SGR,state_secretary,SUK Selangor,Selangor Secretary,,MY-10,3.07,101.51,,"
	council   = "MBPJ,local_authority,Majlis Bandaraya Petaling Jaya,Petaling Jaya City Council,SUK-SGR,MY-10,3.1,101.6,mbpj.gov.my,roads;drains"
)

func TestTheShippedRegisterHasNoMistake(t *testing.T) {
	var ms table.Mistakes
	r := Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	local := 0
	for _, a := range r.All() {
		if a.IsLocal() {
			local++
		}
	}
	t.Logf("%d agencies, %d councils", len(r.All()), local)
	if len(r.All()) < 400 || local < 149 {
		t.Errorf("%d agencies and %d councils are too few", len(r.All()), local)
	}
	if !slices.IsSortedFunc(r.All(), func(a, b Agency) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("not in order of codes")
	}
}

func TestEachMistakeIsNamedAtItsPlace(t *testing.T) {
	cases := []struct {
		name string
		row  string
		want string
	}{
		{"a code in lower case", "mbsa,ministry,A,A,,,3,101,,", `agencies.csv:4:1: code: "mbsa": only A-Z`},
		{"a code that is there already", ministry, "agencies.csv:4:1: code: KPKT stands in line 2 already"},
		{"no code", ",ministry,A,A,,,3,101,,", "agencies.csv:4:1: code: must not be empty"},
		{"an unknown kind", "X,council,A,A,,,3,101,,", `agencies.csv:4:3: kind: no kind "council"`},
		{"no Malay name", "X,ministry,,A,,,3,101,,", "agencies.csv:4:12: name_ms: must not be empty"},
		{"no English name", "X,ministry,A,,,,3,101,,", "agencies.csv:4:14: name_en: must not be empty"},
		{"a parent that is not there", "X,federal_agency,A,A,JPMX,,3,101,,", `agencies.csv:4:22: parent: there is no agency "JPMX"`},
		{"an agency without parent", "X,federal_agency,A,A,,,3,101,,", "parent: must not be empty for a federal_agency"},
		{"a ministry with a parent", "X,ministry,A,A,KPKT,,3,101,,", "parent: must be empty for a ministry"},
		{"a federal agency under a state", "X,federal_agency,A,A,SUK-SGR,,3,101,,", "a federal_agency cannot answer to SUK-SGR, a state_secretary"},
		{"its own parent", "X,federal_agency,A,A,X,,3,101,,", "X would stand above itself"},
		{"an unknown state", "X,ministry,A,A,,MY-17,3,101,,", `no state "MY-17"`},
		{"a state twice", "X,ministry,A,A,,MY-10;MY-10,3,101,,", "MY-10 stands there twice"},
		{"a council of two states", "X,local_authority,A,A,SUK-SGR,MY-10;MY-05,3,101,,", "lies in one state, here are 2"},
		{"a latitude in Indonesia", "X,ministry,A,A,,,0.7,101,,", "agencies.csv:4:18: lat: 0.7 is outside Malaysia"},
		{"a longitude in Thailand", "X,ministry,A,A,,,3,99.4,,", "agencies.csv:4:20: lon: 99.4 is outside Malaysia"},
		{"a latitude that is no number", "X,ministry,A,A,,,north,101,,", `lat: "north" is not a number`},
		{"no longitude", "X,ministry,A,A,,,3,,,", "lon: must not be empty"},
		{"an address for a domain", "X,ministry,A,A,,,3,101,https://x.my,", `domain: "https://x.my" is not a domain`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := load(ministry, secretary, c.row); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := load(); err == nil || err.Error() != "agencies.csv: has no agency" {
		t.Errorf("an empty register: %v", err)
	}
}

func TestACycleIsNamedOnEveryRowInItAndEndsEveryWalk(t *testing.T) {
	r, err := load(ministry, "A,federal_agency,A,A,B,,3,101,,", "B,federal_agency,B,B,A,,3,101,,")
	if err == nil || strings.Count(err.Error(), "would stand above itself") != 2 {
		t.Errorf("got %v", err)
	}
	if len(r.Chain("A")) == 0 || len(r.Below("A")) != 2 {
		t.Errorf("chain %v, below %v", r.Chain("A"), r.Below("A"))
	}
}

func TestChainGoesUpAndBelowGoesDown(t *testing.T) {
	r, err := load(ministry, secretary, council)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Chain("MBPJ"); !reflect.DeepEqual(got, []string{"SUK-SGR"}) {
		t.Errorf("above MBPJ: %v", got)
	}
	if got := r.Chain("KPKT"); got != nil {
		t.Errorf("above a ministry: %v", got)
	}
	if got := r.Chain("NONE"); got != nil {
		t.Errorf("above nobody: %v", got)
	}
	if got := r.Below("SUK-SGR"); !reflect.DeepEqual(got, map[string]bool{"SUK-SGR": true, "MBPJ": true}) {
		t.Errorf("below the secretary: %v", got)
	}
	if got := r.Below("NONE"); len(got) != 0 {
		t.Errorf("below nobody: %v", got)
	}
	if a, ok := r.Get("MBPJ"); !ok || a.Lat != 3.1 || !reflect.DeepEqual(a.Functions, []string{"roads", "drains"}) {
		t.Errorf("MBPJ: %+v %v", a, ok)
	}
	if _, ok := r.Get("NONE"); ok {
		t.Error("NONE is there")
	}
}

const withSuccessors = "code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions,successors\n"

func loadSuccessors(rows ...string) (*Register, error) {
	var ms table.Mistakes
	r := Load(fstest.MapFS{File: {Data: []byte(withSuccessors + strings.Join(rows, "\n"))}}, &ms)
	return r, ms.Err()
}

// What names a body that acts no more means its successor, however many came after one another; its own name stays known.
func TestASuccessorActsForTheCodeOfWhomItSucceeds(t *testing.T) {
	r, err := loadSuccessors("OLD,ministry,Lama,Old,,,3,101,,,MID", "MID,ministry,Tengah,Middle,,,3,101,,,NEW;NEW2",
		"NEW,ministry,Baru,New,,,3,101,,,", "NEW2,ministry,Baru Dua,New Two,,,3,101,,,", "DEPT,federal_agency,Jabatan,Department,OLD,,3,101,,,")
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := r.Get("OLD"); !ok || a.Code != "NEW" {
		t.Errorf("for OLD acts %q", a.Code)
	}
	if a, ok := r.Named("OLD"); !ok || a.NameEN != "Old" || r.Acts("OLD") || !r.Acts("NEW") || r.Acts("NONE") {
		t.Errorf("OLD is %q, acts %v", a.NameEN, r.Acts("OLD"))
	}
	if got := r.Chain("DEPT"); !reflect.DeepEqual(got, []string{"NEW"}) {
		t.Errorf("above DEPT: %v", got)
	}
	if got := r.Chain("OLD"); !reflect.DeepEqual(got, []string{"NEW"}) {
		t.Errorf("above OLD: %v", got)
	}
	if below := r.Below("NEW"); !below["DEPT"] || !below["OLD"] || !below["MID"] {
		t.Errorf("below NEW: %v", below)
	}
	if got := r.Before("NEW"); !slices.Equal(got, []string{"MID", "OLD"}) || r.Before("NEW2") != nil || r.Before("MID") != nil {
		t.Errorf("before NEW there were %v, before NEW2 %v, before MID %v", got, r.Before("NEW2"), r.Before("MID"))
	}
	if len(r.All()) != 3 || len(r.Former()) != 2 {
		t.Errorf("%d act, %d do not", len(r.All()), len(r.Former()))
	}
}

func TestWrongSuccessorsAreNamed(t *testing.T) {
	for row, want := range map[string]string{
		"A,ministry,A,A,,,3,101,,,A":    "A cannot succeed itself",
		"A,ministry,A,A,,,3,101,,,NONE": `there is no agency "NONE"`,
		"A,ministry,A,A,,,3,101,,,B":    "of A and those who succeed it none acts",
	} {
		if r, err := loadSuccessors(row, "B,ministry,B,B,,,3,101,,,A"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", row, err)
		} else if len(r.Chain("A")) > 2 {
			t.Error("a walk without end")
		}
	}
}
