package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/problem"
)

const guideFile = "../../../../mobileapi/GUIDE.md"

// block is one example of the guide: a request, what it is answered, or the data of a push.
type block struct {
	kind string // http, json 200, json push
	text string
}

var (
	fenced = regexp.MustCompile("(?ms)^```(http|json [a-z0-9]+)\n(.*?)^```$")
	named  = regexp.MustCompile("`(GET|HEAD|POST|PUT|PATCH|DELETE) (/v1/[^` ?]+)`")
	typed  = regexp.MustCompile("`([a-z-]+)`")
)

func guide(t *testing.T) (text string, blocks []block) {
	t.Helper()
	content, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fenced.FindAllStringSubmatch(string(content), -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	if len(blocks) < 10 {
		t.Fatalf("only %d examples were found in the guide", len(blocks))
	}
	return string(content), blocks
}

// What the guide shows and names is what the document has.
func TestTheGuideIsTrueToTheDocument(t *testing.T) {
	d, err := apptest.Described()
	if err != nil {
		t.Fatal(err)
	}
	text, blocks := guide(t)
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		if d.Ops[m[1]+" "+m[2]] == nil {
			t.Errorf("the guide names %s %s, which the document does not have", m[1], m[2])
		}
	}
	request := "" // name of the operation of the latest request
	for _, b := range blocks {
		var err error
		switch {
		case b.kind == "http":
			request, err = shownRequest(d, b.text)
		case b.kind == "json push":
		default:
			err = shownAnswer(d, request, strings.TrimPrefix(b.kind, "json "), b.text)
		}
		if err != nil {
			t.Errorf("%v\n%s", err, b.text)
		}
	}
}

// shownRequest validates a request of the guide and gives its operation.
func shownRequest(d *apptest.Document, text string) (name string, err error) {
	head, body, _ := strings.Cut(text, "\n\n")
	line, _, _ := strings.Cut(head, "\n")
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	if name = d.Route(method, path); name == "" {
		return "", fmt.Errorf("there is no %s %s", method, path)
	}
	parameters := (&rig{Document: d}).parameters(name)
	for part := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(part, "=")
		if key != "" && !slices.Contains(parameters, input{key, "query"}) {
			return name, fmt.Errorf("%s takes no %s", name, key)
		}
	}
	if body == "" {
		return name, nil
	}
	_, pattern, _ := strings.Cut(name, " ")
	return name, d.Check([]byte(body), "paths", pattern, strings.ToLower(method), "requestBody", "content", "application/json", "schema")
}

func shownAnswer(d *apptest.Document, request, status, text string) error {
	kind := "application/json"
	if status >= "400" {
		kind = "application/problem+json"
	}
	method, pattern, ok := strings.Cut(request, " ")
	if !ok {
		return fmt.Errorf("an answer without a request")
	}
	return d.Check([]byte(text), "paths", pattern, strings.ToLower(method), "responses", status, "content", kind, "schema")
}

// The guide's table has every type of problem, and none that there is not.
func TestTheGuideHasEveryProblem(t *testing.T) {
	text, _ := guide(t)
	_, table, ok := strings.Cut(text, "| `urn:respons:problem:` |")
	table, _, ok2 := strings.Cut(table, "\n\n")
	table, _, ok3 := strings.Cut(table, "\n## ")
	if !ok || !ok2 && !ok3 {
		t.Fatal("the guide has no table of problems")
	}
	has := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n| ") {
		cell, _, _ := strings.Cut(row, " |")
		for _, m := range typed.FindAllStringSubmatch(cell, -1) {
			has["urn:respons:problem:"+m[1]] = true
		}
	}
	if got := slices.Sorted(maps.Keys(has)); !slices.Equal(got, problem.Types()) {
		t.Errorf("the guide has\n%v\nthere are\n%v", got, problem.Types())
	}
}

// The push that the guide shows has the data of those that come.
func TestTheGuideShowsThePushThatComes(t *testing.T) {
	_, blocks := guide(t)
	i := slices.IndexFunc(blocks, func(b block) bool { return b.kind == "json push" })
	if i < 0 {
		t.Fatal("the guide shows no push")
	}
	var shows map[string]string
	if err := json.NewDecoder(bytes.NewReader([]byte(blocks[i].text))).Decode(&shows); err != nil {
		t.Fatal(err)
	}
	s := apptest.Start(t, nil)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.Filing{"text": "Lubang besar di SS2"}.WithPhone("phone-guide"))
	apptest.Eventually(t, func() error {
		list := s.Phones.Phone("phone-guide")
		if len(list) == 0 {
			return fmt.Errorf("no push came")
		}
		got, want := list[0].Data, slices.Sorted(maps.Keys(shows))
		if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) || got["link"] != "respons://complaints/"+got["number"] || got["id"] != list[0].Key {
			t.Errorf("a push has %v, the guide shows %v", got, want)
		}
		return nil
	})
}
