package pages_test

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"testing"

	"respons/internal/app/browsertest"
	"respons/internal/fault"
	"respons/internal/identity"
)

// texts are the text messages that a site sends.
type texts struct {
	mu   sync.Mutex
	last string
}

func (x *texts) send(_ context.Context, _, text string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.last = text
	return nil
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

func (x *texts) code() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return sixDigits.FindString(x.last)
}

// A citizen opens an account by a code to the phone, takes in what was filed without it, sees it on another device, and
// closes it.
func TestACitizenHasAnAccountInTheBrowser(t *testing.T) {
	site, sms := browsertest.Start(t, nil), new(texts)
	site.App.SignIn.Text = sms.send
	file := func(b *browsertest.Tab, text string) string {
		b.Visit("/file")
		b.Fill("#text", text)
		b.Fill("#address", "Jalan SS2/72, Petaling Jaya")
		b.Click(`button[value="send"]`)
		return numberForm.FindString(b.Text("#receipt .big"))
	}
	b := site.Open(t, browsertest.View{Phone: true, NoScript: true})
	guest := file(b, pothole)
	b.Visit("/")
	b.Click(`a[href="/me"]`)
	b.Says("h1", "Log masuk dengan telefon")
	b.Accessible()
	b.Shot("me-door-phone")
	b.Fill("#phone", "12")
	b.Click("button.first")
	b.Says("#wrong-phone", "bukan nombor telefon")
	b.Fill("#phone", "012-345 6789")
	b.Click("button.first")
	b.Says("[role=status]", "012-345 6789")
	b.Accessible()
	b.Shot("me-code-phone")
	b.Fill("#code", "000000")
	b.Click("button.first")
	b.Says("#wrong-code", "Kod salah")
	b.Click(`button[formaction]`)
	b.Says("#failed", "Kod lain boleh diminta selepas")
	b.Fill("#code", sms.code())
	b.Click("button.first")
	b.Says("h1", "Akaun saya")
	b.Says("main", "Belum ada aduan")
	b.Accessible()
	b.Shot("me-empty-phone")
	b.Click(`#take ul button`)
	b.Says(".done", "dalam akaun anda")
	b.Says(`a[href="/follow/`+guest+`"]`, guest)
	b.Fill("#number", "RR-7K3M-Q2XA")
	b.Fill("#code", "AAAAA-AAAAA")
	b.Click(`#take button:not([name])`)
	b.Says("#failed", "Tiada aduan dengan nombor dan kod ini")
	own := file(b, "Lampu jalan padam di Jalan SS2/75 sejak seminggu")
	b.Visit("/follow/" + own)
	b.Says("h1", own)

	account, err := site.App.People.ByWay(t.Context(), identity.Phone, "+60123456789")
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := site.App.People.Begin(t.Context(), account, identity.Session{Kind: identity.App, Way: identity.Phone, Device: "Aminah's tablet"})
	if err != nil {
		t.Fatal(err)
	}
	other := site.Open(t, browsertest.View{Lang: "en", Token: token})
	other.Visit("/me")
	other.Says("main", guest)
	other.Says("main", own)
	other.Accessible()
	other.Shot("me-wide")
	other.True(`fetch("/me/export").then(r => r.headers.get("Content-Type") === "application/zip" && r.status === 200)`)

	b.Visit("/me")
	b.Says("table", "Aminah's tablet")
	b.Click(`button[value="others"]`)
	b.Says(".done", "Semua sesi lain telah ditamatkan")
	if _, _, err := site.App.People.Authenticate(t.Context(), token); !errors.Is(err, fault.Unauthorized) {
		t.Errorf("the other session: %v", err)
	}
	b.Click(`input[name="sure"]`)
	b.Click("button.grave:not([name])")
	b.Says(".done", "dipadamkan")
	b.Visit("/me")
	b.Says("h1", "Log masuk dengan telefon")
	for _, lang := range []string{"zh", "ta"} {
		v := site.Open(t, browsertest.View{Lang: lang, Dark: true})
		v.Visit("/me")
		v.Wait("#phone")
		v.Accessible()
	}
}
