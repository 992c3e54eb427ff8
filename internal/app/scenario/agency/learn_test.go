package agency_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

type modelsSeen struct {
	Live   string
	Asked  bool
	Models []struct {
		ID, Outcome string
		Reasons     []string
		Kept, Live  bool
		Names       int
		Recent      struct{ Cases, Before, After, Wins, Losses int }
		Frozen      struct{ Cases, Before, After int }
	}
	SetAside []struct{ Who string } `json:"set_aside"`
}

// Thirty corrections by officers teach the router a new road; a bad batch is refused; a rollback restores what was, and
// the next night does not bring it back.
func TestOfficersTeachTheRouterARoad(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { teachARoad(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) { // fewer, for the server in this process reads every document for each question
		mongoURI, redisURL := config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		both := func(c *config.Config) { c.MongoURI, c.RedisURL = mongoURI, redisURL }
		s := apptest.Start(t, both)
		newRoads(t, s)(file(t, s, potholes()[:21]))
		seen := learn(t, s)
		road(t, s, "JKR")
		const hole = `{"text":"lubang besar kat Jalan Wawasan Perdana","location":{"lat":3.1186,"lon":101.6221,"accuracy":10}}`
		other := apptest.Start(t, both) // a process that was started later
		if p := other.Preview(t, hole); p.Agencies[0].Agency.Code != "JKR" {
			t.Errorf("another process sends the road to %+v", p.Agencies)
		}
		a := apptest.Do(t, "POST", s.URL+"/v1/staff/models/rollback", `{}`, "Authorization", s.Admin)
		if a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"live":"shipped"`) || seen.Live == "shipped" {
			t.Fatalf("rollback of %s: %d %s", seen.Live, a.Status, a.Body)
		}
		if err := other.App.Router.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p := other.Preview(t, hole); p.Agencies[0].Agency.Code != "MBPJ" {
			t.Errorf("after the rollback another process sends the road to %+v", p.Agencies)
		}
		road(t, s, "MBPJ") // routed by whichever of the two is quicker
	})
}

// newRoads gives what corrects complaints as the officers of a council and of the public works department do.
func newRoads(t *testing.T, s *apptest.System) (correct func(numbers []string)) {
	council, council2, works := s.Officer(t, "officer", "MBPJ"), s.Officer(t, "officer", "MBPJ"), s.Officer(t, "officer", "JKR")
	return func(numbers []string) {
		for i, n := range numbers {
			mover := council
			if i%2 == 1 {
				mover = council2
			}
			move(t, s, mover, n, "accept", map[string]string{})
			move(t, s, mover, n, "transfer", map[string]string{"agency": "JKR", "reason": "jalan persekutuan baharu"})
			move(t, s, works, n, "accept", map[string]string{})
		}
	}
}

// road files a complaint about the new road and one about another in the same words: the first goes to want, the second to
// the council as ever.
func road(t *testing.T, s *apptest.System, want string) (number string) {
	t.Helper()
	fresh := file(t, s, []string{"ada lubang besar baru kat jln Wawasan Perdana hari ini, hati-hati", "ada lubang besar baru kat jalan SS2/24 hari ini, hati-hati"})
	if a := agencyOf(t, s, fresh[0]); a != want {
		t.Errorf("a hole in the new road is with %q, not %s", a, want)
	}
	if a := agencyOf(t, s, fresh[1]); a != "MBPJ" {
		t.Errorf("a hole in another road is with %q", a)
	}
	return fresh[0]
}

// potholes are thirty people's words about holes in a road that no list has.
func potholes() (out []string) {
	what := []string{"Lubang besar di %s, dah dua motor jatuh", "jalan berlubang kat %s dekat simpang, bahaya waktu malam", "Huge pothole on %s, my tyre burst",
		"%s penuh lubang lepas hujan, tolong tampal", "lubang dalam tengah %s. kereta saya rosak rim", "Potholes everywhere along %s please repair"}
	road := []string{"Jalan Wawasan Perdana", "jln wawasan perdana", "Wawasan Perdana Road", "JALAN WAWASAN PERDANA", "jalan wawasan perdana"}
	for _, r := range road {
		for _, w := range what {
			out = append(out, fmt.Sprintf(w, r))
		}
	}
	return out
}

// file files texts at a place in Petaling Jaya, and gives their numbers once all are routed.
func file(t *testing.T, s *apptest.System, texts []string) (numbers []string) {
	t.Helper()
	before := len(apptest.Everything(t, s))
	for i, text := range texts {
		a := apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": text,
			"location": map[string]any{"lat": 3.1186 + float64(i)*0.0001, "lon": 101.6221, "accuracy": 10}})
		if a.Status != http.StatusCreated {
			t.Fatalf("file: %d %s", a.Status, a.Body)
		}
		var r apptest.Receipt
		a.Into(t, &r)
		numbers = append(numbers, r.Number)
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, before+len(texts)) })
	return numbers
}

func move(t *testing.T, s *apptest.System, auth, number, move string, body map[string]string) {
	t.Helper()
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+number+"/"+move, body, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", move, number, a.Status, a.Body)
	}
}

func agencyOf(t *testing.T, s *apptest.System, number string) string {
	t.Helper()
	c, err := s.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return c.Agency
}

// learn asks for a training as an administrator does, lets a worker do it, and gives what became of it.
func learn(t *testing.T, s *apptest.System) (seen modelsSeen) {
	t.Helper()
	apptest.Eventually(t, func() error {
		for _, c := range apptest.Everything(t, s) {
			if len(c.Untold) > 0 {
				return fmt.Errorf("%s has %d events that nobody heard of", c.Number, len(c.Untold))
			}
		}
		return nil
	})
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/models/retrain", `{}`, "Authorization", s.Admin); a.Status != http.StatusAccepted {
		t.Fatalf("ask: %d %s", a.Status, a.Body)
	}
	if err := s.App.Tutor.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	return models(t, s)
}

func models(t *testing.T, s *apptest.System) (seen modelsSeen) {
	t.Helper()
	apptest.Eventually(t, func() error {
		seen = modelsSeen{}
		apptest.Do(t, "GET", s.URL+"/v1/staff/models", nil, "Authorization", s.Admin).Into(t, &seen)
		if seen.Asked {
			return fmt.Errorf("the training has not ended")
		}
		return nil
	})
	return seen
}

func teachARoad(t *testing.T, s *apptest.System) {
	correct := newRoads(t, s)
	texts := potholes()
	first := file(t, s, texts[:4])
	for _, n := range first {
		if a := agencyOf(t, s, n); a != "MBPJ" {
			t.Fatalf("before anything was learnt %s is with %s", n, a)
		}
	}
	correct(first)
	if seen := learn(t, s); seen.Live != "shipped" || len(seen.Models) != 1 || seen.Models[0].Outcome != "refused" {
		t.Fatalf("four corrections: %+v", seen)
	}
	correct(file(t, s, texts[4:]))
	seen := learn(t, s)
	if seen.Live == "shipped" || seen.Models[0].Outcome != "promoted" || seen.Models[0].Names == 0 {
		t.Fatalf("thirty corrections: %+v", seen)
	}
	number := road(t, s, "JKR")
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+number, nil, "Authorization", s.Admin); !strings.Contains(string(a.Body), "Officers decided") {
		t.Errorf("the reason is not given: %s", a.Body)
	}

	// Somebody sends whatever comes to one agency, where somebody takes it all.
	desk := s.Officer(t, "officer", "MBPJ")
	other := s.Officer(t, "officer", "MBSA")
	var bad []string
	for range 4 {
		bad = append(bad, "lampu jalan padam depan rumah SS2", "sampah tak dikutip seminggu di SS2", "longkang tersumbat di SS2, nyamuk banyak")
	}
	for _, n := range file(t, s, bad) {
		if agencyOf(t, s, n) != "MBPJ" {
			continue
		}
		move(t, s, desk, n, "accept", map[string]string{})
		move(t, s, desk, n, "transfer", map[string]string{"agency": "MBSA", "reason": "bukan kami"})
		move(t, s, other, n, "accept", map[string]string{})
	}
	live := seen.Live
	seen = learn(t, s)
	if seen.Live != live || seen.Models[0].Outcome != "refused" || len(seen.SetAside) == 0 || !strings.Contains(strings.Join(seen.Models[0].Reasons, ";"), "set aside") {
		t.Errorf("the bad batch: %+v", seen)
	}

	a := apptest.Do(t, "POST", s.URL+"/v1/staff/models/rollback", `{}`, "Authorization", s.Admin)
	if a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"live":"shipped"`) {
		t.Fatalf("rollback: %d %s", a.Status, a.Body)
	}
	road(t, s, "MBPJ")
	if seen = learn(t, s); seen.Live != "shipped" {
		t.Errorf("the next training brought the withdrawn model back: %+v", seen)
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/models/promote", map[string]string{"model": live}, "Authorization", s.Admin); a.Status != http.StatusOK {
		t.Fatalf("promote: %d %s", a.Status, a.Body)
	}
	road(t, s, "JKR")
	for _, path := range []string{"retrain", "rollback"} {
		apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/models/"+path, `{}`, "Authorization", desk), 403, "forbidden", "model.change")
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/models/promote", `{"model":"nonsense"}`, "Authorization", s.Admin), 404, "not-found", "model list")
}

func TestARiseOfReturnsIsSeenByTheOperator(t *testing.T) {
	s := apptest.Start(t, nil)
	desk := s.Officer(t, "desk", "")
	day := time.Now().In(s.App.Ref.Now().Zone)
	for back := range 40 {
		by := map[string]int64{"lang/ta/sent": 10, "lang/ta/wrong": 0, "agency/MBPJ/sent": 10, "agency/MBPJ/wrong": 1, "all//sent": 10, "all//wrong": 1}
		if back < 7 {
			by["lang/ta/wrong"] = 6
		}
		if err := s.App.Engine.Increment(t.Context(), "routing:"+day.AddDate(0, 0, -back).Format(time.DateOnly), by); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.App.Tutor.Watch(t.Context()); err != nil {
		t.Fatal(err)
	}
	var seen struct {
		Rates []struct {
			Of, Name string
			Alarm    bool
		}
	}
	apptest.Do(t, "GET", s.URL+"/v1/staff/drift", nil, "Authorization", desk).Into(t, &seen)
	if len(seen.Rates) != 2 || seen.Rates[0].Name != "ta" || !seen.Rates[0].Alarm || seen.Rates[1].Alarm {
		t.Errorf("the staff API shows %+v", seen)
	}
	metrics := string(apptest.Do(t, "GET", s.URL+"/metrics", nil).Body)
	for _, line := range []string{`respons_routing_drift{name="ta",of="lang"} 1`, `respons_routing_drift{name="MBPJ",of="agency"} 0`, `respons_routing_wrong_ratio{name="ta",of="lang"} 0.6`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/drift", nil, "Authorization", s.Officer(t, "officer", "MBPJ")), 403, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/models", nil, "Authorization", desk), 403, "forbidden", "")
}
