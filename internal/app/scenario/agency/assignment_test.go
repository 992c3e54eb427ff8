package agency_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/guard"
)

// assigned is what somebody might try to set beside what an endpoint takes.
var assigned = []string{"id", "state", "agency", "role", "citizen", "owner", "secret", "cleared", "category", "rev", "received", "anything"}

// excess makes a body that has a member too many, for each name that the schema does not have and inside each object that it
// has; and where each of them stands.
func excess(doc *huma.OpenAPI, schema *huma.Schema) (body map[string]any, at []string) {
	resolve := func(s *huma.Schema) *huma.Schema {
		for s != nil && s.Ref != "" {
			s = doc.Components.Schemas.SchemaFromRef(s.Ref)
		}
		return s
	}
	schema = resolve(schema)
	body = map[string]any{}
	for _, name := range assigned {
		if schema.Properties[name] == nil {
			body[name], at = "administrator", append(at, "body."+name)
		}
	}
	for name, p := range schema.Properties {
		if p = resolve(p); p.Type == huma.TypeObject && p.AdditionalProperties == false {
			body[name], at = map[string]any{"anything": true}, append(at, "body."+name+".anything")
		}
	}
	return body, at
}

// Nobody sets what an endpoint does not offer to set: each body with a member too many is refused, and names it.
func TestNoBodyTakesMoreThanItSays(t *testing.T) {
	s := apptest.Start(t, nil)
	citizen := s.Account(t, "phone-citizen")
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", citizen).Into(t, &r)
	before := s.Stands(t, r.Number)
	auth := map[string]string{access.Public: "", "citizen": citizen, "officer": s.Officer(t, "officer", before.Agency), "supervisor": s.Officer(t, "supervisor", before.Agency),
		"desk": s.Officer(t, "desk", ""), "oversight": s.Officer(t, "oversight", ""), "administrator": s.Admin}
	doc := app.OpenAPI(s.App.Ref.Now())
	tried := 0
	for key, op := range apptest.Operations(doc) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			continue
		}
		method, path, _ := strings.Cut(key, " ")
		i := slices.IndexFunc(access.Roles, func(role string) bool {
			return s.App.Ref.Now().Access.Scope(guard.PermissionOf(op), role) != access.No && !(role == access.Public && strings.Contains(path, "{number}"))
		})
		if i < 0 {
			t.Fatalf("%s: nobody may", key)
		}
		body, at := excess(doc, op.RequestBody.Content["application/json"].Schema)
		path = strings.NewReplacer("{number}", r.Number, "{id}", "01JD8Z7S6R4QW2N5X0B3YV9KTM", "{provider}", "mydigital").Replace(path)
		a := apptest.Do(t, method, s.URL+path, body, "Authorization", auth[access.Roles[i]])
		if a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s as %s: %d %s, want 422", key, access.Roles[i], a.Status, a.Body)
			continue
		}
		var p apptest.ProblemDoc
		a.Into(t, &p)
		for _, where := range at {
			if !slices.ContainsFunc(p.Errors, func(e struct{ Location, Message string }) bool {
				return e.Location == where && e.Message == "unexpected property"
			}) {
				t.Errorf("%s takes %s: %s", key, where, a.Body)
			}
		}
		tried++
	}
	if tried < 40 {
		t.Errorf("only %d operations were tried", tried)
	}
	after, err := s.App.Cases.Store.ByNumber(t.Context(), r.Number)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := json.Marshal(before)
	is, _ := json.Marshal(after)
	if string(was) != string(is) {
		t.Errorf("the complaint was changed:\n%s\n%s", was, is)
	}
}
