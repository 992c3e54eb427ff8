package attachment

import (
	"context"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/reason"
)

// What is said of a file that is refused.
var (
	unreadable = reason.Reason{MS: "Gambar ini rosak atau tidak lengkap dan tidak dapat dibaca.", EN: "The photo is damaged or incomplete and cannot be read."}
	infected   = reason.Reason{MS: "Pengimbas virus menemui sesuatu yang berbahaya dalam fail ini.", EN: "The virus scanner found something harmful in this file."}
	unscanned  = reason.Reason{MS: "Fail ini terlalu besar untuk diperiksa oleh pengimbas virus.", EN: "The file is too large for the virus scanner."}
	lost       = reason.Reason{MS: "Kandungan fail ini hilang; sila hantar semula.", EN: "The content of this file was lost; please send it again."}
	abandoned  = reason.Reason{MS: "Fail ini tidak dapat diproses.", EN: "The file could not be processed."}
)

func tooManyPixels(w, h int) reason.Reason {
	return reason.Reason{MS: fmt.Sprintf("Gambar bersaiz %d x %d piksel adalah terlalu besar.", w, h), EN: fmt.Sprintf("A photo of %d x %d pixels is too large.", w, h)}
}

// refusalMS says in Malay why a file is not taken.
func refusalMS(f *fault.Error) string {
	switch f.Kind {
	case fault.TooLarge:
		return "Fail ini terlalu besar."
	case fault.Conflict:
		return "Sudah ada terlalu banyak lampiran."
	}
	return "Jenis fail ini tidak diterima."
}

// refuse ends an attachment: why is kept for a while, the content is not.
func (k *Keeper) refuse(ctx context.Context, id string, why reason.Reason) (*Attachment, error) {
	a, err := k.change(ctx, id, func(a *Attachment, now time.Time) error {
		if a.State == Refused || a.State == Ready {
			return errNothing
		}
		a.State, a.Why, a.Due = Refused, &why, now
		if len(a.Parts) == 0 {
			a.Due = now.Add(keep)
		}
		return nil
	})
	if err != nil || a.State != Refused {
		return a, err
	}
	k.Log.InfoContext(ctx, "attachment refused", "attachment", a, "why", why.EN)
	return k.tidy(ctx, a)
}

// tidy deletes the pieces of what is ready or refused and, of what is refused, everything else, then forgets their keys.
func (k *Keeper) tidy(ctx context.Context, a *Attachment) (*Attachment, error) {
	if err := k.Blobs.Delete(ctx, keysOf(a.Parts)...); err != nil {
		return a, err
	}
	if a.State == Refused {
		if err := k.Blobs.Delete(ctx, a.products()...); err != nil {
			return a, err
		}
	}
	return k.change(ctx, a.ID, func(a *Attachment, now time.Time) error {
		a.Parts = nil
		switch {
		case a.State == Refused:
			a.Due = now.Add(keep)
		case a.Complaint == "":
			a.Due = later(now, a.Created.Add(keep))
		}
		return nil
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// products are the keys of everything that may be made of the attachment.
func (a *Attachment) products() []string {
	return []string{a.key("files"), a.key("thumbs"), a.key("originals")}
}

// drop removes an attachment with all its content; again is harmless. The document goes last, so that what is cut off
// is found again.
func (k *Keeper) drop(ctx context.Context, a *Attachment) error {
	if err := k.Blobs.Delete(ctx, append(keysOf(a.Parts), a.products()...)...); err != nil {
		return err
	}
	err := k.Engine.Delete(ctx, Collection.Name, a.ID, a.Rev)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
