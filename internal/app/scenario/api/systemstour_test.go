package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
)

// post sends fields to an operation as other systems do, and is answered in JSON.
func (x *tour) post(t *testing.T, op string, fields url.Values) apptest.Answer {
	t.Helper()
	_, at, _ := strings.Cut(x.paths[op], " ")
	if len(x.examples[op].Answers) == 0 {
		apptest.Forget(op)
	}
	a := apptest.Do(t, "POST", x.URL+strings.Replace(at, "{format}", "json", 1), fields.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if a.Status >= 300 {
		t.Fatalf("%s is answered %d %s", op, a.Status, a.Body)
	}
	return a
}

// What the document shows of other systems works: one gets a key, files by Open311 and reports progress as the agency's own.
func TestTheDocumentsExamplesForOtherSystemsWork(t *testing.T) {
	x := onTour(t, nil)
	x.Officer(t, "officer", "MBPJ")
	admin := []string{"Authorization", x.Admin}
	var made struct{ ID, Key string }
	x.send(t, "make-api-key", nil, admin...).Into(t, &made)
	x.send(t, "list-api-keys", nil, admin...)
	json := []string{"format", "json"}
	for _, op := range []string{"open311-discovery", "open311-services"} {
		x.send(t, op, json)
	}
	x.send(t, "open311-service", append(json, "service_code", "JLN01"))
	var filed []struct {
		ID string `json:"service_request_id"`
	}
	x.post(t, "open311-file", url.Values{"api_key": {made.Key}, "service_code": {"JLN01"}, "lat": {"3.1186"}, "long": {"101.6221"},
		"description": {"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh"}}).Into(t, &filed)
	apptest.Eventually(t, func() error { return apptest.Settled(t, x.System, 1) })
	if c := apptest.Everything(t, x.System)[0]; c.Agency != "MBPJ" || len(filed) != 1 || filed[0].ID != c.Number {
		t.Fatalf("%+v went to %s as %s", filed, c.Agency, c.Number)
	}
	x.post(t, "open311-update", url.Values{"api_key": {made.Key}, "service_request_id": {filed[0].ID}, "update_id": {"mbpj-1"},
		"updated_datetime": {time.Now().UTC().Format(time.RFC3339)}, "status": {"IN_PROGRESS"}, "description": {"A team is on its way."}})
	own := append(json, "service_request_id", filed[0].ID)
	x.send(t, "open311-request", own)
	x.send(t, "open311-requests", own)
	x.send(t, "open311-updates", json)
	x.send(t, "open311-token", append(json, "token", filed[0].ID))
	x.send(t, "turn-api-key", []string{"id", made.ID}, admin...)
	if a := x.send(t, "revoke-api-key", []string{"id", made.ID}, admin...); strings.Contains(string(a.Body), made.Key) {
		t.Errorf("the key is shown again: %s", a.Body)
	}
}
