package apptest

import (
	"net/http"
	"testing"
	"time"
)

// Filing is a complaint as a phone sends it.
type Filing map[string]any

// WithPhone gives a filing a phone of its own.
func (f Filing) WithPhone(token string) Filing {
	out := Filing{"device": map[string]any{"token": token, "platform": "android"}}
	for k, v := range f {
		out[k] = v
	}
	return out
}

// Receipt is what a citizen has in hand after filing.
type Receipt struct {
	Number    string `json:"number"`
	ClaimCode string `json:"claim_code"`
}

// Seen is a complaint as its citizen sees it.
type Seen struct {
	State    string
	Agency   struct{ Code, Name string }
	Category struct{ Code, Name string }
	Promised *time.Time
	Why      []string
	Timeline []struct {
		Event, Title, Text, By, Note string
	}
}

// Event says whether something stands in the timeline.
func (v Seen) Event(name string) bool {
	for _, e := range v.Timeline {
		if e.Event == name && e.Title != "" {
			return true
		}
	}
	return false
}

// previewed is the answer to a preview.
type previewed struct {
	Emergency string
	Sure      bool
	Agencies  []struct {
		Agency struct{ Code string }
		P      float64
	}
	Category struct{ Code string }
	Promised *time.Time
	Missing  []string
	Similar  []struct {
		Number     string
		P          float64
		Metres     int
		Supporters int64
	}
}

// Preview asks what would become of a complaint.
func (s *System) Preview(t *testing.T, body string) (p previewed) {
	t.Helper()
	a := Do(t, "POST", s.URL+"/v1/complaints/preview", body)
	if a.Status != http.StatusOK {
		t.Fatalf("preview: %d %s", a.Status, a.Body)
	}
	a.Into(t, &p)
	return p
}

// Account opens a citizen's account with a phone and gives its header.
func (s *System) Account(t *testing.T, phone string) string {
	t.Helper()
	var made struct{ Token string }
	Do(t, "POST", s.URL+"/v1/citizens", `{"language":"en"}`).Into(t, &made)
	if a := Do(t, "PUT", s.URL+"/v1/devices?language=en", map[string]string{"token": phone, "platform": "android"}, "Authorization", "Bearer "+made.Token); a.Status != http.StatusOK {
		t.Fatalf("device: %d %s", a.Status, a.Body)
	}
	return "Bearer " + made.Token
}

// Two reports of one pothole, and one of a lamp beside it.
const (
	PotholeMS = `{"text":"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh","location":{"lat":3.1186,"lon":101.6221,"accuracy":12}}`
	PotholeEN = `{"text":"Huge pothole at Jalan SS2/24 in front of the 7-Eleven, dangerous for motorbikes","language":"en","location":{"lat":3.1188,"lon":101.6223,"accuracy":20}}`
	LampMS    = `{"text":"Lampu jalan padam sudah seminggu","location":{"lat":3.1188,"lon":101.6223,"accuracy":20}}`
)
