package citizen_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// A second citizen is offered the first one's report, in another language; whoever follows it, or whose own is merged into
// it, is told what becomes of it and sees neither text nor name.
func TestTheSameMatterIsOfferedFollowedAndMerged(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { offerFollowMerge(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		offerFollowMerge(t, apptest.Start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

func offerFollowMerge(t *testing.T, s *apptest.System) {
	if p := s.Preview(t, apptest.PotholeEN); len(p.Similar) != 0 || p.Category.Code != "JLN01" || p.Agencies[0].Agency.Code != "MBPJ" || !p.Sure || p.Promised == nil {
		t.Fatalf("before anything is filed: %+v", p)
	}
	var first, second apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &first)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })

	p := s.Preview(t, apptest.PotholeEN)
	if len(p.Similar) != 1 || p.Similar[0].Number != first.Number || p.Similar[0].Metres > 60 || p.Similar[0].Supporters != 0 {
		t.Fatalf("the first report is not offered: %+v", p)
	}
	if p := s.Preview(t, apptest.LampMS); len(p.Similar) != 0 {
		t.Errorf("a street light is taken for a pothole: %+v", p.Similar)
	}

	follower := s.Account(t, "phone-follower")
	path := s.URL + "/v1/complaints/" + first.Number + "/support"
	for range 2 { // again is harmless
		if a := apptest.Do(t, "PUT", path, nil, "Authorization", follower); a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"supporters":1`) {
			t.Fatalf("support: %d %s", a.Status, a.Body)
		}
	}
	if n := s.Preview(t, apptest.PotholeEN).Similar[0].Supporters; n != 1 {
		t.Errorf("the preview counts %d supporters", n)
	}
	a := apptest.Do(t, "GET", s.URL+"/v1/supported", nil, "Authorization", follower)
	if !strings.Contains(string(a.Body), first.Number) || strings.Contains(string(a.Body), "7-Eleven") {
		t.Errorf("the follower's list: %s", a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/complaints/"+first.Number, nil, "Authorization", follower), 404, "not-found", "")

	// Somebody files it all the same, and the officer merges the two.
	merged := s.Account(t, "phone-merged")
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeEN, "Authorization", merged).Into(t, &second)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	officer := s.Officer(t, "officer", "MBPJ")
	staff := func(number, move, body string) {
		t.Helper()
		if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+number+"/"+move, body, "Authorization", officer); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", move, a.Status, a.Body)
		}
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+second.Number+"/similar", nil, "Authorization", officer); !strings.Contains(string(a.Body), first.Number) {
		t.Errorf("the officer is not shown the first report: %s", a.Body)
	}
	staff(second.Number, "merge", fmt.Sprintf(`{"into":%q}`, first.Number))
	apptest.Eventually(t, func() error {
		if n := s.Preview(t, apptest.PotholeEN).Similar; len(n) != 1 || n[0].Supporters != 2 {
			return fmt.Errorf("offered after the merge: %+v", n)
		}
		return nil
	})
	staff(first.Number, "accept", `{"note":"Kami ke sana hari ini, Puan Aminah."}`)
	staff(first.Number, "resolve", `{"note":"Siap ditampal."}`)
	apptest.Eventually(t, func() error {
		for _, phone := range []string{"phone-follower", "phone-merged"} {
			for _, event := range []string{"accepted", "resolved"} {
				if n := apptest.Shown(s, phone, event, first.Number); n != 1 {
					return fmt.Errorf("%s shows %d messages of %s", phone, n, event)
				}
			}
		}
		return nil
	})

	// Nobody follows any more.
	if a := apptest.Do(t, "DELETE", path, nil, "Authorization", follower); a.Status != http.StatusNoContent {
		t.Fatalf("unsupport: %d %s", a.Status, a.Body)
	}
	staff(second.Number, "unmerge", `{"reason":"another hole"}`)
	apptest.Eventually(t, func() error {
		for _, x := range s.Preview(t, apptest.PotholeEN).Similar {
			if x.Number == first.Number && x.Supporters != 0 {
				return fmt.Errorf("still %d supporters", x.Supporters)
			}
		}
		return nil
	})
}

func TestWhatIsOnesOwnOrSecretIsNeitherOfferedNorFollowed(t *testing.T) {
	s := apptest.Start(t, nil)
	own := s.Account(t, "phone-own")
	var mine, tip apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", own).Into(t, &mine)
	const bribe = `{"text":"Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit","location":{"lat":3.1186,"lon":101.6221,"accuracy":12}}`
	apptest.Do(t, "POST", s.URL+"/v1/complaints", bribe).Into(t, &tip)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	support := func(number, auth string) apptest.Answer {
		return apptest.Do(t, "PUT", s.URL+"/v1/complaints/"+number+"/support", nil, "Authorization", auth)
	}
	apptest.CheckProblem(t, support(mine.Number, own), 409, "conflict", "your own")
	apptest.CheckProblem(t, support(tip.Number, own), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "PUT", s.URL+"/v1/complaints/"+mine.Number+"/support", nil), 401, "unauthorized", "")
	apptest.CheckProblem(t, support(mine.Number, s.Officer(t, "officer", "MBPJ")), 403, "forbidden", "")
	if p := s.Preview(t, bribe); len(p.Similar) != 0 || len(p.Agencies) != 0 {
		t.Errorf("a tip is shown what others reported: %+v", p)
	}
	if p := s.Preview(t, `{"text":"rosak"}`); len(p.Missing) == 0 || p.Missing[0] != "place" {
		t.Errorf("a text without a place misses %v", p.Missing)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints/preview", `{"text":" "}`), 422, "invalid", "empty")
}
