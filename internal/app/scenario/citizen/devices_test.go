package citizen_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
)

// listed is what an account is shown of its devices.
type listed struct {
	Devices []struct{ ID, Platform, Language string }
}

// An account has several devices, each told in its own language, until one is taken away.
func TestEachDeviceOfAnAccountIsToldInItsLanguage(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := []string{"Authorization", s.Account(t, "handset-en")}
	for _, d := range []struct{ token, platform, lang string }{{"tablet-ta", "ios", "ta"}, {"browser-zh", "web", "zh"}} {
		if a := apptest.Do(t, "PUT", s.URL+"/v1/devices?language="+d.lang, map[string]string{"token": d.token, "platform": d.platform}, auth...); a.Status != http.StatusOK {
			t.Fatalf("register: %d %s", a.Status, a.Body)
		}
	}
	var mine listed
	a := apptest.Do(t, "GET", s.URL+"/v1/devices", nil, auth...)
	a.Into(t, &mine)
	if len(mine.Devices) != 3 || strings.Contains(string(a.Body), "tablet-ta") {
		t.Fatalf("devices: %s", a.Body)
	}
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, auth...).Into(t, &r)
	for token, says := range map[string]string{"handset-en": "Report ", "tablet-ta": "நன்றி", "browser-zh": "收到"} {
		apptest.Eventually(t, func() error {
			for _, m := range s.Phones.Phone(token) {
				if m.Data["event"] == "received" && m.Data["number"] == r.Number {
					if !strings.Contains(m.Title+m.Body, says) {
						return fmt.Errorf("%s is told %q, %q", token, m.Title, m.Body)
					}
					return nil
				}
			}
			return fmt.Errorf("%s is told nothing", token)
		})
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	tablet := ""
	for _, d := range mine.Devices {
		if d.Platform == "ios" {
			tablet = d.ID
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/devices/"+tablet, nil, "Authorization", s.Account(t, "other")), 404, "not-found", "")
	if a := apptest.Do(t, "DELETE", s.URL+"/v1/devices/"+tablet, nil, auth...); a.Status != http.StatusNoContent {
		t.Errorf("remove: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/devices/"+tablet, nil, auth...), 404, "not-found", "")
	before := len(s.Phones.Phone("tablet-ta"))
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/accept", `{"note":"Kami ke sana."}`, "Authorization", s.Officer(t, "officer", "MBPJ")); a.Status != http.StatusOK {
		t.Fatalf("accept: %d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, func() error {
		if apptest.Shown(s, "browser-zh", "accepted", r.Number) != 1 {
			return fmt.Errorf("the browser is not told")
		}
		return nil
	})
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	if n := len(s.Phones.Phone("tablet-ta")); n != before {
		t.Errorf("a device that was removed is told %d more", n-before)
	}
}

// A guest has devices by number and claim code; beyond twenty the one that was silent longest goes.
func TestTwentyDevicesStayRegistered(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &r)
	guest := []string{"Claim-Code", r.ClaimCode}
	at := s.URL + "/v1/devices?number=" + r.Number
	register := func(i int) {
		t.Helper()
		if a := apptest.Do(t, "PUT", at, map[string]string{"token": fmt.Sprintf("token-%02d", i), "platform": "android"}, guest...); a.Status != http.StatusOK {
			t.Fatalf("register: %d %s", a.Status, a.Body)
		}
	}
	now := time.Now()
	s.App.People.Now = func() time.Time { now = now.Add(time.Second); return now }
	for i := range 20 {
		register(i)
	}
	register(0) // the app starts again: no more the oldest
	register(20)
	c := apptest.Everything(t, s)[0]
	devices, err := s.App.People.DevicesOf(t.Context(), c.Citizen)
	if err != nil || len(devices) != 20 {
		t.Fatalf("%d devices, %v", len(devices), err)
	}
	for _, d := range devices {
		if d.Token == "token-01" {
			t.Error("the oldest is still registered")
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/devices", nil), 401, "unauthorized", "")
}

// The phone that a filing names is part of what is stored: whoever tells the first message, however soon or late, reaches it.
func TestTheFirstMessageReachesThePhoneThatTheFilingNamed(t *testing.T) {
	s := apptest.Wire(t, nil) // nothing runs: the answer may as well have been lost and the program killed
	body := apptest.Filing{"text": "Lubang besar di SS2"}
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", body.WithPhone("first-token"), "Idempotency-Key", "named-phone").Into(t, &r)
	c := apptest.Everything(t, s)[0]
	if c.Phone == nil || c.Phone.Token != "first-token" {
		t.Fatalf("the complaint keeps %+v", c.Phone)
	}
	if err := s.App.Teller.Tell(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if n := apptest.Shown(s, "first-token", "received", r.Number); n != 1 {
		t.Errorf("the phone shows %d", n)
	}
	if c = apptest.Everything(t, s)[0]; c.Phone != nil {
		t.Error("the token still lies in the complaint")
	}
	var again apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", body.WithPhone("second-token"), "Idempotency-Key", "named-phone").Into(t, &again)
	devices, err := s.App.People.DevicesOf(t.Context(), c.Citizen)
	if err != nil || again != r || len(devices) != 2 {
		t.Errorf("with the phone's new token: %+v after %+v, devices %v, %v", again, r, devices, err)
	}
}
