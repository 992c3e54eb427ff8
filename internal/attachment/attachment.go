// Package attachment keeps the photos, videos, sounds and documents that people add to complaints: it takes them in piece
// by piece, says by their content what they are, makes photos harmless and small, and lets those look at them who may see
// the complaint.
package attachment

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"respons/internal/complaint"
	"respons/internal/reason"
	"respons/internal/store"
)

// Kind is what a file is to people. It is told by content.
type Kind string

// The kinds.
const (
	Photo    Kind = "photo"
	Video    Kind = "video"
	Audio    Kind = "audio"
	Document Kind = "document"
)

// Kinds lists every kind.
var Kinds = []Kind{Photo, Video, Audio, Document}

// State is how far a file has come.
type State string

// The states. Uploading still grows; Scanning is whole and waits for the worker; Ready can be looked at; Refused cannot,
// and its content is gone.
const (
	Uploading State = "uploading"
	Scanning  State = "scanning"
	Ready     State = "ready"
	Refused   State = "refused"
)

// Attachment is one file as it is stored: a document beside its blobs. Times are UTC, to the millisecond. The name the
// file had on the phone is not kept: it may name a person.
type Attachment struct {
	ID        string          `json:"id"`    // ULID, or derived from the request key that made it
	Owner     string          `json:"owner"` // who sends it: a person, a guest, or the holder of an upload token
	By        complaint.Actor `json:"by"`
	Complaint string          `json:"complaint,omitempty"` // id; empty: none has named it yet
	Filed     bool            `json:"filed,omitempty"`     // it came with the filing

	State  State          `json:"state"`
	Why    *reason.Reason `json:"why,omitempty"`  // Refused
	Kind   Kind           `json:"kind,omitempty"` // empty until enough has come to tell
	Type   string         `json:"type,omitempty"` // media type of what is given out
	Size   int64          `json:"size"`           // bytes: announced while it grows (-1: not), then of what is given out
	Offset int64          `json:"offset"`         // bytes that have come and will not be lost
	Parts  []Part         `json:"parts,omitempty"`
	SHA256 string         `json:"sha256,omitempty"` // of what was sent, hexadecimal

	Width  int    `json:"width,omitempty"` // of a photo, as given out
	Height int    `json:"height,omitempty"`
	File   string `json:"file,omitempty"`     // key of what is given out; empty: there is none
	Thumb  string `json:"thumb,omitempty"`    // key of the small picture of a photo
	Raw    string `json:"original,omitempty"` // key of a photo as it was sent, where that is kept

	Created time.Time `json:"created"`
	Added   time.Time `json:"added,omitzero"`  // when it became Ready
	Due     time.Time `json:"due,omitzero"`    // when the worker is to look at it; zero: never
	Tries   int       `json:"tries,omitempty"` // begun by a worker and not ended: it may be the file that ends workers

	Rev int64 `json:"-"`
}

// Part is a piece of a file that is still growing or waiting.
type Part struct {
	Key  string `json:"key"`
	Size int64  `json:"size"`
}

// Collection is how attachments are stored and found.
var Collection = store.Collection{Name: "attachments", Indexes: []store.Index{
	{Name: "complaint", Fields: []string{"complaint", "created"}},
	{Name: "loose", Fields: []string{"loose", "created"}}, // by owner, of those that no complaint has named
	{Name: "due", Fields: []string{"due"}},
}}

// LogValue is all that a log may hold of an attachment.
func (a *Attachment) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID), slog.String("state", string(a.State)), slog.String("kind", string(a.Kind)), slog.Int64("rev", a.Rev))
}

// staff says which side sent it, the citizen or the staff. Each has its own room.
func (a *Attachment) staff() bool { return a.By.Staff() }

func (a *Attachment) record() (store.Record, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode attachment %s: %w", a.ID, err)
	}
	keys := store.Keys{"created": a.Created.UnixMilli()}
	if a.Complaint != "" {
		keys["complaint"] = a.Complaint
	} else {
		keys["loose"] = a.Owner
	}
	if !a.Due.IsZero() {
		keys["due"] = a.Due.UnixMilli()
	}
	return store.Record{ID: a.ID, Rev: a.Rev, Keys: keys, Body: body}, nil
}

func decode(rec store.Record) (*Attachment, error) {
	a := new(Attachment)
	if err := json.Unmarshal(rec.Body, a); err != nil {
		return nil, fmt.Errorf("decode attachment %s: %w", rec.ID, err)
	}
	a.Rev = rec.Rev
	return a, nil
}

// key is where a blob of the attachment lies. Two characters that differ from one to the next spread them over folders.
func (a *Attachment) key(folder string) string {
	n := len(a.ID)
	return folder + "/" + a.ID[n-2:] + "/" + a.ID
}
