package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// Times of a stream.
const (
	Beat    = 20 * time.Second // between signs of life; proxies hang up on silence
	Longest = 15 * time.Minute // then the client connects anew and shows who it is again
	slow    = 20 * time.Second // how long a client may take to accept a piece
)

// Writer writes server-sent events (WHATWG HTML, 9.2).
type Writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Event is one of them.
type Event struct {
	ID   string // what the client sends back as Last-Event-ID; empty: none
	Name string
	Data any // as JSON
}

// Serve answers a request with a stream. It ends when fn returns, when the client hangs up, or after Longest.
func Serve(fn func(ctx context.Context, w *Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		gin := humagin.Unwrap(hc)
		w := &Writer{w: gin.Writer, control: http.NewResponseController(gin.Writer)}
		head := gin.Writer.Header()
		head.Set("Content-Type", "text/event-stream")
		head.Set("Cache-Control", "no-store")
		head.Set("X-Accel-Buffering", "no") // nginx would keep events back
		ctx, stop := context.WithTimeout(hc.Context(), Longest)
		defer stop()
		err := w.control.SetReadDeadline(time.Time{}) // the server's own would end the stream
		if err == nil {
			err = w.write(": connected\nretry: 3000\n\n")
		}
		if err != nil {
			stop() // the client is gone already: fn is over at once, and lets go of what it holds
		}
		fn(ctx, w) // its error is the client's or the store's; either way the client connects again
	}}
}

// Send writes one event; an error means that the client is gone.
func (w *Writer) Send(e Event) error {
	body, err := json.Marshal(e.Data)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	id := ""
	if e.ID != "" {
		id = "id: " + e.ID + "\n"
	}
	return w.write(id + "event: " + e.Name + "\ndata: " + string(body) + "\n\n")
}

// Alive writes a comment, which shows both sides that the line holds.
func (w *Writer) Alive() error { return w.write(":\n\n") }

func (w *Writer) write(s string) error {
	if err := w.control.SetWriteDeadline(time.Now().Add(slow)); err != nil {
		return err
	}
	if _, err := w.w.Write([]byte(s)); err != nil {
		return err
	}
	return w.control.Flush()
}

// Describe says in the document that an operation answers with events.
func Describe(op *huma.Operation, what string) {
	op.Responses = map[string]*huma.Response{"200": {Description: what,
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: "string"}}}}}
}
