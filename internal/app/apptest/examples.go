package apptest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"mime"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"respons/mobileapi"
)

// UpdateExamples lets the scenarios lay down, for each operation whose example is missing or no longer as the document says,
// the first request that succeeded and its answer.
var UpdateExamples = flag.Bool("update-examples", false, "add what is missing in mobileapi/examples.json from what the scenarios send and are answered")

const examplesFile = "../../../../mobileapi/examples.json" // seen from a folder of scenarios

// examples gathers what scenarios send and are answered.
var examples = gatherer{seen: mobileapi.Examples()}

type gatherer struct {
	mu   sync.Mutex
	seen map[string]mobileapi.Example
}

// saw keeps an exchange that succeeded where its operation has no example that holds.
func (g *gatherer) saw(t *testing.T, method, address string, body any, a Answer) {
	if !*UpdateExamples || a.Status >= 300 {
		return
	}
	t.Helper()
	d, err := Described()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := d.Route(method, u.Path)
	if name == "" {
		return
	}
	id := d.Ops[name]["operationId"].(string)
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.seen[id]
	if d.ExampleHolds(name, e) == nil {
		return
	}
	if d.TakesJSON(name) && (e.Request == nil || d.requestHolds(name, e) != nil) {
		e.Request = decoded(t, body)
	}
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if kind == "application/json" {
		var answered any
		a.Into(t, &answered)
		e.Answers = map[string]any{strconv.Itoa(a.Status): shortened(answered)}
	}
	g.seen[id] = e
}

// Forget makes room for a better exchange than a scenario happened to have first: that of the tour.
func Forget(id string) {
	g := &examples
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.seen[id]
	e.Answers = nil
	g.seen[id] = e
}

// decoded is a body as Do takes it, as JSON has it.
func decoded(t *testing.T, body any) (v any) {
	t.Helper()
	text, ok := body.(string)
	if !ok {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(encoded)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return map[string]any{}
	}
	return v
}

// shortened leaves the first few of a list: an example shows how things look, not all there are.
func shortened(v any) any {
	const most = 3
	switch x := v.(type) {
	case []any:
		x = x[:min(len(x), most)]
		for i := range x {
			x[i] = shortened(x[i])
		}
		return x
	case map[string]any:
		for k := range x {
			x[k] = shortened(x[k])
		}
	}
	return v
}

// write lays down what was gathered.
func (g *gatherer) write() error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(g.seen); err != nil {
		return err
	}
	return os.WriteFile(examplesFile, b.Bytes(), 0o644)
}

// TakesJSON says whether an operation has a JSON body.
func (d *Document) TakesJSON(name string) bool {
	request, _ := d.Ops[name]["requestBody"].(map[string]any)
	content, _ := request["content"].(map[string]any)
	return content["application/json"] != nil
}

// answersJSON lists the statuses of success whose answer is JSON.
func (d *Document) answersJSON(name string) (statuses []string) {
	responses, _ := d.Ops[name]["responses"].(map[string]any)
	for status, r := range responses {
		content, _ := r.(map[string]any)["content"].(map[string]any)
		if strings.HasPrefix(status, "2") && content["application/json"] != nil {
			statuses = append(statuses, status)
		}
	}
	return statuses
}

// ExampleHolds is nil where the request and at least one answer are there and are what the document says.
func (d *Document) ExampleHolds(name string, e mobileapi.Example) error {
	if err := d.requestHolds(name, e); err != nil {
		return err
	}
	statuses := d.answersJSON(name)
	if len(statuses) > 0 && len(e.Answers) == 0 {
		return fmt.Errorf("no answer")
	}
	for status, body := range e.Answers {
		if !slices.Contains(statuses, status) {
			return fmt.Errorf("an answer %s, which the document does not have", status)
		}
		if err := d.holds(body, name, "responses", status, "content", "application/json", "schema"); err != nil {
			return fmt.Errorf("the answer %s: %w", status, err)
		}
	}
	return nil
}

func (d *Document) requestHolds(name string, e mobileapi.Example) error {
	switch takes := d.TakesJSON(name); {
	case !takes && e.Request != nil:
		return fmt.Errorf("a request body, which it does not take")
	case !takes:
		return nil
	case e.Request == nil:
		return fmt.Errorf("no request")
	}
	if err := d.holds(e.Request, name, "requestBody", "content", "application/json", "schema"); err != nil {
		return fmt.Errorf("the request: %w", err)
	}
	return nil
}

// holds validates a value by the schema at a place within an operation.
func (d *Document) holds(v any, name string, at ...string) error {
	encoded, err := json.Marshal(v)
	if err != nil {
		return err
	}
	method, pattern, _ := strings.Cut(name, " ")
	return d.Check(encoded, append([]string{"paths", pattern, strings.ToLower(method)}, at...)...)
}

// Main runs the tests of a package and, with -update-examples, writes what they gathered.
func Main(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if *UpdateExamples {
		if err := examples.write(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
