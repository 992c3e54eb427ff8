package pages_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
)

// An administrator looks after people, holidays, models, keys, agencies' systems and queues, and finds it all on record.
func TestAnAdministratorsDay(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, token := colleague(t, site, complaint.Administrator, "Puan Noor", "")
	ali, supervisor := colleague(t, site, complaint.Supervisor, "Encik Ali", "MBPJ")
	lamp := toMBPJ
	lamp.Category = "LPU01" // class S3: three working days
	out := routed(t, site, "The lamp near the school is out", lamp)

	b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
	b.Visit("/console")
	b.Click(`.top nav a[href="/console/admin"]`)
	b.Says("main", "Audit record")
	b.Accessible()
	b.Shot("admin-wide")

	t.Run("adds an officer and puts somebody out of office", func(t *testing.T) {
		b.Click(`a[href="/console/staff"]`)
		b.Says("tbody", "Encik Ali")
		b.Accessible()
		b.Shot("staff-wide")
		b.Click("a.button.first")
		b.Fill("#name", "Cik Mei")
		b.Fill("#agency", "NOWHERE")
		b.Click(`input[name="invite"]`)
		b.Click("button.first")
		b.Wait(".wrong, #failed")
		b.Until(`document.querySelector("#name").value === "Cik Mei"`) // nothing typed is lost
		b.Shot("officer-wrong-wide")
		b.Fill("#agency", "MBPJ")
		b.Click("button.first")
		b.Says(".notice", "The account was made")
		b.Accessible()
		b.Visit("/console/staff?role=supervisor&agency=MBPJ")
		b.Click(`tbody a[href$="` + ali.ID + `"]`)
		b.Says("h1", "Encik Ali")
		b.Shot("officer-wide")
		b.Click(`input[name="active"]`)
		b.Click("form.panel button.first")
		b.Says(".done", "The change was saved")
		if a, _ := get(t, site.URL+"/v1/staff/complaints", supervisor); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("somebody out of office gets in: %d", a.StatusCode)
		}
	})

	t.Run("declares a holiday, and deadlines move", func(t *testing.T) {
		b.Visit("/console/holidays")
		b.Accessible()
		b.Shot("holidays-wide")
		day := time.Now().In(site.App.Ref.Now().Zone).AddDate(0, 0, 1)
		for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			day = day.AddDate(0, 0, 1)
		}
		b.Fill("#name_ms", "Cuti peristiwa")
		b.Fill("#name_en", "Special holiday")
		b.True(`document.querySelector("#date").value = "` + day.Format(time.DateOnly) + `"; true`)
		b.Click(`input[name="states"][value="MY-10"]`)
		b.Click("form.panel button.first")
		b.Says(".done", "The holiday was declared")
		b.Says("#watched", "Finished")
		b.Accessible()
		b.Shot("holiday-wide")
		if is := look(t, site, out.Number).Promised(); !is.After(out.Promised()) {
			t.Errorf("promised for %s, and after the holiday for %s", out.Promised(), is)
		}
	})

	t.Run("gives a key and sets a system", func(t *testing.T) {
		b.Visit("/console/keys")
		b.Fill("#name", "Sistem aduan MBPJ")
		b.Click("form.panel button.first")
		b.Wait(".wrong, #failed") // what it may do was forgotten
		b.Click(`input[name="scopes"][value="read"]`)
		b.Click("form.panel button.first")
		b.Says("#made", "rsp_")
		b.Accessible()
		b.Shot("keys-made-wide")
		b.Visit("/console/webhooks")
		b.Fill("#agency", "MBPJ")
		b.Fill("#url", "https://127.0.0.1/hook")
		b.Click("form.panel button.first")
		b.Wait(".wrong, #failed")
		b.Fill("#url", "https://aduan.mbpj.gov.my/respons")
		b.Click("form.panel button.first")
		b.Says("#made", "whsec_")
		b.Says("tbody", "aduan.mbpj.gov.my")
		b.Accessible()
		b.Shot("webhooks-wide")
	})

	t.Run("looks at models and queues", func(t *testing.T) {
		b.Visit("/console/models")
		b.Says("main", "The program's own")
		b.Accessible()
		b.Shot("models-wide")
		b.Click(`form[action="/console/models/retrain"] button`)
		b.Says("main", "training was asked for")
		b.Visit("/console/queues")
		b.Says("tbody", "route")
		b.Accessible()
		b.Shot("queues-wide")
	})

	t.Run("finds it on record", func(t *testing.T) {
		b.Visit("/console/record")
		b.Says("main", "goes on the record too")
		b.Click("form.panel button.first")
		b.Says("tbody", "holiday.declare")
		text := b.Text("tbody")
		for _, act := range []string{"api_key.make", "webhook", "Puan Noor"} {
			if !strings.Contains(text, act) {
				t.Errorf("the record has no %s", act)
			}
		}
		b.Accessible()
		b.Shot("record-wide")
	})

	t.Run("on a phone in the dark, in Malay", func(t *testing.T) {
		b := site.Open(t, browsertest.View{Token: token, Phone: true, Dark: true})
		for _, page := range []string{"admin", "staff", "staff/new", "holidays", "models", "record", "keys", "webhooks", "queues"} {
			b.Visit("/console/" + page)
			b.Accessible()
			b.Shot(strings.ReplaceAll(page, "/", "-") + "-phone-dark")
		}
	})
}
