package operation_test

import (
	"testing"
	"time"

	"respons/internal/app/apptest"
)

// A stream that is open says nothing more to whoever's session was ended meanwhile.
func TestAStreamEndsWithItsSession(t *testing.T) {
	s := apptest.Start(t, nil)
	officer, citizen := s.Officer(t, "officer", "MBPJ"), s.Account(t, "phone-of-streams")
	events, _ := listen(t, s.URL+"/v1/stream", "Authorization", citizen)
	queue, _ := listen(t, s.URL+"/v1/staff/stream", "Authorization", officer)
	until(t, queue, "the first look", func(e sent) bool { return e.name == "look" })
	for path, auth := range map[string]string{"/v1/staff/sign-out": officer, "/v1/sign-out": citizen} {
		if a := apptest.Do(t, "POST", s.URL+path, nil, "Authorization", auth); a.Status != 204 {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	for name, stream := range map[string]<-chan sent{"the officer's": queue, "the citizen's": events} {
		select {
		case e, open := <-stream:
			if open {
				t.Errorf("%s stream goes on with %+v", name, e)
			}
		case <-time.After(60 * time.Second): // the next sign of life at the latest
			t.Errorf("%s stream is still open", name)
		}
	}
}
