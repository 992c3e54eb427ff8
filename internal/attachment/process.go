package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reason"
	"respons/internal/store"
)

// How long a worker may take over one file, after which another may begin; how often a file may end a worker in the middle
// before it is given up; how long a part that is out of reach is left alone.
const (
	patience = 5 * time.Minute
	lease    = patience + time.Minute
	mostRuns = 4
	pause    = 30 * time.Second
)

// Process does what is due: it looks at a file that has come, makes it ready or refuses it, tells the complaint, deletes
// what nobody needs any more. Nothing due is nothing done, so it may be called early, late or twice.
func (k *Keeper) Process(ctx context.Context, id string) error {
	a, err := k.ByID(ctx, id)
	if err != nil {
		return err
	}
	if a.State == Scanning {
		if a, err = k.look(ctx, a); err != nil {
			return err
		}
	}
	if a.State == Uploading || a.State == Scanning || a.Due.IsZero() {
		return k.expire(ctx, a)
	}
	if len(a.Parts) > 0 {
		if a, err = k.tidy(ctx, a); err != nil {
			return err
		}
	}
	if a.Complaint != "" && a.State == Ready {
		return k.tell(ctx, a)
	}
	return k.expire(ctx, a)
}

// Sweep does what is due and was not done, and says how many files it looked at.
func (k *Keeper) Sweep(ctx context.Context) (n int, err error) {
	list, err := k.find(ctx, store.Query{Index: "due", To: k.now().UnixMilli() + 1, Limit: 200})
	if err != nil {
		return 0, err
	}
	for _, a := range list {
		if err := k.Process(ctx, a.ID); err != nil && !errors.Is(err, fault.NotFound) {
			if ctx.Err() != nil {
				return n, ctx.Err()
			}
			k.Log.WarnContext(ctx, "sweep could not finish an attachment", "attachment", a, "err", err)
		}
		n++
	}
	return n, nil
}

// expire drops what was not finished or not named in time. It is refused first, so that no filing names it meanwhile.
func (k *Keeper) expire(ctx context.Context, a *Attachment) error {
	if a.State == Scanning || a.State == Ready && a.Complaint != "" || a.Due.IsZero() || k.now().Before(a.Due) {
		return nil
	}
	if a.State != Refused {
		a.State, a.Why = Refused, &lost
	}
	if err := k.replace(ctx, a); err != nil {
		if errors.Is(err, fault.Stale) {
			return nil // it goes on, or was named at the last moment
		}
		return err
	}
	return k.drop(ctx, a)
}

// look takes the file for this worker and examines it. That it was begun is stored before and taken back after, so that a
// file which ends the process in the middle is not tried for ever.
func (k *Keeper) look(ctx context.Context, a *Attachment) (*Attachment, error) {
	mine := false
	a, err := k.change(ctx, a.ID, func(a *Attachment, now time.Time) error {
		mine = a.State == Scanning && (a.Tries == 0 || !now.Before(a.Due))
		if !mine {
			return errNothing
		}
		a.Tries, a.Due = a.Tries+1, now.Add(lease)
		return nil
	})
	if err != nil || !mine {
		return a, err
	}
	if a.Tries > mostRuns {
		return k.refuse(ctx, a.ID, abandoned)
	}
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	made, why, err := k.examine(within, a)
	if err != nil {
		_, putBack := k.change(context.WithoutCancel(ctx), a.ID, func(a *Attachment, now time.Time) error {
			if a.State != Scanning {
				return errNothing // another was faster
			}
			a.Tries, a.Due = 0, now.Add(pause)
			if ctx.Err() != nil { // the program ends and nothing is out of reach: whoever starts next goes on at once
				a.Due = now
			}
			return nil
		})
		return a, fmt.Errorf("process attachment %s: %w", a.ID, errors.Join(err, putBack))
	}
	if why != nil {
		return k.refuse(ctx, a.ID, *why)
	}
	done, err := k.change(ctx, a.ID, func(a *Attachment, now time.Time) error {
		if a.State != Scanning {
			return errNothing
		}
		a.Kind, a.Type, a.Size, a.Width, a.Height = made.Kind, made.Type, made.Size, made.Width, made.Height
		a.File, a.Thumb, a.Raw, a.SHA256 = made.File, made.Thumb, made.Raw, made.SHA256
		a.State, a.Added, a.Due, a.Tries = Ready, now, now, 0
		return nil
	})
	if errors.Is(err, fault.NotFound) { // it was removed meanwhile, and so must be what was made of it
		return nil, errors.Join(err, k.Blobs.Delete(ctx, a.products()...))
	}
	return done, err
}

// examine scans, recognises and makes what is given out; why says that it is refused.
func (k *Keeper) examine(ctx context.Context, a *Attachment) (made *Attachment, why *reason.Reason, err error) {
	if k.Scanner != nil {
		content := k.content(ctx, a)
		virus, err := k.Scanner.Scan(ctx, content)
		switch err = errors.Join(err, content.Close()); {
		case err != nil && k.Unscannable != nil && k.Unscannable(err):
			return nil, &unscanned, nil
		case errors.Is(err, fault.NotFound):
			return nil, &lost, nil
		case err != nil:
			return nil, nil, err
		case virus != "":
			k.Log.WarnContext(ctx, "virus in an attachment", "attachment", a, "virus", virus)
			return nil, &infected, nil
		}
	}
	head, err := k.head(ctx, a)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, &lost, nil
	case err != nil:
		return nil, nil, err
	}
	kind, mediaType, f := k.Limits.recognise(head)
	if f == nil {
		f = k.Limits.fits(kind, a.Offset)
	}
	if f != nil {
		return nil, &reason.Reason{MS: refusalMS(f), EN: f.Detail}, nil
	}
	m := *a
	m.Kind, m.Type, m.Size = kind, mediaType, a.Offset
	if kind == Photo {
		why, err = k.photo(ctx, &m)
		return &m, why, err
	}
	m.File = m.key("files")
	return &m, nil, k.assemble(ctx, &m, m.File, m.disposition())
}

// head is the first bytes of a file.
func (k *Keeper) head(ctx context.Context, a *Attachment) ([]byte, error) {
	content := k.content(ctx, a)
	head, err := io.ReadAll(io.LimitReader(content, headBytes))
	return head, errors.Join(err, content.Close())
}

// assemble makes one blob of the pieces, and notes their hash.
func (k *Keeper) assemble(ctx context.Context, m *Attachment, key, disposition string) error {
	content, sum := k.content(ctx, m), sha256.New()
	_, err := k.Blobs.Write(ctx, key, m.Type, disposition, io.TeeReader(content, sum))
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return errors.Join(err, content.Close())
}

// photo makes the picture and the thumbnail that are given out; nothing of the file as it was sent is in them.
func (k *Keeper) photo(ctx context.Context, m *Attachment) (*reason.Reason, error) {
	p, why, err := k.develop(ctx, m)
	if err != nil || why != nil {
		return why, err
	}
	if k.Originals {
		m.Raw = m.key("originals")
		if err := k.assemble(ctx, m, m.Raw, "attachment"); err != nil {
			return nil, err
		}
	}
	m.Type, m.Size, m.Width, m.Height = "image/jpeg", int64(len(p.file)), p.width, p.height
	m.File, m.Thumb = m.key("files"), m.key("thumbs")
	if _, err := k.Blobs.Write(ctx, m.File, m.Type, m.disposition(), bytes.NewReader(p.file)); err != nil {
		return nil, err
	}
	_, err = k.Blobs.Write(ctx, m.Thumb, m.Type, m.disposition(), bytes.NewReader(p.thumb))
	return nil, err
}

// tell makes the complaint know of what is ready.
func (k *Keeper) tell(ctx context.Context, a *Attachment) error {
	err := k.Cases.Attach(ctx, a.Complaint, complaint.Attached{ID: a.ID, Kind: string(a.Kind), By: a.By.Role, At: a.Added, Filed: a.Filed})
	if err != nil {
		return err
	}
	_, err = k.change(ctx, a.ID, func(a *Attachment, _ time.Time) error { a.Due = time.Time{}; return nil })
	return err
}

// content reads the pieces one after the other; the caller closes it.
func (k *Keeper) content(ctx context.Context, a *Attachment) io.ReadCloser {
	return &pieces{ctx: ctx, blobs: k.Blobs, left: a.Parts}
}

type pieces struct {
	ctx   context.Context //nolint:containedctx // a reader has no other way to get one
	blobs Blobs
	left  []Part
	now   io.ReadSeekCloser
}

func (p *pieces) Read(b []byte) (int, error) {
	for {
		if p.now == nil {
			if len(p.left) == 0 {
				return 0, io.EOF
			}
			r, err := p.blobs.Open(p.ctx, p.left[0].Key)
			if err != nil {
				return 0, err
			}
			p.now, p.left = r, p.left[1:]
		}
		n, err := p.now.Read(b)
		if err == io.EOF {
			err = p.now.Close()
			p.now = nil
			if n == 0 && err == nil {
				continue
			}
		}
		return n, err
	}
}

// Close lets go of the piece at hand.
func (p *pieces) Close() error {
	if p.now == nil {
		return nil
	}
	err := p.now.Close()
	p.now, p.left = nil, nil
	return err
}
