package agency_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/notify"
)

// letterbox is a mail relay that workers use at once.
type letterbox struct {
	mu sync.Mutex
	in []notify.Letter
}

func (b *letterbox) Mail(_ context.Context, l notify.Letter) notify.Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.in = append(b.in, l)
	return notify.Outcome{State: notify.Accepted}
}

// expect waits until all e-mails so far are these, each once: to whom, and what its subject says.
func (b *letterbox) expect(t *testing.T, want ...[2]string) {
	t.Helper()
	apptest.Eventually(t, func() error {
		b.mu.Lock()
		defer b.mu.Unlock()
		got := map[string]int{}
		for _, l := range b.in {
			got[l.To+" "+l.Subject]++
		}
		for _, w := range want {
			got[w[0]+" Respons: "+w[1]]--
		}
		for which, n := range got {
			if n != 0 {
				return fmt.Errorf("%s: %d too many of %d e-mails", which, n, len(b.in))
			}
		}
		return nil
	})
}

// administrator signs in one of several.
func administrator(t *testing.T, s *apptest.System, name, lang string) amendments {
	t.Helper()
	_, token, err := s.App.People.Enrol(t.Context(), identity.Person{Role: complaint.Administrator, Name: name, Lang: lang, Email: strings.ToLower(name) + "@example.gov.my"}, "")
	if err != nil {
		t.Fatal(err)
	}
	return amendments{s, []string{"Authorization", "Bearer " + token}}
}

// An administrator submits a draft, which another one reads, sends back with a remark and, once it is mended, approves. Each
// is told by e-mail what waits for them.
func TestAnAmendmentIsSentBackWithARemark(t *testing.T) {
	post := new(letterbox)
	s := apptest.StartWith(t, func(c *config.Config) { c.PublicURL = "https://respons.example.gov.my" }, func(a *app.App) { a.Teller.Mailer = post })
	supervisor := s.Officer(t, "supervisor", "MBPJ")
	author, reviewer := administrator(t, s, "Aminah", "en"), administrator(t, s, "Bala", "ms")
	away, _, err := s.App.People.Enrol(t.Context(), identity.Person{Role: complaint.Administrator, Name: "Chong", Lang: "en", Email: "chong@example.gov.my"}, "")
	if err == nil {
		_, err = s.App.People.Change(t.Context(), away.ID, func(p *identity.Person) error { p.Inactive = true; return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	draft := author.call(t, "POST", "agencies/MBPJ/rename", `{"name_ms":"Majlis Petaling","name_en":"Petaling Council","reason":"Warta"}`, http.StatusCreated)
	path := "amendments/" + draft.ID
	send := func(who []string, rev int64, remark string) apptest.Answer {
		return apptest.Do(t, "POST", s.URL+"/v1/staff/"+path+"/return", map[string]any{"revision": rev, "remark": remark}, who...)
	}
	const remark = "Say which gazette, and from which day it counts"
	apptest.CheckProblem(t, send(reviewer.admin, draft.Revision, remark), http.StatusConflict, "conflict", "draft")
	draft = author.call(t, "POST", path+"/submit", nil, http.StatusOK)
	waits := [2]string{"bala@example.gov.my", "Pindaan menunggu kelulusan"}
	post.expect(t, waits)
	apptest.CheckProblem(t, send([]string{"Authorization", supervisor}, draft.Revision, remark), http.StatusForbidden, "forbidden", "")
	apptest.CheckProblem(t, send(author.admin, draft.Revision, remark), http.StatusForbidden, "forbidden", "your own")
	apptest.CheckProblem(t, send(reviewer.admin, draft.Revision, ""), http.StatusUnprocessableEntity, "invalid", "")
	apptest.CheckProblem(t, send(reviewer.admin, draft.Revision, " \n"), http.StatusUnprocessableEntity, "invalid", "remark")
	apptest.CheckProblem(t, send(reviewer.admin, draft.Revision+1, remark), http.StatusConflict, "conflict", "changed")

	type remarked struct {
		State    string
		Revision int64
		Returned *struct{ By, Remark string }
		Returns  []struct{ By, Remark, Answered string }
	}
	var back remarked
	for range 2 { // again is harmless
		a := send(reviewer.admin, draft.Revision, remark)
		if a.Into(t, &back); a.Status != http.StatusOK || back.State != "draft" || back.Returned == nil || back.Returned.Remark != remark || len(back.Returns) != 1 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	returned := [2]string{"aminah@example.gov.my", "Your amendment was sent back"}
	post.expect(t, waits, returned)
	var list struct{ Amendments []remarked }
	if apptest.Do(t, "GET", s.URL+"/v1/staff/amendments", nil, author.admin...).Into(t, &list); list.Amendments[0].Returned == nil || list.Amendments[0].Returns != nil {
		t.Errorf("the list says %+v", list.Amendments[0])
	}

	author.call(t, "PATCH", path, `{"reason":"Warta P.U.(B) 12/2027"}`, http.StatusOK)
	draft = author.call(t, "POST", path+"/submit", nil, http.StatusOK)
	post.expect(t, waits, returned, waits)
	back = remarked{}
	if apptest.Do(t, "GET", s.URL+"/v1/staff/"+path, nil, reviewer.admin...).Into(t, &back); back.Returned != nil || len(back.Returns) != 1 || back.Returns[0].Answered == "" {
		t.Errorf("submitted again it says %+v", back)
	}
	reviewer.approve(t, draft)
	post.expect(t, waits, returned, waits, [2]string{"aminah@example.gov.my", "Your amendment was approved"})
	for _, l := range post.in {
		if !strings.Contains(l.Body, "https://respons.example.gov.my/console/"+path) || strings.Contains(l.Body, "Petaling") || strings.Contains(l.Body, "gazette") {
			t.Errorf("%s", l.Body)
		}
	}
	var record struct {
		Entries []struct{ Action, Outcome, Reason string }
	}
	apptest.Do(t, "GET", s.URL+"/v1/staff/audit?action=amendment.return&object="+url.QueryEscape("amendment:"+draft.ID), nil, author.admin...).Into(t, &record)
	done := 0
	for _, e := range record.Entries {
		if e.Outcome == "done" && e.Reason == remark {
			done++
		}
	}
	if done != 2 {
		t.Errorf("the record says %+v", record.Entries)
	}
}
