package api_test

import (
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

// Filing says all that is wrong at once; the same key files once.
func TestOpen311Filing(t *testing.T) {
	apptest.InTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *apptest.Town) {
		admin := w.Header["administrator"]
		key := apiKey(t, w.System, admin, "", 1000, "file")
		reader := apiKey(t, w.System, admin, "", 1000, "read")
		good := map[string]string{"api_key": key, "service_code": "JLN01", "lat": "3.1186", "long": "101.6221", "description": "Lubang besar"}
		try := func(headers []string, change map[string]string) apptest.Answer {
			var fields []string
			for _, name := range []string{"api_key", "service_code", "lat", "long", "description", "phone", "first_name", "attribute[SIZE]", "attribute[X]", "idempotency_key", "jurisdiction_id"} {
				v, changed := change[name]
				if !changed {
					v = good[name]
				}
				fields = append(fields, name, v)
			}
			return post311(t, w.System, "/requests.json", headers, fields...)
		}
		type changes = map[string]string
		for _, x := range []struct {
			change changes
			status int
			says   []string
		}{
			{changes{"api_key": ""}, 403, []string{"api_key is missing"}}, {changes{"api_key": "rsp_wrong"}, 403, []string{"not known"}},
			{changes{"api_key": reader}, 403, []string{"lacks the scope file"}}, {changes{"service_code": ""}, 400, []string{"service_code is missing"}},
			{changes{"service_code": "NONE"}, 404, []string{"service_code"}}, {changes{"jurisdiction_id": "city.gov"}, 404, []string{"city.gov"}},
			{changes{"lat": ""}, 400, []string{"lat, long must come together"}}, {changes{"lat": "51.5", "long": "0"}, 400, []string{"lat, long lies outside Malaysia"}},
			{changes{"lat": "x", "phone": "1", "attribute[SIZE]": "huge", "attribute[X]": "1"}, 400, []string{"lat must be degrees", "phone must be a telephone number",
				"attribute[SIZE] takes a key", "attribute[X] is not asked"}},
			{changes{"description": "..."}, 400, []string{"description must say what happened"}}, {changes{"first_name": "A1"}, 400, []string{"first_name, last_name must be a name"}},
		} {
			for _, says := range x.says {
				refused311(t, try(nil, x.change), x.status, says)
			}
		}
		for kind, body := range map[string]string{"application/json": `{}`, "text/plain": "api_key=" + key} {
			refused311(t, apptest.Do(t, "POST", w.URL+open311Path+"/requests.json", body, "Content-Type", kind), 400, "application/x-www-form-urlencoded")
		}
		refused311(t, apptest.Do(t, "POST", w.URL+open311Path+"/requests.json", "description="+strings.Repeat("a", 300_000), "Content-Type", "application/x-www-form-urlencoded"), 400, "larger than")
		refused311(t, apptest.Do(t, "POST", w.URL+open311Path+"/requests.json", "a=%zz", "Content-Type", "application/x-www-form-urlencoded"), 400, "is no form")
		if n := len(apptest.Everything(t, w.System)); n != 0 {
			t.Fatalf("%d complaints out of refused forms", n)
		}
		first := filed311(t, try([]string{"Idempotency-Key", "k-1"}, changes{"phone": "0123456789"}))
		if again := filed311(t, try(nil, changes{"phone": "0123456789", "idempotency_key": "k-1"})); again != first {
			t.Errorf("the field gives %s, the header %s", again, first)
		}
		refused311(t, try([]string{"Idempotency-Key", "k-1"}, changes{"description": "Lain"}), 400, "was used for another request")
		other := filed311(t, try([]string{"Idempotency-Key", "k-1"}, changes{"api_key": apiKey(t, w.System, admin, "", 10, "file")}))
		if other == first {
			t.Error("two systems share a key")
		}
		bare := filed311(t, try(nil, changes{"description": "", "attribute[SIZE]": "large"}))
		if c := route311(t, w, bare); c.Text != "Pothole\nHow large is it: Larger than a car tyre" || c.Hint != "JLN01" || c.Lang != "en" {
			t.Errorf("without a description: %q", c.Text)
		}
		// In XML, in the query, and called an emergency.
		a := post311(t, w.System, "/requests.xml?api_key="+key, nil, "service_code", "LPU03", "address_string", "Jalan SS2/24", "description", "wayar terdedah, ada percikan api")
		if a.Status != 201 || !strings.Contains(string(a.Body), "<service_notice>Call 999 now if there is danger: nobody has been sent.") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	})
}
