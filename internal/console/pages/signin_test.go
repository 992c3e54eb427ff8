package pages_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/oidc/oidctest"
	"respons/internal/signin"
)

const (
	adminPassword   = "kerusi merah dekat tingkap"
	officerPassword = "payung hijau di atas meja"
)

// server is a site as others reach it: everybody has a second factor, and nothing that signs in is in the log.
func server(c *config.Config) {
	c.Demo, c.PublicURL = false, "https://respons.example.my"
	c.ArgonMemoryKiB, c.ArgonIterations = 8<<10, 1
}

// letters are the e-mails that a site sends.
type letters struct {
	mu  sync.Mutex
	all []signin.Letter
}

func (l *letters) post(_ context.Context, _ string, letter signin.Letter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, letter)
	return nil
}

var linkForm = regexp.MustCompile(`/sign-in/invitation#[a-z2-7]+`)

// last is the path of the link in the last one.
func (l *letters) last(t *testing.T) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		t.Fatal("no e-mail was sent")
	}
	return linkForm.FindString(l.all[len(l.all)-1].Body)
}

// first makes the first administrator and gives the path of their link.
func first(t *testing.T, site *browsertest.Site) string {
	t.Helper()
	if _, err := site.App.FirstAdministrator(t.Context()); err != nil {
		t.Fatal(err)
	}
	link, err := site.App.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return link[strings.Index(link, "/sign-in/"):]
}

// appCode is what an authenticator app shows at a moment.
func appCode(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enter fills the sign-in form in and waits for the next page.
func enter(b *browsertest.Tab, email, password, code string) {
	b.Fill("#email", email)
	b.Fill("#password", password)
	b.Fill("#code", code)
	b.True(`window.before = true`)
	b.Click(`button[value="password"]`)
	b.Until(`!window.before && document.readyState === "complete"`)
}

// From the first start to an officer at work, all by pages.
func TestStaffComeInByLinkPasswordAndCode(t *testing.T) {
	site, post := browsertest.Start(t, server), new(letters)
	site.App.SignIn.Mail = post.post
	link := first(t, site)

	b := site.Open(t, browsertest.View{Lang: "en"})
	b.Visit(link)
	b.Says("h1", "Set up how you sign in")
	if at := b.Path(); at != "/sign-in/set-up" {
		t.Errorf("the link's secret is still in the address: %s", at)
	}
	b.Accessible()
	b.Shot("setup-first-wide")
	b.Fill("#email", "Admin@example.my")
	b.Fill("#password", "password123456")
	b.Fill("#again", "password123456")
	secret := b.Text(".secret")
	b.Fill("#code", appCode(t, secret, time.Now()))
	b.Click("button.first")
	b.Says("#wrong-password", "Many people use this password")
	b.True(`document.querySelector("#email").value === "Admin@example.my"`)
	b.Accessible()
	b.Shot("setup-wrong-wide")
	b.Fill("#password", adminPassword)
	b.Fill("#again", adminPassword)
	b.Fill("#code", appCode(t, secret, time.Now()))
	b.Click("button.first")
	b.Says("h1", "Recovery codes")
	b.Accessible()
	b.Shot("recovery-wide")
	recovery := strings.Fields(b.Text("#codes"))
	if len(recovery) != 10 {
		t.Fatalf("recovery codes %v", recovery)
	}
	b.Click("a.first")
	b.Wait("form.out")
	if at := b.Path(); at != "/console" {
		t.Errorf("came to %s", at)
	}
	b.Click("form.out button")
	b.Says(".done", "signed out")
	b.Shot("signin-wide")
	b.Accessible()

	enter(b, "admin@example.my", adminPassword, appCode(t, secret, time.Now().Add(30*time.Second)))
	b.Wait("form.out")
	b.True(`fetch("/v1/staff/me/sessions").then(r => r.json()).then(s => fetch("/v1/staff/officers", {method: "POST", headers: {"Content-Type": "application/json", "X-CSRF-Token": s.csrf},
		body: JSON.stringify({name: "Aina binti Osman", role: "officer", agency: "MBPJ", email: "aina@mbpj.gov.my", invite: true})})).then(r => r.status === 201)`)

	used := site.Open(t, browsertest.View{Phone: true})
	used.Visit(link)
	used.Says("#failed", "telah digunakan")
	used.Accessible()
	used.Shot("link-used-phone")

	// The officer's browser runs no script: the link of the e-mail has to be pasted.
	o := site.Open(t, browsertest.View{Phone: true, NoScript: true, Dark: true})
	o.Visit("/console/triage") // which is not theirs; asked first, so that signing in leads back
	o.Says("h1", "Log masuk")
	o.Visit(strings.Split(post.last(t), "#")[0])
	o.Accessible()
	o.Shot("link-phone-dark")
	o.Fill("#link", "https://respons.example.my"+post.last(t))
	o.Click("#link-form button")
	o.Says("h1", "Sediakan cara anda log masuk")
	o.Accessible()
	o.Shot("setup-phone-dark")
	theirs := o.Text(".secret")
	o.Fill("#password", officerPassword)
	o.Fill("#again", officerPassword)
	o.Fill("#code", appCode(t, theirs, time.Now()))
	o.Click("button.first")
	o.Says("h1", "Kod pemulihan")
	o.Accessible()
	o.Shot("recovery-phone-dark")
	codes := strings.Fields(o.Text("#codes"))
	o.Visit("/console/account")
	o.Says("table", "Jemputan")
	o.Accessible()
	o.Shot("account-phone-dark")
	o.Click("form.out button")
	o.Says(".done", "log keluar")
	o.Visit("/console/account")
	o.Wait("#email")
	if at := o.Path(); at != "/sign-in?next=%2Fconsole%2Faccount" {
		t.Errorf("a page asked for without a session led to %s", at)
	}
	enter(o, "aina@mbpj.gov.my", officerPassword, codes[0])
	o.Says("h1", "Akaun saya")
	if at := o.Path(); at != "/console/account" {
		t.Errorf("signing in led to %s", at)
	}
	t.Run("the account", func(t *testing.T) { account(t, site, codes[1]) })
	t.Run("without an end", func(t *testing.T) { lockedOut(t, site) })
}

// account changes everything that signs the officer in, in a second browser.
func account(t *testing.T, site *browsertest.Site, code string) {
	b := site.Open(t, browsertest.View{Lang: "en"})
	b.Visit("/sign-in?next=" + url.QueryEscape("//evil.example/console"))
	b.True(`document.querySelector('[name="next"]').value === ""`)
	enter(b, "aina@mbpj.gov.my", officerPassword, code)
	b.Wait("form.out")
	if at := b.Path(); at != "/console" {
		t.Errorf("an address elsewhere led to %s", at)
	}
	b.Click("a.who")
	b.Says("h1", "My account")
	b.Accessible()
	b.Shot("account-wide")
	b.Fill("#for-factor", "not the password")
	b.Click(`form[action$="/factor"] button`)
	b.Says("#wrong-factor", "not your present password")
	b.Fill("#for-factor", officerPassword)
	b.Click(`form[action$="/factor"] button`)
	b.Says("h1", "New authenticator app")
	b.Accessible()
	b.Shot("factor-wide")
	secret := b.Text(".secret")
	b.Fill("#code", "000000")
	b.Click("button.first")
	b.Says("#wrong-code", "not the present code")
	b.Accessible()
	b.Fill("#code", appCode(t, secret, time.Now()))
	b.Click("button.first")
	b.Says("h1", "Recovery codes")
	b.Click("a.first")
	b.Fill("#for-recovery", officerPassword)
	b.Click(`form[action$="/recovery"] button`)
	b.Says("h1", "Recovery codes")
	fresh := strings.Fields(b.Text("#codes"))
	b.Click("a.first")
	b.Says("main", "10 codes are left")
	b.Click(`button[value="others"]`)
	b.Says(".done", "All other sessions were ended")
	const next = "kereta biru di bawah pokok"
	b.Fill("#old", officerPassword)
	b.Fill("#password", next)
	b.Fill("#again", "another one altogether")
	b.Click(`form[action$="/password"] button.first`)
	b.Says("#wrong-again", "not the same")
	b.Fill("#old", officerPassword)
	b.Fill("#password", next)
	b.Fill("#again", next)
	b.Click(`form[action$="/password"] button.first`)
	b.Says(".done", "Your password was changed")
	b.Click(`tbody button[name="session"]`) // one's own: that is signing out
	b.Says("h1", "Sign in")
	enter(b, "aina@mbpj.gov.my", next, fresh[0])
	b.Wait("form.out")
}

// lockedOut tries wrong passwords under an address that somebody has and one that nobody has: both are told the same.
func lockedOut(t *testing.T, site *browsertest.Site) {
	b := site.Open(t, browsertest.View{})
	for _, email := range []string{"admin@example.my", "nobody@example.my"} {
		b.Visit("/sign-in")
		for range 5 {
			enter(b, email, "not the password", "123456")
			b.Says("#failed", "E-mel, kata laluan atau kod tidak betul")
		}
		enter(b, email, "not the password", "123456")
		b.Says("#failed", "Cuba lagi selepas")
		b.True(`document.querySelector("#email").value === "` + email + `"`)
	}
	b.Accessible()
	b.Shot("signin-locked-wide")
}

// A form that another site sends is refused, with and without a session; so is one without the session's token.
func TestAnEntranceFormOfAnotherSiteIsRefused(t *testing.T) {
	site := browsertest.Start(t, nil)
	send := func(path string, form url.Values, header http.Header, cookies ...*http.Cookie) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header.Clone()
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		a, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a
	}
	ours := http.Header{"Sec-Fetch-Site": {"same-origin"}}
	demo := url.Values{"step": {"demo"}, "token": {"demo-mbpj-officer"}}
	for name, header := range map[string]http.Header{
		"another site": {"Sec-Fetch-Site": {"cross-site"}}, "a site beside us": {"Sec-Fetch-Site": {"same-site"}}, "an old browser's": {"Origin": {"https://evil.example"}},
	} {
		for _, path := range []string{"/sign-in", "/sign-in/invitation", "/sign-in/first", "/sign-in/set-up", "/sign-out"} {
			if a := send(path, demo, header); a.StatusCode != http.StatusForbidden || len(a.Cookies()) > 0 {
				t.Errorf("%s to %s: %d, %v", name, path, a.StatusCode, a.Cookies())
			}
		}
	}
	for next, want := range map[string]string{"/console?status=closed": "/console?status=closed", "": "/console", "https://evil.example/": "/console",
		"//evil.example": "/console", `/\evil.example`: "/console", "javascript:alert(1)": "/console", "/\t/evil.example": "/console"} {
		demo.Set("next", next)
		if a := send("/sign-in", demo, ours); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("next=%q: %d to %q, want %q", next, a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	a := send("/sign-in", demo, ours)
	if len(a.Cookies()) != 1 {
		t.Fatalf("cookies %v", a.Cookies())
	}
	session := a.Cookies()[0]
	if session.Name != "__Host-respons" || !session.Secure || !session.HttpOnly || session.SameSite != http.SameSiteLaxMode || session.Path != "/" {
		t.Errorf("the cookie %+v", session)
	}
	for _, path := range []string{"/sign-out", "/console/account/sessions", "/console/account/password", "/console/account/factor", "/console/account/recovery"} {
		if a := send(path, url.Values{"session": {"others"}}, ours, session); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s without the session's token: %d", path, a.StatusCode)
		}
	}
	if a := send("/sign-in", url.Values{"step": {"demo"}, "token": {"guess"}}, ours); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token that nobody has: %d", a.StatusCode)
	}
}

// On this computer a demonstration offers its accounts; elsewhere nobody sees them.
func TestADemonstrationOffersItsAccounts(t *testing.T) {
	b := browsertest.Start(t, nil).Open(t, browsertest.View{Phone: true})
	b.Visit("/console")
	b.Says("h2", "Akaun demonstrasi")
	b.Accessible()
	b.Shot("signin-demo-phone")
	b.Click(`.demo button`)
	b.Says("h1", "Peti masuk")
	b.Visit("/")
	b.True(`navigator.serviceWorker.ready.then(() => new Promise(yes => navigator.serviceWorker.controller ? yes(true) : navigator.serviceWorker.addEventListener("controllerchange", () => yes(true))))`)
	b.Visit("/")
	b.True(`Promise.resolve(document.body.dataset.person !== undefined)`)
	b.True(`caches.match("/").then(r => r.text()).then(s => s.includes("<h1>") && !s.includes("data-person"))`) // what is kept for others is nobody's
	elsewhere := browsertest.Start(t, func(c *config.Config) { c.PublicURL = "https://respons.example.my" }).Open(t, browsertest.View{NoScript: true})
	elsewhere.Visit("/sign-in")
	elsewhere.True(`!document.querySelector(".demo")`)
}

// An agency's own sign-in is reached by a button, and comes back to the page that was asked for; where it lets nobody in, a
// page says why.
func TestAnAgencysOwnSignInIsAButton(t *testing.T) {
	provider := oidctest.Start(t)
	list, err := json.Marshal([]map[string]any{
		{"name": "mbpj", "title": "MBPJ Single Sign-On", "issuer": provider.Issuer, "client_id": oidctest.ClientID, "client_secret": oidctest.Secret, "domains": map[string]string{"mbpj.gov.my": "MBPJ"}},
		{"name": "mydigital", "title": "MyDigital ID", "issuer": provider.Issuer, "client_id": oidctest.ClientID, "client_secret": oidctest.Secret, "citizens": true},
	})
	if err != nil {
		t.Fatal(err)
	}
	site := browsertest.Start(t, func(c *config.Config) { c.OIDC = config.Secret(list) })
	site.App.SignIn.Base = site.URL
	if _, err := site.App.People.Add(t.Context(), identity.Person{Role: complaint.Officer, Name: "Aina", Agency: "MBPJ", Lang: "ms", Email: "aina@mbpj.gov.my"}); err != nil {
		t.Fatal(err)
	}
	b := site.Open(t, browsertest.View{Lang: "en", NoScript: true, Also: provider.Issuer})
	b.Visit("/console/account")
	b.Says(`button[value="agency"]`, "Sign in with MBPJ Single Sign-On")
	b.Fill("#email", "siti@elsewhere.my")
	b.Click(`button[value="agency"]`)
	b.Says("#wrong-email", "No agency with this address")
	b.Accessible()
	provider.Sits(oidctest.User{Subject: "2", Email: "nobody@mbpj.gov.my", Verified: true})
	b.Fill("#email", "nobody@mbpj.gov.my")
	b.Click(`button[value="agency"]`)
	b.Says("#failed", "there is no account for your address here")
	b.Accessible()
	b.Shot("agency-unknown-wide")
	b.Visit("/v1/staff/sign-in/oidc/mbpj/callback?state=overheard&code=x")
	b.Says("#failed", "was not finished, or took too long")
	provider.Sits(oidctest.User{Subject: "1", Email: "aina@mbpj.gov.my", Verified: true})
	b.Visit("/sign-in?next=/console/account")
	b.Click(`button[value="agency"]`)
	b.Says("h1", "My account")
	b.Says("main", "Agency's sign-in")
	if at := b.Path(); at != "/console/account" {
		t.Errorf("came back to %s", at)
	}

	citizen := site.Open(t, browsertest.View{Lang: "ta", Phone: true, NoScript: true, Also: provider.Issuer})
	citizen.Visit("/v1/sign-in/oidc/mydigital/callback?state=overheard&code=x")
	citizen.Says("#failed", "அந்த உள்நுழைவு முடியவில்லை")
	citizen.Accessible()
	provider.Sits(oidctest.User{Subject: "900131"})
	citizen.Visit("/me")
	citizen.Click(`button[value="mydigital"]`)
	citizen.Says("h1", "என் கணக்கு")
	citizen.Says("table", "அடையாள வழங்குநர்")
	citizen.Accessible()
}
