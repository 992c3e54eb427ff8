package mobileapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/stream"
)

// How many streams one account or guest, and one address, may have open in one process.
const (
	mostOfOne     = 8
	mostOfAddress = 200
)

type streamInput struct {
	Credentials
	Language string `header:"Accept-Language"`
	Number   string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens; an account hears of all its own"`
	Last     string `header:"Last-Event-ID" doc:"id of the last event that arrived: the stream goes on after it, on whichever server"`
	Since    string `query:"since" doc:"The same for clients that cannot send the header; also next of GET /v1/sync"`
}

func (a *API) registerStream(api huma.API) {
	op := huma.Operation{OperationID: "stream", Method: http.MethodGet, Path: "/v1/stream",
		Summary: "Server-sent events: each complaint of the account, or the guest's, whole, whenever it changes (event complaint, id to go on from)",
		Errors:  []int{http.StatusNotFound, http.StatusServiceUnavailable}}
	stream.Describe(&op, "Events named complaint whose data is a complaint as GET /v1/complaints/{number} gives it; ends after 15 minutes at the latest: connect again with the last id")
	register(a, api, "complaint.stream", op, a.stream)
}

func (a *API) stream(ctx context.Context, in *streamInput) (*huma.StreamResponse, error) {
	word := in.Last
	if word == "" {
		word = in.Since
	}
	since, err := readSince(word)
	if err != nil {
		return nil, err
	}
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	listener, err := a.News.Listen([]string{CitizenTopic(citizen)}, stream.Limit{Key: citizen, Most: mostOfOne},
		stream.Limit{Key: guard.Address(ctx), Most: mostOfAddress})
	if err != nil {
		return nil, err
	}
	return stream.Serve(func(ctx context.Context, w *stream.Writer) error {
		defer listener.Stop()
		beat := time.NewTicker(stream.Beat)
		defer beat.Stop()
		sent := map[string]int64{} // revisions: a look at the store finds the latest changes again
		for {
			if err := guard.Still(ctx); err != nil {
				return err
			}
			if since, err = a.sendChanges(ctx, w, citizen, since, in.Language, sent); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case _, open := <-listener.C:
				if !open {
					return nil
				}
			case <-beat.C: // a look at the store as well: news may get lost
				if err := w.Alive(); err != nil {
					return err
				}
			}
		}
	}), nil
}

// sendChanges writes what changed since and gives how far it came. Only the last event of a page carries an id: one that
// is cut off in between begins with the whole page again.
func (a *API) sendChanges(ctx context.Context, w *stream.Writer, citizen string, since complaint.Since, language string, sent map[string]int64) (complaint.Since, error) {
	for {
		list, next, more, err := a.Cases.ChangedSince(ctx, citizen, since, 50)
		if err != nil {
			return since, err
		}
		list = slices.DeleteFunc(list, func(c *complaint.Complaint) bool { return sent[c.ID] >= c.Rev })
		for i, c := range list {
			sent[c.ID] = c.Rev
			e := stream.Event{Name: "complaint", Data: a.View.Complaint(c, Language(language, c.Lang), true)}
			if i == len(list)-1 {
				e.ID = writeSince(next)
			}
			if err := w.Send(e); err != nil {
				return since, err
			}
		}
		if since = next; !more {
			return since, nil
		}
	}
}

// CitizenTopic is what a citizen's streams listen to.
func CitizenTopic(citizen string) string { return "citizen:" + citizen }
