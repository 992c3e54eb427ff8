package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Answer is what the server said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Into decodes the JSON of the answer.
func (a Answer) Into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		t.Fatalf("the answer %d is no JSON of the expected form: %v\n%s", a.Status, err, a.Body)
	}
}

// Do sends one request and checks the answer by the API's document; headers come in pairs.
func Do(t *testing.T, method, url string, body any, headers ...string) Answer {
	t.Helper()
	a, err := Send(t.Context(), http.DefaultClient, method, url, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, method, url, a)
	examples.saw(t, method, url, body, a)
	return a
}

// Send sends one request whose answer is not checked. A body that is a string goes as it is, another as JSON.
func Send(ctx context.Context, client *http.Client, method, url string, body any, headers ...string) (Answer, error) {
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = bytes.NewReader([]byte(b))
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		r = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, r)
	if err != nil {
		return Answer{}, err
	}
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: content}, err
}

// ProblemDoc is an answer of RFC 9457.
type ProblemDoc struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Location, Message string }
}

// CheckProblem fails the test unless the answer is a problem of a status and kind that says something and shows nothing of our inside.
func CheckProblem(t *testing.T, a Answer, status int, kind, says string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q: %s", got, a.Body)
	}
	var p ProblemDoc
	a.Into(t, &p)
	if p.Type != "urn:respons:problem:"+kind || p.Status != a.Status || p.Title == "" || p.Detail == "" {
		t.Errorf("problem %+v, want kind %s", p, kind)
	}
	text := string(a.Body)
	if !strings.Contains(text, says) {
		t.Errorf("%s does not say %q", text, says)
	}
	for _, leak := range []string{"goroutine", ".go:", "panic", "sqlite", "mongo"} {
		if strings.Contains(text, leak) {
			t.Errorf("the answer shows our inside (%s): %s", leak, text)
		}
	}
}

// patience is how long Eventually waits: what is asked is whether it comes to be so. How fast it does is measured by respons
// bench, for a machine that is busy is slow.
const patience = 2 * time.Minute

// Eventually asks again until it is so, or fails with the last reason.
func Eventually(t *testing.T, so func() error) {
	t.Helper()
	end := time.Now().Add(patience)
	for {
		err := so()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not so within %s: %v", patience, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
