package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

// An administrator makes, turns and revokes keys, and each is on record without the key.
func TestAPIKeysOverHTTP(t *testing.T) {
	s := apptest.Start(t, nil)
	officer := s.Officer(t, "officer", "MBPJ")
	keys := s.URL + "/v1/staff/api-keys"
	type shown struct {
		ID, Name, Key string
		Active        bool
		Scopes        []string
	}
	var made, turned, revoked shown
	apptest.Do(t, "POST", keys, `{"name":"Sistem aduan MBPJ","agency":"MBPJ","scopes":["update"]}`, "Authorization", s.Admin).Into(t, &made)
	try := func(key string) int {
		return post311(t, s, "/servicerequestupdates.json", nil, "api_key", key, "service_request_id", "RR-0000-0000", "update_id", "u", "status", "OPEN").Status
	}
	if made.Key == "" || try(made.Key) != 404 { // it opens, and there is no such complaint
		t.Fatalf("%+v: %d", made, try(made.Key))
	}
	apptest.Do(t, "POST", keys+"/"+made.ID+"/key?at_once=true", `{}`, "Authorization", s.Admin).Into(t, &turned)
	if try(made.Key) != 403 || try(turned.Key) != 404 {
		t.Errorf("after turning: %d, %d", try(made.Key), try(turned.Key))
	}
	for range 2 {
		apptest.Do(t, "DELETE", keys+"/"+made.ID, nil, "Authorization", s.Admin).Into(t, &revoked)
	}
	if revoked.Active || try(turned.Key) != 403 {
		t.Errorf("after revoking: %+v, %d", revoked, try(turned.Key))
	}
	a := apptest.Do(t, "GET", keys, nil, "Authorization", s.Admin)
	if !strings.Contains(string(a.Body), made.ID) || strings.Contains(string(a.Body), "rsp_") {
		t.Errorf("the list: %s", a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", keys+"/"+made.ID+"/key", `{}`, "Authorization", s.Admin), 409, "conflict", "was revoked")
	apptest.CheckProblem(t, apptest.Do(t, "POST", keys, `{"name":"X","scopes":["update"]}`, "Authorization", s.Admin), 422, "invalid", "needs an agency")
	apptest.CheckProblem(t, apptest.Do(t, "DELETE", keys+"/nobody", nil, "Authorization", s.Admin), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", keys, nil, "Authorization", officer), 403, "forbidden", "")
	record := s.Recorded(t, s.Admin, url.Values{"object": {"api_key:" + made.ID}})
	acts := fmt.Sprint(record.Acts())
	for _, want := range []string{"api_key.make", "api_key.turn", "api_key.revoke"} {
		if !strings.Contains(acts, want) {
			t.Errorf("on record is %s, without %s", acts, want)
		}
	}
	raw, err := json.Marshal(record)
	if err != nil || strings.Contains(string(raw), made.Key) || strings.Contains(string(raw), "Sistem") {
		t.Errorf("the record tells the key or the name: %s", raw)
	}
}
