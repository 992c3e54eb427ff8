package api_test

import (
	"maps"
	"slices"
	"testing"

	"respons/internal/app/apptest"
	"respons/mobileapi"
)

// Every operation shows a request and an answer, each as the document says.
func TestEveryOperationHasExamplesThatHold(t *testing.T) {
	d, err := apptest.Described()
	if err != nil {
		t.Fatal(err)
	}
	all, known := mobileapi.Examples(), map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(d.Ops)) {
		id := d.Ops[name]["operationId"].(string)
		known[id] = true
		if err := d.ExampleHolds(name, all[id]); err != nil {
			t.Errorf("%s (%s): %v; run go test ./internal/app/scenario/api -update-examples", name, id, err)
		}
	}
	for id := range all {
		if !known[id] {
			t.Errorf("mobileapi/examples.json has %s, which is no operation", id)
		}
	}
}
