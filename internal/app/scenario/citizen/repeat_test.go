package citizen_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// What somebody sends again in the same words is filed, joined to the first report and told so; the first one's clocks go
// on as they were. Officers see one report, and can take another out of it again.
func TestTheSameWordsAgainAreJoinedAndNothingIsLost(t *testing.T) {
	proxied := func(c *config.Config) { c.TrustedProxies = "127.0.0.1" }
	t.Run("embedded", func(t *testing.T) { repeatAndTakeOut(t, apptest.Start(t, proxied)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		repeatAndTakeOut(t, apptest.Start(t, func(c *config.Config) {
			proxied(c)
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

const trashHere = `"location":{"lat":3.1186,"lon":101.6221,"accuracy":12}`

func repeatAndTakeOut(t *testing.T, s *apptest.System) {
	me := s.Account(t, "phone-me")
	file := func(text, where string, headers ...string) apptest.Receipt {
		t.Helper()
		var r apptest.Receipt
		a := apptest.Do(t, "POST", s.URL+"/v1/complaints", fmt.Sprintf(`{"text":%q,"language":"en",%s}`, text, where), headers...)
		if a.Into(t, &r); a.Status != http.StatusCreated || r.Number == "" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		return r
	}
	first := file("Sampah tidak dikutip seminggu depan rumah", trashHere, "Authorization", me)
	before := s.Stands(t, first.Number)
	again := file("SAMPAH tidak dikutip   seminggu, depan rumah!!", trashHere, "Authorization", me)
	joined := s.Stands(t, again.Number)
	if joined.State != complaint.Merged || joined.Merged.Into != first.Number || joined.Agency != "" {
		t.Fatalf("the second is %s of %q, merged %+v", joined.State, joined.Agency, joined.Merged)
	}
	a := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+again.Number, nil, "Authorization", me)
	if body := string(a.Body); !strings.Contains(body, `"merged_into":"`+first.Number+`"`) || !strings.Contains(body, "joined to "+first.Number) {
		t.Errorf("the citizen is not told where it went: %s", body)
	}
	apptest.Eventually(t, func() error {
		if n := apptest.Shown(s, "phone-me", "joined", again.Number); n != 1 {
			return fmt.Errorf("the phone shows %d messages about it", n)
		}
		return nil
	})
	if after := s.Stands(t, first.Number); after.State != before.State || !after.Promised().Equal(before.Promised()) || after.Promised().IsZero() {
		t.Errorf("the first was %s until %v, is %s until %v", before.State, before.Promised(), after.State, after.Promised())
	}
	for name, other := range map[string]apptest.Receipt{
		"other words":          file("Sampah tidak dikutip sebulan depan rumah", trashHere, "Authorization", me),
		"another place":        file("Sampah tidak dikutip seminggu depan rumah", `"location":{"lat":3.16,"lon":101.71,"accuracy":12}`, "Authorization", me),
		"somebody else":        file("Sampah tidak dikutip seminggu depan rumah", trashHere, "Authorization", s.Account(t, "phone-other")),
		"a danger":             file("tolong rumah sebelah sedang terbakar api marak", trashHere, "Authorization", me),
		"the danger again":     file("tolong rumah sebelah sedang terbakar api marak", trashHere, "Authorization", me),
		"a hidden plate":       file("lori JQA4521 buang sampah di sini", trashHere, "Authorization", me),
		"another hidden plate": file("lori JQA4522 buang sampah di sini", trashHere, "Authorization", me),
	} {
		if c := s.Stands(t, other.Number); c.State == complaint.Merged {
			t.Errorf("%s is joined to %s", name, c.Merged.Into)
		}
	}

	desk := s.Officer(t, "desk", "")
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+again.Number+"/unmerge", `{"reason":"another bin"}`, "Authorization", desk); a.Status != http.StatusOK {
		t.Fatalf("unmerge: %d %s", a.Status, a.Body)
	}
	if c := s.Stands(t, again.Number); c.Merged != nil || c.Decision == nil || !c.State.Open() {
		t.Errorf("taken out it is %s, merged %+v", c.State, c.Merged)
	}

	// Guests: who they are is not known, only the phone and the network address they came from.
	const drain = "Longkang tersumbat dan berbau busuk di lorong ini"
	var last *complaint.Complaint
	for range 4 {
		last = s.Stands(t, file(drain, trashHere, "X-Forwarded-For", "203.0.113.7").Number)
	}
	if last.State != complaint.Merged || len(last.Sender.Network) != 32 || strings.Contains(fmt.Sprint(last.Sender), "203.0.113") {
		t.Errorf("the fourth from one address is %s, sent from %v", last.State, last.Sender)
	}
	if c := s.Stands(t, file(drain, trashHere, "X-Forwarded-For", "203.0.113.8").Number); c.State == complaint.Merged {
		t.Errorf("what came from another address is joined, too")
	}
	const lamp = "Lampu padam"
	phone := trashHere + `,"device":{"token":"phone-guest","platform":"android"}`
	one := file(lamp, phone)
	s.Stands(t, one.Number)
	two := s.Stands(t, file(lamp, phone).Number)
	if two.State != complaint.Merged || two.Merged.Into != one.Number {
		t.Errorf("the second of one phone is %s", two.State)
	}
	if n, err := s.App.Cases.Supporters(t.Context(), s.Stands(t, one.Number).ID); n != 1 || err != nil {
		t.Errorf("%d follow the first, %v", n, err)
	}
}

// A text that is passed round and sent by everybody at once is filed for each of them, and only the first ones stand.
func TestAFloodOfOneTextStandsOnce(t *testing.T) {
	s := apptest.Start(t, nil)
	const all = 60
	numbers := make([]string, all)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			var r apptest.Receipt
			a := apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"Kami membantah pembinaan tapak sampah di taman ini",`+trashHere+`}`)
			if a.Into(t, &r); a.Status != http.StatusCreated {
				t.Errorf("%d %s", a.Status, a.Body)
			}
			numbers[i] = r.Number
		})
	}
	wg.Wait()
	const least, most = 25 - 8, 25 + 8 // those of repeats.csv; eight workers decide at the same moment
	apptest.Eventually(t, func() error {
		stand, into := 0, map[string]int{}
		for _, n := range numbers {
			c, err := s.App.Cases.Store.ByNumber(t.Context(), n)
			switch {
			case err != nil:
				return err
			case c.State == complaint.Received || len(c.Untold) > 0:
				return fmt.Errorf("%s is not done with", n)
			case c.State == complaint.Merged:
				into[c.Merged.Into]++
			default:
				stand++
			}
		}
		if stand < least || stand > most || len(into) == 0 {
			return fmt.Errorf("%d stand, the others went into %v", stand, into)
		}
		return nil
	})
}
