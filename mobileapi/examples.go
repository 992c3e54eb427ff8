package mobileapi

import (
	_ "embed"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// Example is what is sent to an operation and what it answers.
type Example struct {
	Request any            `json:"request,omitempty"` // JSON body; nil: the operation takes none
	Answers map[string]any `json:"answers,omitempty"` // JSON bodies by status
}

//go:embed examples.json
var examples []byte

// Examples gives the examples of every operation by its id. They were answers of the running program; tests send and
// validate them.
func Examples() map[string]Example {
	var all map[string]Example
	if err := json.Unmarshal(examples, &all); err != nil {
		panic("mobileapi: examples.json: " + err.Error()) // it is part of the program, and a test reads it
	}
	return all
}

// AddExamples puts the examples into the document.
func AddExamples(doc *huma.OpenAPI) {
	all := Examples()
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil {
				all[op.OperationID].addTo(op)
			}
		}
	}
}

func (e Example) addTo(op *huma.Operation) {
	if op.RequestBody != nil && e.Request != nil {
		if m := op.RequestBody.Content["application/json"]; m != nil {
			m.Example = e.Request
		}
	}
	for status, body := range e.Answers {
		if r := op.Responses[status]; r != nil && r.Content["application/json"] != nil {
			r.Content["application/json"].Example = body
		}
	}
}
