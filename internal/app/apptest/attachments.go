package apptest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// Snapshot is a photo that no other looks like.
func Snapshot(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	for i := range img.Pix {
		img.Pix[i] = byte(r.IntN(256))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Tus sends one request of the protocol; headers come in pairs.
func Tus(t *testing.T, method, url string, body io.Reader, headers ...string) Answer {
	t.Helper()
	a, err := TusTry(t.Context(), method, url, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TusTry is Tus for requests that may fail on the way.
func TusTry(ctx context.Context, method, url string, body io.Reader, headers ...string) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: content}, err
}

// Begin makes an upload and gives its path.
func Begin(t *testing.T, base string, size int, headers ...string) string {
	t.Helper()
	a := Tus(t, "POST", base+"/v1/uploads", nil, append([]string{"Upload-Length", strconv.Itoa(size)}, headers...)...)
	if a.Status != http.StatusCreated {
		t.Fatalf("begin an upload: %d %s", a.Status, a.Body)
	}
	_, id, ok := strings.Cut(a.Header.Get("Location"), "/v1/uploads/")
	if !ok {
		t.Fatalf("Location %q", a.Header.Get("Location"))
	}
	return "/v1/uploads/" + id
}

// Attachments is the list of a complaint's attachments, as it is answered.
type Attachments struct {
	Attachments []struct {
		ID, State, Kind, Type, By, Role, Why string
		Size                                 int
		Width, Height                        int
		URL                                  string
		ThumbURL                             string `json:"thumbnail_url"`
	}
}

// Evidence waits until n attachments of a complaint can be looked at.
func Evidence(t *testing.T, base, path string, n int, headers ...string) (list Attachments) {
	t.Helper()
	Eventually(t, func() error {
		a := Do(t, "GET", base+path, nil, headers...)
		if a.Status != http.StatusOK {
			return fmt.Errorf("%d %s", a.Status, a.Body)
		}
		var all Attachments
		a.Into(t, &all)
		list = Attachments{}
		for _, x := range all.Attachments {
			if x.State == "ready" {
				list.Attachments = append(list.Attachments, x)
			}
		}
		if len(list.Attachments) != n {
			return fmt.Errorf("%s", a.Body)
		}
		return nil
	})
	return list
}

// Form sends one file as a browser does.
func Form(t *testing.T, url string, content []byte, headers ...string) Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "aminah-ic.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	w.Close()
	return Do(t, "POST", url, b.String(), append([]string{"Content-Type", w.FormDataContentType()}, headers...)...)
}
