package apptest

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"respons/internal/audit"
)

// recordedPage is a page of the audit record.
type recordedPage struct {
	Entries []struct {
		Seq                                                   int64
		Role, Actor, Agency, Action, Object, Outcome, Address string
		Details                                               map[string]string
		Prev, Hash                                            string
	}
	Next string
}

// Recorded reads a page of the audit record.
func (s *System) Recorded(t *testing.T, auth string, query url.Values) (p recordedPage) {
	t.Helper()
	a := Do(t, "GET", s.URL+"/v1/staff/audit?"+query.Encode(), nil, "Authorization", auth)
	if a.Status != http.StatusOK {
		t.Fatalf("read the audit record: %d %s", a.Status, a.Body)
	}
	a.Into(t, &p)
	return p
}

// Acts are the entries as action outcome, the oldest first.
func (p recordedPage) Acts() (out []string) {
	for _, e := range p.Entries {
		out = append(out, e.Action+" "+e.Outcome)
	}
	slices.Reverse(out)
	return out
}

// ProvenSound verifies the record of a running system.
func (s *System) ProvenSound(t *testing.T) audit.Report {
	t.Helper()
	stored, err := audit.ListAnchors(t.Context(), s.App.Engine)
	if err != nil {
		t.Fatal(err)
	}
	r, err := audit.Verify(t.Context(), s.App.Engine, audit.Proof{Keys: []audit.Key{s.App.Audit.Key}, Stored: stored,
		Finding: func(f audit.Finding) { t.Errorf("a sound record: %+v", f) }})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
