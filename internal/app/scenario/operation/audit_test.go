package operation_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/audit"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

func TestWhoDidAndSawWhatIsOnRecord(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { onRecord(t, apptest.Start(t, nil)) })
	t.Run("MongoDB", func(t *testing.T) {
		onRecord(t, apptest.Start(t, func(c *config.Config) { c.MongoURI = config.Secret(mongotest.Start(t)) }))
	})
}

func onRecord(t *testing.T, s *apptest.System) {
	officer := s.Officer(t, "officer", "MBPJ") // by the first administrator
	oversight := s.Officer(t, "oversight", "")
	var filed apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh, hubungi Aminah 012-3456789","location":{"lat":3.1186,"lon":101.6221,"accuracy":12}}`).Into(t, &filed)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	for _, m := range []string{`accept {"note":"Kami ke sana, Puan Aminah."}`, `transfer {"agency":"JKR","reason":"jalan persekutuan, kata Aminah"}`} {
		name, body, _ := strings.Cut(m, " ")
		if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+filed.Number+"/"+name, body, "Authorization", officer); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	holiday := fmt.Sprintf(`{"date":%q,"states":["MY-10"],"name_ms":"Cuti Peristiwa","name_en":"Special holiday"}`, time.Now().AddDate(0, 1, 0).Format(time.DateOnly))
	var declared struct{ ID string }
	apptest.Do(t, "POST", s.URL+"/v1/staff/holidays", holiday, "Authorization", s.Admin).Into(t, &declared)
	apptest.Do(t, "DELETE", s.URL+"/v1/staff/holidays/"+declared.ID, nil, "Authorization", s.Admin)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/holidays", holiday, "Authorization", officer), 403, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/officers", `{"name":"Ali","role":"administrator"}`, "Authorization", officer), 403, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/audit", nil, "Authorization", officer), 403, "forbidden", "audit.read")
	for range 3 {
		apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, "Authorization", "Bearer nobody"), 401, "unauthorized", "")
	}

	apptest.Eventually(t, func() error {
		got := s.Recorded(t, oversight, url.Values{"object": {"complaint:" + filed.Number}})
		if want := []string{"move.accept done", "move.transfer done"}; !slices.Equal(got.Acts(), want) {
			return fmt.Errorf("on record of the complaint: %q", got.Acts())
		}
		if e := got.Entries[0]; e.Role != "officer" || e.Agency != "MBPJ" || e.Details["target"] != "JKR" || e.Details["from"] != "accepted" {
			return fmt.Errorf("the transfer: %+v", e)
		}
		return nil
	})
	for _, c := range []struct {
		action string
		want   []string
	}{
		{"officer", []string{"officer.create begun", "officer.create done", "officer.create begun", "officer.create done"}},
		{"holiday", []string{"holiday.declare begun", "holiday.declare done", "holiday.withdraw begun", "holiday.withdraw done"}},
		{"access", []string{"access.refuse refused", "access.refuse refused", "access.refuse refused"}},
		{"sign_in", []string{"sign_in done", "sign_in done", "sign_in refused", "sign_in done"}}, // the administrator, the officer, nobody, oversight
		{"system.start", []string{"system.start done"}},
	} {
		if got := s.Recorded(t, oversight, url.Values{"action": {c.action}}); !slices.Equal(got.Acts(), c.want) {
			t.Errorf("on record of %s: %q, want %q", c.action, got.Acts(), c.want)
		}
	}
	// Reading it is on record.
	read := s.Recorded(t, s.Admin, url.Values{"action": {"audit"}})
	if acts := read.Acts(); len(acts) < 6 || acts[len(acts)-1] != "audit.read done" || read.Entries[1].Details["by_action"] != "system.start" || read.Entries[1].Address == "" {
		t.Errorf("on record of reading it: %q, %+v", acts, read.Entries[1])
	}
	everything := s.Recorded(t, s.Admin, url.Values{"limit": {"500"}})
	for i, e := range everything.Entries[1:] {
		if e.Hash != everything.Entries[i].Prev {
			t.Errorf("entry %d does not hold the hash of entry %d", everything.Entries[i].Seq, e.Seq)
		}
	}
	raw := apptest.Do(t, "GET", s.URL+"/v1/staff/audit?limit=500", nil, "Authorization", s.Admin)
	for _, personal := range []string{"Aminah", "Aina", "012-3456789", "127.0.0.1", "SS2", "Puan"} {
		if strings.Contains(string(raw.Body), personal) {
			t.Errorf("the record holds %q", personal)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/audit?cursor=nonsense", nil, "Authorization", s.Admin), 422, "invalid", "cursor")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/audit?actor=Siti%20Ali", nil, "Authorization", s.Admin), 422, "invalid", "")
	s.ProvenSound(t)
}

// What is told again, as after a crash between recording and taking it off the list, is on record once.
func TestAMoveThatIsToldAgainIsOnRecordOnce(t *testing.T) {
	s := apptest.Start(t, nil)
	officer := s.Officer(t, "officer", "MBPJ")
	var filed apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &filed)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+filed.Number+"/accept", `{}`, "Authorization", officer)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	c, err := s.App.Cases.Store.ByNumber(t.Context(), filed.Number)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.App.Teller.Recorded(t.Context(), c, c.Events); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Recorded(t, s.Admin, url.Values{"object": {"complaint:" + filed.Number}}); len(got.Entries) != 1 {
		t.Errorf("on record: %q", got.Acts())
	}
}

// A file of the reference data that is another than at the start before is on record, however it was changed.
func TestReferenceDataThatChangedIsOnRecordAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "configs"), app.Folder("")); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default
	cfg.Data, cfg.Configs, cfg.Listen = filepath.Join(dir, "data"), filepath.Join(dir, "configs"), "127.0.0.1:0"
	run := func() (changed []string) {
		t.Helper()
		a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}()
		last, err := audit.Search(t.Context(), a.Engine, audit.Query{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := audit.Search(t.Context(), a.Engine, audit.Query{Action: string(audit.ReferenceChange), Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if len(last.Entries) == 0 || e.Seq > last.Entries[0].Seq {
				change := e.Object.ID
				if e.Details[audit.Was] == "" {
					change += " new"
				}
				if e.Details[audit.Content] == "none" {
					change += " gone"
				}
				changed = append(changed, change)
			}
		}
		slices.Sort(changed)
		return changed
	}
	if first := run(); len(first) < 20 || !slices.Contains(first, "agencies.csv new") || !slices.Contains(first, "model.bin new") {
		t.Errorf("at the first start: %q", first)
	}
	if again := run(); len(again) != 0 {
		t.Errorf("unchanged: %q", again)
	}
	extra := filepath.Join(cfg.Configs, "boundaries.geojson")
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return appendTo(filepath.Join(cfg.Configs, "emergencies.csv"), "\n") }, "emergencies.csv"},
		{func() error { return os.WriteFile(extra, []byte(`{"type":"FeatureCollection","features":[]}`), 0o600) }, "boundaries.geojson new"},
		{func() error { return os.Remove(extra) }, "boundaries.geojson gone"},
		{func() error { return os.WriteFile(extra, []byte(`{"type":"FeatureCollection","features":[]}`), 0o600) }, "boundaries.geojson"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := run(); !slices.Equal(got, []string{step.want}) {
			t.Errorf("%q, want %q", got, step.want)
		}
	}
}

func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
