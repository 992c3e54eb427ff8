package api_test

import (
	"net/http"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

// Each bad request gets a problem document of its own that says what to do; nothing of it is stored.
func TestBadInputIsNamedAndStoresNothing(t *testing.T) {
	s := apptest.Start(t, nil)
	good := `{"text":"lubang besar"`
	for _, c := range []struct {
		name, body, contentType string
		status                  int
		kind, says              string
	}{
		{"malformed JSON", good, "application/json", 400, "malformed", ""},
		{"no body", "", "application/json", 400, "malformed", "body"},
		{"an unknown field", good + `,"txt":"x"}`, "application/json", 422, "invalid", "body.txt"},
		{"a wrong type", `{"text":7}`, "application/json", 422, "invalid", "body.text"},
		{"5 MB", `{"text":"` + strings.Repeat("a", 5<<20) + `"}`, "application/json", 413, "too-large", ""},
		{"empty text", `{"text":""}`, "application/json", 422, "invalid", "must not be empty"},
		{"blank text", `{"text":"  \n\t "}`, "application/json", 422, "invalid", "must not be empty"},
		{"text without a word", `{"text":"?!... --"}`, "application/json", 422, "invalid", "must say what happened"},
		{"20,000 characters", `{"text":"` + strings.Repeat("ab ", 20000/3) + `ab"}`, "application/json", 422, "invalid", "at most 10000"},
		{"a NUL", `{"text":"lubang\u0000besar"}`, "application/json", 422, "invalid", "control characters"},
		{"a raw NUL", "{\"text\":\"lubang\x00besar\"}", "application/json", 400, "malformed", ""},
		{"coordinates in Jakarta", good + `,"location":{"lat":-6.2,"lon":106.8}}`, "application/json", 422, "invalid", "outside Malaysia"},
		{"half a position", good + `,"location":{"lat":3.1}}`, "application/json", 422, "invalid", "together"},
		{"a postcode of four digits", good + `,"location":{"postcode":"4730"}}`, "application/json", 422, "invalid", "five digits"},
		{"a language nobody speaks here", good + `,"language":"fr"}`, "application/json", 422, "invalid", "body.language"},
		{"a wrong kind", good + `,"kind":"wish"}`, "application/json", 422, "invalid", "body.kind"},
		{"a form", "text=lubang", "application/x-www-form-urlencoded", 415, "content-type", "application/json"},
		{"XML", "<text/>", "text/xml", 415, "content-type", "application/json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := apptest.Do(t, "POST", s.URL+"/v1/complaints", c.body, "Content-Type", c.contentType)
			apptest.CheckProblem(t, a, c.status, c.kind, c.says)
		})
	}
	if list := apptest.Everything(t, s); len(list) != 0 {
		t.Errorf("%d complaints were stored", len(list))
	}
}

func TestAWrongNumberAndAWrongCodeLookTheSame(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	a := apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"lubang besar di SS2"}`)
	a.Into(t, &r)
	unknown := complaint.NewNumber()
	wrongCode := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", "00000-00000")
	wrongNumber := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+unknown, nil, "Claim-Code", r.ClaimCode)
	apptest.CheckProblem(t, wrongCode, 404, "not-found", "compare both with your receipt")
	if string(wrongCode.Body) != string(wrongNumber.Body) {
		t.Errorf("a stranger learns which numbers exist:\n%s\n%s", wrongCode.Body, wrongNumber.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/complaints/RR-0000-0001", nil, "Claim-Code", r.ClaimCode), 422, "invalid", "one character")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil), 401, "unauthorized", "Claim-Code")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Authorization", "Bearer nonsense"), 401, "unauthorized", "sign in again")
	if ok := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", r.ClaimCode); ok.Status != http.StatusOK {
		t.Errorf("the right code: %d %s", ok.Status, ok.Body)
	}
}

func TestTheSameKeyGivesTheSameAnswerAndAnotherBodyIsRefused(t *testing.T) {
	s := apptest.Start(t, nil)
	body := `{"text":"lubang besar di SS2"}`
	first := apptest.Do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "k1")
	again := apptest.Do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "k1")
	if first.Status != 201 || again.Status != 201 || string(first.Body) != string(again.Body) {
		t.Errorf("first %d %s\nagain %d %s", first.Status, first.Body, again.Status, again.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"lampu padam"}`, "Idempotency-Key", "k1"), 422, "key-reused", "new key")
	if list := apptest.Everything(t, s); len(list) != 1 {
		t.Errorf("%d complaints", len(list))
	}
}

func TestStrangersAndWrongAddressesGetProblems(t *testing.T) {
	s := apptest.Start(t, nil)
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v2/nothing", nil), 404, "not-found", "/docs")
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", s.URL+"/v1/complaints", nil), 405, "method", "DELETE")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints", nil), 401, "unauthorized", "Bearer")
	account := apptest.Do(t, "POST", s.URL+"/v1/citizens", `{}`)
	var citizen struct{ Token string }
	account.Into(t, &citizen)
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints", nil, "Authorization", "Bearer "+citizen.Token), 403, "forbidden", "staff")
}

func TestTheAPIDocumentIsServedAsPrinted(t *testing.T) {
	s := apptest.Start(t, nil)
	var served, printed map[string]any
	apptest.Do(t, "GET", s.URL+"/openapi.json", nil).Into(t, &served)
	b, err := app.OpenAPI(s.App.Ref.Now()).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	apptest.Answer{Body: b}.Into(t, &printed)
	if len(served["paths"].(map[string]any)) < 20 || len(served["paths"].(map[string]any)) != len(printed["paths"].(map[string]any)) {
		t.Errorf("%d paths are served, %d printed", len(served["paths"].(map[string]any)), len(printed["paths"].(map[string]any)))
	}
	if served["openapi"] != "3.1.0" {
		t.Errorf("version %v", served["openapi"])
	}
	if page := apptest.Do(t, "GET", s.URL+"/docs/", nil); page.Status != 200 || !strings.Contains(string(page.Body), "swagger") {
		t.Errorf("the page to try it: %d %.200s", page.Status, page.Body)
	}
}
