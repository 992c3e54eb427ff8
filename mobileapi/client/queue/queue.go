// Package queue is what an app does while its line is bad, in Go as an example for the apps' own languages. A draft is on
// the disk, under a key of its own, before anything is sent. It is sent as often as it takes, always with the same key, and
// leaves the queue only with a receipt or with a problem that a person must mend. So the app may be killed and the line may
// break at any point: every draft becomes exactly one complaint. ../../GUIDE.md explains the rules.
package queue

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"respons/mobileapi/client"
)

// Queue holds the drafts of one phone. It is for one goroutine, and one Queue at a time has the folder.
type Queue struct {
	// Dir is the folder of the drafts, which exists.
	Dir string
	API client.ClientWithResponsesInterface
	// Token is that of the account; empty: a guest.
	Token string
	// UploadToken is chosen once by a guest's phone, 22 random characters or more; an account needs none.
	UploadToken string
	// Wait lasts until the next try, or gives the context's error.
	Wait func(context.Context, time.Duration) error
}

// perBatch is how many drafts go out at once: few, so that a line that breaks all the time gets something through.
const perBatch = 10

// Send sends everything that waits: it begins the uploads, files the drafts, which name them, and goes on with the photos
// last, so that a complaint does not wait for its pictures. It returns when nothing waits any more, or the context ends, or
// the server refuses the phone itself: *Refused.
func (q *Queue) Send(ctx context.Context) error {
	drafts, err := q.Drafts()
	if err != nil {
		return err
	}
	var waiting []*Draft
	for _, d := range drafts {
		if d.Receipt == nil && d.Problem == nil {
			if err := q.beginUploads(ctx, d); err != nil {
				return err
			}
			waiting = append(waiting, d)
		}
	}
	for try := 0; len(waiting) > 0; try++ {
		var again []*Draft
		for at := 0; at < len(waiting); at += perBatch {
			left, err := q.file(ctx, waiting[at:min(at+perBatch, len(waiting))])
			if err != nil {
				return err
			}
			again = append(again, left...)
		}
		if waiting = again; len(waiting) > 0 {
			if err := q.Wait(ctx, pause(try, nil)); err != nil {
				return err
			}
		}
	}
	for _, d := range drafts {
		if d.Receipt != nil {
			if err := q.finishUploads(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// file sends one batch, notes what became of each draft, and gives those that are to be sent again as they are.
func (q *Queue) file(ctx context.Context, batch []*Draft) (again []*Draft, err error) {
	bodies := make([]client.BatchDraft, len(batch))
	for i, d := range batch {
		bodies[i] = d.Body
	}
	var answer *client.FileBatchAnswer
	res, err := q.insist(ctx, func() (*http.Response, error) {
		var err error
		answer, err = q.API.FileBatchWithResponse(ctx, &client.FileBatchParams{UploadToken: q.uploadToken()}, client.BatchBody{Drafts: &bodies}, q.sign)
		if err != nil {
			return nil, err
		}
		return answer.HTTPResponse, nil
	})
	if err != nil {
		return nil, err
	}
	if answer.JSON200 == nil || answer.JSON200.Results == nil {
		return nil, refused(res, answer.Body)
	}
	became := map[string]client.BatchResult{}
	for _, r := range *answer.JSON200.Results {
		became[r.Key] = r
	}
	for _, d := range batch {
		r, ok := became[d.Body.Key]
		switch {
		case !ok || r.Receipt == nil && r.Problem == nil:
			return nil, fmt.Errorf("the server's answer leaves out draft %s", d.Body.Key)
		case r.Receipt == nil && temporary(int(r.Problem.Status)):
			again = append(again, d)
			continue
		}
		d.Receipt, d.Problem = r.Receipt, r.Problem
		if err := q.save(d); err != nil {
			return nil, err
		}
	}
	return again, nil
}

// sign adds who asks.
func (q *Queue) sign(ctx context.Context, req *http.Request) error {
	if q.Token == "" {
		return nil
	}
	return client.Bearer(q.Token)(ctx, req)
}

func (q *Queue) uploadToken() *string {
	if q.Token != "" {
		return nil
	}
	return &q.UploadToken
}
