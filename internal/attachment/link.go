package attachment

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"

	"respons/internal/fault"
)

// linkLife is how long a link opens a file.
const linkLife = 10 * time.Minute

// thumbSuffix makes the name of an attachment's blob the name of its thumbnail.
const thumbSuffix = "-thumb"

// Links signs the addresses of blobs that this program serves itself.
type Links struct{ key []byte }

// NewLinks takes the secret of the system and makes a key of its own of it.
func NewLinks(secret []byte) Links {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("links to attachments"))
	return Links{key: m.Sum(nil)}
}

// path is the signed path of a blob, good until until.
func (l Links) path(name string, until time.Time) string {
	exp := until.Unix()
	return fmt.Sprintf("/v1/blobs/%s?exp=%d&sig=%s", name, exp, l.sign(name, exp))
}

func (l Links) sign(name string, exp int64) string {
	m := hmac.New(sha256.New, l.key)
	m.Write([]byte(name + "\x00" + strconv.FormatInt(exp, 10)))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Item is an attachment with the links that open it for a while.
type Item struct {
	*Attachment
	URL, ThumbURL string    // empty while there is nothing to look at
	Until         time.Time // of both links
}

// Item signs the links of an attachment. The caller has seen to it that whoever asks may see the complaint.
func (k *Keeper) Item(ctx context.Context, a *Attachment) (Item, error) {
	it := Item{Attachment: a}
	if a.State != Ready {
		return it, nil
	}
	it.Until = k.now().Add(linkLife).Truncate(time.Second)
	var err error
	if it.URL, err = k.link(ctx, a.ID, a.File, it.Until); err != nil {
		return it, err
	}
	if a.Thumb != "" {
		it.ThumbURL, err = k.link(ctx, a.ID+thumbSuffix, a.Thumb, it.Until)
	}
	return it, err
}

func (k *Keeper) link(ctx context.Context, name, key string, until time.Time) (string, error) {
	direct, err := k.Blobs.Link(ctx, key, linkLife)
	if err != nil || direct != "" {
		return direct, err
	}
	return k.Links.path(name, until), nil
}

// Blob is the content of an attachment as it is given out.
type Blob struct {
	io.ReadSeekCloser
	Type        string
	Disposition string // Content-Disposition
	Added       time.Time
}

// Open gives the content behind a signed link; fault.Forbidden where the link is wrong or its time is over,
// fault.NotFound where the attachment was removed meanwhile. The caller closes it.
func (k *Keeper) Open(ctx context.Context, name string, exp int64, sig string) (*Blob, error) {
	if !hmac.Equal([]byte(sig), []byte(k.Links.sign(name, exp))) || k.now().After(time.Unix(exp, 0)) {
		return nil, fault.New(fault.Forbidden, "the link is wrong or its time is over; ask for the attachments again")
	}
	id, thumb := strings.CutSuffix(name, thumbSuffix)
	a, err := k.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	key := a.File
	if thumb {
		key = a.Thumb
	}
	if a.State != Ready || key == "" {
		return nil, ErrGone
	}
	r, err := k.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Blob{ReadSeekCloser: r, Type: a.Type, Disposition: a.disposition(), Added: a.Added}, nil
}

// disposition lets a browser show what this program made itself, and only save everything else. The name says nothing of
// anybody.
func (a *Attachment) disposition() string {
	how := "attachment"
	if a.Kind == Photo {
		how = "inline"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": fmt.Sprintf("%s-%s.%s", a.Kind, strings.ToLower(a.ID[len(a.ID)-8:]), a.extension())})
}

func (a *Attachment) extension() string {
	if a.Kind == Photo {
		return "jpg"
	}
	if m := ending(a.Type); m != "" {
		return m
	}
	return "bin"
}
