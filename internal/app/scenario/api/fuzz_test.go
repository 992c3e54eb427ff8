package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/config"
	"respons/mobileapi"
)

// rig is the whole program behind its handler, with one guest's complaint and an administrator, for bytes from outside.
type rig struct {
	*apptest.Document
	names  []string // of the operations, sorted
	served http.Handler
	logged *apptest.ErrorLog
	number string
	claim  string
	admin  string
}

// tooMuch are operations whose work is not a matter of what they are sent.
var tooMuch = map[string]bool{"retrain-model": true, "audit-timers": true, "export-me": true, "erase-me": true}

func newRig(f *testing.F) *rig {
	f.Helper()
	d, err := apptest.Described()
	if err != nil {
		f.Fatal(err)
	}
	cfg := config.Default
	cfg.Data = f.TempDir()
	r := &rig{Document: d, names: slices.Sorted(maps.Keys(d.Ops)), logged: new(apptest.ErrorLog)}
	a, err := app.New(f.Context(), cfg, slog.New(slog.NewTextHandler(r.logged, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { a.Close() })
	r.served = a.Handler()
	token, err := a.People.FirstAdministrator(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	r.admin = "Bearer " + token
	var filed apptest.Receipt
	req := httptest.NewRequest("POST", "/v1/complaints", strings.NewReader(apptest.PotholeMS))
	req.Header.Set("Content-Type", "application/json")
	if err := json.Unmarshal(r.answer(req).Body.Bytes(), &filed); err != nil || filed.Number == "" {
		f.Fatalf("file: %v", err)
	}
	r.number, r.claim = filed.Number, filed.ClaimCode
	return r
}

// input is a parameter of an operation.
type input struct{ name, in string }

func (r *rig) parameters(name string) (out []input) {
	list, _ := r.Ops[name]["parameters"].([]any)
	for _, p := range list {
		m := p.(map[string]any)
		out = append(out, input{m["name"].(string), m["in"].(string)})
	}
	return append(out, input{"Authorization", "header"})
}

// request is one of an operation that would succeed but for value, which stands in the place of a parameter; with an empty
// name every parameter is right.
func (r *rig) request(name, odd, value string, body []byte) *http.Request {
	method, at, _ := strings.Cut(name, " ")
	right := map[string]string{"number": r.number, "id": "01JD8Z7S6R4QW2N5X0B3YV9KTM", "code": "8Z7S6R4QW2", "Claim-Code": r.claim, "lat": "3.1", "lon": "101.6", "format": "json", "service_code": "JLN01",
		"Upload-Length": "10", "Upload-Offset": "0", "Tus-Resumable": "1.0.0", "Upload-Token": "a-token-of-a-phone-that-nobody-guesses"}
	if strings.Contains(at, "/staff/") {
		right["Authorization"], right["Claim-Code"] = r.admin, ""
	}
	query, header := url.Values{}, http.Header{"Content-Type": {"application/json"}}
	if method == "PATCH" {
		header.Set("Content-Type", "application/offset+octet-stream")
	}
	for _, p := range r.parameters(name) {
		v := right[p.name]
		if p.name == odd {
			v = value
		}
		switch {
		case p.in == "path":
			at = strings.Replace(at, "{"+p.name+"}", url.PathEscape(v), 1)
		case v == "":
		case p.in == "query":
			query.Set(p.name, v)
		default:
			header.Set(p.name, v)
		}
	}
	req := httptest.NewRequest(method, "/", bytes.NewReader(body))
	req.URL = &url.URL{Path: at, RawQuery: query.Encode()}
	if p, err := url.PathUnescape(at); err == nil {
		req.URL.Path, req.URL.RawPath = p, at
	}
	req.RemoteAddr, req.Header = "127.0.0.1:1", header
	return req
}

func (r *rig) answer(req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.served.ServeHTTP(w, req)
	return w
}

// sound fails where the program answers that it is at fault, or refuses without saying what to do.
func (r *rig) sound(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	body := w.Body.Bytes()
	for _, line := range r.logged.Lines {
		t.Errorf("%s: logged as an error: %s", name, line)
	}
	switch {
	case w.Code >= 500:
		t.Errorf("%s is answered %d: %s", name, w.Code, body)
	case w.Code >= 400 && strings.Contains(name, "/open311/"): // errors have the form of that protocol
		if len(body) == 0 {
			t.Errorf("%s is answered %d without a word", name, w.Code)
		}
	case w.Code >= 400 && verb(name) != http.MethodHead:
		var p apptest.ProblemDoc
		if err := json.Unmarshal(body, &p); err != nil || p.Type == "" || p.Status != w.Code {
			t.Errorf("%s is answered %d without a problem document: %s", name, w.Code, body)
		}
	}
}

// verb is the method of an operation.
func verb(name string) string {
	method, _, _ := strings.Cut(name, " ")
	return method
}

// Whatever body is sent to any operation, it is taken or refused with a reason.
func FuzzBodies(f *testing.F) {
	r := newRig(f)
	var taking []string
	for _, name := range r.names {
		if r.TakesJSON(name) && !tooMuch[r.Ops[name]["operationId"].(string)] {
			taking = append(taking, name)
		}
	}
	all := mobileapi.Examples()
	for i, name := range taking {
		body, err := json.Marshal(all[r.Ops[name]["operationId"].(string)].Request)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, body)
	}
	for _, body := range []string{"", "null", "[]", "{", `{"text":null}`, `{"text":"\ud800"}`, `{"text":"a","location":{"lat":1e999,"lon":0}}`,
		`{"drafts":[null]}`, `{"stars":1e30}`, `{"quiet_hours":{"from":"99:99","to":""}}`, strings.Repeat("[", 20_000), "{\"text\":\"\xff\xfe\"}"} {
		f.Add(0, []byte(body))
		f.Add(1, []byte(body))
		f.Add(2, []byte(body))
	}
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		name := taking[((which%len(taking))+len(taking))%len(taking)]
		r.sound(t, name, r.answer(r.request(name, "", "", body)))
	})
}

// Whatever stands in a path, a query or a header of any operation (numbers, ids, cursors, since, ETags, claim codes, tokens,
// languages, offsets, metadata), it is taken or refused with a reason.
func FuzzParameters(f *testing.F) {
	r := newRig(f)
	type spot struct{ name, parameter, in string }
	var spots []spot
	for _, name := range r.names {
		if tooMuch[r.Ops[name]["operationId"].(string)] || verb(name) == http.MethodDelete {
			continue
		}
		for _, p := range r.parameters(name) {
			spots = append(spots, spot{name, p.name, p.in})
		}
	}
	for i := range spots {
		for _, value := range []string{"", "0", "-1", "9223372036854775808", "é\x00%00../", "W/\"x\", *", "WzEsImEiXQ", "zzzzzzzzzzzz.", "0.WzFd", "complaint =,, a b c"} {
			f.Add(i, value)
		}
	}
	f.Fuzz(func(t *testing.T, which int, value string) {
		s := spots[((which%len(spots))+len(spots))%len(spots)]
		if s.in == "header" && strings.ContainsAny(value, "\r\n\x00") {
			return // no server passes such a header on
		}
		body := []byte(nil)
		if e := mobileapi.Examples()[r.Ops[s.name]["operationId"].(string)]; e.Request != nil {
			var err error
			if body, err = json.Marshal(e.Request); err != nil {
				t.Fatal(err)
			}
		}
		r.sound(t, fmt.Sprintf("%s with %s %q", s.name, s.parameter, value), r.answer(r.request(s.name, s.parameter, value, body)))
	})
}

// Whatever is sent as a form with a file, it is taken or refused with a reason.
func FuzzForms(f *testing.F) {
	r := newRig(f)
	const name = "POST /v1/complaints/{number}/attachments"
	const typed = "multipart/form-data; boundary=b"
	for _, body := range []string{"", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n%PDF-1.7\n\r\n--b--\r\n", "--b\r\n\r\n", "--b--",
		"--b\r\nContent-Disposition: form-data; name=file\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\x7f\r\n--b--",
		"--b\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''%ff\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=zz\r\n--b--"} {
		f.Add(typed, []byte(body))
	}
	f.Add("multipart/form-data", []byte("x"))
	f.Add("multipart/form-data; boundary=\"\x00\"", []byte("x"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		req := r.request(name, "", "", body)
		req.Header.Set("Content-Type", contentType)
		r.sound(t, name, r.answer(req))
	})
}
