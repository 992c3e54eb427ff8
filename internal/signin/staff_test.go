package signin_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/signin"
)

const ainas = "aina@mbpj.gov.my"

func TestStaffSignInWithPasswordAndCodeInOneStep(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		in, err := h.Staff(t.Context(), " Aina@MBPJ.gov.my ", aina.password, h.code(t, aina.secret), page)
		if err != nil || in.Person.ID != aina.ID {
			t.Fatalf("signed in %+v, %v", in, err)
		}
		if p, s, err := h.People.Authenticate(t.Context(), in.Token); err != nil || p.ID != aina.ID || s.Kind != identity.Browser || s.Way != signin.Password {
			t.Errorf("the session %+v %+v, %v", p, s, err)
		}
		if last := h.heard[len(h.heard)-1]; last != "Aina password true" {
			t.Errorf("on record: %q", last)
		}
	})
}

// Whatever is wrong, the answer is the same, and so is what is done: nobody learns which part was wrong, or who works here.
func TestNobodyLearnsWhichPartWasWrong(t *testing.T) {
	h := build(t, "")
	aina := h.employs(t, ainas)
	away := h.employs(t, "away@mbpj.gov.my")
	if _, err := h.People.Change(t.Context(), away.ID, func(p *identity.Person) error { p.Inactive = true; return nil }); err != nil {
		t.Fatal(err)
	}
	invited, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Desk, Name: "Invited", Email: "invited@mbpj.gov.my"})
	if err != nil {
		t.Fatal(err)
	}
	h.invites(t, invited)
	if _, err := h.Staff(t.Context(), "first@example.my", "makes the decoy", "000000", page); err == nil {
		t.Fatal("nobody is let in")
	}
	type trial struct {
		answer, work string
	}
	try := func(email, password, code string) trial {
		h.store.asked()
		_, err := h.Staff(t.Context(), email, password, code, page)
		if err == nil {
			t.Fatalf("%s is let in", email)
		}
		return trial{err.Error(), h.store.asked()}
	}
	right := h.code(t, aina.secret)
	want := try(ainas, "another password", right)
	for name, got := range map[string]trial{
		"a wrong code":               try(ainas, aina.password, wrongCode(right)),
		"both wrong":                 try(ainas, "another password", wrongCode(right)),
		"a wrong recovery code":      try(ainas, aina.password, "aaaaa-bbbbb"),
		"no such address":            try("nobody@mbpj.gov.my", aina.password, right),
		"somebody who left":          try("away@mbpj.gov.my", away.password, h.code(t, away.secret)),
		"invited, no password yet":   try("invited@mbpj.gov.my", aina.password, right),
		"no address at all":          try("x", "y", ""),
		"no code, password is right": try(ainas, aina.password, ""),
	} {
		if got.answer != want.answer {
			t.Errorf("%s: it says %q", name, got.answer)
		}
		if work := strings.ReplaceAll(got.work, "replace sign_ins", "insert sign_ins"); work != strings.ReplaceAll(want.work, "replace sign_ins", "insert sign_ins") {
			t.Errorf("%s: the store was asked\n%s\nwant\n%s", name, work, want.work)
		}
	}
}

func TestACodeOfTheAppIsGoodOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		code := h.code(t, aina.secret)
		if _, err := h.Staff(t.Context(), ainas, aina.password, code, page); err != nil {
			t.Fatal(err)
		}
		_, err := h.Staff(t.Context(), ainas, aina.password, code, page)
		is(t, "the same code again", err, fault.Unauthorized)
		h.pass(25 * time.Second) // the phone's clock is a little slow
		_, err = h.Staff(t.Context(), ainas, aina.password, code, page)
		is(t, "the same code a moment later", err, fault.Unauthorized)
		h.pass(30 * time.Second)
		if _, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page); err != nil {
			t.Errorf("the next code: %v", err)
		}
		h.pass(time.Hour)
		old := h.code(t, aina.secret)
		h.pass(90 * time.Second)
		_, err = h.Staff(t.Context(), ainas, aina.password, old, page)
		is(t, "a code of two minutes ago", err, fault.Unauthorized)
	})
}

// Of many who come with one code at the same moment one is let in.
func TestACodeAtTheSameMomentLetsInOne(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		code := h.code(t, aina.secret)
		var mu sync.Mutex
		in := 0
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, err := h.Staff(t.Context(), ainas, aina.password, code, page)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if !errors.Is(err, fault.Unauthorized) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if in != 1 {
			t.Errorf("%d were let in", in)
		}
	})
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		if len(aina.recovery) != 10 {
			t.Fatalf("recovery codes %v", aina.recovery)
		}
		typed := strings.ToUpper(strings.ReplaceAll(aina.recovery[3], "-", " "))
		if _, err := h.Staff(t.Context(), ainas, aina.password, typed, page); err != nil {
			t.Fatal(err)
		}
		_, err := h.Staff(t.Context(), ainas, aina.password, aina.recovery[3], page)
		is(t, "the same one again", err, fault.Unauthorized)
		if _, err := h.Staff(t.Context(), ainas, aina.password, aina.recovery[4], page); err != nil {
			t.Errorf("another one: %v", err)
		}
		if s, err := h.Secured(t.Context(), aina.ID); err != nil || s.Recovery != 8 || !s.Factor || !s.Password {
			t.Errorf("left: %+v, %v", s, err)
		}
		fresh, err := h.NewRecovery(t.Context(), aina.Person, aina.password)
		if err != nil || len(fresh) != 10 {
			t.Fatalf("new ones %v, %v", fresh, err)
		}
		_, err = h.Staff(t.Context(), ainas, aina.password, aina.recovery[5], page)
		is(t, "one of the old ones", err, fault.Unauthorized)
		if _, err := h.Staff(t.Context(), ainas, aina.password, fresh[0], page); err != nil {
			t.Errorf("a new one: %v", err)
		}
	})
}

// After five wrong tries each further one waits longer; the right password is no exception, and nobody's address is none
// either. Whoever gets in is forgiven.
func TestWrongTriesLockWithBackoff(t *testing.T) {
	for _, email := range []string{ainas, "nobody@mbpj.gov.my"} {
		t.Run(email, func(t *testing.T) {
			h := build(t, "")
			aina := h.employs(t, ainas)
			wrong := func() error {
				_, err := h.Staff(t.Context(), email, "another password", "000000", page)
				return err
			}
			for range 5 {
				is(t, "a free try", wrong(), fault.Unauthorized)
			}
			for _, lock := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
				err := wrong()
				is(t, "a try while it is locked", err, fault.TooMany)
				if f, ok := errors.AsType[*fault.Error](err); !ok || f.Wait != lock {
					t.Errorf("locked for %v, want %s", f, lock)
				}
				_, err = h.Staff(t.Context(), email, aina.password, h.code(t, aina.secret), page)
				is(t, "the right password while it is locked", err, fault.TooMany)
				h.pass(lock)
				is(t, "a try after the lock", wrong(), fault.Unauthorized)
			}
			h.pass(15 * time.Minute)
			if email != ainas {
				return
			}
			if _, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page); err != nil {
				t.Fatalf("the right password after the lock: %v", err)
			}
			for range 5 {
				is(t, "a free try again", wrong(), fault.Unauthorized)
			}
		})
	}
}

// Many guesses at the same moment are all counted before any is looked at.
func TestGuessesAtTheSameMomentAreAllCounted(t *testing.T) {
	h := build(t, "")
	h.employs(t, ainas)
	before := len(h.heard)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			if _, err := h.Staff(t.Context(), ainas, "another password", "000000", page); err == nil {
				t.Error("let in")
			}
		})
	}
	wg.Wait()
	if looked := len(h.heard) - before; looked != 5 {
		t.Errorf("%d passwords were looked at", looked)
	}
}

func TestWhoeverIsOutOfOfficeIsSignedOutAndNotLetIn(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		in, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page)
		if err != nil {
			t.Fatal(err)
		}
		active := func(yes bool) {
			if _, err := h.People.Change(t.Context(), aina.ID, func(p *identity.Person) error { p.Inactive = !yes; return nil }); err != nil {
				t.Fatal(err)
			}
			h.pass(time.Minute)
		}
		active(false)
		_, _, err = h.People.Authenticate(t.Context(), in.Token)
		is(t, "the session", err, fault.Unauthorized)
		_, err = h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page)
		is(t, "signing in", err, fault.Unauthorized)
		_, err = h.Invite(t.Context(), identity.Person{ID: aina.ID, Role: complaint.Officer, Email: ainas, Inactive: true})
		is(t, "inviting", err, fault.Conflict)
		active(true)
		_, _, err = h.People.Authenticate(t.Context(), in.Token)
		is(t, "the old session afterwards", err, fault.Unauthorized)
		if _, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page); err != nil {
			t.Errorf("back in office: %v", err)
		}
	})
}

func TestAPasswordIsHashedAnewWhenTheCostChanges(t *testing.T) {
	h := build(t, "")
	aina := h.employs(t, ainas)
	stored := func() string {
		rec, err := h.Engine.Get(t.Context(), signin.Credentials.Name, aina.ID)
		if err != nil {
			t.Fatal(err)
		}
		return string(rec.Body)
	}
	if !strings.Contains(stored(), "$argon2id$v=19$m=8192,t=1,p=1$") {
		t.Fatalf("stored %s", stored())
	}
	h.Cost.Iterations = 3
	for range 2 {
		h.pass(time.Minute)
		if _, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(stored(), "$argon2id$v=19$m=8192,t=3,p=1$") {
			t.Errorf("stored %s", stored())
		}
	}
}

func TestASignInEndsTheSessionThatTheBrowserHadBefore(t *testing.T) {
	h := build(t, "")
	aina, mallory := h.employs(t, ainas), h.employs(t, "mallory@mbpj.gov.my")
	planted, err := h.Staff(t.Context(), "mallory@mbpj.gov.my", mallory.password, h.code(t, mallory.secret), page)
	if err != nil {
		t.Fatal(err)
	}
	fixed := signin.Client{Kind: identity.Browser, Current: planted.Person, Session: planted.Session}
	in, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), fixed)
	if err != nil || in.Token == planted.Token || in.Session.ID == planted.Session.ID {
		t.Fatalf("signed in %+v, %v", in, err)
	}
	_, _, err = h.People.Authenticate(t.Context(), planted.Token)
	is(t, "the planted token", err, fault.Unauthorized)
}

func TestOnesOwnPasswordAndFactorAreChanged(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		aina := h.employs(t, ainas)
		this, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), page)
		if err != nil {
			t.Fatal(err)
		}
		h.pass(time.Minute)
		other, err := h.Staff(t.Context(), ainas, aina.password, h.code(t, aina.secret), phone)
		if err != nil {
			t.Fatal(err)
		}
		const next = "payung hijau di atas meja"
		is(t, "a wrong old password", h.SetPassword(t.Context(), aina.Person, this.Session.ID, "another password", next), fault.Forbidden)
		is(t, "a weak new one", h.SetPassword(t.Context(), aina.Person, this.Session.ID, aina.password, "password1234"), fault.Invalid)
		if err := h.SetPassword(t.Context(), aina.Person, this.Session.ID, aina.password, next); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.People.Authenticate(t.Context(), this.Token); err != nil {
			t.Errorf("this session: %v", err)
		}
		_, _, err = h.People.Authenticate(t.Context(), other.Token)
		is(t, "the other session", err, fault.Unauthorized)

		_, err = h.NewFactor(t.Context(), aina.Person, aina.password)
		is(t, "the old password", err, fault.Forbidden)
		_, err = h.ConfirmFactor(t.Context(), aina.Person, "123456")
		is(t, "nothing to confirm", err, fault.NotFound)
		shown, err := h.NewFactor(t.Context(), aina.Person, next)
		if err != nil || !strings.HasPrefix(shown.URI, "otpauth://totp/Respons:aina@mbpj.gov.my?") || !strings.Contains(shown.QR, "<svg") {
			t.Fatalf("shown %+v, %v", shown, err)
		}
		_, err = h.ConfirmFactor(t.Context(), aina.Person, wrongCode(h.code(t, shown.Secret)))
		is(t, "a wrong code", err, fault.Invalid)
		h.pass(time.Minute)
		if _, err := h.Staff(t.Context(), ainas, next, h.code(t, aina.secret), page); err != nil {
			t.Errorf("the old factor until then: %v", err)
		}
		codes, err := h.ConfirmFactor(t.Context(), aina.Person, h.code(t, shown.Secret))
		if err != nil || len(codes) != 10 {
			t.Fatalf("confirmed: %v, %v", codes, err)
		}
		_, err = h.ConfirmFactor(t.Context(), aina.Person, h.code(t, shown.Secret))
		is(t, "again", err, fault.NotFound)
		_, err = h.Staff(t.Context(), ainas, next, h.code(t, shown.Secret), page)
		is(t, "the code that confirmed it", err, fault.Unauthorized)
		h.pass(time.Minute)
		for name, c := range map[string]struct {
			code string
			in   bool
		}{"the old factor": {h.code(t, aina.secret), false}, "an old recovery code": {aina.recovery[0], false}, "the new factor": {h.code(t, shown.Secret), true}, "a new recovery code": {codes[0], true}} {
			if _, err := h.Staff(t.Context(), ainas, next, c.code, page); (err == nil) != c.in {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAStolenStoreSignsNoStaffIn(t *testing.T) {
	h := build(t, "")
	aina := h.employs(t, ainas)
	invited, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Desk, Name: "Invited", Email: "invited@example.my"})
	if err != nil {
		t.Fatal(err)
	}
	link := h.invites(t, invited)
	for _, name := range []string{h.file, h.file + "-wal"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for what, secret := range map[string]string{"the password": aina.password, "the factor": aina.secret, "a recovery code": strings.ReplaceAll(aina.recovery[0], "-", ""), "an invitation": link} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s holds %s", name, what)
			}
		}
	}
}
