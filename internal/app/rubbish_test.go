package app_test

import (
	"net/http"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/complaint"
)

type problemDoc struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Location, Message string }
}

// Each bad request gets a problem document of its own that says what to do; nothing of it is stored.
func TestBadInputIsNamedAndStoresNothing(t *testing.T) {
	s := start(t, nil)
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
			a := do(t, "POST", s.URL+"/v1/complaints", c.body, "Content-Type", c.contentType)
			checkProblem(t, a, c.status, c.kind, c.says)
		})
	}
	if list := everything(t, s); len(list) != 0 {
		t.Errorf("%d complaints were stored", len(list))
	}
}

func checkProblem(t *testing.T, a answer, status int, kind, says string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q: %s", got, a.Body)
	}
	var p problemDoc
	a.into(t, &p)
	if p.Type != "urn:respons:problem:"+kind || p.Status != a.Status || p.Title == "" || p.Detail == "" {
		t.Errorf("problem %+v, want kind %s", p, kind)
	}
	text := string(a.Body)
	if !strings.Contains(text, says) {
		t.Errorf("%s does not say %q", text, says)
	}
	for _, leak := range []string{"goroutine", ".go:", "panic", "sqlite", "mongo"} {
		if strings.Contains(text, leak) {
			t.Errorf("the answer shows our inside (%s): %s", leak, text)
		}
	}
}

func TestAWrongNumberAndAWrongCodeLookTheSame(t *testing.T) {
	s := start(t, nil)
	var r receipt
	a := do(t, "POST", s.URL+"/v1/complaints", `{"text":"lubang besar di SS2"}`)
	a.into(t, &r)
	unknown := complaint.NewNumber()
	wrongCode := do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", "00000-00000")
	wrongNumber := do(t, "GET", s.URL+"/v1/complaints/"+unknown, nil, "Claim-Code", r.ClaimCode)
	checkProblem(t, wrongCode, 404, "not-found", "compare both with your receipt")
	if string(wrongCode.Body) != string(wrongNumber.Body) {
		t.Errorf("a stranger learns which numbers exist:\n%s\n%s", wrongCode.Body, wrongNumber.Body)
	}
	checkProblem(t, do(t, "GET", s.URL+"/v1/complaints/RR-0000-0001", nil, "Claim-Code", r.ClaimCode), 422, "invalid", "one character")
	checkProblem(t, do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil), 401, "unauthorized", "Claim-Code")
	checkProblem(t, do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Authorization", "Bearer nonsense"), 401, "unauthorized", "sign in again")
	if ok := do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", r.ClaimCode); ok.Status != http.StatusOK {
		t.Errorf("the right code: %d %s", ok.Status, ok.Body)
	}
}

func TestTheSameKeyGivesTheSameAnswerAndAnotherBodyIsRefused(t *testing.T) {
	s := start(t, nil)
	body := `{"text":"lubang besar di SS2"}`
	first := do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "k1")
	again := do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "k1")
	if first.Status != 201 || again.Status != 201 || string(first.Body) != string(again.Body) {
		t.Errorf("first %d %s\nagain %d %s", first.Status, first.Body, again.Status, again.Body)
	}
	checkProblem(t, do(t, "POST", s.URL+"/v1/complaints", `{"text":"lampu padam"}`, "Idempotency-Key", "k1"), 422, "key-reused", "new key")
	if list := everything(t, s); len(list) != 1 {
		t.Errorf("%d complaints", len(list))
	}
}

func TestStrangersAndWrongAddressesGetProblems(t *testing.T) {
	s := start(t, nil)
	checkProblem(t, do(t, "GET", s.URL+"/v2/nothing", nil), 404, "not-found", "/docs")
	checkProblem(t, do(t, "DELETE", s.URL+"/v1/complaints", nil), 405, "method", "DELETE")
	checkProblem(t, do(t, "GET", s.URL+"/v1/staff/complaints", nil), 401, "unauthorized", "Bearer")
	account := do(t, "POST", s.URL+"/v1/citizens", `{}`)
	var citizen struct{ Token string }
	account.into(t, &citizen)
	checkProblem(t, do(t, "GET", s.URL+"/v1/staff/complaints", nil, "Authorization", "Bearer "+citizen.Token), 403, "forbidden", "staff")
}

func TestTheAPIDocumentIsServedAsPrinted(t *testing.T) {
	s := start(t, nil)
	var served, printed map[string]any
	do(t, "GET", s.URL+"/openapi.json", nil).into(t, &served)
	b, err := app.OpenAPI(s.App.Ref.Now()).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	answer{Body: b}.into(t, &printed)
	if len(served["paths"].(map[string]any)) < 20 || len(served["paths"].(map[string]any)) != len(printed["paths"].(map[string]any)) {
		t.Errorf("%d paths are served, %d printed", len(served["paths"].(map[string]any)), len(printed["paths"].(map[string]any)))
	}
	if served["openapi"] != "3.1.0" {
		t.Errorf("version %v", served["openapi"])
	}
	if page := do(t, "GET", s.URL+"/docs/", nil); page.Status != 200 || !strings.Contains(string(page.Body), "swagger") {
		t.Errorf("the page to try it: %d %.200s", page.Status, page.Body)
	}
}
