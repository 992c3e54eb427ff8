package attachment

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reason"
	"respons/internal/store"
)

// How an upload is cut into pieces. What has come is safe piece by piece: a process that is killed loses at most the one
// under way. A client that sends crumbs is asked to send more at once.
const (
	partBytes = 4 << 20
	mostParts = 1000
)

// headBytes is how much of a file tells its type.
const headBytes = 3072

// most is how many files one sender may have that no complaint has named yet, and one side on one complaint with those that
// were refused: who tries so often does not mean well.
const most = 100

// minToken is the shortest upload token, in characters: what cannot be guessed.
const minToken = 22

// TokenOwner is the owner behind an upload token, which a phone chooses by itself before there is a complaint;
// fault.Invalid where it can be guessed.
func TokenOwner(token string) (string, error) {
	if len(token) < minToken || len(token) > 200 || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, "the Upload-Token must be %d to 200 random letters and digits that the phone chooses", minToken)
	}
	return "token:" + digest(token), nil
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Create begins an upload of size bytes (-1: not known yet) for a complaint; nil: one will name it later. The same key
// of the same sender gives the upload that it made, and repeated true. fault.Conflict and fault.TooLarge where there is no
// room, fault.Forbidden and fault.Conflict where nothing can be added to the complaint.
func (k *Keeper) Create(ctx context.Context, from Sender, c *complaint.Complaint, size int64, key string) (a *Attachment, repeated bool, err error) {
	now := k.now()
	a = &Attachment{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Owner: from.Owner, By: from.Actor, State: Uploading,
		Size: size, Created: now, Due: now.Add(keep)}
	if key != "" {
		a.ID = "K" + strings.ToUpper(digest(from.Owner + "\x00" + key)[:39])
		old, err := k.ByID(ctx, a.ID)
		if !errors.Is(err, fault.NotFound) {
			return old, err == nil, err
		}
	}
	switch largest := k.Limits.Largest(); {
	case size == 0:
		return nil, false, errEmpty
	case size > largest:
		return nil, false, fault.New(fault.TooLarge, "%d bytes are more than the %d that any attachment may have", size, largest)
	}
	if c != nil {
		a.Complaint = c.ID
		if err := k.Cases.MayAttach(from.Actor, c); err != nil {
			return nil, false, err
		}
	}
	have, all, err := k.beside(ctx, a)
	if err != nil {
		return nil, false, err
	}
	switch {
	case c == nil && all >= most:
		return nil, false, fault.New(fault.Conflict, "%d files wait for a complaint to name them; file it first", all)
	case all >= most:
		return nil, false, fault.New(fault.Conflict, "%d files were sent for this complaint in the last days; please wait", all)
	case c != nil:
		if f := k.Limits.room(have, "", size); f != nil {
			return nil, false, f
		}
	}
	rec, err := a.record()
	if err != nil {
		return nil, false, err
	}
	err = k.Engine.Insert(ctx, Collection.Name, rec)
	if key != "" && errors.Is(err, fault.Duplicate) { // the same request, sent twice, made it at this moment
		a, err = k.ByID(ctx, a.ID)
		return a, err == nil, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("begin an upload: %w", err)
	}
	a.Rev = 1
	return a, false, nil
}

var errEmpty = fault.New(fault.Invalid, "the file is empty")

// beside gives the others from the same side on the same complaint or, without one, of the same owner. Refused ones take
// no room and are counted only in all.
func (k *Keeper) beside(ctx context.Context, a *Attachment) (out []*Attachment, all int, err error) {
	q := store.Query{Index: "complaint", Equal: []any{a.Complaint}, Limit: store.MaxLimit}
	if a.Complaint == "" {
		q = store.Query{Index: "loose", Equal: []any{a.Owner}, Limit: store.MaxLimit}
	}
	list, err := k.find(ctx, q)
	for _, x := range list {
		if x.ID == a.ID || x.staff() != a.staff() {
			continue
		}
		all++
		if x.State != Refused {
			out = append(out, x)
		}
	}
	return out, all, err
}

// Write takes in what comes after the first Offset bytes and says how many bytes are safe now beyond them; a as loaded
// moves on with them. With the last byte the upload is whole. An error of r ends it, and what came before is kept.
// fault.Stale where somebody else wrote meanwhile; fault.Invalid, fault.TooLarge and fault.Conflict where the content is
// refused, which is for good.
func (k *Keeper) Write(ctx context.Context, a *Attachment, r io.Reader) (n int64, err error) {
	in := bufio.NewReaderSize(r, 2*headBytes)
	if a.Offset == 0 {
		if err := k.welcome(ctx, a, in); err != nil {
			return 0, err
		}
	}
	for a.State == Uploading && (a.Size < 0 || a.Offset < a.Size) {
		if _, err := in.Peek(1); err != nil {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		if len(a.Parts) >= mostParts {
			return n, fault.New(fault.Invalid, "the file came in too many small pieces; send at least 250 kB at once")
		}
		size, err := k.part(ctx, a, in)
		n += size
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// welcome looks at the first bytes where enough of them have come, so that a film of an hour is refused before it was sent.
func (k *Keeper) welcome(ctx context.Context, a *Attachment, in *bufio.Reader) error {
	head, err := in.Peek(headBytes)
	if len(head) < headBytes && int64(len(head)) != a.Size && (a.Size >= 0 || err != io.EOF) || len(head) == 0 {
		return nil // the worker will look at it
	}
	kind, mediaType, f := k.Limits.recognise(head)
	if f == nil {
		f = k.Limits.fits(kind, a.Size)
	}
	if f == nil && a.Complaint != "" {
		have, _, err := k.beside(ctx, a)
		if err != nil {
			return err
		}
		f = k.Limits.room(have, kind, a.Size)
	}
	if f != nil {
		if _, err := k.refuse(ctx, a.ID, reason.Reason{MS: refusalMS(f), EN: f.Detail}); err != nil {
			return err
		}
		return f
	}
	a.Kind, a.Type = kind, mediaType
	return nil
}

// part stores one piece and then says in the document that it came. Each piece has a key of its own, so that of two who
// send the same bytes at once neither writes over the other's.
func (k *Keeper) part(ctx context.Context, a *Attachment, in io.Reader) (int64, error) {
	room := int64(partBytes)
	switch {
	case a.Size >= 0:
		room = min(room, a.Size-a.Offset)
	case a.Kind != "":
		room = min(room, k.Limits.Of[a.Kind].Bytes-a.Offset+1)
	default:
		room = min(room, k.Limits.Largest()-a.Offset+1)
	}
	p := Part{Key: fmt.Sprintf("%s/%012d-%s", a.key("parts"), a.Offset, rand.Text()[:10])}
	end := &quietEnd{r: io.LimitReader(in, room)}
	var err error
	if p.Size, err = k.Blobs.Write(ctx, p.Key, "application/octet-stream", "", end); err != nil {
		return 0, err
	}
	next := *a
	next.Parts = append(next.Parts[:len(next.Parts):len(next.Parts)], p)
	next.Offset += p.Size
	now := k.now()
	next.Due = now.Add(keep)
	if f := k.overlong(&next); f != nil {
		_, err := k.refuse(ctx, a.ID, reason.Reason{MS: refusalMS(f), EN: f.Detail})
		return 0, errors.Join(f, err, k.Blobs.Delete(ctx, p.Key))
	}
	if next.Offset == next.Size {
		next.State, next.Due = Scanning, now
	}
	if err := k.replace(ctx, &next); err != nil {
		if errors.Is(err, fault.Stale) {
			err = fault.New(fault.Stale, "another request sends the same file; ask how much has come and go on from there")
		}
		return 0, errors.Join(err, k.Blobs.Delete(context.WithoutCancel(ctx), p.Key))
	}
	*a = next
	if a.State == Scanning {
		k.Hints.Process(ctx, a.ID, a.Rev)
	}
	return p.Size, end.err
}

// overlong is fault.TooLarge where a file of unannounced size has become too long.
func (k *Keeper) overlong(a *Attachment) *fault.Error {
	if a.Size >= 0 {
		return nil
	}
	if a.Kind != "" {
		return k.Limits.fits(a.Kind, a.Offset)
	}
	if largest := k.Limits.Largest(); a.Offset > largest {
		return fault.New(fault.TooLarge, "the file is longer than the %d bytes that any attachment may have", largest)
	}
	return nil
}

// quietEnd turns an error of its reader into an end, so that what came before is stored, and remembers it.
type quietEnd struct {
	r   io.Reader
	err error
}

func (q *quietEnd) Read(p []byte) (int, error) {
	n, err := q.r.Read(p)
	if err != nil && err != io.EOF {
		q.err, err = err, io.EOF
	}
	return n, err
}

// Complete says that a file of unannounced size is whole.
func (k *Keeper) Complete(ctx context.Context, a *Attachment) (*Attachment, error) {
	if a.Offset == 0 {
		return nil, errors.Join(errEmpty, k.drop(ctx, a))
	}
	a, err := k.change(ctx, a.ID, func(a *Attachment, now time.Time) error {
		if a.State != Uploading {
			return errNothing
		}
		a.Size, a.State, a.Due = a.Offset, Scanning, now
		return nil
	})
	if err == nil && a.State == Scanning {
		k.Hints.Process(ctx, a.ID, a.Rev)
	}
	return a, err
}

// Restart lets an upload begin anew, whose first request was cut off.
func (k *Keeper) Restart(ctx context.Context, a *Attachment) (*Attachment, error) {
	old := a.Parts
	a, err := k.change(ctx, a.ID, func(a *Attachment, now time.Time) error {
		if a.State != Uploading || len(a.Parts) != len(old) {
			return fault.New(fault.Conflict, "another request with this key is under way")
		}
		a.Parts, a.Offset, a.Kind, a.Type, a.Due = nil, 0, "", "", now.Add(keep)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, k.Blobs.Delete(ctx, keysOf(old)...)
}

func keysOf(parts []Part) (keys []string) {
	for _, p := range parts {
		keys = append(keys, p.Key)
	}
	return keys
}
