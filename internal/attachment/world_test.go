package attachment_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/attachment"
	"respons/internal/blob"
	"respons/internal/complaint"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/eachstore"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// world is the keeper on a real store and a folder, with a clock that the test moves and hints that get lost.
type world struct {
	*attachment.Keeper
	bucket *blob.Bucket
	now    time.Time
}

type silent struct{}

func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}
func (silent) Process(context.Context, string, int64)          {}
func (silent) Known(string) bool                               { return true }
func (silent) Chain(code string) []string                      { return []string{code} }

func embedded(t *testing.T) *world {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), schema, false); err != nil {
		t.Fatal(err)
	}
	return newWorld(t, e)
}

// onEach runs a test with each store.
func onEach(t *testing.T, test func(t *testing.T, w *world)) {
	eachstore.Run(t, schema, func(t *testing.T, e store.Engine) { test(t, newWorld(t, e)) })
}

var schema = []store.Collection{complaint.Collection, attachment.Collection}

func newWorld(t *testing.T, e store.Engine) *world {
	t.Helper()
	bucket, err := blob.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bucket.Close() })
	var ms table.Mistakes
	book, limits := sla.Load(configs.FS, &ms), attachment.LoadLimits(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	w := &world{bucket: bucket, now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.now }
	cases := &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: silent{}.Chain}, Register: silent{}, Access: access.Load(configs.FS, &ms), Hints: silent{}, Now: now,
		Rules: complaint.Rules{Book: book, States: func(string) []string { return []string{"MY-10"} }}}
	watched := &watched{Blobs: bucket}
	t.Cleanup(func() {
		if n := watched.open.Load(); n != 0 {
			t.Errorf("%d blobs were opened and not closed", n)
		}
	})
	w.Keeper = &attachment.Keeper{Engine: e, Blobs: watched, Limits: limits, Cases: cases, Hints: silent{}, Now: now,
		Links: attachment.NewLinks([]byte("a secret of the system, 32 bytes")), Log: slog.New(slog.DiscardHandler)}
	return w
}

// watched counts the blobs that are open.
type watched struct {
	attachment.Blobs
	open atomic.Int64
}

func (b *watched) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	r, err := b.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	b.open.Add(1)
	return &watchedReader{ReadSeekCloser: r, b: b}, nil
}

type watchedReader struct {
	io.ReadSeekCloser
	b *watched
}

func (r *watchedReader) Close() error {
	r.b.open.Add(-1)
	return r.ReadSeekCloser.Close()
}

// restart is the keeper of another process on the same store and bucket.
func (w *world) restart() {
	k := w.Keeper
	w.Keeper = &attachment.Keeper{Engine: k.Engine, Blobs: k.Blobs, Limits: k.Limits, Cases: k.Cases, Scanner: k.Scanner,
		Unscannable: k.Unscannable, Hints: k.Hints, Links: k.Links, Log: k.Log, Now: k.Now}
}

var aminah = attachment.Sender{Owner: "aminah", Actor: complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}}

func (w *world) file(t *testing.T, key string, attachments ...string) *complaint.Complaint {
	t.Helper()
	c, _, err := w.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms", Citizen: "aminah",
		Attachments: attachments, Request: complaint.NewRequest(key, "aminah", attachments)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// send uploads a file whole, for a complaint or for one to come.
func (w *world) send(t *testing.T, c *complaint.Complaint, content []byte) (*attachment.Attachment, error) {
	t.Helper()
	a, _, err := w.Create(t.Context(), aminah, c, int64(len(content)), "")
	if err != nil {
		return nil, err
	}
	n, err := w.Write(t.Context(), a, bytes.NewReader(content))
	if err == nil && n != int64(len(content)) {
		t.Fatalf("%d of %d bytes were taken", n, len(content))
	}
	return w.get(t, a.ID), err
}

func (w *world) get(t *testing.T, id string) *attachment.Attachment {
	t.Helper()
	a, err := w.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// processed is what became of a file that came whole.
func (w *world) processed(t *testing.T, content []byte) *attachment.Attachment {
	t.Helper()
	c := w.file(t, "")
	a, err := w.send(t, c, content)
	if a == nil {
		t.Fatal(err)
	}
	if err := w.Process(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	return w.get(t, a.ID)
}

func (w *world) keys(t *testing.T) []string {
	t.Helper()
	keys, err := w.bucket.Keys(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (w *world) content(t *testing.T, key string) []byte {
	t.Helper()
	r, err := w.bucket.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pdf is a document of n bytes.
func pdf(n int) []byte {
	b := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0123456789abcdef"), n/16+1)...)
	return b[:n]
}

// broken is a line that breaks after the first n bytes.
func broken(content []byte, n int) io.Reader {
	return io.MultiReader(bytes.NewReader(content[:n]), iotest.ErrReader(fmt.Errorf("connection reset")))
}

func prefixed(keys []string, prefix string) (n int) {
	for _, k := range keys {
		if strings.HasPrefix(k, prefix) {
			n++
		}
	}
	return n
}
