package reporter_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

func reporters(t *testing.T) (*reporter.Reporters, seal.File) {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), []store.Collection{reporter.Collection, reporter.Accesses, seal.Collection}, false); err != nil {
		t.Fatal(err)
	}
	f := seal.File{Path: filepath.Join(t.TempDir(), "seal.key")}
	if err := f.Make(); err != nil {
		t.Fatal(err)
	}
	return &reporter.Reporters{Engine: e, Vault: &seal.Vault{Engine: e, Masters: f, Now: time.Now}, Now: time.Now}, f
}

func TestDetailsAreKeptInTheirNormalFormOrRefusedWithTheReason(t *testing.T) {
	r, _ := reporters(t)
	for _, c := range []struct {
		name string
		in   reporter.Details
		want reporter.Details // zero: refused
	}{
		{"nothing at all", reporter.Details{}, reporter.Details{}},
		{"spaces in a name", reporter.Details{Name: "  Lim  Ah Kow "}, reporter.Details{Name: "Lim Ah Kow"}},
		{"a name in Tamil", reporter.Details{Name: "முருகன்"}, reporter.Details{Name: "முருகன்"}},
		{"a name with digits", reporter.Details{Name: "Ali 2"}, reporter.Details{}},
		{"a mobile number", reporter.Details{Phone: "012-345 6789"}, reporter.Details{Phone: "+60123456789"}},
		{"eleven digits", reporter.Details{Phone: "(011) 1234-5678"}, reporter.Details{Phone: "+601112345678"}},
		{"with 60", reporter.Details{Phone: "60123456789"}, reporter.Details{Phone: "+60123456789"}},
		{"a house telephone", reporter.Details{Phone: "03-7956 1234"}, reporter.Details{Phone: "+60379561234"}},
		{"in Sabah", reporter.Details{Phone: "088-212121 "}, reporter.Details{Phone: "+6088212121"}},
		{"in Sabah, a digit too many", reporter.Details{Phone: "088-2121212"}, reporter.Details{}},
		{"abroad", reporter.Details{Phone: "+65 9123 4567"}, reporter.Details{Phone: "+6591234567"}},
		{"a digit too few", reporter.Details{Phone: "012-345 678"}, reporter.Details{}},
		{"a number of Malaysia that is none", reporter.Details{Phone: "+602"}, reporter.Details{}},
		{"an e-mail", reporter.Details{Email: "Aminah@Contoh.my"}, reporter.Details{Email: "aminah@contoh.my"}},
		{"an e-mail with a name", reporter.Details{Email: "Aminah <aminah@contoh.my>"}, reporter.Details{}},
		{"an e-mail without a dot", reporter.Details{Email: "aminah@contoh"}, reporter.Details{}},
		{"a MyKad", reporter.Details{Identity: "900131-14-5678"}, reporter.Details{Identity: "900131145678"}},
		{"born on the 31st of April", reporter.Details{Identity: "900431145678"}, reporter.Details{}},
		{"born nowhere", reporter.Details{Identity: "900131175678"}, reporter.Details{}},
		{"a passport", reporter.Details{Identity: "a 1234567"}, reporter.Details{Identity: "A1234567"}},
		{"neither", reporter.Details{Identity: "12345678"}, reporter.Details{}},
		{"a home", reporter.Details{Address: "12 Jalan Mawar"}, reporter.Details{Address: "12 Jalan Mawar"}},
		{"a home with a NUL", reporter.Details{Address: "12\x00"}, reporter.Details{}},
	} {
		got, err := r.Put(t.Context(), "aminah", c.in)
		if c.want == (reporter.Details{}) && c.in != c.want {
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 {
				t.Errorf("%s: %+v, %v", c.name, got, err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if again, err := r.Of(t.Context(), "aminah"); err != nil || again != c.want {
			t.Errorf("%s: read as %+v, %v", c.name, again, err)
		}
	}
}

func TestACitizenIsFoundByNumberAndAddressUntilTheyAreForgotten(t *testing.T) {
	r, _ := reporters(t)
	for _, citizen := range []string{"aminah", "bala"} {
		if _, err := r.Put(t.Context(), citizen, reporter.Details{Phone: "0123456789", Email: citizen + "@contoh.my"}); err != nil {
			t.Fatal(err)
		}
	}
	ids, err := r.ByPhone(t.Context(), "+60 12-345 6789")
	if err != nil || len(ids) != 2 {
		t.Errorf("by phone: %v, %v", ids, err)
	}
	if ids, err = r.ByEmail(t.Context(), "BALA@contoh.my"); err != nil || len(ids) != 1 || ids[0] != "bala" {
		t.Errorf("by e-mail: %v, %v", ids, err)
	}
	if _, err := r.ByPhone(t.Context(), "12"); !errors.Is(err, fault.Invalid) {
		t.Errorf("by half a number: %v", err)
	}
	if _, err := r.Put(t.Context(), "bala", reporter.Details{}); err != nil {
		t.Fatal(err)
	}
	if ids, err = r.ByPhone(t.Context(), "0123456789"); err != nil || len(ids) != 1 || ids[0] != "aminah" {
		t.Errorf("after it was taken back: %v, %v", ids, err)
	}
}

// A copy of the store is worth nothing with another key file.
func TestWithoutTheMasterKeyThereIsNoReporter(t *testing.T) {
	r, f := reporters(t)
	if _, err := r.Put(t.Context(), "aminah", reporter.Details{Name: "Aminah", Phone: "0123456789"}); err != nil {
		t.Fatal(err)
	}
	other := seal.File{Path: f.Path + ".other"}
	if err := other.Make(); err != nil {
		t.Fatal(err)
	}
	thief := &reporter.Reporters{Engine: r.Engine, Vault: &seal.Vault{Engine: r.Engine, Masters: other, Now: time.Now}, Now: time.Now}
	if d, err := thief.Of(t.Context(), "aminah"); err == nil || d != (reporter.Details{}) {
		t.Errorf("read with another key: %+v, %v", d, err)
	}
	if ids, err := thief.ByPhone(t.Context(), "0123456789"); err == nil {
		t.Errorf("found with another key: %v", ids)
	}
}

func TestWhatATextSaysOfItsCitizenIsHidden(t *testing.T) {
	d := reporter.Details{Name: "Siti Aminah binti Abdullah", Phone: "+60123456789", Email: "siti@contoh.my", Identity: "900131145678", Address: "12 Jalan Mawar"}
	for text, want := range map[string]string{
		"Nama saya siti  aminah binti abdullah":     "Nama •••",
		"Puan Aminah, kami datang esok":             "•••, kami datang esok",
		"saya Siti Aminah dari sini":                "••• dari sini",
		"rumah saya di 12 jalan mawar, pagar hijau": "rumah saya di •••, pagar hijau",
		"sms 12.345.6789 atau 0123456789":           "sms ••• atau •••",
		"ic 900131 14 5678, siti@contoh.my":         "ic •••, •••",
		"Lubang di Taman Abdullah, Masjid Siti":     "Lubang di Taman Abdullah, Masjid Siti",
		"Jalan Mawar berlubang":                     "Jalan Mawar berlubang",
	} {
		if got := d.Redactor()(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := (reporter.Details{}).Redactor()("Puan Aminah 0123456789"); got != "Puan Aminah •••" {
		t.Errorf("of nobody: %q", got)
	}
}

func TestTheRulesOfTheCategoryGoBeforeThoseOfItsGroup(t *testing.T) {
	var ms table.Mistakes
	known := func(string) bool { return true }
	rules := reporter.LoadRules(configs.FS, known, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		category string
		secret   bool
		role     complaint.Role
		want     string // fields; empty: nothing
	}{
		{"JLN01", false, complaint.Officer, "text"},
		{"", false, complaint.Desk, "text"},
		{"JLN01", false, complaint.Administrator, ""},
		{"AIR05", false, complaint.Officer, "name phone address text"},
		{"AIR05", false, complaint.Desk, ""},
		{"AIR05", true, complaint.Officer, "text"}, // restricted: the group's rows do not count
		{"INT01", true, complaint.Supervisor, "text"},
		{"INT01", true, complaint.Desk, ""},
		{"SOS02", true, complaint.Officer, "name phone address text"},
	} {
		rule, _ := rules.For(&complaint.Complaint{Category: c.category, Secret: c.secret}, c.role)
		if got := strings.Join(rule.Fields, " "); got != c.want {
			t.Errorf("%s of a %s complaint (restricted %v) sees %q, want %q", c.role, c.category, c.secret, got, c.want)
		}
	}
}

func TestEveryMistakeInTheRulesIsNamed(t *testing.T) {
	var ms table.Mistakes
	reporter.LoadRules(fstest.MapFS{"reveal.csv": {Data: []byte("category,role,fields,basis_ms,basis_en\n" +
		"XXX,officer,text,a,b\nJLN,king,text,a,b\nJLN,officer,shoe,a,b\nJLN,officer,text,,b\n")}}, func(c string) bool { return c == "JLN" }, &ms)
	err := ms.Err()
	if err == nil {
		t.Fatal("no mistake is named")
	}
	for _, want := range []string{`:2:1: category: there is no category or group "XXX"`, `:3:5: role: "king"`, `:4:13: fields: "shoe"`,
		`:5:5: role: JLN has a row for officer`, `:5:18: basis_ms: must not be empty`, `has no row *`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not named: %s\n%v", want, err)
		}
	}
}
