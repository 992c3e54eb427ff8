package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"respons/configs"
	"respons/internal/app"
)

// document is the API's document with the schemas in it, by which every answer to do is checked.
type document struct {
	tree map[string]any
	ops  map[string]map[string]any // by method and path, as GET /v1/complaints/{number}

	mu       sync.Mutex
	compiler *jsonschema.Compiler
}

// described reads the document once for all tests.
var described = sync.OnceValues(func() (*document, error) {
	ref, err := app.LoadReference(configs.FS)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(app.OpenAPI(ref))
	if err != nil {
		return nil, err
	}
	return readDocument(raw)
})

func readDocument(raw []byte) (*document, error) {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	d := &document{tree: tree.(map[string]any), ops: map[string]map[string]any{}, compiler: jsonschema.NewCompiler()}
	d.compiler.DefaultDraft(jsonschema.Draft2020) // the dialect of OpenAPI 3.1
	d.compiler.AssertFormat()
	for path, item := range d.tree["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			d.ops[strings.ToUpper(method)+" "+path] = op.(map[string]any)
		}
	}
	return d, d.compiler.AddResource("openapi.json", tree)
}

// route finds the operation that a request was for; literal parts of a path go before parameters.
func (d *document) route(method, path string) string {
	best, fewest := "", 1000
	for name := range d.ops {
		m, pattern, _ := strings.Cut(name, " ")
		if n, ok := fits(pattern, path); ok && m == method && n < fewest {
			best, fewest = name, n
		}
	}
	return best
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// fits says whether an address is one of a pattern, and with how many parameters.
func fits(pattern, address string) (parameters int, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(address, "/")
	if len(want) != len(got) {
		return 0, false
	}
	for i := range want {
		n := strings.Count(want[i], "{")
		if match, err := path.Match(parameter.ReplaceAllString(want[i], "*"), got[i]); err != nil || !match {
			return 0, false
		}
		parameters += n
	}
	return parameters, true
}

// check validates a body by the schema at a place in the document; an absent schema is an error.
func (d *document) check(body []byte, at ...string) error {
	pointer := "openapi.json#"
	for _, part := range at {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	d.mu.Lock()
	schema, err := d.compiler.Compile(pointer)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// response validates what was answered to a request. What is no operation of the document is not looked at.
func (d *document) response(method, path string, a answer) error {
	name := d.route(method, path)
	if name == "" {
		return nil
	}
	status := strconv.Itoa(a.Status)
	_, pattern, _ := strings.Cut(name, " ")
	responses, _ := d.ops[name]["responses"].(map[string]any)
	known, _ := responses[status].(map[string]any)
	if otherwise, _ := responses["default"].(map[string]any); known == nil && a.Status >= 400 && otherwise != nil {
		if otherwise["content"] == nil {
			return nil // any problem document
		}
		known, status = otherwise, "default"
	}
	if known == nil {
		if a.Status == 304 || a.Status == 400 || a.Status == 404 { // of every operation: nothing new, no JSON, nothing there
			return nil
		}
		return fmt.Errorf("%s answers %s, which the document does not have", name, status)
	}
	content, _ := known["content"].(map[string]any)
	if len(content) == 0 {
		if len(a.Body) > 0 {
			return fmt.Errorf("%s answers %s with a body that the document does not have", name, status)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("%s answers %s without a type: %w", name, status, err)
	}
	if content["*/*"] != nil || slices.Contains([]string{"text/html", "text/csv", "application/zip", "application/rss+xml"}, kind) && content[kind] != nil { // nothing that a schema could say more of
		return nil
	}
	if kind == "text/xml" && content[kind] != nil { // its structure is the endpoint's own test
		return wellFormed(a.Body)
	}
	if content[kind] == nil {
		return fmt.Errorf("%s answers %s as %s, which the document does not have", name, status, kind)
	}
	if err := d.check(a.Body, "paths", pattern, strings.ToLower(method), "responses", status, "content", kind, "schema"); err != nil {
		return fmt.Errorf("%s answers %s not as the document says: %w\n%s", name, status, err, a.Body)
	}
	return nil
}

func wellFormed(document []byte) error {
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%w\n%s", err, document)
		}
	}
}

// conform fails a scenario in which the server answered otherwise than its document says.
func conform(t *testing.T, method, address string, a answer) {
	t.Helper()
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.response(method, u.Path, a); err != nil {
		t.Error(err)
	}
}

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
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	json := map[string][]string{"Content-Type": {"application/json"}}
	for _, c := range []struct {
		name, method, path string
		answer             answer
		want               string
	}{
		{"as it is", "GET", "/v1/hotlines", answer{200, json, []byte(`{"version":"a","items":[{"number":"999","name":"n","for":"f"}]}`)}, ""},
		{"a member is missing", "GET", "/v1/hotlines", answer{200, json, []byte(`{"version":"a","items":[{"number":"999","name":"n"}]}`)}, "missing property 'for'"},
		{"a member of another type", "GET", "/v1/hotlines", answer{200, json, []byte(`{"version":1,"items":[]}`)}, "want string"},
		{"a time that is none", "POST", "/v1/complaints", answer{201, json, []byte(`{"number":"n","received":"yesterday","state":"received","emergency":"","signed":"s"}`)}, "date-time"},
		{"another status", "GET", "/v1/hotlines", answer{202, json, []byte(`{}`)}, "202"},
		{"another type", "GET", "/v1/hotlines", answer{200, map[string][]string{"Content-Type": {"text/html"}}, []byte(`{}`)}, "text/html"},
		{"part of a segment is a parameter", "GET", "/open311/v2/tokens/RR.json", answer{200, json, []byte(`[{"service_request_id":1,"token":"RR"}]`)}, "want string"},
		{"any other status", "GET", "/open311/v2/tokens/RR.json", answer{404, json, []byte(`{"code":404}`)}, "want array"},
		{"XML that is none", "GET", "/open311/v2/tokens/RR.xml", answer{200, map[string][]string{"Content-Type": {"text/xml"}}, []byte(`<a><b></a>`)}, "element"},
		{"a fixed part goes before a parameter", "GET", "/v1/agencies/near", answer{200, json, []byte(`{"items":[]}`)}, ""},
	} {
		err := d.response(c.method, c.path, c.answer)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
