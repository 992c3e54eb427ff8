package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/oklog/ulid/v2"

	"respons/mobileapi/client"
)

// Draft is what somebody wrote, and what became of it.
type Draft struct {
	Body   client.BatchDraft `json:"body"` // its Key is a ULID, made once, when the draft was written
	Photos []Photo           `json:"photos,omitempty"`

	Receipt *client.Receipt `json:"receipt,omitempty"` // it is filed
	Problem *client.Details `json:"problem,omitempty"` // it must be mended: change it with Mend
}

// Photo is a file that goes with a draft; its bytes lie beside the draft.
type Photo struct {
	Size    int64           `json:"size"`
	Upload  string          `json:"upload,omitempty"`  // id on the server; empty: not announced yet
	Whole   bool            `json:"whole,omitempty"`   // every byte has come
	Refused *client.Details `json:"refused,omitempty"` // the server will not have it
}

// Add takes a draft in and gives its key. Once it returns, the draft is safe. The photos come first and the draft last, so
// that a draft on the disk always has its photos.
func (q *Queue) Add(body client.BatchDraft, photos ...[]byte) (key string, err error) {
	body.Key = ulid.Make().String()
	d := &Draft{Body: body}
	for i, content := range photos {
		if err := write(q.photo(d, i), content); err != nil {
			return "", err
		}
		d.Photos = append(d.Photos, Photo{Size: int64(len(content))})
	}
	return body.Key, q.save(d)
}

// Mend puts other words in the place of a draft that the server refused. Another content is another request: it gets a new
// key. The photos stay.
func (q *Queue) Mend(d *Draft, body client.BatchDraft) (key string, err error) {
	if d.Problem == nil {
		return "", errors.New("only a draft with a problem is mended; what may have been filed already is never changed")
	}
	var photos [][]byte
	for i := range d.Photos {
		content, err := os.ReadFile(q.photo(d, i))
		if err != nil {
			return "", err
		}
		photos = append(photos, content)
	}
	if key, err = q.Add(body, photos...); err != nil {
		return "", err
	}
	return key, q.Remove(d)
}

// Remove takes a draft off the disk: one that is not wanted, or whose receipt the app has shown and keeps elsewhere.
func (q *Queue) Remove(d *Draft) error {
	errs := []error{os.Remove(q.path(d))}
	for i := range d.Photos {
		errs = append(errs, os.Remove(q.photo(d, i)))
	}
	return errors.Join(errs...)
}

// Drafts lists every draft in the order in which they were written: the keys sort by time.
func (q *Queue) Drafts() ([]*Draft, error) {
	paths, err := filepath.Glob(filepath.Join(q.Dir, "*.draft.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var out []*Draft
	for _, path := range paths {
		d := new(Draft)
		if err := read(path, d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func (q *Queue) save(d *Draft) error { return writeJSON(q.path(d), d) }

func (q *Queue) path(d *Draft) string { return filepath.Join(q.Dir, d.Body.Key+".draft.json") }

func (q *Queue) photo(d *Draft, i int) string {
	return filepath.Join(q.Dir, fmt.Sprintf("%s.%d.photo", d.Body.Key, i))
}

func read(path string, into any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return write(path, content)
}

// write puts a file in place whole or not at all, whenever the app is killed.
func write(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "*.part")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
