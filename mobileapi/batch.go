package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/problem"
)

// BatchBody is what a phone wrote while it had no line.
type BatchBody struct {
	Drafts []BatchDraft `json:"drafts" minItems:"1" maxItems:"50" doc:"In the order in which they were written"`
}

// BatchDraft is one draft of a batch.
type BatchDraft struct {
	Key string `json:"key" minLength:"8" maxLength:"200" doc:"Idempotency-Key of this draft: a ULID made when it was written, the same one whenever it is sent again" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
	FileBody
}

// BatchResult is what became of one draft: a receipt or a problem.
type BatchResult struct {
	Key     string           `json:"key"`
	Receipt *Receipt         `json:"receipt,omitempty"`
	Problem *problem.Details `json:"problem,omitempty" doc:"Mend what it says and send the draft again; with a status of 500 or more send it again as it is"`
}

type batchInput struct {
	UploadToken string `header:"Upload-Token" doc:"Of a guest who names attachments: the token that they were uploaded with"`
	Body        BatchBody
}

type batchOutput struct {
	Body struct {
		Results []BatchResult `json:"results" doc:"One for each draft, in the same order"`
	}
}

func (a *API) registerBatch(api huma.API) {
	register(a, api, "complaint.file", huma.Operation{OperationID: "file-batch", Method: http.MethodPost, Path: "/v1/complaints/batch",
		MaxBodyBytes: 4 << 20, Summary: "File what was written offline; each draft has a result of its own, and the whole may be sent again",
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, a.fileBatch)
}

func (a *API) fileBatch(ctx context.Context, in *batchInput) (*batchOutput, error) {
	out := new(batchOutput)
	seen := map[string]bool{}
	for _, d := range in.Body.Drafts {
		result := BatchResult{Key: d.Key}
		var err error
		if seen[d.Key] {
			err = fault.New(fault.Invalid, "two drafts of the batch have this key; give each draft a key of its own")
		} else {
			result.Receipt, err = a.fileOne(ctx, d.Key, in.UploadToken, d.FileBody)
		}
		seen[d.Key] = true
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			result.Problem = problem.Logged(ctx, a.Log, err)
		}
		out.Body.Results = append(out.Body.Results, result)
	}
	return out, nil
}
