package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

type previewed struct {
	Emergency string
	Sure      bool
	Agencies  []struct {
		Agency struct{ Code string }
		P      float64
	}
	Category struct{ Code string }
	Promised *time.Time
	Missing  []string
	Similar  []struct {
		Number     string
		P          float64
		Metres     int
		Supporters int64
	}
}

func (s *system) preview(t *testing.T, body string) (p previewed) {
	t.Helper()
	a := do(t, "POST", s.URL+"/v1/complaints/preview", body)
	if a.Status != http.StatusOK {
		t.Fatalf("preview: %d %s", a.Status, a.Body)
	}
	a.into(t, &p)
	return p
}

// account opens a citizen's account with a phone and gives its header.
func (s *system) account(t *testing.T, phone string) string {
	t.Helper()
	var made struct{ Token string }
	do(t, "POST", s.URL+"/v1/citizens", `{"language":"en"}`).into(t, &made)
	if a := do(t, "PUT", s.URL+"/v1/devices?language=en", map[string]string{"token": phone, "platform": "android"}, "Authorization", "Bearer "+made.Token); a.Status != http.StatusOK {
		t.Fatalf("device: %d %s", a.Status, a.Body)
	}
	return "Bearer " + made.Token
}

const (
	potholeMS = `{"text":"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh","location":{"lat":3.1186,"lon":101.6221,"accuracy":12}}`
	potholeEN = `{"text":"Huge pothole at Jalan SS2/24 in front of the 7-Eleven, dangerous for motorbikes","language":"en","location":{"lat":3.1188,"lon":101.6223,"accuracy":20}}`
	lampMS    = `{"text":"Lampu jalan padam sudah seminggu","location":{"lat":3.1188,"lon":101.6223,"accuracy":20}}`
)

// A second citizen is offered the first one's report, in another language; whoever follows it, or whose own is merged into
// it, is told what becomes of it and sees neither text nor name.
func TestTheSameMatterIsOfferedFollowedAndMerged(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { offerFollowMerge(t, start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		offerFollowMerge(t, start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

func offerFollowMerge(t *testing.T, s *system) {
	if p := s.preview(t, potholeEN); len(p.Similar) != 0 || p.Category.Code != "JLN01" || p.Agencies[0].Agency.Code != "MBPJ" || !p.Sure || p.Promised == nil {
		t.Fatalf("before anything is filed: %+v", p)
	}
	var first, second receipt
	do(t, "POST", s.URL+"/v1/complaints", potholeMS).into(t, &first)
	eventually(t, 5*time.Second, func() error { return settled(t, s, 1) })

	p := s.preview(t, potholeEN)
	if len(p.Similar) != 1 || p.Similar[0].Number != first.Number || p.Similar[0].Metres > 60 || p.Similar[0].Supporters != 0 {
		t.Fatalf("the first report is not offered: %+v", p)
	}
	if p := s.preview(t, lampMS); len(p.Similar) != 0 {
		t.Errorf("a street light is taken for a pothole: %+v", p.Similar)
	}

	follower := s.account(t, "phone-follower")
	path := s.URL + "/v1/complaints/" + first.Number + "/support"
	for range 2 { // again is harmless
		if a := do(t, "PUT", path, nil, "Authorization", follower); a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"supporters":1`) {
			t.Fatalf("support: %d %s", a.Status, a.Body)
		}
	}
	if n := s.preview(t, potholeEN).Similar[0].Supporters; n != 1 {
		t.Errorf("the preview counts %d supporters", n)
	}
	a := do(t, "GET", s.URL+"/v1/supported", nil, "Authorization", follower)
	if !strings.Contains(string(a.Body), first.Number) || strings.Contains(string(a.Body), "7-Eleven") {
		t.Errorf("the follower's list: %s", a.Body)
	}
	checkProblem(t, do(t, "GET", s.URL+"/v1/complaints/"+first.Number, nil, "Authorization", follower), 404, "not-found", "")

	// Somebody files it all the same, and the officer merges the two.
	merged := s.account(t, "phone-merged")
	do(t, "POST", s.URL+"/v1/complaints", potholeEN, "Authorization", merged).into(t, &second)
	eventually(t, 5*time.Second, func() error { return settled(t, s, 2) })
	officer := s.officer(t, "officer", "MBPJ")
	staff := func(number, move, body string) {
		t.Helper()
		if a := do(t, "POST", s.URL+"/v1/staff/complaints/"+number+"/"+move, body, "Authorization", officer); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", move, a.Status, a.Body)
		}
	}
	if a := do(t, "GET", s.URL+"/v1/staff/complaints/"+second.Number+"/similar", nil, "Authorization", officer); !strings.Contains(string(a.Body), first.Number) {
		t.Errorf("the officer is not shown the first report: %s", a.Body)
	}
	staff(second.Number, "merge", fmt.Sprintf(`{"into":%q}`, first.Number))
	eventually(t, 5*time.Second, func() error {
		if n := s.preview(t, potholeEN).Similar; len(n) != 1 || n[0].Supporters != 2 {
			return fmt.Errorf("offered after the merge: %+v", n)
		}
		return nil
	})
	staff(first.Number, "accept", `{"note":"Kami ke sana hari ini, Puan Aminah."}`)
	staff(first.Number, "resolve", `{"note":"Siap ditampal."}`)
	eventually(t, 5*time.Second, func() error {
		for _, phone := range []string{"phone-follower", "phone-merged"} {
			for _, event := range []string{"accepted", "resolved"} {
				if n := shown(s, phone, event, first.Number); n != 1 {
					return fmt.Errorf("%s shows %d messages of %s", phone, n, event)
				}
			}
		}
		return nil
	})

	// Nobody follows any more.
	if a := do(t, "DELETE", path, nil, "Authorization", follower); a.Status != http.StatusNoContent {
		t.Fatalf("unsupport: %d %s", a.Status, a.Body)
	}
	staff(second.Number, "unmerge", `{"reason":"another hole"}`)
	eventually(t, 5*time.Second, func() error {
		for _, x := range s.preview(t, potholeEN).Similar {
			if x.Number == first.Number && x.Supporters != 0 {
				return fmt.Errorf("still %d supporters", x.Supporters)
			}
		}
		return nil
	})
}

func TestWhatIsOnesOwnOrSecretIsNeitherOfferedNorFollowed(t *testing.T) {
	s := start(t, nil)
	own := s.account(t, "phone-own")
	var mine, tip receipt
	do(t, "POST", s.URL+"/v1/complaints", potholeMS, "Authorization", own).into(t, &mine)
	const bribe = `{"text":"Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit","location":{"lat":3.1186,"lon":101.6221,"accuracy":12}}`
	do(t, "POST", s.URL+"/v1/complaints", bribe).into(t, &tip)
	eventually(t, 5*time.Second, func() error { return settled(t, s, 2) })
	support := func(number, auth string) answer {
		return do(t, "PUT", s.URL+"/v1/complaints/"+number+"/support", nil, "Authorization", auth)
	}
	checkProblem(t, support(mine.Number, own), 409, "conflict", "your own")
	checkProblem(t, support(tip.Number, own), 404, "not-found", "")
	checkProblem(t, do(t, "PUT", s.URL+"/v1/complaints/"+mine.Number+"/support", nil), 401, "unauthorized", "")
	checkProblem(t, support(mine.Number, s.officer(t, "officer", "MBPJ")), 403, "forbidden", "")
	if p := s.preview(t, bribe); len(p.Similar) != 0 || len(p.Agencies) != 0 {
		t.Errorf("a tip is shown what others reported: %+v", p)
	}
	if p := s.preview(t, `{"text":"rosak"}`); len(p.Missing) == 0 || p.Missing[0] != "place" {
		t.Errorf("a text without a place misses %v", p.Missing)
	}
	checkProblem(t, do(t, "POST", s.URL+"/v1/complaints/preview", `{"text":" "}`), 422, "invalid", "empty")
}
