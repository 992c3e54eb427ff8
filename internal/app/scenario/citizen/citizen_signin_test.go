package citizen_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/oidc/oidctest"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// One account with three ways in, from phone and browser: sessions are listed and ended, and the erasure ends all of it.
func TestACitizenHasSeveralWaysIntoOneAccount(t *testing.T) {
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "")
	sms, smsURL := apptest.StartGateway(t)
	mydigital := oidctest.Start(t)
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"users":[{"localId":"uid-9","validSince":"0"}]}`) // fails only where the client has hung up
	}))
	defer emulator.Close()
	s := apptest.Start(t, func(c *config.Config) {
		c.SMSURL, c.SMSBody = smsURL, `{"to":"{to}","text":"{text}"}`
		c.FirebaseProject, c.FirebaseEmulator = "respons-trial", emulator.Listener.Addr().String()
		c.OIDC = apptest.Providers(t, apptest.Registered("mydigital", mydigital, map[string]any{"citizens": true, "app": "respons://sign-in"}))
	})
	s.App.SignIn.Base = s.URL
	var offered struct {
		Phone, Firebase bool
		Providers       []struct{ Name, Title string }
	}
	apptest.Do(t, "GET", s.URL+"/v1/sign-in", nil).Into(t, &offered)
	if !offered.Phone || !offered.Firebase || len(offered.Providers) != 1 || offered.Providers[0].Name != "mydigital" {
		t.Errorf("offered %+v", offered)
	}

	if a := apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone", `{"phone":"012-345 6789","language":"en"}`); a.Status != http.StatusAccepted {
		t.Fatalf("send: %d %s", a.Status, a.Body)
	}
	a := apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone", `{"phone":"0123456789"}`)
	apptest.CheckProblem(t, a, 429, "too-many", "a moment ago")
	if a.Header.Get("Retry-After") == "" {
		t.Error("it does not say when")
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone/verify", `{"phone":"0123456789","code":"abc"}`), 401, "unauthorized", "wrong or over")
	var first apptest.SignedIn
	code := sms.LastCode(t)
	a = apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone/verify", map[string]any{"phone": "0123456789", "code": code, "device": "Aminah's phone"})
	a.Into(t, &first)
	if a.Status != 200 || first.Token == "" || !first.New || first.Role != "citizen" || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("verify: %d %s", a.Status, a.Body)
	}
	auth := "Bearer " + first.Token

	// A second way, by the provider, in the app.
	mydigital.Sits(oidctest.User{Subject: "s-1"})
	var begun struct{ Address, Handle string }
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/mydigital", `{}`, "Authorization", auth).Into(t, &begun)
	back := apptest.NewBrowser(t, s.URL).Goes(begun.Address)
	finish := map[string]any{"state": apptest.Query(back, "state"), "code": apptest.Query(back, "code"), "iss": apptest.Query(back, "iss"), "handle": begun.Handle}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/mydigital/finish", finish), 401, "unauthorized", "begin again") // signed out meanwhile
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/mydigital", `{}`, "Authorization", auth).Into(t, &begun)
	back = apptest.NewBrowser(t, s.URL).Goes(begun.Address)
	finish = map[string]any{"state": apptest.Query(back, "state"), "code": apptest.Query(back, "code"), "iss": apptest.Query(back, "iss"), "handle": begun.Handle}
	var joined apptest.SignedIn
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/mydigital/finish", finish, "Authorization", auth).Into(t, &joined)
	if joined.ID != first.ID || joined.Token != "" || joined.New {
		t.Fatalf("joined %+v", joined)
	}

	// A third one by Firebase; the token lets in once.
	token := emulated(t, "uid-9", time.Hour)
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/firebase", map[string]any{"token": token}, "Authorization", auth).Into(t, &joined)
	if joined.ID != first.ID {
		t.Fatalf("joined %+v", joined)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/firebase", map[string]any{"token": token}), 401, "unauthorized", "used before")
	var second apptest.SignedIn
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/firebase", map[string]any{"token": emulated(t, "uid-9", 30*time.Minute)}).Into(t, &second)
	if second.ID != first.ID || second.Token == "" || second.New {
		t.Fatalf("by Firebase alone: %+v", second)
	}

	// In a browser the same provider leads to the same account; the token is in the cookie alone.
	b := apptest.NewBrowser(t, s.URL)
	b.Ask("POST", "/v1/sign-in/oidc/mydigital", `{"cookie":true,"return":"/v1/me"}`).Into(t, &begun)
	if a = b.Ask("GET", b.Goes(begun.Address), nil); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/v1/me" {
		t.Fatalf("back from the provider: %d %s", a.Status, a.Body)
	}
	c := b.Cookies["__Host-respons"]
	if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Fatalf("the cookie %+v", c)
	}
	if b.Cookies["__Host-respons-flow"] != nil {
		t.Error("the sign-in under way is still in a cookie")
	}
	b.Learns("/v1/me/sessions")
	var list struct {
		Sessions []struct {
			ID, Kind, Way, Device string
			Current               bool
		}
	}
	b.Ask("GET", "/v1/me/sessions", nil).Into(t, &list)
	if len(list.Sessions) != 3 || !list.Sessions[0].Current || list.Sessions[0].Kind != "browser" || list.Sessions[0].Way != "oidc" || list.Sessions[2].Device != "Aminah's phone" {
		t.Fatalf("sessions %+v", list)
	}
	if a = b.Ask("DELETE", "/v1/me/sessions/"+list.Sessions[1].ID, nil); a.Status != http.StatusNoContent {
		t.Fatalf("end: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", "Bearer "+second.Token), 401, "unauthorized", "sign in again")
	var ways struct {
		Ways []struct{ ID, Kind, Provider string }
	}
	b.Ask("GET", "/v1/me/ways", nil).Into(t, &ways)
	if len(ways.Ways) != 3 || strings.Contains(string(b.Ask("GET", "/v1/me/ways", nil).Body), "3456789") {
		t.Errorf("ways %+v", ways)
	}
	stranger := s.Account(t, "phone-stranger")
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/me/ways/"+ways.Ways[0].ID, nil, "Authorization", stranger), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/me/sessions/"+list.Sessions[0].ID, nil, "Authorization", stranger), 404, "not-found", "")

	if a = b.Ask("DELETE", "/v1/me", nil); a.Status != 200 {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	for name, auth := range map[string]string{"the phone": auth, "the browser": "Bearer " + c.Value} {
		if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); a.Status != 401 {
			t.Errorf("%s after the erasure: %d", name, a.Status)
		}
	}
	for _, collection := range []string{identity.Ways.Name, identity.Sessions.Name} {
		page, err := s.App.Engine.Find(t.Context(), collection, store.Query{Index: "person", Equal: []any{first.ID}})
		if err != nil || len(page.Records) != 0 {
			t.Errorf("%s: %d left, %v", collection, len(page.Records), err)
		}
	}
	apptest.Do(t, "POST", s.URL+"/v1/sign-in/firebase", map[string]any{"token": emulated(t, "uid-9", 20*time.Minute)}).Into(t, &second)
	if second.ID == first.ID || !second.New {
		t.Errorf("by a way of the erased account: %+v", second)
	}
	apptest.None(t, "the log", apptest.Dump{System: s}.Log(), "3456789", code, first.Token, c.Value, token, begun.Handle)
}

// emulated is an ID token as Firebase's emulator makes them.
func emulated(t *testing.T, uid string, lasts time.Duration) string {
	t.Helper()
	claims, err := json.Marshal(map[string]any{"iss": "https://securetoken.google.com/respons-trial", "aud": "respons-trial", "sub": uid,
		"iat": time.Now().Unix(), "exp": time.Now().Add(lasts).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
}

// What came back from a provider counts once, in the browser that began, for the provider that was asked.
func TestAProvidersAnswerBelongsToOneBrowserAndOneProvider(t *testing.T) {
	honest, other := oidctest.Start(t), oidctest.Start(t)
	s := apptest.Start(t, func(c *config.Config) {
		c.OIDC = apptest.Providers(t, apptest.Registered("honest", honest, map[string]any{"citizens": true}), apptest.Registered("other", other, map[string]any{"citizens": true}))
	})
	s.App.SignIn.Base = s.URL
	honest.Sits(oidctest.User{Subject: "mallory"})
	other.Sits(oidctest.User{Subject: "somebody"})
	begin := func(b *apptest.Browser, provider string) string {
		t.Helper()
		var begun struct{ Address string }
		b.Ask("POST", "/v1/sign-in/oidc/"+provider, `{"cookie":true}`).Into(t, &begun)
		return b.Goes(begun.Address)
	}
	mallory, aminah := apptest.NewBrowser(t, s.URL), apptest.NewBrowser(t, s.URL)
	hers, his := begin(aminah, "honest"), begin(mallory, "honest")
	for name, path := range map[string]string{
		"another browser's answer":      his,
		"the other provider's path":     strings.Replace(hers, "/honest/", "/other/", 1),
		"the staff's path":              strings.Replace(hers, "/v1/sign-in/", "/v1/staff/sign-in/", 1),
		"a state that nobody has":       with(hers, "state", "abc"),
		"no state":                      "/v1/sign-in/oidc/honest/callback?code=" + apptest.Query(hers, "code"),
		"no answer at all":              "/v1/sign-in/oidc/honest/callback",
		"a provider that is not set up": strings.Replace(hers, "/honest/", "/third/", 1),
	} {
		a := aminah.Clone().Ask("GET", path, nil)
		apptest.CheckProblem(t, a, 401, "unauthorized", "begin again")
		if strings.Contains(strings.Join(a.Header.Values("Set-Cookie"), ";"), "__Host-respons=") {
			t.Errorf("%s: a session began", name)
		}
	}
	if a := apptest.NewBrowser(t, s.URL).Ask("GET", hers, nil); a.Status != 401 {
		t.Errorf("without the cookie: %d", a.Status)
	}
	if a := aminah.Clone().Ask("GET", hers, nil); a.Status != http.StatusSeeOther {
		t.Fatalf("her own answer: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, aminah.Clone().Ask("GET", hers, nil), 401, "unauthorized", "was used")

	// An answer in the name of another issuer, and one that says no.
	mixed := begin(aminah, "honest")
	apptest.CheckProblem(t, aminah.Clone().Ask("GET", with(mixed, "iss", other.Issuer), nil), 401, "unauthorized", "begin again")
	denied := begin(aminah, "honest")
	apptest.CheckProblem(t, aminah.Clone().Ask("GET", "/v1/sign-in/oidc/honest/callback?error=access_denied&state="+apptest.Query(denied, "state"), nil), 401, "unauthorized", "did not let you in")

	// A page of another site can neither begin a sign-in with a cookie nor lead elsewhere afterwards.
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/honest", `{"cookie":true}`, "Sec-Fetch-Site", "cross-site"), 403, "forbidden", "another site")
	for _, elsewhere := range []string{"https://evil.example", "//evil.example", `/\\evil.example`, "evil"} {
		apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/honest", `{"cookie":true,"return":"`+elsewhere+`"}`), 422, "invalid", "path of this server")
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/third", `{"cookie":true}`), 404, "not-found", "third")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/sign-in/oidc/honest", `{"cookie":true}`), 404, "not-found", "honest")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/sign-in/oidc/honest", `{}`), 409, "conflict", "browsers only")
}

// A session that was ended in one process is refused in another with the next request.
func TestASessionEndedInOneProcessIsRefusedInAnother(t *testing.T) {
	uri := config.Secret(mongotest.Start(t))
	secret := config.Secret(strings.Repeat("k", 40))
	shared := t.TempDir() + "/seal.key"
	change := func(c *config.Config) { c.MongoURI, c.Secret, c.SealKey = uri, secret, "file://"+shared }
	one, other := apptest.Wire(t, change), apptest.Wire(t, change)
	auth := one.Account(t, "phone-two")
	if a := apptest.Do(t, "GET", other.URL+"/v1/me", nil, "Authorization", auth); a.Status != 200 {
		t.Fatalf("in the other process: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "POST", one.URL+"/v1/sign-out", nil, "Authorization", auth); a.Status != http.StatusNoContent {
		t.Fatalf("sign out: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", other.URL+"/v1/me", nil, "Authorization", auth), 401, "unauthorized", "")
}

// with is an address with another value of a parameter.
func with(uri, name, value string) string {
	path, raw, _ := strings.Cut(uri, "?")
	q, err := url.ParseQuery(raw)
	if err != nil {
		return uri
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}
