package blob_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"respons/internal/blob"
	"respons/internal/fault"
)

func onEach(t *testing.T, test func(t *testing.T, b *blob.Bucket)) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
	for name, address := range map[string]string{"a folder": t.TempDir() + "/new/folder", "the URL of a folder": "file://" + t.TempDir(), "memory": "mem://",
		"S3": fakeS3(t)} {
		t.Run(name, func(t *testing.T) {
			b, err := blob.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			test(t, b)
		})
	}
}

// fakeS3 gives the address of a bucket on a server of this process.
func fakeS3(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	name := "b" + strings.ToLower(rand.Text())[:20]
	if err := backend.CreateBucket(name); err != nil {
		t.Fatal(err)
	}
	return "s3://" + name + "?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(server.URL)
}

func TestAFileIsWrittenReadListedAndDeleted(t *testing.T) {
	onEach(t, func(t *testing.T, b *blob.Bucket) {
		n, err := b.Write(t.Context(), "files/ab/one", "text/plain", "", strings.NewReader("lubang besar"))
		if err != nil || n != 12 {
			t.Fatalf("wrote %d bytes, %v", n, err)
		}
		r, err := b.Open(t.Context(), "files/ab/one")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Seek(7, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); string(got) != "besar" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		r.Close()
		if keys, err := b.Keys(t.Context(), "files/ab/"); err != nil || len(keys) != 1 || keys[0] != "files/ab/one" {
			t.Errorf("keys %v, %v", keys, err)
		}
		for range 2 { // again is harmless
			if err := b.Delete(t.Context(), "files/ab/one"); err != nil {
				t.Error(err)
			}
		}
		if _, err := b.Open(t.Context(), "files/ab/one"); !errors.Is(err, fault.NotFound) {
			t.Errorf("after it was deleted: %v", err)
		}
	})
}

// cutOff ends in an error after a few bytes.
type cutOff struct{ r io.Reader }

func (c cutOff) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestWhatIsCutOffIsNotStored(t *testing.T) {
	onEach(t, func(t *testing.T, b *blob.Bucket) {
		if _, err := b.Write(t.Context(), "x", "text/plain", "", cutOff{strings.NewReader("half of")}); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("error %v", err)
		}
		if keys, err := b.Keys(t.Context(), ""); err != nil || len(keys) != 0 {
			t.Errorf("left behind: %v, %v", keys, err)
		}
	})
}

func TestAFolderHoldsNothingButTheFiles(t *testing.T) {
	dir := t.TempDir()
	b, err := blob.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := b.Write(t.Context(), "a/b", "text/plain", "", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	var found []string
	filepath.Walk(dir, func(path string, info os.FileInfo, _ error) error {
		if !info.IsDir() {
			found = append(found, strings.TrimPrefix(path, dir))
		}
		return nil
	})
	if len(found) != 1 || found[0] != "/a/b" {
		t.Errorf("files %v", found)
	}
	if link, err := b.Link(t.Context(), "a/b", time.Minute); link != "" || err != nil {
		t.Errorf("a folder serves nothing by itself: %q, %v", link, err)
	}
}

// S3 signs without asking the server, so the form of the link can be seen here.
func TestS3GivesALinkOfItsOwn(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
	b, err := blob.Open(t.Context(), "s3://evidence?region=ap-southeast-5")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	link, err := b.Link(t.Context(), "files/ab/one", 10*time.Minute)
	if err != nil || !strings.HasPrefix(link, "https://evidence.s3.") || !strings.Contains(link, "X-Amz-Expires=600") || !strings.Contains(link, "X-Amz-Signature=") {
		t.Errorf("link %q, %v", link, err)
	}
}

func TestAnUnknownAddressIsRefused(t *testing.T) {
	if _, err := blob.Open(t.Context(), "ftp://host/x?password=geheim"); err == nil || !strings.Contains(err.Error(), "ftp") {
		t.Errorf("error %v", err)
	}
}
