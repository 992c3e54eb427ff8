package queue

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"

	"respons/mobileapi/client"
)

// Known is what the phone knows of the account's complaints, to show without a line.
type Known struct {
	Since      string                      `json:"since"`      // how far it has read
	Complaints map[string]client.Complaint `json:"complaints"` // by number
}

// Known reads what the phone knew last.
func (q *Queue) Known() (Known, error) {
	k := Known{Complaints: map[string]client.Complaint{}}
	err := read(q.known(), &k)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return k, err
}

// Sync reads what changed since the phone was last online, for an account. Each page is kept before the next is asked
// for. A complaint may come twice: the higher revision counts.
func (q *Queue) Sync(ctx context.Context) (Known, error) {
	k, err := q.Known()
	for err == nil {
		var answer *client.SyncAnswer
		var res *http.Response
		res, err = q.insist(ctx, func() (*http.Response, error) {
			var err error
			answer, err = q.API.SyncWithResponse(ctx, &client.SyncParams{Since: &k.Since}, q.sign)
			if err != nil {
				return nil, err
			}
			return answer.HTTPResponse, nil
		})
		switch {
		case err != nil:
			return k, err
		case answer.JSON200 == nil || answer.JSON200.Complaints == nil:
			return k, refused(res, answer.Body)
		}
		for _, c := range *answer.JSON200.Complaints {
			if c.Revision >= k.Complaints[c.Number].Revision {
				k.Complaints[c.Number] = c
			}
		}
		k.Since = answer.JSON200.Next
		if err = writeJSON(q.known(), k); err == nil && !answer.JSON200.More {
			return k, nil
		}
	}
	return k, err
}

func (q *Queue) known() string { return filepath.Join(q.Dir, "known.json") }
