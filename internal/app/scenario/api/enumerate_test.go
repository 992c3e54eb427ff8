package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/store"
)

// counting counts what is asked of the store.
type counting struct {
	store.Engine
	reads atomic.Int64
}

func (c *counting) Get(ctx context.Context, collection, id string) (store.Record, error) {
	c.reads.Add(1)
	return c.Engine.Get(ctx, collection, id)
}

func (c *counting) Find(ctx context.Context, collection string, q store.Query) (store.Page, error) {
	c.reads.Add(1)
	return c.Engine.Find(ctx, collection, q)
}

// named gives the request of an operation on a complaint, by its path or by a query parameter; "": it names none.
func addressed(key string, op *huma.Operation, number string) (method, path string) {
	method, path, _ = strings.Cut(key, " ")
	if strings.HasPrefix(path, "/open311/") {
		return "", "" // shows what is public; see the tests there
	}
	if strings.Contains(path, "{number}") {
		return method, strings.NewReplacer("{number}", number, "{code}", "8Z7S6R4QW2").Replace(path) + queries[op.OperationID]
	}
	if slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == "number" }) {
		return method, strings.Replace(path, "{id}", "01JD8Z7S6R4QW2N5X0B3YV9KTM", 1) + "?number=" + number
	}
	return "", ""
}

// Whoever tries numbers learns nothing: of a number that nobody has and of one that is another's every endpoint says the
// same, to guests with a code of their own and to staff of another agency. For guests the store is asked as much, too.
func TestNobodyLearnsWhichNumbersExist(t *testing.T) {
	engine := new(counting)
	s := apptest.Wire(t, nil)
	engine.Engine, s.App.Cases.Store.Engine = s.App.Cases.Store.Engine, engine
	if err := s.App.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var others, own apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &others)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.LampMS).Into(t, &own)
	s.Stands(t, others.Number)
	s.Stands(t, own.Number)
	unknown := complaint.NewNumber()
	foreign := s.Officer(t, "officer", "MBJB")
	askers := map[string][]string{"citizen": {"Claim-Code", own.ClaimCode}, "staff": {"Authorization", foreign}}
	asked := 0
	for key, op := range apptest.Operations(app.OpenAPI(s.App.Ref.Now())) {
		method, there := addressed(key, op, others.Number)
		_, missing := addressed(key, op, unknown)
		role := map[string]string{"citizen": access.Public, "staff": "officer"}[op.Tags[0]]
		if scope := s.App.Ref.Now().Access.Scope(guard.PermissionOf(op), role); method == "" || scope == access.No || scope == access.Yes && op.OperationID != "get-shared" {
			continue // not theirs at all, or about what everybody may see
		}
		asked++
		headers := askers[op.Tags[0]]
		send := func(path string) (apptest.Answer, int64) {
			before := engine.reads.Load()
			a := apptest.Do(t, method, s.URL+path, body(method, op), headers...)
			return a, engine.reads.Load() - before
		}
		a, reads := send(there)
		b, readsMissing := send(missing)
		hidden := strings.NewReplacer(others.Number, "N", unknown, "N")
		if a.Status != http.StatusNotFound && a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s, want 404", key, a.Status, a.Body)
		}
		if a.Status != b.Status || hidden.Replace(string(a.Body)) != hidden.Replace(string(b.Body)) {
			t.Errorf("%s tells them apart:\n%d %s\n%d %s", key, a.Status, a.Body, b.Status, b.Body)
		}
		if op.Tags[0] == "citizen" && reads != readsMissing { // staff are known by name; a repeat of theirs is looked for first
			t.Errorf("%s reads %d times for a number that exists, %d times for one that does not", key, reads, readsMissing)
		}
	}
	if asked < 30 {
		t.Errorf("only %d operations were tried", asked)
	}
}
