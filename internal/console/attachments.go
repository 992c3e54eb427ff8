package console

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/transfer"
)

// Attachment is a photo, video, sound or document as staff see it.
type Attachment struct {
	ID       string     `json:"id"`
	State    string     `json:"state" enum:"uploading,scanning,ready,refused" example:"ready"`
	Why      string     `json:"why,omitempty" doc:"Why it was refused"`
	Kind     string     `json:"kind,omitempty" enum:"photo,video,audio,document"`
	Type     string     `json:"type,omitempty" example:"image/jpeg"`
	Size     int64      `json:"size,omitempty" doc:"Bytes of what the link gives"`
	Width    int        `json:"width,omitempty"`
	Height   int        `json:"height,omitempty"`
	SHA256   string     `json:"sha256,omitempty" doc:"Of the file as it was sent"`
	Role     string     `json:"role" example:"citizen" doc:"Who added it"`
	Agency   string     `json:"agency,omitempty"`
	Added    *time.Time `json:"added,omitempty"`
	URL      string     `json:"url,omitempty" doc:"Opens the file for a while, without a header; a path is one of this server"`
	ThumbURL string     `json:"thumbnail_url,omitempty"`
	Expires  *time.Time `json:"expires,omitempty"`
}

// StaffAttachmentsOutput is what belongs to a complaint.
type StaffAttachmentsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Attachments []Attachment `json:"attachments" doc:"Oldest first: all that can be looked at, and those of staff that are on their way or were refused"`
	}
}

type attachInput struct {
	NumberInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the attachment that it made"`
	transfer.Form
}

type staffAttachmentOutput struct {
	Body Attachment
}

func (a *API) registerAttachments(api huma.API) {
	register(a, api, "complaint.history", huma.Operation{OperationID: "staff-attachments", Method: http.MethodGet, Path: "/v1/staff/complaints/{number}/attachments",
		Summary: "What belongs to a complaint, with links that open it for ten minutes", Errors: []int{http.StatusNotFound}}, a.Attachments)
	register(a, api, "attachment.add", huma.Operation{OperationID: "staff-attach", Method: http.MethodPost, Path: "/v1/staff/complaints/{number}/attachments",
		DefaultStatus: http.StatusAccepted, Summary: "Add one file, such as a photo of the repair; the citizen sees it",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge}}, a.attach)
	transfer.Describe(api, "/v1/staff/complaints/{number}/attachments")
}

// Attachments lists what belongs to a complaint.
func (a *API) Attachments(ctx context.Context, in *NumberInput) (*StaffAttachmentsOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	list, err := a.Files.Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &StaffAttachmentsOutput{CacheControl: "private, no-store"}
	out.Body.Attachments = []Attachment{}
	for _, x := range list {
		if x.State != attachment.Ready && x.By.Role == complaint.CitizenRole {
			continue
		}
		shown, err := a.attachment(ctx, x)
		if err != nil {
			return nil, err
		}
		out.Body.Attachments = append(out.Body.Attachments, shown)
	}
	return out, nil
}

func (a *API) attach(ctx context.Context, in *attachInput) (*staffAttachmentOutput, error) {
	c, p, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	x, err := in.Receive(ctx, a.Files, attachment.Sender{Owner: p.ID, Actor: p.Actor()}, c, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	shown, err := a.attachment(ctx, x)
	return &staffAttachmentOutput{Body: shown}, err
}

// Attach adds one file that is read from file, as a form of a page does. The same key gives the attachment that it made.
func (a *API) Attach(ctx context.Context, number, key string, file io.Reader) error {
	c, p, err := a.complaintOf(ctx, number)
	if err != nil {
		return err
	}
	_, err = transfer.Take(ctx, a.Files, attachment.Sender{Owner: p.ID, Actor: p.Actor()}, c, key, file)
	return err
}

func (a *API) attachment(ctx context.Context, x *attachment.Attachment) (Attachment, error) {
	it, err := a.Files.Item(ctx, x)
	if err != nil {
		return Attachment{}, err
	}
	out := Attachment{ID: it.ID, State: string(it.State), Kind: string(it.Kind), Type: it.Type, Role: string(it.By.Role), Agency: it.By.Agency,
		Added: moment(it.Added), URL: it.URL, ThumbURL: it.ThumbURL, Expires: moment(it.Until)}
	if it.Why != nil {
		out.Why = it.Why.EN
	}
	if it.State == attachment.Ready {
		out.Size, out.Width, out.Height, out.SHA256 = it.Size, it.Width, it.Height, it.SHA256
	}
	return out, nil
}
