package apptest

import (
	"net/http"
	"testing"
)

// Staff asks an endpoint of the staff as somebody of the town.
func (w *Town) Staff(t *testing.T, who, method, path string, body any, headers ...string) Answer {
	t.Helper()
	return Do(t, method, w.URL+"/v1/staff"+path, body, append([]string{"Authorization", w.Header[who]}, headers...)...)
}

// StaffPost asks for a move of a complaint.
func (s *System) StaffPost(t *testing.T, auth, number, move string, body any) Answer {
	t.Helper()
	return Do(t, "POST", s.URL+"/v1/staff/complaints/"+number+"/"+move, body, "Authorization", auth)
}

// Officer makes an account as an administrator would and gives the header that signs it in.
func (s *System) Officer(t *testing.T, role, agency string) string {
	t.Helper()
	return s.Enrol(t, role, agency, false)
}

// Enrol is Officer for somebody who may be cleared for restricted complaints.
func (s *System) Enrol(t *testing.T, role, agency string, cleared bool) string {
	t.Helper()
	token, err := s.App.People.FirstAdministrator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		s.Admin = "Bearer " + token
	}
	a := Do(t, "POST", s.URL+"/v1/staff/officers", map[string]any{"name": "Aina", "role": role, "agency": agency, "cleared": cleared}, "Authorization", s.Admin)
	if a.Status != http.StatusCreated {
		t.Fatalf("make %s of %s: %d %s", role, agency, a.Status, a.Body)
	}
	var made struct{ Token string }
	a.Into(t, &made)
	return "Bearer " + made.Token
}
