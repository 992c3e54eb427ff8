package attachment_test

import (
	"errors"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"respons/internal/attachment"
	"respons/internal/fault"
)

func (w *world) open(t *testing.T, link string) (*attachment.Blob, error) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	exp, err := strconv.ParseInt(u.Query().Get("exp"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return w.Open(t.Context(), path.Base(u.Path), exp, u.Query().Get("sig"))
}

func TestALinkOpensItsOwnFileForTenMinutes(t *testing.T) {
	w := embedded(t)
	a := w.processed(t, photographed(t, 400, 300, 1))
	it, err := w.Item(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, link := range []string{it.URL, it.ThumbURL} {
		b, err := w.open(t, link)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(b)
		if err != nil || b.Type != "image/jpeg" || !strings.HasPrefix(b.Disposition, "inline; filename=photo-") {
			t.Errorf("%s %s, %v", b.Type, b.Disposition, err)
		}
		sizes[link] = len(content)
		b.Close()
	}
	if sizes[it.URL] != int(a.Size) || sizes[it.ThumbURL] >= sizes[it.URL] {
		t.Errorf("sizes %v", sizes)
	}
	later := "exp=" + strconv.FormatInt(it.Until.Unix()+3600, 10)
	for name, link := range map[string]string{
		"another file":     strings.Replace(it.URL, a.ID, a.ID+"-thumb", 1),
		"a later end":      strings.Replace(it.URL, "exp="+strconv.FormatInt(it.Until.Unix(), 10), later, 1),
		"no signature":     it.URL[:strings.Index(it.URL, "&sig=")+5],
		"half a signature": it.URL[:len(it.URL)-20],
	} {
		if _, err := w.open(t, link); link == it.URL || !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.now = w.now.Add(10 * time.Minute)
	if b, err := w.open(t, it.URL); err != nil {
		t.Errorf("after ten minutes: %v", err)
	} else {
		b.Close()
	}
	w.now = w.now.Add(2 * time.Second)
	if _, err := w.open(t, it.URL); !errors.Is(err, fault.Forbidden) {
		t.Errorf("two seconds later: %v", err)
	}
	if err := w.Remove(t.Context(), a.Complaint); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(-time.Minute)
	if _, err := w.open(t, it.URL); !errors.Is(err, fault.NotFound) {
		t.Errorf("after it was removed: %v", err)
	}
}

func TestADocumentIsOnlySaved(t *testing.T) {
	w := embedded(t)
	it, err := w.Item(t.Context(), w.processed(t, pdf(4000)))
	if err != nil || it.ThumbURL != "" {
		t.Fatal(it.ThumbURL, err)
	}
	b, err := w.open(t, it.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if !strings.HasPrefix(b.Disposition, "attachment; filename=document-") || !strings.HasSuffix(b.Disposition, ".pdf") || b.Type != "application/pdf" {
		t.Errorf("%s, %s", b.Type, b.Disposition)
	}
}
