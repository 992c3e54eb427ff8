package transfer

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"respons/internal/attachment"
	"respons/internal/guard"
)

type blobInput struct {
	ID  string `path:"id" doc:"As in the link"`
	Exp int64  `query:"exp" doc:"Until when the link opens the file, Unix seconds"`
	Sig string `query:"sig" doc:"Signature of the link"`
}

// RegisterBlobs serves the signed links of attachments. They carry their own permission, so that an image view can load
// them without a header.
func RegisterBlobs(g *guard.Guard, api huma.API, k *attachment.Keeper) {
	guard.Register(g, api, "attachment", "attachment.open", huma.Operation{OperationID: "get-blob", Method: http.MethodGet, Path: "/v1/blobs/{id}",
		Summary:   "The content of an attachment, by a link that GET …/attachments signed; takes Range",
		Errors:    []int{http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError},
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}},
		func(ctx context.Context, in *blobInput) (*huma.StreamResponse, error) {
			b, err := k.Open(ctx, in.ID, in.Exp, in.Sig)
			if err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(ctx huma.Context) { serve(ctx, b, g.Log) }}, nil
		})
}

// serve answers so that no browser runs, sniffs, frames or shares what somebody sent.
func serve(ctx huma.Context, b *attachment.Blob, log *slog.Logger) {
	defer b.Close()
	c := humagin.Unwrap(ctx)
	if err := http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(slowest)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		log.WarnContext(ctx.Context(), "a download keeps the usual deadline", "err", err)
	}
	h := c.Writer.Header()
	h.Set("Content-Type", b.Type)
	h.Set("Content-Disposition", b.Disposition)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-site")
	h.Set("Cache-Control", "private, max-age=600")
	http.ServeContent(c.Writer, c.Request, "", b.Added, b)
}
