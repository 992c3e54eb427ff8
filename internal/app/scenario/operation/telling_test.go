package operation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/console"
	"respons/internal/identity"
	"respons/internal/notify"
)

// outside is a mail relay, an SMS gateway and an agency's system, each a server of this machine.
type outside struct {
	mu      sync.Mutex
	letters []string
	texts   []map[string]string
	calls   []*http.Request
	bodies  [][]byte
	smtp    string
	gateway string
	agency  string
}

func (o *outside) NewSession(*smtp.Conn) (smtp.Session, error) { return mailbox{o}, nil }

type mailbox struct{ o *outside }

func (mailbox) Reset() {}

func (mailbox) Logout() error { return nil }

func (mailbox) Mail(string, *smtp.MailOptions) error { return nil }

func (mailbox) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (m mailbox) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	m.o.mu.Lock()
	defer m.o.mu.Unlock()
	m.o.letters = append(m.o.letters, string(content))
	return err
}

func beginTelling(t *testing.T) *outside {
	t.Helper()
	o := new(outside)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(o)
	srv.Domain = "localhost"
	ended := make(chan struct{})
	go func() { defer close(ended); srv.Serve(l) }() //nolint:errcheck // ends with Close
	t.Cleanup(func() { srv.Close(); <-ended })
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m map[string]string
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Header.Get("X-Key") != "k" {
			t.Errorf("the gateway got %v, %v", r.Header, err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.texts = append(o.texts, m)
	}))
	t.Cleanup(gateway.Close)
	agency := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.calls, o.bodies = append(o.calls, r), append(o.bodies, body)
	}))
	t.Cleanup(agency.Close)
	o.smtp, o.gateway, o.agency = "smtp://"+l.Addr().String(), gateway.URL, agency.URL
	return o
}

// A complaint's messages go by every channel: what the citizen opens needs no SMS and what they do not gets one, the
// supervisor has one digest in the morning, the agency's system is called, and all of it stands in the ledger.
func TestMessagesGoByEveryChannel(t *testing.T) {
	o := beginTelling(t)
	apptest.InTown(t, "2026-01-05 10:00", func(c *config.Config) { // a Monday
		c.SMTPURL, c.MailFrom, c.PublicURL = config.Secret(o.smtp), "Respons <respons@example.gov.my>", "https://respons.example.gov.my"
		c.SMSURL, c.SMSBody, c.SMSHeader = config.Secret(o.gateway), `{"to":"{to}","text":"{text}","ref":"{id}"}`, "X-Key: k"
		c.WebhookLoopback = true
	}, func(t *testing.T, w *apptest.Town) {
		o.letters, o.texts, o.calls, o.bodies = nil, nil, nil, nil
		w.App.Teller.Policy = w.App.Ref.Now().Policy
		w.App.Teller.Addresses = notify.Book{People: w.App.People, Citizens: known("+60123456789")}
		w.Arrives(t, "boss", identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Email: "boss@mbpj.gov.my"})
		hook := func(method, under string, body any) apptest.Answer {
			return apptest.Do(t, method, w.URL+"/v1/staff/webhooks"+under, body, "Authorization", w.Header["administrator"])
		}
		var made struct{ ID, Secret string }
		a := hook("POST", "", map[string]any{"agency": "MBPJ", "url": o.agency + "/respons", "events": []string{"routed"}})
		a.Into(t, &made)
		if a.Status != http.StatusOK || made.Secret == "" {
			t.Fatalf("webhook: %d %s", a.Status, a.Body)
		}
		apptest.CheckProblem(t, hook("POST", "", map[string]any{"agency": "MBPJ", "url": "http://169.254.169.254/latest"}), 422, "invalid", "https://")

		id := w.Report(t)
		number := w.Read(t, id).Number
		if len(o.calls) != 1 {
			t.Fatalf("the agency's system was called %d times", len(o.calls))
		}
		verifier, err := standard.NewWebhook(made.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier.VerifyIgnoringTimestamp(o.bodies[0], o.calls[0].Header); err != nil || !strings.Contains(string(o.bodies[0]), number) {
			t.Errorf("the call %s: %v", o.bodies[0], err)
		}

		pushed := apptest.Only(w.List(t, "/v1/messages", "citizen"), "routed", "push")
		if pushed.State != "accepted" {
			t.Fatalf("the citizen sees %+v", pushed)
		}
		opened := func(who string) int {
			return apptest.Do(t, "POST", w.URL+"/v1/messages/"+pushed.ID+"/opened", nil, "Authorization", w.Header[who]).Status
		}
		if got := []int{opened("boss"), opened("citizen"), opened("citizen")}; fmt.Sprint(got) != "[404 204 204]" {
			t.Errorf("opened: %v", got)
		}
		w.At(t, "2026-01-05 13:00")
		if m := apptest.Only(w.List(t, "/v1/messages", "citizen"), "routed", "sms"); m.State != "dropped" || len(o.texts) != 0 {
			t.Errorf("the fallback of what was opened: %+v, %d text messages", m, len(o.texts))
		}

		apptest.Must(t)(w.App.Cases.Accept(t.Context(), id, "", w.By(t, "officer")))
		apptest.Must(t)(w.App.Cases.Resolve(t.Context(), id, "Siap.", w.By(t, "officer")))
		w.Tick(t)
		w.At(t, "2026-01-05 15:30")
		if len(o.texts) != 1 || o.texts[0]["to"] != "+60123456789" || !strings.Contains(o.texts[0]["text"], number) {
			t.Errorf("text messages %v", o.texts)
		}
		if m := apptest.Only(w.List(t, "/v1/messages", "citizen"), "resolved", "sms"); m.State != "accepted" {
			t.Errorf("the fallback of what was not opened: %+v", m)
		}

		// The digest: nothing at once, one in the morning of a working day, by push and e-mail.
		if n := len(w.Phones.Phone("boss")); n != 0 {
			t.Errorf("the supervisor got %d alerts", n)
		}
		w.At(t, "2026-01-06 07:29")
		w.At(t, "2026-01-06 07:30")
		w.Tick(t)
		if n := w.Told(t)["boss: digest"]; n != 1 || len(o.letters) != 1 {
			t.Fatalf("%d digests, %d e-mails", n, len(o.letters))
		}
		letter, err := mail.ReadMessage(strings.NewReader(o.letters[0]))
		if err != nil {
			t.Fatal(err)
		}
		link := strings.Trim(letter.Header.Get("List-Unsubscribe"), "<>")
		_, path, ok := strings.Cut(link, "https://respons.example.gov.my")
		if !ok || letter.Header.Get("To") != "<boss@mbpj.gov.my>" {
			t.Fatalf("e-mail %v", letter.Header)
		}
		preferences := func() string {
			return string(apptest.Do(t, "GET", w.URL+"/v1/staff/preferences", nil, "Authorization", w.Header["boss"]).Body)
		}
		if a := apptest.Do(t, "GET", w.URL+path, nil); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "<form") || !strings.Contains(preferences(), `"email":true`) {
			t.Errorf("looking at the link: %d %s, then %s", a.Status, a.Body, preferences())
		}
		if a, err := oneClick(t, w.URL+path); err != nil || a != http.StatusOK || !strings.Contains(preferences(), `"email":false`) {
			t.Errorf("one click: %d, %v; then %s", a, err, preferences())
		}
		if a, err := oneClick(t, w.URL+strings.Replace(path, "code=", "code=0", 1)); err != nil || a != http.StatusNotFound {
			t.Errorf("another code: %d, %v", a, err)
		}

		ledger(t, w, number)
		if list := w.List(t, "/v1/staff/webhooks/dead-letters?webhook="+made.ID, "administrator"); len(list) != 0 {
			t.Errorf("dead letters: %v", list)
		}
		apptest.CheckProblem(t, hook("POST", "/dead-letters/nothing/replay", nil), 404, "not-found", "")
		if a := hook("DELETE", "/"+made.ID, nil); a.Status != http.StatusNoContent {
			t.Errorf("remove: %d %s", a.Status, a.Body)
		}
		recordedActs(t, w, made.ID)
		guest(t, w)
	})
}

// onRecord looks for the changes of a webhook on the audit record. What was refused names no webhook.
func recordedActs(t *testing.T, w *apptest.Town, hook string) {
	t.Helper()
	var page struct{ Entries []console.Recorded }
	apptest.Do(t, "GET", w.URL+"/v1/staff/audit?action=webhook", nil, "Authorization", w.Header["administrator"]).Into(t, &page)
	var got []string
	for _, e := range slices.Backward(page.Entries) {
		if e.Actor != w.Person["administrator"] {
			t.Errorf("recorded of %q", e.Actor)
		}
		if e.Outcome != "begun" {
			got = append(got, strings.TrimSpace(fmt.Sprintln(e.Action, e.Outcome, e.Object, e.Details["agency"], e.Details["to"])))
		}
	}
	want := []string{"webhook.set done webhook:" + hook + " MBPJ on", "webhook.set failed", "webhook.replay refused", "webhook.remove done webhook:" + hook + " MBPJ"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the record of webhooks (-want +got):\n%s", d)
	}
}

// known is Addresses of citizens who all have one number.
type known string

func (k known) Of(context.Context, string) (email, phone string, err error) {
	return "", string(k), nil
}

func oneClick(t *testing.T, url string) (int, error) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// ledger looks for the messages of a complaint as staff who may and who may not.
func ledger(t *testing.T, w *apptest.Town, number string) {
	t.Helper()
	search := func(who, query string) apptest.Answer {
		return apptest.Do(t, "GET", w.URL+"/v1/staff/messages?"+query, nil, "Authorization", w.Header[who])
	}
	found := w.List(t, "/v1/staff/messages?channel=sms&limit=200&number="+number, "supervisor")
	if len(found) != 2 || apptest.Only(found, "resolved", "sms").State != "accepted" || apptest.Only(found, "routed", "sms").State != "dropped" {
		t.Errorf("the supervisor finds %+v", found)
	}
	if strings.Contains(string(search("supervisor", "number="+number).Body), w.Person["citizen"]) {
		t.Error("the ledger shows staff who the citizen is")
	}
	apptest.CheckProblem(t, search("Kelantan's boss", "number="+number), 404, "not-found", "")
	apptest.CheckProblem(t, search("supervisor", "state=dropped"), 403, "forbidden", "number")
	apptest.CheckProblem(t, search("oversight", "channel=push"), 422, "invalid", "state")
	if found := w.List(t, "/v1/staff/messages?state=dropped&limit=200", "oversight"); apptest.Only(found, "routed", "sms").Number != number {
		t.Errorf("oversight finds %+v", found)
	}
	if own := w.List(t, "/v1/staff/messages?limit=200&person="+w.Person["boss"], "boss"); apptest.Only(own, "digest", "push").State != "accepted" {
		t.Errorf("the supervisor's own: %+v", own)
	}
}

// guest chooses and looks with the claim code of their complaint.
func guest(t *testing.T, w *apptest.Town) {
	t.Helper()
	var r apptest.Receipt
	apptest.Do(t, "POST", w.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &r)
	w.Tick(t)
	ask := func(method, path string, body any) apptest.Answer {
		return apptest.Do(t, method, w.URL+path, body, "Claim-Code", r.ClaimCode)
	}
	choice := `{"language":"ta","push":false,"fallback":"sms","quiet_hours":{"from":"21:00","to":"08:30"}}`
	if a := ask("PUT", "/v1/preferences?number="+r.Number, choice); a.Status != http.StatusOK {
		t.Fatalf("preferences: %d %s", a.Status, a.Body)
	}
	var got notify.Chosen
	ask("GET", "/v1/preferences?number="+r.Number, nil).Into(t, &got)
	if got.Language != "ta" || *got.Push || !*got.Email || got.Fallback != "sms" || *got.QuietHours != (notify.ChosenHours{From: "21:00", To: "08:30"}) {
		t.Errorf("chosen %+v", got)
	}
	apptest.CheckProblem(t, ask("PUT", "/v1/preferences?number="+r.Number, `{"sms":false,"fallback":"sms"}`), 422, "invalid", "switched off")
	apptest.CheckProblem(t, ask("GET", "/v1/preferences", nil), 401, "unauthorized", "Claim-Code")
	apptest.CheckProblem(t, apptest.Do(t, "GET", w.URL+"/v1/preferences?number="+r.Number, nil, "Claim-Code", "wrong"), 404, "not-found", "")
	var page struct{ Messages []apptest.MessageView }
	ask("GET", "/v1/complaints/"+r.Number+"/messages", nil).Into(t, &page)
	if apptest.Only(page.Messages, "received", "inbox").State != "accepted" {
		t.Errorf("the guest sees %+v", page.Messages)
	}
	for _, m := range page.Messages {
		if m.Channel == "webhook" || m.Event == "routed" && m.Audience != "" {
			t.Errorf("the guest sees what is for others: %+v", m)
		}
	}
	if a := ask("POST", "/v1/messages/"+apptest.Only(page.Messages, "received", "inbox").ID+"/opened?number="+r.Number, nil); a.Status != http.StatusNoContent {
		t.Errorf("opened: %d %s", a.Status, a.Body)
	}
}
