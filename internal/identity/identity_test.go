package identity_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
	"respons/internal/store/sqlite"
)

func directory(t *testing.T) (*identity.Directory, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.db")
	e, err := sqlite.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), []store.Collection{identity.People, identity.Sessions, identity.Ways, identity.Devices}, false); err != nil {
		t.Fatal(err)
	}
	return &identity.Directory{Engine: e, Known: func(code string) bool { return code == "MBPJ" }, Lifetimes: lifetimes(t), Now: time.Now}, file
}

func TestATokenSignsInItsOwnerAndIsNotInTheStore(t *testing.T) {
	d, file := directory(t)
	p, token, err := d.Enrol(t.Context(), identity.Person{Role: complaint.Officer, Agency: "MBPJ", Name: "Aina", Lang: "ms"}, "")
	if err != nil {
		t.Fatal(err)
	}
	got, s, err := d.Authenticate(t.Context(), token)
	if err != nil || got.ID != p.ID || s.Kind != identity.Token || got.Actor() != (complaint.Actor{Role: complaint.Officer, ID: p.ID, Agency: "MBPJ"}) {
		t.Errorf("signed in as %+v, %v", got, err)
	}
	for _, wrong := range []string{"", token[1:], strings.ToUpper(token), token + "a"} {
		if _, _, err := d.Authenticate(t.Context(), wrong); !errors.Is(err, fault.Unauthorized) {
			t.Errorf("token %q: %v", wrong, err)
		}
	}
	for _, name := range []string{file, file + "-wal"} {
		if raw, err := os.ReadFile(name); err == nil && bytes.Contains(raw, []byte(token)) {
			t.Errorf("%s holds the token itself", filepath.Base(name))
		}
	}
}

func TestAnAccountNeedsARoleAndAgencyThatExist(t *testing.T) {
	d, _ := directory(t)
	for _, p := range []identity.Person{{Role: "king"}, {Role: complaint.Officer}, {Role: complaint.Officer, Agency: "NONE"}, {Role: complaint.Desk, Agency: "MBPJ"}} {
		if _, _, err := d.Enrol(t.Context(), p, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestTheFirstAdministratorIsMadeOnce(t *testing.T) {
	d, _ := directory(t)
	first, err := d.FirstAdministrator(t.Context())
	if err != nil || first == "" {
		t.Fatalf("first: %q, %v", first, err)
	}
	if again, err := d.FirstAdministrator(t.Context()); err != nil || again != "" {
		t.Errorf("again: %q, %v", again, err)
	}
}

func TestADeviceRegisteredTwiceIsOneDevice(t *testing.T) {
	d, _ := directory(t)
	for _, lang := range []string{"ms", "ta"} {
		if _, err := d.Register(t.Context(), identity.Device{Owner: "aminah", Token: "fcm-1", Platform: "android", Lang: lang}); err != nil {
			t.Fatal(err)
		}
	}
	devices, err := d.DevicesOf(t.Context(), "aminah")
	if err != nil || len(devices) != 1 || devices[0].Lang != "ta" {
		t.Fatalf("devices %+v, %v", devices, err)
	}
	for range 2 {
		if err := d.Forget(t.Context(), devices[0].ID); err != nil {
			t.Error(err)
		}
	}
	if devices, err = d.DevicesOf(t.Context(), "aminah"); err != nil || len(devices) != 0 {
		t.Errorf("after it was forgotten: %+v, %v", devices, err)
	}
}

// An e-mail address leads to one member of staff, and no longer once another one was given or the change was lost.
func TestAnAddressLeadsToWhoHasItNow(t *testing.T) {
	d, _ := directory(t)
	add := func(name, email string) identity.Person {
		t.Helper()
		p, err := d.Add(t.Context(), identity.Person{Role: complaint.Desk, Name: name, Email: email})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	aina, _ := add("Aina", "Aina@Example.my"), add("Siti", "siti@example.my")
	if _, err := d.Add(t.Context(), identity.Person{Role: complaint.Desk, Email: "aina@example.my"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second one with the address: %v", err)
	}
	leads := func(email string) string {
		p, err := d.ByWay(t.Context(), identity.Email, email)
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		return p.Name
	}
	give := func(email string) error {
		_, err := d.Change(t.Context(), aina.ID, func(p *identity.Person) error { p.Email = email; return nil })
		return err
	}
	if err := give("siti@example.my"); !errors.Is(err, fault.Conflict) || leads("siti@example.my") != "Siti" {
		t.Errorf("another's address: %v", err)
	}
	if err := give("osman@example.my"); err != nil || leads("osman@example.my") != "Aina" || leads("aina@example.my") != "" {
		t.Errorf("a new address: %v, leads to %q, the old one to %q", err, leads("osman@example.my"), leads("aina@example.my"))
	}
	_, err := d.Change(t.Context(), aina.ID, func(p *identity.Person) error {
		if _, err := d.Change(t.Context(), aina.ID, func(p *identity.Person) error { p.Cleared = true; return nil }); err != nil {
			t.Fatal(err)
		}
		p.Email = "late@example.my"
		return nil
	})
	if !errors.Is(err, fault.Stale) || leads("late@example.my") != "" || leads("osman@example.my") != "Aina" {
		t.Errorf("a change that came too late: %v, leads to %q", err, leads("late@example.my"))
	}
	if err := give(""); err != nil || leads("osman@example.my") != "" {
		t.Errorf("no address: %v", err)
	}
}

// What a member of staff is called is a minute old at the most; a citizen's name is not kept at all.
func TestANameIsAMinuteOldAtTheMost(t *testing.T) {
	d, _ := directory(t)
	now := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return now }
	called := func(id, want string) {
		t.Helper()
		if name, err := d.Name(t.Context(), id); err != nil || name != want {
			t.Errorf("called %q, %v; want %q", name, err, want)
		}
	}
	for _, c := range []struct {
		role               complaint.Role
		later, aMinuteLate string
	}{{complaint.Desk, "Aina", ""}, {complaint.CitizenRole, "", ""}} {
		p, err := d.Add(t.Context(), identity.Person{Role: c.role, Name: "Aina"})
		if err != nil {
			t.Fatal(err)
		}
		called(p.ID, "Aina")
		if err := d.Remove(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		now = now.Add(59 * time.Second)
		called(p.ID, c.later)
		now = now.Add(time.Second)
		called(p.ID, c.aMinuteLate)
	}
	d.Engine.Close()
	if _, err := d.Name(t.Context(), "somebody else"); err == nil {
		t.Error("a store that is out of reach knows no name and says so")
	}
}
