package apptest

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

	"github.com/danielgtaylor/huma/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"respons/configs"
	"respons/internal/app"
)

// Document is the API's document with the schemas in it, by which every answer to Do is checked.
type Document struct {
	tree map[string]any
	Ops  map[string]map[string]any // by method and path, as GET /v1/complaints/{number}

	mu       sync.Mutex
	compiler *jsonschema.Compiler
}

// Described reads the document once for all tests.
var Described = sync.OnceValues(func() (*Document, error) {
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

func readDocument(raw []byte) (*Document, error) {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	d := &Document{tree: tree.(map[string]any), Ops: map[string]map[string]any{}, compiler: jsonschema.NewCompiler()}
	d.compiler.DefaultDraft(jsonschema.Draft2020) // the dialect of OpenAPI 3.1
	d.compiler.AssertFormat()
	for path, item := range d.tree["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			d.Ops[strings.ToUpper(method)+" "+path] = op.(map[string]any)
		}
	}
	return d, d.compiler.AddResource("openapi.json", tree)
}

// Route finds the operation that a request was for; literal parts of a path go before parameters.
func (d *Document) Route(method, path string) string {
	best, fewest := "", 1000
	for name := range d.Ops {
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

// Check validates a body by the schema at a place in the document; an absent schema is an error.
func (d *Document) Check(body []byte, at ...string) error {
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

// Response validates what was answered to a request. What is no operation of the document is not looked at.
func (d *Document) Response(method, path string, a Answer) error {
	name := d.Route(method, path)
	if name == "" {
		return nil
	}
	status := strconv.Itoa(a.Status)
	_, pattern, _ := strings.Cut(name, " ")
	responses, _ := d.Ops[name]["responses"].(map[string]any)
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
	if err := d.Check(a.Body, "paths", pattern, strings.ToLower(method), "responses", status, "content", kind, "schema"); err != nil {
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
func conform(t *testing.T, method, address string, a Answer) {
	t.Helper()
	d, err := Described()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Response(method, u.Path, a); err != nil {
		t.Error(err)
	}
}

// Operations lists the endpoints of the document with their permissions.
func Operations(doc *huma.OpenAPI) map[string]*huma.Operation {
	out := map[string]*huma.Operation{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete, "PATCH": item.Patch, "HEAD": item.Head} {
			if op != nil {
				out[method+" "+path] = op
			}
		}
	}
	return out
}
