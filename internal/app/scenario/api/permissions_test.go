package api_test

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/guard"
)

var updateDocs = flag.Bool("update-docs", false, "write the generated parts of internal/README.md anew")

// outside the API's document: what operators and browsers ask for.
var plainRoutes = map[string]access.Permission{
	"GET /healthz": "system.health", "GET /readyz": "system.health", "GET /metrics": "system.metrics",
	"OPTIONS /v1/uploads": "upload", "OPTIONS /v1/uploads/": "upload", "POST /v1/uploads": "upload", "POST /v1/uploads/": "upload",
	"HEAD /v1/uploads/:id": "upload", "PATCH /v1/uploads/:id": "upload", "DELETE /v1/uploads/:id": "upload", "POST /v1/uploads/:id": "upload",
	"GET /open311/v2/discovery.:format": "open311.read", "GET /open311/v2/services.:format": "open311.read", "GET /open311/v2/services/:file": "open311.read",
	"GET /open311/v2/requests.:format": "open311.read", "GET /open311/v2/requests/:file": "open311.read", "GET /open311/v2/tokens/:file": "open311.read",
	"GET /open311/v2/servicerequestupdates.:format": "open311.read", "POST /open311/v2/requests.:format": "open311.file",
	"POST /open311/v2/servicerequestupdates.:format": "open311.update",
	"GET /v1/sign-in/oidc/:provider/callback":        "account.sign_in", "GET /v1/staff/sign-in/oidc/:provider/callback": "staff.sign_in",
	"GET /docs/*any":    "system.pages",
	"GET /openapi.json": "system.pages", "GET /openapi.yaml": "system.pages", "GET /openapi-3.0.json": "system.pages",
	"GET /openapi-3.0.yaml": "system.pages", "GET /schemas/:schema": "system.pages",
}

// braced writes a route's path as the document does.
func braced(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// Every route of the program is there, whatever it serves, and each names a permission of the table; a permission that
// nobody asks for is a row too many.
func TestEveryRouteNamesItsPermission(t *testing.T) {
	s := apptest.Start(t, nil)
	ref := s.App.Ref.Now()
	ops := apptest.Operations(app.OpenAPI(ref))
	pages := s.App.PagePermissions()
	used := map[access.Permission]bool{}
	for _, route := range s.App.Routes() {
		name := route.Method + " " + route.Path
		permission, plain := plainRoutes[name]
		if page, ok := pages[name]; ok {
			permission, plain = page, true
		}
		if !plain {
			op := ops[route.Method+" "+braced(route.Path)]
			if op == nil {
				t.Errorf("%s %s is neither in the API's document nor among the plain routes", route.Method, route.Path)
				continue
			}
			permission = guard.PermissionOf(op)
		}
		if !ref.Access.Has(permission) {
			t.Errorf("%s %s asks for %q, which permissions.csv does not have", route.Method, route.Path, permission)
		}
		used[permission] = true
	}
	for _, p := range ref.Access.Permissions() {
		if !used[p] {
			t.Errorf("no route asks for %s", p)
		}
	}
}

// asker is somebody who tries every endpoint.
type asker struct {
	name, role string
	auth       string
	reach      map[string]bool // of the complaints below: which they may see
}

// Every role tries every endpoint on complaints of the own agency, one below it, a sibling's and a restricted one.
// Nobody gets further than the table says: who may not at all is told so, what is not theirs does not exist.
func TestEveryRoleOnEveryEndpoint(t *testing.T) {
	s := apptest.Start(t, nil)
	owner := s.Account(t, "phone-owner")
	numbers := map[string]string{}
	file := func(name, text string, lat, lon float64) {
		var r apptest.Receipt
		a := apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": text, "location": map[string]any{"lat": lat, "lon": lon, "accuracy": 15}}, "Authorization", owner)
		if a.Status != http.StatusCreated {
			t.Fatalf("%s: %d %s", name, a.Status, a.Body)
		}
		a.Into(t, &r)
		numbers[name] = r.Number
	}
	file("own", "Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh", 3.1186, 101.6221) // MBPJ
	file("sibling", "Lubang besar depan sekolah Seksyen 7 Shah Alam, tayar pecah", 3.0733, 101.4955)
	file("tip", "Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit", 3.1186, 101.6221) // restricted
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 3) })
	for _, c := range apptest.Everything(t, s) {
		want := map[string]string{numbers["own"]: "MBPJ", numbers["sibling"]: "MBSA"}[c.Number]
		if want != "" && c.Agency != want || c.Number == numbers["tip"] && !c.Secret {
			t.Fatalf("%s went to %s (restricted %v): the test needs another text", c.Number, c.Agency, c.Secret)
		}
	}
	see := func(names ...string) map[string]bool {
		out := map[string]bool{}
		for _, n := range names {
			out[n] = true
		}
		return out
	}
	askers := []asker{
		{"nobody", access.Public, "", see()},
		{"the citizen", "citizen", owner, see("own", "sibling", "tip")},
		{"another citizen", "citizen", s.Account(t, "phone-other"), see()},
		{"an officer", "officer", s.Officer(t, "officer", "MBPJ"), see("own")},
		{"a supervisor", "supervisor", s.Officer(t, "supervisor", "MBPJ"), see("own")},
		{"a supervisor above", "supervisor", s.Officer(t, "supervisor", "SUK-SGR"), see("own", "sibling")},
		{"a foreign supervisor", "supervisor", s.Officer(t, "supervisor", "SUK-JHR"), see()},
		{"the desk", "desk", s.Officer(t, "desk", ""), see("own", "sibling")},
		{"oversight", "oversight", s.Officer(t, "oversight", ""), see("own", "sibling")},
		{"an administrator", "administrator", s.Admin, see("own", "sibling")},
	}
	for key, op := range apptest.Operations(app.OpenAPI(s.App.Ref.Now())) {
		method, path, _ := strings.Cut(key, " ")
		permission := guard.PermissionOf(op)
		for _, who := range askers {
			scope := s.App.Ref.Now().Access.Scope(permission, who.role)
			if !strings.Contains(path, "{number}") {
				if scope != access.No { // what it answers is the endpoint's own test
					continue
				}
				a := apptest.Do(t, method, s.URL+strings.NewReplacer("{id}", "01JD8Z7S6R4QW2N5X0B3YV9KTM").Replace(path), body(method, op), "Authorization", who.auth)
				refused(t, who, key, a)
				continue
			}
			for _, name := range []string{"own", "sibling", "tip"} {
				if who.reach[name] && scope != access.No { // it may be carried out; the endpoint's own test
					continue
				}
				a := apptest.Do(t, method, s.URL+strings.Replace(path, "{number}", numbers[name], 1)+queries[op.OperationID], body(method, op), "Authorization", who.auth)
				switch {
				case scope == access.No:
					refused(t, who, key, a)
				case scope == access.Yes: // following what everybody may
				case who.role == access.Public && a.Status == http.StatusUnauthorized:
				case a.Status != http.StatusNotFound:
					t.Errorf("%s, %s on the %s complaint: %d %s, want 404", key, who.name, name, a.Status, a.Body)
				}
			}
		}
	}
	for _, c := range apptest.Everything(t, s) {
		for _, e := range c.Events {
			if e.Actor.Staff() {
				t.Errorf("somebody who must not has done %s", e.Action)
			}
		}
	}
}

// bodies are what endpoints want that take no empty one.
var bodies = map[string]string{"promote-model": `{"model":"shipped"}`, "rate-complaint": `{"stars":5}`,
	"staff-reveal": `{"reason":"Perlu menghubungi pengadu","fields":["text"]}`, "set-hold": `{"reason":"perintah mahkamah"}`}

// queries are what endpoints want that take no path alone.
var queries = map[string]string{"release-hold": "?reason=kes+selesai"}

// body is empty where a method takes none.
func body(method string, op *huma.Operation) any {
	switch {
	case method == "GET" || method == "DELETE":
		return nil
	case bodies[op.OperationID] != "":
		return bodies[op.OperationID]
	}
	return `{}`
}

func refused(t *testing.T, who asker, key string, a apptest.Answer) {
	t.Helper()
	want := http.StatusForbidden
	if who.role == access.Public {
		want = http.StatusUnauthorized
	}
	if a.Status != want {
		t.Errorf("%s, %s: %d %s, want %d", key, who.name, a.Status, a.Body, want)
	}
}

const tableStart, tableEnd = "<!-- permissions: written by go test ./internal/app/scenario/api -run Documentation -update-docs -->\n", "<!-- end of permissions -->"

func TestTheDocumentationShowsThePermissions(t *testing.T) {
	const file = "../../../README.md"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := app.LoadReference(app.Folder(""))
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), tableStart)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", file)
	}
	want := before + tableStart + ref.Access.Markdown() + tableEnd + after
	if *updateDocs {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !slices.Equal([]byte(want), doc) {
		t.Errorf("%s is not what permissions.csv says; run go test ./internal/app/scenario/api -run Documentation -update-docs", file)
	}
}
