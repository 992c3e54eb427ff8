package api_test

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/routing"
)

var updateOpen311 = flag.Bool("update-open311", false, "write the golden answers of testdata/open311 anew")

// shapes are the answers as the specification's authors describe them to programs: what must be there and of which type.
var shapes = map[string]string{
	"services": `{"type":"array","items":{"required":["service_code","service_name","metadata","type"],"properties":{
		"service_code":{"type":"string"},"service_name":{"type":"string"},"description":{"type":["string","null"]},"metadata":{"type":"boolean"},
		"type":{"enum":["realtime","batch","blackbox"]},"keywords":{"type":["string","null"]},"group":{"type":["string","null"]}}}}`,
	"definition": `{"type":"object","required":["service_code","attributes"],"properties":{"service_code":{"type":"string"},"attributes":{"type":"array","items":{
		"required":["variable","code","datatype","required"],"properties":{"variable":{"type":"boolean"},"code":{"type":"string"},
		"datatype":{"enum":["string","number","datetime","text","singlevaluelist","multivaluelist"]},"required":{"type":"boolean"},
		"datatype_description":{"type":["string","null"]},"order":{"type":["integer","null"]},"description":{"type":["string","null"]},
		"values":{"type":"array","items":{"required":["key","name"],"properties":{"key":{"type":"string"},"name":{"type":"string"}}}}}}}}}`,
	"requests": `{"type":"array","items":{"required":["service_request_id","status","service_code","requested_datetime"],"properties":{
		"service_request_id":{"type":"string"},"status":{"enum":["open","closed"]},"status_notes":{"type":["string","null"]},"service_name":{"type":["string","null"]},
		"service_code":{"type":"string"},"description":{"type":["string","null"],"maxLength":4000},"agency_responsible":{"type":["string","null"]},
		"service_notice":{"type":["string","null"]},"requested_datetime":{"type":"string","format":"date-time"},"updated_datetime":{"type":["string","null"],"format":"date-time"},
		"expected_datetime":{"type":["string","null"],"format":"date-time"},"address":{"type":["string","null"]},"address_id":{"type":["string","null"]},
		"zipcode":{"type":["string","null"]},"lat":{"type":["number","null"]},"long":{"type":["number","null"]},"media_url":{"type":["string","null"],"format":"uri"}}}}`,
	"filed":   `{"type":"array","minItems":1,"items":{"required":["service_request_id"],"not":{"required":["token"]},"properties":{"service_request_id":{"type":"string"}}}}`,
	"token":   `{"type":"array","minItems":1,"items":{"required":["service_request_id","token"]}}`,
	"errors":  `{"type":"array","minItems":1,"items":{"required":["code","description"],"properties":{"code":{"type":"integer"},"description":{"type":"string"}}}}`,
	"updates": `{"type":"array","items":{"required":["update_id","service_request_id","status","updated_datetime","description","media_url"]}}`,
	"update":  `{"type":"array","minItems":1,"items":{"required":["update_id"]}}`,
	"discovery": `{"type":"object","required":["changeset","contact","key_service","endpoints"],"properties":{"endpoints":{"type":"array","minItems":1,"items":{
		"required":["specification","url","changeset","type","formats"],"properties":{"specification":{"const":"http://wiki.open311.org/GeoReport_v2"},
		"type":{"enum":["production","test"]},"formats":{"type":"array","minItems":1,"items":{"type":"string"}}}}}}}`,
}

func hasShape(t *testing.T, name string, body []byte) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	shape, err := jsonschema.UnmarshalJSON(strings.NewReader(shapes[name]))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource(name, shape); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, body)
	}
}

// drawn are what another run draws otherwise: numbers, claim codes, ids of events, and when the data were found changed.
var drawn = []struct {
	what *regexp.Regexp
	as   string
}{{regexp.MustCompile(`RR-[0-9A-Z]{4}-[0-9A-Z]{4}`), "RR-7K3M-Q2XA"}, {regexp.MustCompile(`\b[0-9A-Z]{5}-[0-9A-Z]{5}\b`), "7QK2M-XW4TA"},
	{regexp.MustCompile(`\b0[0-9A-Z]{25}\b`), "01JD8Z7S6R4QW2N5X0B3YV9KTM"}, {regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d`), "2026-11-26 08:00"}}

// golden311 compares an answer with testdata/open311.
func golden311(t *testing.T, file string, a apptest.Answer) {
	t.Helper()
	got := a.Body
	for _, d := range drawn {
		got = d.what.ReplaceAll(got, []byte(d.as))
	}
	file = filepath.Join("testdata", "open311", file)
	if *updateOpen311 {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs; if that is meant, run go test ./internal/app/scenario/api -run Open311 -update-open311 (-want +got)\n%s", file, d)
	}
}

// at311 makes the router sure of a category and a place.
func at311(w *apptest.Town, category string) {
	w.Answer = routing.Decision{Agency: "MBPJ", Category: category, Auto: true, Place: routing.Place{State: "MY-10"},
		Spot: routing.Spot{Lat: 3.1186, Lon: 101.6221, Radius: 60}}
}

// route311 lets what was filed be routed.
func route311(t *testing.T, w *apptest.Town, number string) *complaint.Complaint {
	t.Helper()
	c, err := w.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return w.Read(t, c.ID)
}

// Each method answers as it is written down, in both formats and on both stores.
func TestOpen311AnswersAsWrittenDown(t *testing.T) {
	apptest.InTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *apptest.Town) {
		key := apiKey(t, w.System, w.Header["administrator"], "MBPJ", 1000, "file", "update")
		at311(w, "JLN01")
		filing := []string{"api_key", key, "service_code", "JLN01", "lat", "3.1186", "long", "101.6221", "address_string", "No. 12, Jalan SS2/24, Petaling Jaya",
			"description", "Lubang <besar> & dalam depan 7-Eleven, telefon 012-3456789", "attribute[SIZE]", "medium", "email", "aminah@contoh.my", "phone", "012-345 6789",
			"first_name", "Aminah", "last_name", "binti Abdullah", "media_url", "https://contoh.my/lubang.jpg", "jurisdiction_id", "Malaysia.gov.my", "account_id", "", "device_id", "x"}
		number := ""
		for _, format := range []string{"json", "xml"} {
			same := []string{"Idempotency-Key", "golden-1"}
			a := post311(t, w.System, "/requests."+format, same, filing...)
			if a.Status != http.StatusCreated {
				t.Fatalf("file: %d %s", a.Status, a.Body)
			}
			golden311(t, "filed."+format, a)
			if format == "json" {
				number = filed311(t, a)
				hasShape(t, "filed", a.Body)
				golden311(t, "received.json", get311(t, w.System, "/requests/"+number+".json"))
				route311(t, w, number)
				w.Now = w.Now.Add(90 * time.Minute)
			}
		}
		update := func(format string) {
			a := post311(t, w.System, "/servicerequestupdates."+format, nil, "api_key", key, "service_request_id", number, "update_id", "mbpj-1", "status", "FIXED",
				"updated_datetime", "2026-11-26T16:29:00+08:00", "description", "Sudah ditampal.")
			if a.Status != http.StatusOK {
				t.Fatalf("update: %d %s", a.Status, a.Body)
			}
			golden311(t, "update."+format, a)
			if format == "json" {
				hasShape(t, "update", a.Body)
			}
		}
		types := map[string]string{"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
		look := func(name, path string) {
			t.Helper()
			for format, kind := range types {
				shape := strings.TrimRight(strings.Split(name, "-")[0], ".")
				p, query, _ := strings.Cut(path, "?")
				a := get311(t, w.System, p+"."+format+"?"+query)
				if got := a.Header.Get("Content-Type"); got != kind || a.Header.Get("Vary") != "Accept-Language" {
					t.Errorf("%s.%s is %q", name, format, got)
				}
				golden311(t, name+"."+format, a)
				if format == "json" {
					hasShape(t, shape, a.Body)
				} else if !bytes.HasPrefix(a.Body, []byte(`<?xml version="1.0" encoding="utf-8"?>`)) {
					t.Errorf("%s.xml begins %.60s", name, a.Body)
				}
			}
		}
		look("requests-open", "/requests?status=open")
		update("json")
		update("xml")
		look("requests-closed", "/requests/"+number)
		look("requests-none", "/requests?service_code=TAM01&jurisdiction_id=")
		look("token", "/tokens/"+number)
		look("updates", "/servicerequestupdates")
		look("definition-choices", "/services/JLN01")
		look("definition-call", "/services/LPU03")
		look("definition-none", "/services/TAM03")
		look("discovery", "/discovery")
		look("errors", "/requests?start_date=2026-01-01&status=open,done")
		look("errors-code", "/services/NONE")
		a := get311(t, w.System, "/services.json")
		hasShape(t, "services", a.Body)
		for lang, want := range map[string]string{"ms": "Jalan berlubang", "en": "Pothole", "zh-Hans": "道路", "ta": "சாலை"} {
			if a := get311(t, w.System, "/services.xml", "Accept-Language", lang); !strings.Contains(string(a.Body), want) {
				t.Errorf("in %s the services do not have %s", lang, want)
			}
		}
		if a := get311(t, w.System, "/services.xml"); !strings.Contains(string(a.Body), "<service><service_code>JLN01</service_code><service_name>Pothole</service_name><description></description><metadata>true</metadata><type>realtime</type><keywords>potholes, ") {
			t.Errorf("services: %.400s", a.Body)
		}
	})
}
