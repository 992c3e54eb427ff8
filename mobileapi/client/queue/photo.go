package queue

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strconv"

	"respons/mobileapi/client"
)

const (
	tusVersion = "1.0.0"
	piece      = 512 << 10 // bytes sent at once: what a line that breaks has to repeat at the most
)

// beginUploads announces the photos of a draft, so that the filing can name them. The key of the draft makes a repeated
// announcement the same upload; it is repeated each time, for the server forgets uploads of which nothing came for three
// days.
func (q *Queue) beginUploads(ctx context.Context, d *Draft) error {
	var named []string
	for i := range d.Photos {
		p := &d.Photos[i]
		if p.Refused == nil {
			if err := q.beginUpload(ctx, d, i); err != nil {
				return err
			}
		}
		if p.Refused == nil {
			named = append(named, p.Upload)
		}
	}
	if len(d.Photos) == 0 {
		return nil
	}
	d.Body.Attachments = &named
	return q.save(d)
}

// beginUpload announces one photo: for the filing to come or, where the draft is filed, for its complaint.
func (q *Queue) beginUpload(ctx context.Context, d *Draft, i int) error {
	p, key := &d.Photos[i], d.Body.Key+"-"+strconv.Itoa(i)
	params := &client.CreateUploadParams{UploadLength: strconv.FormatInt(p.Size, 10), IdempotencyKey: &key, TusResumable: tusVersion, UploadToken: q.uploadToken()}
	if d.Receipt != nil {
		metadata := "complaint " + base64.StdEncoding.EncodeToString([]byte(d.Receipt.Number))
		params.UploadMetadata, params.ClaimCode = &metadata, d.Receipt.ClaimCode
	}
	var answer *client.CreateUploadAnswer
	res, err := q.insist(ctx, func() (*http.Response, error) {
		var err error
		answer, err = q.API.CreateUploadWithBodyWithResponse(ctx, params, "", nil, q.sign)
		if err != nil {
			return nil, err
		}
		return answer.HTTPResponse, nil
	})
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusCreated:
		p.Upload = path.Base(res.Header.Get("Location"))
		return nil
	}
	return p.refuse(res, answer.Body)
}

// refuse notes that the server will not have a photo; the complaint goes without it. Where the phone itself is refused,
// that is the error.
func (p *Photo) refuse(res *http.Response, body []byte) error {
	r := refused(res, body)
	if r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden {
		return r
	}
	p.Refused = &r.Problem
	return nil
}

// finishUploads sends what is missing of the photos of a draft.
func (q *Queue) finishUploads(ctx context.Context, d *Draft) error {
	for i := range d.Photos {
		p := &d.Photos[i]
		if p.Whole || p.Refused != nil {
			continue
		}
		f, err := os.Open(q.photo(d, i))
		if err != nil {
			return err
		}
		err = q.finishUpload(ctx, d, i, f)
		f.Close()
		if err == nil {
			err = q.save(d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finishUpload asks how much has come and goes on from there, piece by piece, until all has.
func (q *Queue) finishUpload(ctx context.Context, d *Draft, i int, content io.ReaderAt) error {
	p := &d.Photos[i]
	for try := 0; ; try++ {
		offset, err := q.offset(ctx, d, i)
		if err != nil || p.Refused != nil {
			return err
		}
		if offset == p.Size {
			p.Whole = true
			return nil
		}
		size := min(piece, p.Size-offset)
		next := make([]byte, size)
		if _, err := content.ReadAt(next, offset); err != nil && err != io.EOF {
			return fmt.Errorf("read a photo: %w", err)
		}
		answer, err := q.API.ContinueUploadWithBodyWithResponse(ctx, p.Upload, &client.ContinueUploadParams{UploadOffset: strconv.FormatInt(offset, 10),
			TusResumable: tusVersion, UploadToken: q.uploadToken(), ClaimCode: d.Receipt.ClaimCode}, "application/offset+octet-stream", bytes.NewReader(next), q.sign)
		switch {
		case err == nil && answer.StatusCode() == http.StatusNoContent:
			try = -1 // the next piece at once
			continue
		case err == nil && answer.StatusCode() != http.StatusConflict && !temporary(answer.StatusCode()):
			return p.refuse(answer.HTTPResponse, answer.Body)
		}
		var res *http.Response
		if err == nil {
			res = answer.HTTPResponse
		}
		if err := q.Wait(ctx, pause(try, res)); err != nil { // then ask again: a part of the piece may have come
			return err
		}
	}
}

// offset is how many bytes of a photo are safe on the server. An upload that it forgot begins anew.
func (q *Queue) offset(ctx context.Context, d *Draft, i int) (int64, error) {
	p := &d.Photos[i]
	var answer *client.ResumeUploadAnswer
	res, err := q.insist(ctx, func() (*http.Response, error) {
		var err error
		answer, err = q.API.ResumeUploadWithResponse(ctx, p.Upload, &client.ResumeUploadParams{TusResumable: tusVersion, UploadToken: q.uploadToken(), ClaimCode: d.Receipt.ClaimCode}, q.sign)
		if err != nil {
			return nil, err
		}
		return answer.HTTPResponse, nil
	})
	switch {
	case err != nil:
		return 0, err
	case res.StatusCode == http.StatusNotFound:
		return 0, q.beginUpload(ctx, d, i)
	case res.StatusCode != http.StatusOK:
		return 0, p.refuse(res, answer.Body)
	}
	return strconv.ParseInt(res.Header.Get("Upload-Offset"), 10, 64)
}
