package transfer

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
)

// calm is how long a sender may say nothing; slowest is how long one request may take in all.
const (
	calm    = 30 * time.Second
	slowest = 15 * time.Minute
)

// Form is the body of a request that carries one file: multipart/form-data with a part named file. It is read while it
// comes, so that no file is ever held in memory. Embed it in the input of an endpoint.
type Form struct {
	ctx huma.Context
}

// Resolve keeps the request for Receive.
func (f *Form) Resolve(ctx huma.Context) []error {
	f.ctx = ctx
	return nil
}

// Describe says in the document that the POST at path, which is registered already, takes a Form. Before, it would make
// the library read the body.
func Describe(api huma.API, path string) {
	api.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: "string", Format: "binary", Description: "The file; its type is told by its content, its name is not kept"}}}}}}
}

// Receive takes the file in as an attachment of a complaint. The same key of the same sender gives the attachment that it
// made; one that was cut off begins anew.
func (f *Form) Receive(ctx context.Context, k *attachment.Keeper, from attachment.Sender, c *complaint.Complaint, key string) (*attachment.Attachment, error) {
	file, err := f.file()
	if err != nil {
		return nil, err
	}
	sent := &remembering{r: file}
	a, err := Take(ctx, k, from, c, key, sent)
	if err != nil && sent.failed {
		err = cutOff(err)
	}
	return a, err
}

// Take takes a whole file in as an attachment of a complaint, while it is read.
func Take(ctx context.Context, k *attachment.Keeper, from attachment.Sender, c *complaint.Complaint, key string, file io.Reader) (*attachment.Attachment, error) {
	a, repeated, err := k.Create(ctx, from, c, -1, key)
	if err != nil {
		return nil, err
	}
	if repeated {
		if a.State != attachment.Uploading {
			return a, nil
		}
		if a, err = k.Restart(ctx, a); err != nil {
			return nil, err
		}
	}
	if _, err := k.Write(ctx, a, file); err != nil {
		return nil, err
	}
	return k.Complete(ctx, a)
}

// file finds the part with the file.
func (f *Form) file() (io.Reader, error) {
	mediaType, params, err := mime.ParseMediaType(f.ctx.Header("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" || params["boundary"] == "" {
		return nil, fault.New(fault.Invalid, "send the file as multipart/form-data, in a part named file")
	}
	gin := humagin.Unwrap(f.ctx)
	control := http.NewResponseController(gin.Writer)
	if err := control.SetWriteDeadline(time.Now().Add(slowest)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	form := multipart.NewReader(&patient{r: gin.Request.Body, control: control, end: time.Now().Add(slowest)}, params["boundary"])
	for {
		p, err := form.NextPart()
		if err != nil {
			return nil, cutOff(err)
		}
		if p.FormName() == "file" {
			return p, nil
		}
	}
}

// cutOff says what a body that ends too soon, or is no form, means to its sender.
func cutOff(err error) error {
	return fault.Wrap(fault.Invalid, err, "the request ended before the whole file, is no form, or has no part named file; send it again with the same Idempotency-Key")
}

// patient lets a slow sender go on as long as something comes.
type patient struct {
	r       io.Reader
	control *http.ResponseController
	end     time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	at := time.Now().Add(calm)
	if at.After(p.end) {
		at = p.end
	}
	if err := p.control.SetReadDeadline(at); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.r.Read(b)
}

// remembering knows whether it was the sender who failed: the line broke, or what came is no form.
type remembering struct {
	r      io.Reader
	failed bool
}

func (s *remembering) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.failed = s.failed || err != nil && err != io.EOF
	return n, err
}
