package mobileapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/limit"
	"respons/internal/reporter"
)

// FileBody is a complaint as a phone sends it.
type FileBody struct {
	Kind      string    `json:"kind,omitempty" enum:"complaint,enquiry,suggestion,appreciation" default:"complaint" doc:"What it is"`
	Text      string    `json:"text" doc:"What happened, in the citizen's own words, any language; up to 10,000 characters" example:"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh"`
	Category  string    `json:"category,omitempty" maxLength:"10" doc:"Category the citizen chose, a hint only" example:"JLN01"`
	Language  string    `json:"language,omitempty" enum:"ms,en,zh,ta" default:"ms" doc:"Language of the answers"`
	Location  *Location `json:"location,omitempty" doc:"Where the phone is and what is known of the place"`
	Device    *Device   `json:"device,omitempty" doc:"Phone that takes pushes about this complaint"`
	Anonymous bool      `json:"anonymous,omitempty" doc:"Nobody of the staff is ever shown who files, whatever the account knows; they can still write to the citizen"`
	Reporter  *Reporter `json:"reporter,omitempty" doc:"Of a guest who gives a name or how to be reached; with an account PUT /v1/me does"`

	Attachments []string `json:"attachments,omitempty" maxItems:"100" doc:"Ids of uploads that belong to it, finished or not; a guest sends the Upload-Token they were made with"`
}

// Location is where the matter is, as far as the phone knows.
type Location struct {
	Lat      *float64 `json:"lat,omitempty" doc:"WGS 84 degrees" example:"3.1186"`
	Lon      *float64 `json:"lon,omitempty" doc:"WGS 84 degrees" example:"101.6221"`
	Accuracy float64  `json:"accuracy,omitempty" doc:"Radius of the position in metres; 0: unknown" example:"15"`
	Address  string   `json:"address,omitempty" doc:"Address line or landmark" example:"Jalan SS2/24, Petaling Jaya"`
	Postcode string   `json:"postcode,omitempty" doc:"Five digits" example:"47300"`
}

// Device is a phone that takes pushes.
type Device struct {
	Token    string `json:"token" minLength:"1" maxLength:"4096" doc:"FCM registration token"`
	Platform string `json:"platform" enum:"android,ios,web"`
}

// FileInput is a request to file.
type FileInput struct {
	Key
	UploadToken string `header:"Upload-Token" doc:"Of a guest who names attachments: the token that they were uploaded with"`
	Body        FileBody
}

// Receipt is the answer to a filed complaint.
type Receipt struct {
	Number    string    `json:"number" doc:"What the citizen reads out" example:"RR-7K3M-Q2XA"`
	ClaimCode string    `json:"claim_code,omitempty" doc:"Opens a guest's complaint; with an account there is none" example:"7QK2M-XW4TA"`
	Received  time.Time `json:"received" doc:"When the clocks began, UTC"`
	State     string    `json:"state" example:"received"`
	Emergency string    `json:"emergency" doc:"Number to call now: empty, 999, 997 or another hotline. Nobody has been sent" example:""`
	Signed    string    `json:"signed" doc:"The receipt as a JSON Web Signature: number, SHA-256 of the text, time; GET /v1/complaints/{number}/receipt adds agency and promised date once they are known"`
}

// FileOutput is what became of it.
type FileOutput struct {
	Location string `header:"Location"`
	Body     Receipt
}

func (a *API) registerFile(api huma.API) {
	register(a, api, "complaint.file", huma.Operation{OperationID: "file-complaint", Method: http.MethodPost, Path: "/v1/complaints",
		DefaultStatus: http.StatusCreated, Summary: "File a complaint, enquiry, suggestion or appreciation",
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, a.File)
}

// File files a complaint of whoever asks.
func (a *API) File(ctx context.Context, in *FileInput) (*FileOutput, error) {
	r, err := a.fileOne(ctx, in.IdempotencyKey, in.UploadToken, in.Body)
	if err != nil {
		return nil, err
	}
	return &FileOutput{Location: "/v1/complaints/" + r.Number, Body: *r}, nil
}

// fileOne files a complaint of whoever asks and gives the receipt; again with the same key it gives the same.
func (a *API) fileOne(ctx context.Context, key, uploadToken string, body FileBody) (*Receipt, error) {
	p := guard.Who(ctx)
	scope := "guest"
	if p.ID != "" {
		scope = p.ID
	}
	d := draft(body)
	sent := body
	sent.Device = nil // a phone whose push token changed since may repeat its request
	d.Citizen, d.Request = p.ID, complaint.NewRequest(key, scope, sent)
	d.Network = limit.Network(guard.Address(ctx))
	if err := a.mayName(p, body); err != nil {
		return nil, err
	}
	if err := a.nameable(ctx, p, uploadToken, d); err != nil {
		return nil, err
	}
	c, repeated, err := a.Cases.File(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := a.Files.Join(ctx, c); err != nil {
		a.Log.WarnContext(ctx, "attachments not joined to their complaint yet; the sweep does it", "complaint", c, "err", err)
	}
	if dev := body.Device; dev != nil && repeated { // the first request's may have been another, and is registered by now
		if _, err := a.People.Register(ctx, identity.Device{Owner: c.Citizen, Token: dev.Token, Platform: dev.Platform, Lang: c.Lang}); err != nil {
			return nil, err
		}
	}
	if body.Reporter != nil {
		if err := a.Reporters.PutFirst(ctx, c.Citizen, reporter.Details(*body.Reporter)); err != nil {
			return nil, err // the same request again does it
		}
	}
	out := &Receipt{Number: c.Number, Received: c.Received, State: string(complaint.Received), Emergency: a.View.Emergency(body.Text)}
	claims := receiptOf(c, body.Text, c.Received)
	claims.Promised, claims.Agency = time.Time{}, "" // the same request again gets the same receipt, though more is known by then
	if out.Signed, err = a.Receipts.Sign(claims); err != nil {
		return nil, err
	}
	if p.ID == "" {
		out.ClaimCode = a.Claims.Code(c.ID)
	}
	return out, nil
}

// mayName is nil where a filing may say who files: a guest may, who has nowhere else to say it, and not while asking to
// stay without a name.
func (a *API) mayName(p identity.Person, body FileBody) error {
	switch {
	case body.Reporter == nil:
		return nil
	case p.ID != "":
		return fault.New(fault.Invalid, "with an account PUT /v1/me says who you are; leave reporter out")
	case body.Anonymous:
		return fault.New(fault.Invalid, "reporter and anonymous contradict each other; leave one of them out")
	}
	wrong := reporter.Details(*body.Reporter).Wrong()
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "reporter: %s", wrong[0].Text)
	for _, w := range wrong {
		f.Fields = append(f.Fields, fault.Field{Path: strings.Replace(w.Path, "body.", "body.reporter.", 1), Text: w.Text})
	}
	return f
}

// draft is what a body asks for, without who asks.
func draft(b FileBody) complaint.Draft {
	d := complaint.Draft{Kind: complaint.Kind(b.Kind), Text: b.Text, Hint: b.Category, Lang: b.Language, Anonymous: b.Anonymous, Attachments: b.Attachments}
	if b.Device != nil {
		d.Phone = (*complaint.Phone)(b.Device)
	}
	if b.Location != nil {
		d.Location = complaint.Location(*b.Location)
	}
	return d
}
