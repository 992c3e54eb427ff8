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
	t.Run("embedded", func(t *testing.T) { teachARoad(t, start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) { // fewer, for the server in this process reads every document for each question
		mongoURI, redisURL := config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		both := func(c *config.Config) { c.MongoURI, c.RedisURL = mongoURI, redisURL }
		s := start(t, both)
		s.newRoads(t)(s.file(t, potholes()[:21]))
		seen := s.learn(t)
		s.road(t, "JKR")
		const hole = `{"text":"lubang besar kat Jalan Wawasan Perdana","location":{"lat":3.1186,"lon":101.6221,"accuracy":10}}`
		other := start(t, both) // a process that was started later
		if p := other.preview(t, hole); p.Agencies[0].Agency.Code != "JKR" {
			t.Errorf("another process sends the road to %+v", p.Agencies)
		}
		a := do(t, "POST", s.URL+"/v1/staff/models/rollback", `{}`, "Authorization", s.admin)
		if a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"live":"shipped"`) || seen.Live == "shipped" {
			t.Fatalf("rollback of %s: %d %s", seen.Live, a.Status, a.Body)
		}
		if err := other.App.Router.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p := other.preview(t, hole); p.Agencies[0].Agency.Code != "MBPJ" {
			t.Errorf("after the rollback another process sends the road to %+v", p.Agencies)
		}
		s.road(t, "MBPJ") // routed by whichever of the two is quicker
	})
}

// newRoads gives what corrects complaints as the officers of a council and of the public works department do.
func (s *system) newRoads(t *testing.T) (correct func(numbers []string)) {
	council, council2, works := s.officer(t, "officer", "MBPJ"), s.officer(t, "officer", "MBPJ"), s.officer(t, "officer", "JKR")
	return func(numbers []string) {
		for i, n := range numbers {
			mover := council
			if i%2 == 1 {
				mover = council2
			}
			s.move(t, mover, n, "accept", map[string]string{})
			s.move(t, mover, n, "transfer", map[string]string{"agency": "JKR", "reason": "jalan persekutuan baharu"})
			s.move(t, works, n, "accept", map[string]string{})
		}
	}
}

// road files a complaint about the new road and one about another in the same words: the first goes to want, the second to
// the council as ever.
func (s *system) road(t *testing.T, want string) (number string) {
	t.Helper()
	fresh := s.file(t, []string{"ada lubang besar baru kat jln Wawasan Perdana hari ini, hati-hati", "ada lubang besar baru kat jalan SS2/24 hari ini, hati-hati"})
	if a := s.agencyOf(t, fresh[0]); a != want {
		t.Errorf("a hole in the new road is with %q, not %s", a, want)
	}
	if a := s.agencyOf(t, fresh[1]); a != "MBPJ" {
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
func (s *system) file(t *testing.T, texts []string) (numbers []string) {
	t.Helper()
	before := len(everything(t, s))
	for i, text := range texts {
		a := do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": text,
			"location": map[string]any{"lat": 3.1186 + float64(i)*0.0001, "lon": 101.6221, "accuracy": 10}})
		if a.Status != http.StatusCreated {
			t.Fatalf("file: %d %s", a.Status, a.Body)
		}
		var r receipt
		a.into(t, &r)
		numbers = append(numbers, r.Number)
	}
	eventually(t, 60*time.Second, func() error { return settled(t, s, before+len(texts)) })
	return numbers
}

func (s *system) move(t *testing.T, auth, number, move string, body map[string]string) {
	t.Helper()
	if a := do(t, "POST", s.URL+"/v1/staff/complaints/"+number+"/"+move, body, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", move, number, a.Status, a.Body)
	}
}

func (s *system) agencyOf(t *testing.T, number string) string {
	t.Helper()
	c, err := s.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return c.Agency
}

// learn asks for a training as an administrator does, lets a worker do it, and gives what became of it.
func (s *system) learn(t *testing.T) (seen modelsSeen) {
	t.Helper()
	eventually(t, 60*time.Second, func() error {
		for _, c := range everything(t, s) {
			if len(c.Untold) > 0 {
				return fmt.Errorf("%s has %d events that nobody heard of", c.Number, len(c.Untold))
			}
		}
		return nil
	})
	if a := do(t, "POST", s.URL+"/v1/staff/models/retrain", `{}`, "Authorization", s.admin); a.Status != http.StatusAccepted {
		t.Fatalf("ask: %d %s", a.Status, a.Body)
	}
	if err := s.App.Tutor.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.models(t)
}

func (s *system) models(t *testing.T) (seen modelsSeen) {
	t.Helper()
	eventually(t, 20*time.Second, func() error {
		seen = modelsSeen{}
		do(t, "GET", s.URL+"/v1/staff/models", nil, "Authorization", s.admin).into(t, &seen)
		if seen.Asked {
			return fmt.Errorf("the training has not ended")
		}
		return nil
	})
	return seen
}

func teachARoad(t *testing.T, s *system) {
	correct := s.newRoads(t)
	texts := potholes()
	first := s.file(t, texts[:4])
	for _, n := range first {
		if a := s.agencyOf(t, n); a != "MBPJ" {
			t.Fatalf("before anything was learnt %s is with %s", n, a)
		}
	}
	correct(first)
	if seen := s.learn(t); seen.Live != "shipped" || len(seen.Models) != 1 || seen.Models[0].Outcome != "refused" {
		t.Fatalf("four corrections: %+v", seen)
	}
	correct(s.file(t, texts[4:]))
	seen := s.learn(t)
	if seen.Live == "shipped" || seen.Models[0].Outcome != "promoted" || seen.Models[0].Names == 0 {
		t.Fatalf("thirty corrections: %+v", seen)
	}
	number := s.road(t, "JKR")
	if a := do(t, "GET", s.URL+"/v1/staff/complaints/"+number, nil, "Authorization", s.admin); !strings.Contains(string(a.Body), "Officers decided") {
		t.Errorf("the reason is not given: %s", a.Body)
	}

	// Somebody sends whatever comes to one agency, where somebody takes it all.
	desk := s.officer(t, "officer", "MBPJ")
	other := s.officer(t, "officer", "MBSA")
	var bad []string
	for range 4 {
		bad = append(bad, "lampu jalan padam depan rumah SS2", "sampah tak dikutip seminggu di SS2", "longkang tersumbat di SS2, nyamuk banyak")
	}
	for _, n := range s.file(t, bad) {
		if s.agencyOf(t, n) != "MBPJ" {
			continue
		}
		s.move(t, desk, n, "accept", map[string]string{})
		s.move(t, desk, n, "transfer", map[string]string{"agency": "MBSA", "reason": "bukan kami"})
		s.move(t, other, n, "accept", map[string]string{})
	}
	live := seen.Live
	seen = s.learn(t)
	if seen.Live != live || seen.Models[0].Outcome != "refused" || len(seen.SetAside) == 0 || !strings.Contains(strings.Join(seen.Models[0].Reasons, ";"), "set aside") {
		t.Errorf("the bad batch: %+v", seen)
	}

	a := do(t, "POST", s.URL+"/v1/staff/models/rollback", `{}`, "Authorization", s.admin)
	if a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"live":"shipped"`) {
		t.Fatalf("rollback: %d %s", a.Status, a.Body)
	}
	s.road(t, "MBPJ")
	if seen = s.learn(t); seen.Live != "shipped" {
		t.Errorf("the next training brought the withdrawn model back: %+v", seen)
	}
	if a := do(t, "POST", s.URL+"/v1/staff/models/promote", map[string]string{"model": live}, "Authorization", s.admin); a.Status != http.StatusOK {
		t.Fatalf("promote: %d %s", a.Status, a.Body)
	}
	s.road(t, "JKR")
	for _, path := range []string{"retrain", "rollback"} {
		checkProblem(t, do(t, "POST", s.URL+"/v1/staff/models/"+path, `{}`, "Authorization", desk), 403, "forbidden", "model.change")
	}
	checkProblem(t, do(t, "POST", s.URL+"/v1/staff/models/promote", `{"model":"nonsense"}`, "Authorization", s.admin), 404, "not-found", "model list")
}

func TestARiseOfReturnsIsSeenByTheOperator(t *testing.T) {
	s := start(t, nil)
	desk := s.officer(t, "desk", "")
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
	do(t, "GET", s.URL+"/v1/staff/drift", nil, "Authorization", desk).into(t, &seen)
	if len(seen.Rates) != 2 || seen.Rates[0].Name != "ta" || !seen.Rates[0].Alarm || seen.Rates[1].Alarm {
		t.Errorf("the staff API shows %+v", seen)
	}
	metrics := string(do(t, "GET", s.URL+"/metrics", nil).Body)
	for _, line := range []string{`respons_routing_drift{name="ta",of="lang"} 1`, `respons_routing_drift{name="MBPJ",of="agency"} 0`, `respons_routing_wrong_ratio{name="ta",of="lang"} 0.6`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
	checkProblem(t, do(t, "GET", s.URL+"/v1/staff/drift", nil, "Authorization", s.officer(t, "officer", "MBPJ")), 403, "forbidden", "")
	checkProblem(t, do(t, "GET", s.URL+"/v1/staff/models", nil, "Authorization", desk), 403, "forbidden", "")
}
