package signin_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/signin"
)

func (h *house) adds(t *testing.T, email string) identity.Person {
	t.Helper()
	p, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Officer, Agency: "MBPJ", Name: "Aina binti Osman", Lang: "ms", Email: email})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnInvitationIsGoodOnceAndForThreeDays(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		p := h.adds(t, ainas)
		link := h.invites(t, p)
		if l := h.mails[ainas]; !strings.Contains(l.Subject, "Jemputan") || !strings.Contains(l.Body, "Aina binti Osman") || !strings.Contains(l.Body, "72 jam") {
			t.Errorf("the e-mail %+v", l)
		}
		seen, err := h.Open(t.Context(), link)
		if err != nil || seen.Person.ID != p.ID || !seen.Factor || !strings.Contains(seen.URI, "secret="+seen.Secret) || !strings.Contains(seen.QR, "viewBox") {
			t.Fatalf("seen %+v, %v", seen, err)
		}
		good := signin.Acceptance{Password: goodPassword, Code: h.code(t, seen.Secret)}
		for name, c := range map[string]struct {
			link string
			a    signin.Acceptance
			kind fault.Kind
		}{
			"another link":    {"aaaaaaaaaaaaaaaaaaaaaaaaaa", good, fault.NotFound},
			"no code":         {link, signin.Acceptance{Password: goodPassword}, fault.Invalid},
			"a wrong code":    {link, signin.Acceptance{Password: goodPassword, Code: wrongCode(good.Code)}, fault.Invalid},
			"a weak password": {link, signin.Acceptance{Password: "Password123!", Code: good.Code}, fault.Invalid},
		} {
			_, _, err := h.Accept(t.Context(), c.link, c.a, page)
			is(t, name, err, c.kind)
		}
		in, recovery, err := h.Accept(t.Context(), link, good, page)
		if err != nil || len(recovery) != 10 || in.Person.ID != p.ID || in.Token == "" {
			t.Fatalf("accepted %+v %v, %v", in, recovery, err)
		}
		_, _, err = h.Accept(t.Context(), link, good, page)
		is(t, "again", err, fault.NotFound)
		_, err = h.Open(t.Context(), link)
		is(t, "looking again", err, fault.NotFound)
		_, err = h.Staff(t.Context(), ainas, goodPassword, good.Code, page)
		is(t, "the code that accepted it", err, fault.Unauthorized)

		first := h.invites(t, p)
		second := h.invites(t, p)
		_, err = h.Open(t.Context(), first)
		is(t, "a link that was replaced", err, fault.NotFound)
		h.pass(72*time.Hour - time.Second)
		if _, err := h.Open(t.Context(), second); err != nil {
			t.Errorf("just in time: %v", err)
		}
		h.pass(time.Second)
		_, err = h.Open(t.Context(), second)
		is(t, "three days later", err, fault.NotFound)
	})
}

// Whoever forgot the password is invited anew: the old one is good until then, and afterwards nothing of old is.
func TestANewInvitationReplacesWhatWasThere(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		thief, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), phone)
		if err != nil {
			t.Fatal(err)
		}
		link := h.invites(t, aina.Person)
		if _, _, err := h.People.Authenticate(t.Context(), thief.Token); err != nil {
			t.Errorf("before it is accepted: %v", err)
		}
		seen, err := h.Open(t.Context(), link)
		if err != nil {
			t.Fatal(err)
		}
		const next = "payung hijau di atas meja"
		in, _, err := h.Accept(t.Context(), link, signin.Acceptance{Password: next, Code: h.code(t, seen.Secret)}, page)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = h.People.Authenticate(t.Context(), thief.Token)
		is(t, "the thief's session", err, fault.Unauthorized)
		if _, _, err := h.People.Authenticate(t.Context(), in.Token); err != nil {
			t.Errorf("the new session: %v", err)
		}
		h.pass(time.Minute)
		_, err = h.Staff(t.Context(), ainas, aina.password, h.code(t, seen.Secret), page)
		is(t, "the old password", err, fault.Unauthorized)
		_, err = h.Staff(t.Context(), ainas, next, h.code(t, aina.secret), page)
		is(t, "the old factor", err, fault.Unauthorized)
		if _, err := h.Staff(t.Context(), ainas, next, h.code(t, seen.Secret), page); err != nil {
			t.Error(err)
		}
	})
}

// The first administrator gives the address; on a laptop a password alone is enough, on a server it never is.
func TestTheFirstAdministratorsLink(t *testing.T) {
	for _, laptop := range []bool{true, false} {
		h := build(t, "")
		h.Laptop = laptop
		h.employs(t, "taken@example.my")
		p, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Administrator, Name: "First administrator", Lang: "ms"})
		if err != nil {
			t.Fatal(err)
		}
		link, err := h.First(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		_, token, ok := strings.Cut(link, "https://respons.example.my/sign-in/first#")
		if !ok {
			t.Fatalf("the link %q", link)
		}
		seen, err := h.Open(t.Context(), token)
		if err != nil || seen.Factor == laptop {
			t.Fatalf("seen %+v, %v", seen, err)
		}
		_, _, err = h.Accept(t.Context(), token, signin.Acceptance{Password: goodPassword, Code: h.code(t, seen.Secret)}, page)
		is(t, "no address", err, fault.Invalid)
		_, _, err = h.Accept(t.Context(), token, signin.Acceptance{Email: "taken@example.my", Password: goodPassword, Code: h.code(t, seen.Secret)}, page)
		is(t, "another's address", err, fault.Conflict)
		_, recovery, err := h.Accept(t.Context(), token, signin.Acceptance{Email: "Admin@Example.my", Password: goodPassword}, page)
		if laptop != (err == nil) || len(recovery) != 0 {
			t.Errorf("laptop %v, without a code: %v %v", laptop, recovery, err)
		}
		if !laptop {
			continue
		}
		if _, err := h.Staff(t.Context(), "admin@example.my", goodPassword, "", page); err != nil {
			t.Errorf("on the laptop: %v", err)
		}
		h.Laptop = false // the same store on a server
		_, err = h.Staff(t.Context(), "admin@example.my", goodPassword, "", page)
		is(t, "on a server", err, fault.Unauthorized)
	}
}

func TestWhomNoInvitationReaches(t *testing.T) {
	h := build(t, "")
	p := h.adds(t, ainas)
	h.broken = errors.New("550")
	_, err := h.Invite(t.Context(), p)
	is(t, "a relay that refuses", err, fault.Unavailable)
	h.Mail = nil
	_, err = h.Invite(t.Context(), p)
	is(t, "no relay", err, fault.Conflict)
	if strings.Contains(h.log.String(), "#") {
		t.Error("a server's log holds a link")
	}
	_, err = h.Invite(t.Context(), h.adds(t, ""))
	is(t, "no address", err, fault.Conflict)
	citizen, err := h.People.Add(t.Context(), identity.Person{Role: complaint.CitizenRole})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Invite(t.Context(), citizen)
	is(t, "a citizen", err, fault.Conflict)
	h.Laptop = true
	if _, err = h.Invite(t.Context(), p); err != nil || !strings.Contains(h.log.String(), "/sign-in/invitation#") {
		t.Errorf("on a laptop the link is in the log: %v", err)
	}
}

func TestPasswordsThatWouldSoonBeGuessed(t *testing.T) {
	for password, good := range map[string]bool{
		goodPassword:   true,
		"Xq7!vR2#mK9p": true,
		"我的雨伞在桌子上面是绿色的": true,
		"short one":                false,
		"elevenchars":              false,
		"password1234":             false,
		"P@ssw0rd1234!":            false,
		"Kerajaan12345":            false,
		"malaysiaboleh!!":          false,
		"changemechangeme":         false,
		"aaaaaaaaaaaaaa":           false,
		"abababababababab":         false,
		"abcdefghijklmnop":         false,
		"qwertyuiopasdf":           false,
		"lkjhgfdsapoiu":            false,
		"aina-2026-mbpj":           true,
		"ainaosman2026":            false,
		"respons12345":             false,
		"osman1234567":             false,
		strings.Repeat("ab1c", 33): false,
	} {
		h := build(t, "")
		p, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Desk, Name: "Osman", Email: "ainaosman@mbpj.gov.my"})
		if err != nil {
			t.Fatal(err)
		}
		link := h.invites(t, p)
		h.Laptop = true
		_, _, err = h.Accept(t.Context(), link, signin.Acceptance{Password: password}, page)
		if good && err != nil || !good && !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
}
