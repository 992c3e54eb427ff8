package signin_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/signin"
)

const (
	aminah = "012-345 6789"
	chong  = "013-456 7890"
)

// wrongCode is another one than the right one.
func wrongCode(right string) string {
	if right == "000000" {
		return "000001"
	}
	return "000000"
}

func TestACodeLetsInItsNumberOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		sent, err := h.SendCode(t.Context(), aminah, "en")
		if err != nil || !sent.Expires.Equal(h.now().Add(5*time.Minute)) || !sent.Next.Equal(h.now().Add(time.Minute)) {
			t.Fatalf("sent %+v, %v", sent, err)
		}
		if h.texts[0].to != "+60123456789" || !strings.Contains(h.texts[0].text, "Tell nobody") {
			t.Errorf("the message %+v", h.texts[0])
		}
		code := h.lastCode(t)
		_, err = h.EnterCode(t.Context(), chong, code, "en", phone)
		is(t, "the code of another number", err, fault.Unauthorized)
		in, err := h.EnterCode(t.Context(), "+60 12 3456789", " "+code+" ", "en", phone)
		if err != nil || !in.New || in.Person.Role != complaint.CitizenRole || in.Person.Lang != "en" {
			t.Fatalf("let in: %+v, %v", in, err)
		}
		if p, s, err := h.People.Authenticate(t.Context(), in.Token); err != nil || p.ID != in.Person.ID || s.Way != "phone" || s.Device != "phone" {
			t.Errorf("the session: %+v %+v, %v", p, s, err)
		}
		_, err = h.EnterCode(t.Context(), aminah, code, "en", phone)
		is(t, "the code again", err, fault.Unauthorized)
		h.pass(time.Minute)
		if _, err := h.SendCode(t.Context(), aminah, "en"); err != nil {
			t.Fatal(err)
		}
		again, err := h.EnterCode(t.Context(), aminah, h.lastCode(t), "en", phone)
		if err != nil || again.New || again.Person.ID != in.Person.ID || again.Token == in.Token {
			t.Errorf("the second time: %+v, %v", again, err)
		}
	})
}

func TestACodeIsOverAfterFiveMinutesAndFiveTries(t *testing.T) {
	for _, c := range []struct {
		name  string
		wrong int
		after time.Duration
		in    bool
	}{
		{"just in time", 0, 5*time.Minute - time.Second, true},
		{"too late", 0, 5 * time.Minute, false},
		{"the fifth try", 4, 0, true},
		{"the sixth try", 5, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, "")
			if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
				t.Fatal(err)
			}
			code := h.lastCode(t)
			for range c.wrong {
				_, err := h.EnterCode(t.Context(), aminah, wrongCode(code), "ms", phone)
				is(t, "a wrong one", err, fault.Unauthorized)
			}
			h.pass(c.after)
			if _, err := h.EnterCode(t.Context(), aminah, code, "ms", phone); (err == nil) != c.in {
				t.Errorf("the right one: %v", err)
			}
		})
	}
}

// A hundred guesses at the same moment are a hundred tries: at most five of them are looked at.
func TestTriesAtTheSameMomentAreAllCounted(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
			t.Fatal(err)
		}
		code := h.lastCode(t)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := h.EnterCode(t.Context(), aminah, wrongCode(code), "ms", phone); !errors.Is(err, fault.Unauthorized) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		_, err := h.EnterCode(t.Context(), aminah, code, "ms", phone)
		is(t, "the right one afterwards", err, fault.Unauthorized)
	})
}

func TestAPauseLiesBetweenTwoCodesAndGrows(t *testing.T) {
	h := build(t, "")
	var pauses []time.Duration
	for len(pauses) < 9 {
		sent, err := h.SendCode(t.Context(), aminah, "ms")
		if err != nil {
			t.Fatal(err)
		}
		pause := sent.Next.Sub(h.now())
		h.pass(pause - time.Second)
		_, err = h.SendCode(t.Context(), aminah, "ms")
		is(t, "a second too early", err, fault.TooMany)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Wait != time.Second {
			t.Errorf("the wait is %+v", f)
		}
		if _, err := h.SendCode(t.Context(), "0"+"19"+strings.Repeat("1", 6)+string(rune('0'+len(pauses))), "ms"); err != nil {
			t.Errorf("another number meanwhile: %v", err)
		}
		h.pass(time.Second)
		pauses = append(pauses, pause)
	}
	if want := []time.Duration{1, 2, 4, 8, 16, 16, 16, 16, 16}; !slices.EqualFunc(pauses, want, func(got, want time.Duration) bool { return got == want*time.Minute }) {
		t.Errorf("pauses %v", pauses)
	}
	if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
		t.Fatalf("the tenth: %v", err)
	}
	h.pass(time.Hour)
	_, err := h.SendCode(t.Context(), aminah, "ms")
	is(t, "the eleventh of a day", err, fault.TooMany)
	h.pass(24 * time.Hour)
	if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// Whoever asks for a code, or guesses one, learns nothing of whether the number has an account: same answer, same work.
func TestNobodyLearnsWhichNumbersHaveAccounts(t *testing.T) {
	h := build(t, "")
	if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.EnterCode(t.Context(), aminah, h.lastCode(t), "ms", phone); err != nil {
		t.Fatal(err)
	}
	h.pass(25 * time.Hour)
	type answer struct {
		sent    signin.Sent
		guessed string
		work    [2]string
	}
	ask := func(number string) (a answer) {
		h.store.asked()
		var err error
		if a.sent, err = h.SendCode(t.Context(), number, "ms"); err != nil {
			t.Fatal(err)
		}
		a.work[0] = strings.ReplaceAll(h.store.asked(), "replace", "insert") // what was over was not swept yet
		_, err = h.EnterCode(t.Context(), number, wrongCode(h.lastCode(t)), "ms", phone)
		a.guessed, a.work[1] = err.Error(), h.store.asked()
		return a
	}
	if known, unknown := ask(aminah), ask(chong); known != unknown {
		t.Errorf("a known number:\n%+v\nan unknown one:\n%+v", known, unknown)
	}
}

func TestAStolenStoreListsNoNumbersAndNoCodes(t *testing.T) {
	h := build(t, "")
	if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
		t.Fatal(err)
	}
	code := h.lastCode(t)
	in, err := h.EnterCode(t.Context(), aminah, code, "ms", phone)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(time.Minute)
	if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{h.file, h.file + "-wal"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for _, secret := range []string{"123456789", `"` + h.lastCode(t) + `"`, in.Token} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
	}
	if strings.Contains(h.log.String(), code) {
		t.Error("the code is in the log")
	}
}

func TestWhereCodesGo(t *testing.T) {
	for _, c := range []struct {
		name, number string
		change       func(*house)
		want         fault.Kind
		text         string
	}{
		{"no number", "abc", nil, fault.Invalid, "telephone number"},
		{"a country that gets none", "+1 212 555 0100", nil, fault.Invalid, "+60"},
		{"no gateway", aminah, func(h *house) { h.Text = nil }, fault.Conflict, "not set up"},
		{"a gateway that is down", aminah, func(h *house) { h.broken = errors.New("503") }, fault.Unavailable, "could not be sent"},
		{"no budget", aminah, func(h *house) { h.left = false }, fault.Unavailable, "today"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, "")
			if c.change != nil {
				c.change(h)
			}
			_, err := h.SendCode(t.Context(), c.number, "ms")
			is(t, "sent", err, c.want)
			if err != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("it says %v", err)
			}
		})
	}
	t.Run("into the log of a demonstration", func(t *testing.T) {
		h := build(t, "")
		h.Text, h.Laptop = nil, true
		if _, err := h.SendCode(t.Context(), aminah, "ms"); err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(h.log.String(), "code=")
		if strings.Contains(h.log.String(), "3456789") {
			t.Error("the number is in the log")
		}
		if _, err := h.EnterCode(t.Context(), aminah, strings.Fields(after)[0], "ms", phone); err != nil {
			t.Error(err)
		}
	})
}

// One account can be entered by several ways, a way leads into one account, and adding one needs being signed in.
func TestWaysIntoOneAccount(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *house) {
		by := func(number string, c signin.Client) (signin.In, error) {
			t.Helper()
			h.pass(20 * time.Minute)
			if _, err := h.SendCode(t.Context(), number, "ms"); err != nil {
				t.Fatal(err)
			}
			return h.EnterCode(t.Context(), number, h.lastCode(t), "ms", c)
		}
		first, err := by(aminah, phone)
		if err != nil {
			t.Fatal(err)
		}
		signedIn := signin.Client{Kind: identity.App, Current: first.Person, Session: first.Session}
		joined, err := by(chong, signedIn)
		if err != nil || joined.Token != "" || joined.Person.ID != first.Person.ID || joined.New {
			t.Fatalf("joined %+v, %v", joined, err)
		}
		if again, err := by(chong, phone); err != nil || again.Person.ID != first.Person.ID {
			t.Errorf("by the second way: %+v, %v", again, err)
		}
		ways, err := h.People.WaysOf(t.Context(), first.Person.ID)
		if err != nil || len(ways) != 2 {
			t.Errorf("ways %+v, %v", ways, err)
		}
		other, err := by("014-567 8901", phone)
		if err != nil || other.Person.ID == first.Person.ID {
			t.Fatalf("somebody else: %+v, %v", other, err)
		}
		_, err = by(aminah, signin.Client{Kind: identity.App, Current: other.Person, Session: other.Session})
		is(t, "a way of another account", err, fault.Conflict)
		_, err = by("015-678 9012", signin.Client{Kind: identity.App, Current: identity.Person{ID: "aina", Role: complaint.Officer}})
		is(t, "a member of staff", err, fault.Forbidden)

		if err := h.People.Remove(t.Context(), first.Person.ID); err != nil { // the account is closed, cut off before its ways
			t.Fatal(err)
		}
		fresh, err := by(aminah, phone)
		if err != nil || !fresh.New || fresh.Person.ID == first.Person.ID {
			t.Errorf("after the account was closed: %+v, %v", fresh, err)
		}
		if err := h.People.ShutOut(t.Context(), first.Person.ID); err != nil { // the rest of the erasure
			t.Fatal(err)
		}
		if p, err := h.People.ByWay(t.Context(), identity.Phone, "+60123456789"); err != nil || p.ID != fresh.Person.ID {
			t.Errorf("the erasure closed the way of the new account: %+v, %v", p, err)
		}
	})
}
