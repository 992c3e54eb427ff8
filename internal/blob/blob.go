// Package blob keeps files: in a folder, in S3 or in Google Cloud Storage, chosen by one address.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/gcsblob" // gs://
	_ "gocloud.dev/blob/memblob" // mem://
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"

	"respons/internal/fault"
)

// Schemes are those of the addresses that Open takes beside the path of a folder.
var Schemes = []string{"file", "s3", "gs", "mem"}

// buffer is what a bucket in the cloud collects before it sends: the least that S3 takes for a part.
const buffer = 5 << 20

// Bucket is where files are kept.
type Bucket struct {
	bucket *blob.Bucket
	dir    string // of a folder; empty: it is elsewhere
}

// Open opens the bucket of an address: the path of a folder, which is made if it is not there, or file:///folder,
// s3://bucket?region=…, gs://bucket, mem:// for tests. Credentials are those of the machine.
func Open(ctx context.Context, address string) (*Bucket, error) {
	scheme, _, isURL := strings.Cut(address, "://")
	if isURL && scheme != "file" {
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("open the bucket %s: %w", redacted(address), err)
		}
		return &Bucket{bucket: b}, nil
	}
	dir := address
	if isURL {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("open the folder %s: %w", address, err)
		}
		dir = filepath.FromSlash(u.Path)
	}
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", dir, err)
	}
	return &Bucket{bucket: b, dir: dir}, nil
}

// redacted is an address without what may be secret.
func redacted(address string) string {
	at, _, _ := strings.Cut(address, "?")
	return at
}

// Write stores what r gives under key and says how many bytes it was. It is there whole or not at all; in a folder it
// survives a crash of the machine. Where the bucket serves its files itself, it sends mediaType and disposition with them.
func (b *Bucket) Write(ctx context.Context, key, mediaType, disposition string, r io.Reader) (int64, error) {
	ctx, abandon := context.WithCancel(ctx)
	defer abandon() // a writer closed after this stores nothing
	var f *os.File
	w, err := b.bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: mediaType, ContentDisposition: disposition,
		CacheControl: "private, max-age=600", BufferSize: buffer, MaxConcurrency: 1,
		BeforeWrite: func(as func(any) bool) error { as(&f); return nil }})
	if err != nil {
		return 0, failed("write", key, err)
	}
	n, err := io.Copy(w, r)
	if err == nil && f != nil && b.dir != "" {
		err = f.Sync()
	}
	if err != nil {
		abandon()
		return 0, errors.Join(failed("write", key, err), ignoreCanceled(w.Close()))
	}
	if err := w.Close(); err != nil {
		return 0, failed("write", key, err)
	}
	return n, b.syncFolders(key)
}

// ignoreCanceled drops the error by which an abandoned writer says that it stored nothing.
func ignoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) || gcerrors.Code(err) == gcerrors.Canceled {
		return nil
	}
	return err
}

// syncFolders makes the names that lead to key last, too.
func (b *Bucket) syncFolders(key string) error {
	if b.dir == "" {
		return nil
	}
	for at := filepath.Dir(filepath.FromSlash(key)); ; at = filepath.Dir(at) {
		d, err := os.Open(filepath.Join(b.dir, at))
		if err != nil {
			return fmt.Errorf("keep %s: %w", key, err)
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return fmt.Errorf("keep %s: %w", key, err)
		}
		if at == "." {
			return nil
		}
	}
}

// Open reads a file; fault.NotFound.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	r, err := b.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, failed("read", key, err)
	}
	return r, nil
}

// Delete removes files; what is gone already is no fault.
func (b *Bucket) Delete(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if err := b.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return failed("delete", key, err)
		}
	}
	return nil
}

// Keys lists the files whose key begins with prefix.
func (b *Bucket) Keys(ctx context.Context, prefix string) (keys []string, err error) {
	list := b.bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return keys, nil
		}
		if err != nil {
			return nil, failed("list", prefix, err)
		}
		keys = append(keys, o.Key)
	}
}

// Link is an address at which whoever has it reads the file for a while; empty where the bucket cannot serve by itself.
func (b *Bucket) Link(ctx context.Context, key string, ttl time.Duration) (string, error) {
	link, err := b.bucket.SignedURL(ctx, key, &blob.SignedURLOptions{Expiry: ttl})
	if gcerrors.Code(err) == gcerrors.Unimplemented {
		return "", nil
	}
	if err != nil {
		return "", failed("sign", key, err)
	}
	return link, nil
}

// Close lets go of the bucket.
func (b *Bucket) Close() error { return b.bucket.Close() }

func failed(what, key string, err error) error {
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return fault.Wrap(fault.NotFound, err, "the file is not there any more")
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s %s: %w", what, key, err)
	}
	return fault.Wrap(fault.Unavailable, fmt.Errorf("%s %s: %w", what, key, err), "the files cannot be reached at the moment; please try again")
}
