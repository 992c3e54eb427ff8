package sms_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"respons/internal/notify"
	"respons/internal/sms"
)

var now = time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)

var message = notify.Text{ID: "id-1", To: "+60123456789", Body: `RESPONS: "புகார்" & 100%`}

// seen is what the gateway got.
type seen struct{ query, body, kind, secret string }

func gateway(t *testing.T, status int, header ...string) (*httptest.Server, *[]seen) {
	t.Helper()
	var got []seen
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("%s, %v", r.Method, err)
		}
		got = append(got, seen{r.URL.Query().Get("to") + "|" + r.URL.Query().Get("msg"), string(body), r.Header.Get("Content-Type"), r.Header.Get("Authorization")})
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server, &got
}

func TestAMessageStandsInTheDocumentOrTheAddress(t *testing.T) {
	server, got := gateway(t, http.StatusAccepted)
	clock := func() time.Time { return now }
	byJSON, err := sms.New(server.URL, `{"messages":[{"to":"{to}","text":"{text}"}],"ref":"r-{id}","unicode":true}`, "Authorization: Bearer abc", clock)
	if err != nil {
		t.Fatal(err)
	}
	byAddress, err := sms.New(server.URL+"/send?to={to}&msg={text}", "", "", clock)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []*sms.Gateway{byJSON, byAddress} {
		if out := g.Text(t.Context(), message); out.State != notify.Accepted {
			t.Fatalf("%+v", out)
		}
	}
	var sent struct {
		Messages []struct{ To, Text string }
		Ref      string
		Unicode  bool
	}
	first := (*got)[0]
	if err := json.Unmarshal([]byte(first.body), &sent); err != nil || sent.Messages[0].To != message.To || sent.Messages[0].Text != message.Body ||
		sent.Ref != "r-id-1" || !sent.Unicode || first.secret != "Bearer abc" || first.kind != "application/json" {
		t.Errorf("posted %+v, %v", first, err)
	}
	if second := (*got)[1]; second.query != message.To+"|"+message.Body || second.body != "" {
		t.Errorf("asked %+v", second)
	}
}

func TestTheGatewaysAnswers(t *testing.T) {
	for _, c := range []struct {
		status      int
		header      []string
		want        notify.State
		after       time.Duration
		alarm, down bool
	}{
		{200, nil, notify.Accepted, 0, false, false},
		{429, []string{"Retry-After", "90"}, notify.Waiting, 90 * time.Second, false, true},
		{503, nil, notify.Waiting, 0, false, true},
		{401, nil, notify.Waiting, 0, true, true},
		{400, nil, notify.Failed, 0, false, false},
		{302, []string{"Location", "http://127.0.0.1:1/"}, notify.Failed, 0, false, false},
	} {
		server, _ := gateway(t, c.status, c.header...)
		g, err := sms.New(server.URL, `{"to":"{to}","text":"{text}"}`, "", func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		if out := g.Text(t.Context(), message); out.State != c.want || out.After != c.after || out.Alarm != c.alarm || out.Down != c.down {
			t.Errorf("%d: %+v", c.status, out)
		}
	}
}

func TestAGatewayOutOfReachIsTriedLaterAndNoNumberIsLogged(t *testing.T) {
	server, _ := gateway(t, 200)
	server.Close()
	g, err := sms.New(server.URL+"/?to={to}&msg={text}", "", "", func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	out := g.Text(t.Context(), message)
	if out.State != notify.Waiting || !out.Down || out.Err == nil || strings.Contains(out.Err.Error(), "60123456789") {
		t.Errorf("%+v", out)
	}
}

func TestAGatewaysSettingsAreChecked(t *testing.T) {
	for _, c := range [][3]string{{"ftp://x", `{"a":"{to}{text}"}`, ""}, {"https://x", `{"to":"{to}"}`, ""}, {"https://x", `{to`, ""},
		{"https://x?to={to}", "", ""}, {"https://x", `["{to}","{text}"]`, "secret"}} {
		if _, err := sms.New(c[0], c[1], c[2], time.Now); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
}
