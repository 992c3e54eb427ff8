// Package transfer carries attachments over HTTP: resumable uploads by the tus protocol, uploads of one request, and the
// signed downloads. Who may do what is said by those who use it.
package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/tus/tusd/v2/pkg/handler"
	exp "golang.org/x/exp/slog"

	"respons/internal/attachment"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/problem"
)

// Path is where uploads are made; each lies one level below.
const Path = "/v1/uploads"

// Creation is what a request to begin an upload is allowed.
type Creation struct {
	From attachment.Sender
	For  *complaint.Complaint // nil: a filing will name it
	Key  string               // of the request; empty: none
}

// Tus serves the tus protocol 1.0.0 on the attachments of a keeper. The pieces lie in its blobs and how far an upload has
// come in its store, whose guarded write lets one of two win: so any process may take any request, before and after a
// restart, without a lock.
type Tus struct {
	Keeper *attachment.Keeper
	// MayCreate says what a request to begin an upload is allowed; metadata is that of the protocol.
	MayCreate func(r *http.Request, metadata map[string]string) (Creation, error)
	// MayUse is nil where the request may look at the upload, add to it and take it back.
	MayUse func(r *http.Request, a *attachment.Attachment) error
	Log    *slog.Logger
}

type creationKey struct{}

// Handler serves Path and what lies below.
func (t *Tus) Handler() (http.Handler, error) {
	composer := handler.NewStoreComposer()
	composer.UseCore(t)
	composer.UseTerminater(t)
	h, err := handler.NewHandler(handler.Config{StoreComposer: composer, BasePath: Path + "/", MaxSize: t.Keeper.Limits.Largest(),
		DisableDownload: true, DisableConcatenation: true, RespectForwardedHeaders: true, Cors: &handler.CorsConfig{Disable: true},
		Logger: exp.New(exp.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, fmt.Errorf("tus: %w", err)
	}
	inner := http.StripPrefix(Path, h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &asProblem{ResponseWriter: w}
		r, err := t.allowed(r)
		if err != nil {
			w.Header().Set("Tus-Resumable", "1.0.0")
			problem.Write(w, t.logged(r.Context(), err))
			return
		}
		inner.ServeHTTP(out, r)
		out.finish()
	}), nil
}

// allowed asks whether the request may do what it asks for.
func (t *Tus) allowed(r *http.Request) (*http.Request, error) {
	if method := r.Header.Get("X-HTTP-Method-Override"); r.Method == http.MethodPost && method != "" {
		r.Method = method
		r.Header.Del("X-HTTP-Method-Override")
	}
	switch r.Method {
	case http.MethodOptions:
		return r, nil
	case http.MethodPost:
		c, err := t.MayCreate(r, handler.ParseMetadataHeader(r.Header.Get("Upload-Metadata")))
		if r.Header.Get("Content-Type") == "application/offset+octet-stream" {
			c.Key = "" // the body is the beginning of a file, which cannot follow what a repeated request finds
		}
		return r.WithContext(context.WithValue(r.Context(), creationKey{}, c)), err
	}
	a, err := t.Keeper.ByID(r.Context(), strings.Trim(strings.TrimPrefix(r.URL.Path, Path), "/"))
	if err != nil {
		return r, err
	}
	return r, t.MayUse(r, a)
}

// NewUpload begins an upload.
func (t *Tus) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	c, ok := ctx.Value(creationKey{}).(Creation)
	if !ok {
		return nil, t.refusal(ctx, errors.New("a request to begin an upload came without its permission"))
	}
	a, _, err := t.Keeper.Create(ctx, c.From, c.For, info.Size, c.Key)
	if err != nil {
		return nil, t.refusal(ctx, err)
	}
	return &upload{t, a}, nil
}

// GetUpload finds one.
func (t *Tus) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	a, err := t.Keeper.ByID(ctx, id)
	if err != nil {
		return nil, t.refusal(ctx, err)
	}
	if a.State == attachment.Refused {
		return nil, t.refusal(ctx, fault.New(fault.Invalid, "the file was refused: %s", a.Why.EN))
	}
	return &upload{t, a}, nil
}

// AsTerminatableUpload lets an upload be taken back.
func (t *Tus) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload { return u.(*upload) }

// upload is an attachment as the protocol's library sees it.
type upload struct {
	t *Tus
	a *attachment.Attachment
}

func (u *upload) WriteChunk(ctx context.Context, _ int64, src io.Reader) (int64, error) {
	n, err := u.t.Keeper.Write(ctx, u.a, src)
	if err != nil {
		err = u.t.refusal(ctx, err)
	}
	return n, err
}

func (u *upload) GetInfo(context.Context) (handler.FileInfo, error) {
	info := handler.FileInfo{ID: u.a.ID, Size: u.a.Size, Offset: u.a.Offset}
	if u.a.State != attachment.Uploading { // what is given out later may be shorter than what came
		info.Size = u.a.Offset
	}
	return info, nil
}

func (u *upload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}

// FinishUpload has nothing left to do: the write of the last byte made the upload whole.
func (u *upload) FinishUpload(context.Context) error { return nil }

func (u *upload) Terminate(ctx context.Context) error {
	if err := u.t.Keeper.Abandon(ctx, u.a); err != nil {
		return u.t.refusal(ctx, err)
	}
	return nil
}

// refusal is an error in the form of the protocol's library, with a problem document as its answer.
func (t *Tus) refusal(ctx context.Context, err error) error {
	d := problem.Of(t.logged(ctx, err))
	body, encodeErr := json.Marshal(d)
	if encodeErr != nil {
		return errors.Join(err, encodeErr)
	}
	return handler.Error{ErrorCode: d.Type, Message: d.Detail, HTTPResponse: handler.HTTPResponse{StatusCode: d.Status, Body: string(body),
		Header: handler.HTTPHeader{"Content-Type": d.ContentType("")}}}
}

// logged logs what is ours to mend.
func (t *Tus) logged(ctx context.Context, err error) error {
	if problem.Of(err).Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		t.Log.ErrorContext(ctx, "upload failed", "err", err)
	}
	return err
}

// asProblem turns the plain texts in which the protocol's library says what is wrong into problem documents.
type asProblem struct {
	http.ResponseWriter
	status int // of a plain text that is held back
	text   bytes.Buffer
}

func (w *asProblem) WriteHeader(status int) {
	if status >= 400 && !strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
		w.status = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *asProblem) Write(b []byte) (int, error) {
	if w.status != 0 {
		return w.text.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets the library set deadlines.
func (w *asProblem) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *asProblem) finish() {
	if w.status == 0 {
		return
	}
	w.Header().Del("Content-Length")
	_, text, _ := strings.Cut(strings.TrimSpace(w.text.String()), ": ")
	problem.Write(w.ResponseWriter, problem.Plain(w.status, text))
}
