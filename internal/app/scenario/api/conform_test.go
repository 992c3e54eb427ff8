package api_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/app/apptest"
)

// What is printed is the document and nothing else.
func TestMakingTheDocumentPrintsNothing(t *testing.T) {
	ref, err := app.LoadReference(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	before := gin.DefaultWriter
	defer func() { gin.DefaultWriter = before }()
	gin.DefaultWriter = &out
	gin.SetMode(gin.DebugMode)
	app.OpenAPI(ref)
	if out.Len() > 0 {
		t.Errorf("printed %q", out.String())
	}
}

// A check that lets everything pass would prove nothing.
func TestAnAnswerThatIsNotAsTheDocumentSaysIsFound(t *testing.T) {
	d, err := apptest.Described()
	if err != nil {
		t.Fatal(err)
	}
	json := map[string][]string{"Content-Type": {"application/json"}}
	for _, c := range []struct {
		name, method, path string
		answer             apptest.Answer
		want               string
	}{
		{"as it is", "GET", "/v1/hotlines", apptest.Answer{Status: 200, Header: json, Body: []byte(`{"version":"a","items":[{"number":"999","name":"n","for":"f"}]}`)}, ""},
		{"a member is missing", "GET", "/v1/hotlines", apptest.Answer{Status: 200, Header: json, Body: []byte(`{"version":"a","items":[{"number":"999","name":"n"}]}`)}, "missing property 'for'"},
		{"a member of another type", "GET", "/v1/hotlines", apptest.Answer{Status: 200, Header: json, Body: []byte(`{"version":1,"items":[]}`)}, "want string"},
		{"a time that is none", "POST", "/v1/complaints", apptest.Answer{Status: 201, Header: json, Body: []byte(`{"number":"n","received":"yesterday","state":"received","emergency":"","signed":"s"}`)}, "date-time"},
		{"another status", "GET", "/v1/hotlines", apptest.Answer{Status: 202, Header: json, Body: []byte(`{}`)}, "202"},
		{"another type", "GET", "/v1/hotlines", apptest.Answer{Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}, Body: []byte(`{}`)}, "text/html"},
		{"part of a segment is a parameter", "GET", "/open311/v2/tokens/RR.json", apptest.Answer{Status: 200, Header: json, Body: []byte(`[{"service_request_id":1,"token":"RR"}]`)}, "want string"},
		{"any other status", "GET", "/open311/v2/tokens/RR.json", apptest.Answer{Status: 404, Header: json, Body: []byte(`{"code":404}`)}, "want array"},
		{"XML that is none", "GET", "/open311/v2/tokens/RR.xml", apptest.Answer{Status: 200, Header: map[string][]string{"Content-Type": {"text/xml"}}, Body: []byte(`<a><b></a>`)}, "element"},
		{"a fixed part goes before a parameter", "GET", "/v1/agencies/near", apptest.Answer{Status: 200, Header: json, Body: []byte(`{"items":[]}`)}, ""},
	} {
		err := d.Response(c.method, c.path, c.answer)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
