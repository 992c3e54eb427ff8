package mobileapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/transfer"
)

// Attachment is a photo, video, sound or document as its citizen sees it.
type Attachment struct {
	ID       string     `json:"id" example:"01JD8Z7S6R4QW2N5X0B3YV9KTM"`
	State    string     `json:"state" enum:"uploading,scanning,ready,refused" doc:"scanning: it has come and is being looked at"`
	Why      string     `json:"why,omitempty" doc:"Why it was refused"`
	Kind     string     `json:"kind,omitempty" enum:"photo,video,audio,document" doc:"Told by the content"`
	Type     string     `json:"type,omitempty" example:"image/jpeg"`
	Size     int64      `json:"size,omitempty" doc:"Bytes of what the link gives"`
	Received int64      `json:"received" doc:"Bytes that have come"`
	Width    int        `json:"width,omitempty"`
	Height   int        `json:"height,omitempty"`
	SHA256   string     `json:"sha256,omitempty" doc:"Of the file as it was sent"`
	By       string     `json:"by" enum:"citizen,officer"`
	Added    *time.Time `json:"added,omitempty" doc:"Since when it can be looked at, UTC"`
	URL      string     `json:"url,omitempty" doc:"Opens the file for a while, without a header; a path is one of this server"`
	ThumbURL string     `json:"thumbnail_url,omitempty" doc:"The same for the small picture of a photo"`
	Expires  *time.Time `json:"expires,omitempty" doc:"Until when the links open, UTC; ask again then"`
}

// AttachmentsOutput is what belongs to a complaint.
type AttachmentsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Attachments []Attachment `json:"attachments" doc:"Oldest first"`
	}
}

type attachInput struct {
	NumberInput
	Key
	transfer.Form
}

type attachmentOutput struct {
	Body Attachment
}

func (a *API) registerAttachments(api huma.API) {
	register(a, api, "complaint.read", huma.Operation{OperationID: "list-attachments", Method: http.MethodGet, Path: "/v1/complaints/{number}/attachments",
		Summary: "What belongs to a complaint, with links that open it for ten minutes", Errors: []int{http.StatusNotFound}}, a.Attached)
	register(a, api, "attachment.add", huma.Operation{OperationID: "attach", Method: http.MethodPost, Path: "/v1/complaints/{number}/attachments",
		DefaultStatus: http.StatusAccepted, Summary: "Add one file in one request; /v1/uploads does it in pieces, for a line that breaks",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge}}, a.attach)
	transfer.Describe(api, "/v1/complaints/{number}/attachments")
}

// Attached lists the photos, videos, sounds and documents of a complaint.
func (a *API) Attached(ctx context.Context, in *NumberInput) (*AttachmentsOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	list, err := a.Files.Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &AttachmentsOutput{CacheControl: "private, no-store"}
	out.Body.Attachments = []Attachment{}
	for _, x := range list {
		if x.By.Staff() && x.State != attachment.Ready {
			continue // an officer's slip is not the citizen's affair
		}
		shown, err := a.attachment(ctx, x, Language(in.Language, c.Lang))
		if err != nil {
			return nil, err
		}
		out.Body.Attachments = append(out.Body.Attachments, shown)
	}
	return out, nil
}

func (a *API) attach(ctx context.Context, in *attachInput) (*attachmentOutput, error) {
	return a.take(ctx, in.NumberInput, func(from attachment.Sender, c *complaint.Complaint) (*attachment.Attachment, error) {
		return in.Receive(ctx, a.Files, from, c, in.IdempotencyKey)
	})
}

// Attach adds one file to a complaint; the same key gives the attachment that it made. A file of which nothing comes any
// more begins anew with the same key.
func (a *API) Attach(ctx context.Context, in NumberInput, key string, file io.Reader) error {
	_, err := a.take(ctx, in, func(from attachment.Sender, c *complaint.Complaint) (*attachment.Attachment, error) {
		return transfer.Take(ctx, a.Files, from, c, key, file)
	})
	return err
}

func (a *API) take(ctx context.Context, in NumberInput, receive func(attachment.Sender, *complaint.Complaint) (*attachment.Attachment, error)) (*attachmentOutput, error) {
	c, actor, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	x, err := receive(attachment.Sender{Owner: c.Citizen, Actor: actor}, c)
	if err != nil {
		return nil, err
	}
	shown, err := a.attachment(ctx, x, Language(in.Language, c.Lang))
	return &attachmentOutput{Body: shown}, err
}

// nameable asks whether a draft may name its attachments. A request that comes again finds what the first one made, whose
// attachments have their complaint already.
func (a *API) nameable(ctx context.Context, p identity.Person, token string, d complaint.Draft) error {
	if len(d.Attachments) == 0 {
		return nil
	}
	if d.Request.Key != "" {
		if _, err := a.Cases.Store.ByRequest(ctx, d.Request.Key); fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	owner := p.ID
	if owner == "" {
		var err error
		if owner, err = attachment.TokenOwner(token); err != nil {
			return err
		}
	}
	return a.Files.Nameable(ctx, owner, d.Attachments)
}

func (a *API) attachment(ctx context.Context, x *attachment.Attachment, lang string) (Attachment, error) {
	it, err := a.Files.Item(ctx, x)
	if err != nil {
		return Attachment{}, err
	}
	out := Attachment{ID: it.ID, State: string(it.State), Kind: string(it.Kind), Type: it.Type, Received: it.Offset, By: side(it.By.Role),
		Added: moment(it.Added), URL: it.URL, ThumbURL: it.ThumbURL, Expires: moment(it.Until)}
	if it.Why != nil {
		out.Why = it.Why.In(lang)
	}
	if it.State == attachment.Ready {
		out.Size, out.Width, out.Height, out.SHA256 = it.Size, it.Width, it.Height, it.SHA256
	}
	return out, nil
}

func side(r complaint.Role) string {
	if r == complaint.CitizenRole {
		return "citizen"
	}
	return "officer"
}
