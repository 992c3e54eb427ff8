package api_test

import (
	"encoding/json"
	"net/http"
	"path"
	"strconv"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/mobileapi"
)

// tour sends the examples of the document to a running program.
type tour struct {
	*apptest.System
	auth     []string // headers of the account
	paths    map[string]string
	examples map[string]mobileapi.Example
}

// send sends the example of an operation and expects what the document's example says came of it. where fills the path's
// parameters, as pairs.
func (x *tour) send(t *testing.T, op string, where []string, headers ...string) apptest.Answer {
	t.Helper()
	method, at, ok := strings.Cut(x.paths[op], " ")
	if !ok {
		t.Fatalf("there is no operation %s", op)
	}
	var query string
	for i := 0; i+1 < len(where); i += 2 {
		switch placed := strings.Replace(at, "{"+where[i]+"}", where[i+1], 1); {
		case placed != at:
			at = placed
		default:
			query += "&" + where[i] + "=" + where[i+1]
		}
	}
	if query != "" {
		at += "?" + query[1:]
	}
	e := x.examples[op]
	var body any
	if e.Request != nil {
		body = e.Request
	}
	if len(e.Answers) == 0 {
		apptest.Forget(op)
	}
	a := apptest.Do(t, method, x.URL+at, body, headers...)
	_, shown := e.Answers[strconv.Itoa(a.Status)]
	if a.Status >= 300 || len(e.Answers) > 0 && !shown {
		t.Fatalf("%s is answered %d %s", op, a.Status, a.Body)
	}
	return a
}

func onTour(t *testing.T, change func(*config.Config)) *tour {
	t.Helper()
	x := &tour{System: apptest.Start(t, change), paths: map[string]string{}, examples: mobileapi.Examples()}
	for name, op := range apptest.Operations(app.OpenAPI(x.App.Ref.Now())) {
		x.paths[op.OperationID] = name
	}
	return x
}

// The requests that the document shows work, in the order in which an app sends them, and are answered as it shows.
func TestTheDocumentsExamplesWork(t *testing.T) {
	x := onTour(t, nil)
	var account struct{ Token string }
	x.send(t, "open-account", nil).Into(t, &account)
	x.auth = []string{"Authorization", "Bearer " + account.Token, "Accept-Language", "en"}
	for _, op := range []string{"list-agencies", "list-categories", "list-hotlines", "get-receipt-keys"} {
		x.send(t, op, nil, x.auth[2:]...)
	}
	x.send(t, "agencies-near", []string{"lat", "3.1186", "lon", "101.6221"}, x.auth[2:]...)
	var device struct{ ID string }
	x.send(t, "register-device", []string{"language", "en"}, x.auth...).Into(t, &device)
	for _, op := range []string{"list-devices", "put-me", "get-me", "list-access", "put-preferences", "get-preferences"} {
		x.send(t, op, nil, x.auth...)
	}
	number := x.resolveOne(t)
	x.followAnother(t)
	x.lists(t, number)
	x.send(t, "remove-device", []string{"id", device.ID}, x.auth...)
	x.send(t, "erase-me", nil, x.auth...)
}

// resolveOne files a complaint and goes through everything a citizen can do until it is closed.
func (x *tour) resolveOne(t *testing.T) (number string) {
	t.Helper()
	x.send(t, "preview-complaint", nil, x.auth[2:]...)
	var r apptest.Receipt
	key := append([]string{"Idempotency-Key", "01JD8Z7S6R4QW2N5X0B3YV9KTN"}, x.auth...)
	x.send(t, "file-complaint", nil, key...).Into(t, &r)
	x.send(t, "file-complaint", nil, key...) // again is harmless
	apptest.Eventually(t, func() error { return apptest.Settled(t, x.System, 1) })
	own := []string{"number", r.Number}
	officer := x.Officer(t, "officer", apptest.Everything(t, x.System)[0].Agency)
	staff := func(move, note string) {
		t.Helper()
		if a := apptest.Do(t, "POST", x.URL+"/v1/staff/complaints/"+r.Number+"/"+move, map[string]string{"note": note}, "Authorization", officer); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", move, a.Status, a.Body)
		}
	}
	if a := apptest.Form(t, x.URL+"/v1/complaints/"+r.Number+"/attachments", apptest.Snapshot(t, 64, 48), x.auth...); a.Status != http.StatusAccepted {
		t.Fatalf("attach: %d %s", a.Status, a.Body)
	}
	apptest.Evidence(t, x.URL, "/v1/complaints/"+r.Number+"/attachments", 1, x.auth...)
	x.send(t, "write-complaint", own, x.auth...)
	staff("accept", "We are coming today.")
	staff("ask", "Where exactly is it?")
	x.send(t, "answer-complaint", own, x.auth...)
	staff("resolve", "The hole is patched.")
	x.send(t, "reopen-complaint", own, x.auth...)
	staff("resolve", "It is patched with concrete now.")
	x.send(t, "rate-complaint", own, x.auth...)
	x.send(t, "confirm-complaint", own, x.auth...)
	for _, op := range []string{"get-complaint", "get-deadlines", "get-receipt", "list-attachments", "complaint-messages"} {
		x.send(t, op, own, x.auth...)
	}
	var link struct{ Path string }
	x.send(t, "share-complaint", own, x.auth...).Into(t, &link)
	x.send(t, "get-shared", []string{"number", r.Number, "code", path.Base(link.Path)}, x.auth[2:]...)
	return r.Number
}

// followAnother sends a batch, takes one of its complaints back, and follows somebody else's.
func (x *tour) followAnother(t *testing.T) {
	t.Helper()
	var batch struct {
		Results []struct {
			Receipt *apptest.Receipt
			Problem *apptest.ProblemDoc
		}
	}
	x.send(t, "file-batch", nil, x.auth...).Into(t, &batch)
	if len(batch.Results) != 2 || batch.Results[0].Receipt == nil || batch.Results[1].Problem == nil {
		t.Fatalf("the batch shows a receipt and a problem: %+v", batch)
	}
	var other apptest.Receipt
	apptest.Do(t, "POST", x.URL+"/v1/complaints", apptest.PotholeEN).Into(t, &other)
	apptest.Eventually(t, func() error { return apptest.Settled(t, x.System, 3) })
	x.send(t, "withdraw-complaint", []string{"number", batch.Results[0].Receipt.Number}, x.auth...)
	x.send(t, "support-complaint", []string{"number", other.Number}, x.auth...)
	x.send(t, "list-supported", nil, x.auth...)
	x.send(t, "unsupport-complaint", []string{"number", other.Number}, x.auth...)
}

// lists asks for all that an app shows of an account.
func (x *tour) lists(t *testing.T, number string) {
	t.Helper()
	x.send(t, "list-complaints", []string{"status", "closed", "limit", "5"}, x.auth...)
	var changed struct {
		Complaints []struct{ Number string }
		Next       string
	}
	x.send(t, "sync", nil, x.auth...).Into(t, &changed)
	if len(changed.Complaints) != 2 {
		t.Errorf("sync tells of %+v", changed)
	}
	x.send(t, "sync", []string{"since", changed.Next}, x.auth...)
	var inbox struct {
		Messages []struct{ ID, Number string }
	}
	a := x.send(t, "list-messages", nil, x.auth...)
	a.Into(t, &inbox)
	if len(inbox.Messages) == 0 {
		t.Fatalf("the inbox is empty: %s", a.Body)
	}
	x.send(t, "message-opened", []string{"id", inbox.Messages[0].ID}, x.auth...)
	upload := path.Base(apptest.Begin(t, x.URL, 100, x.auth[:2]...))
	x.send(t, "get-upload", []string{"id", upload}, x.auth...)
	if a := x.send(t, "export-me", nil, x.auth...); !json.Valid(a.Body) && len(a.Body) < 100 {
		t.Errorf("the export of %s has %d bytes", number, len(a.Body))
	}
}
