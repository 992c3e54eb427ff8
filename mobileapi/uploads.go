package mobileapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/transfer"
)

type uploadInput struct {
	Credentials
	UploadToken string `header:"Upload-Token" doc:"Of a guest: the token that the upload was made with"`
	ID          string `path:"id" doc:"Last part of the upload's address"`
	Language    string `header:"Accept-Language"`
}

func (a *API) registerUploads(api huma.API) {
	register(a, api, "upload", huma.Operation{OperationID: "get-upload", Method: http.MethodGet, Path: transfer.Path + "/{id}",
		Summary: "What became of an upload", Errors: []int{http.StatusNotFound}}, a.getUpload)
	a.documentUploads(api.OpenAPI())
}

// Uploads serves the tus protocol at transfer.Path.
func (a *API) Uploads() (http.Handler, error) {
	t := &transfer.Tus{Keeper: a.Files, MayCreate: a.mayUpload, MayUse: func(r *http.Request, x *attachment.Attachment) error {
		return a.ownsUpload(r.Context(), x, Credentials{ClaimCode: r.Header.Get("Claim-Code")}, r.Header.Get("Upload-Token"))
	}, Log: a.Log}
	return t.Handler()
}

// mayUpload lets a citizen upload for a complaint of theirs, which the metadata names, or for one to come.
func (a *API) mayUpload(r *http.Request, metadata map[string]string) (out transfer.Creation, err error) {
	ctx := r.Context()
	out.Key = r.Header.Get("Idempotency-Key")
	cred := Credentials{ClaimCode: r.Header.Get("Claim-Code")}
	if number := metadata["complaint"]; number != "" {
		c, actor, err := a.complaintOf(ctx, number, cred)
		if err != nil {
			return out, err
		}
		out.From, out.For = attachment.Sender{Owner: c.Citizen, Actor: actor}, c
		return out, nil
	}
	if p := guard.Who(ctx); p.ID != "" {
		out.From = attachment.Sender{Owner: p.ID, Actor: p.Actor()}
		return out, nil
	}
	token := r.Header.Get("Upload-Token")
	if token == "" {
		return out, fault.New(fault.Unauthorized, "sign in, or send an Upload-Token of at least 22 random characters that the phone chooses and sends again with the complaint; for a complaint that was filed name it in the metadata")
	}
	owner, err := attachment.TokenOwner(token)
	out.From = attachment.Sender{Owner: owner, Actor: complaint.Actor{Role: complaint.CitizenRole, ID: owner}}
	return out, err
}

// ownsUpload is nil for whoever began the upload, and for the citizen of the complaint that it belongs to; to everybody
// else it does not exist.
func (a *API) ownsUpload(ctx context.Context, x *attachment.Attachment, cred Credentials, token string) error {
	miss := attachment.ErrGone
	if owner, err := attachment.TokenOwner(token); err == nil && owner == x.Owner {
		return nil
	}
	p := guard.Who(ctx)
	switch {
	case p.ID != "" && p.ID == x.Owner:
		return nil
	case x.Complaint == "" || p.ID == "" && cred.ClaimCode == "" || x.By.Staff():
		return miss
	}
	c, err := a.Cases.Store.ByID(ctx, x.Complaint)
	switch {
	case errors.Is(err, fault.NotFound):
		return miss
	case err != nil:
		return err
	case p.ID != "" && p.ID == c.Citizen || c.Guest() && a.Claims.Opens(c.ID, cred.ClaimCode):
		return nil
	}
	return miss
}

func (a *API) getUpload(ctx context.Context, in *uploadInput) (*attachmentOutput, error) {
	x, err := a.Files.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.ownsUpload(ctx, x, in.Credentials, in.UploadToken); err != nil {
		return nil, err
	}
	shown, err := a.attachment(ctx, x, Language(in.Language, "ms"))
	return &attachmentOutput{Body: shown}, err
}

// documentUploads describes the requests of the tus protocol, which its library answers.
func (a *API) documentUploads(doc *huma.OpenAPI) {
	head := func(name, text string, required bool) *huma.Param {
		return &huma.Param{Name: name, In: "header", Description: text, Required: required, Schema: &huma.Schema{Type: "string"}}
	}
	version := head("Tus-Resumable", "1.0.0", true)
	who := []*huma.Param{version, head("Authorization", "Bearer and the token of the account", false),
		head("Claim-Code", "Of a guest, for a complaint that was filed", false),
		head("Upload-Token", "Of a guest, before a complaint: at least 22 random characters that the phone chooses, the same for every upload of one complaint and in the filing", false)}
	id := &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}
	bytes := &huma.RequestBody{Content: map[string]*huma.MediaType{"application/offset+octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
	answers := func(code, text string) map[string]*huma.Response {
		return map[string]*huma.Response{code: {Description: text}, "default": {Description: "A problem document"}}
	}
	for _, op := range []*huma.Operation{
		{OperationID: "create-upload", Method: http.MethodPost, Path: transfer.Path, Summary: "Begin a resumable upload (tus 1.0.0); its address comes as Location",
			Parameters: append([]*huma.Param{head("Upload-Length", "Bytes of the file", true),
				head("Upload-Metadata", "complaint and the number of a filed complaint in Base64; left out where the filing will name the upload", false),
				head("Idempotency-Key", "The same key begins the same upload", false)}, who...),
			RequestBody: bytes, Responses: answers("201", "Begun")},
		{OperationID: "resume-upload", Method: http.MethodHead, Path: transfer.Path + "/{id}", Summary: "How much has come (Upload-Offset)",
			Parameters: append([]*huma.Param{id}, who...), Responses: answers("200", "Upload-Offset and Upload-Length")},
		{OperationID: "continue-upload", Method: http.MethodPatch, Path: transfer.Path + "/{id}", Summary: "Send what comes after Upload-Offset; what has come is kept when the line breaks",
			Parameters: append([]*huma.Param{id, head("Upload-Offset", "Where this piece begins", true)}, who...), RequestBody: bytes, Responses: answers("204", "Upload-Offset says how much is safe")},
		{OperationID: "abandon-upload", Method: http.MethodDelete, Path: transfer.Path + "/{id}", Summary: "Take an upload back that no complaint has yet",
			Parameters: append([]*huma.Param{id}, who...), Responses: answers("204", "Gone")},
	} {
		op.Tags = []string{"citizen"}
		a.Guard.Mark(op, "upload")
		doc.AddOperation(op)
	}
}
