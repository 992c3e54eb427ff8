package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/stream"
)

// How many streams one member of staff, and one office's address, may have open in one process.
const (
	mostOfOne     = 8
	mostOfAddress = 1000
)

// Happened is what a stream says of a complaint.
type Happened struct {
	Number string `json:"number"`
	Action string `json:"action"`
}

func (a *API) registerStream(api huma.API) {
	op := huma.Operation{OperationID: "staff-stream", Method: http.MethodGet, Path: "/v1/staff/stream",
		Summary: "Server-sent events: what happens in your queue, as it happens", Errors: []int{http.StatusServiceUnavailable}}
	stream.Describe(&op, "Events named changed with number and action of a complaint; look says that some may have been missed, first of all after connecting: read the queue")
	register(a, api, "complaint.watch", op, a.watch)
}

// watch says what happens, not what came of it: whoever wants to know asks for the complaint, where it is decided afresh
// whether they may see it. So nothing has to be kept for those who were away.
func (a *API) watch(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	p := guard.Who(ctx)
	topics := []string{BranchTopic(a.branch(p), false)}
	if p.Cleared {
		topics = append(topics, BranchTopic(a.branch(p), true))
	}
	listener, err := a.News.Listen(topics, stream.Limit{Key: p.ID, Most: mostOfOne}, stream.Limit{Key: guard.Address(ctx), Most: mostOfAddress})
	if err != nil {
		return nil, err
	}
	return stream.Serve(func(ctx context.Context, w *stream.Writer) error {
		defer listener.Stop()
		beat := time.NewTicker(stream.Beat)
		defer beat.Stop()
		err := w.Send(stream.Event{Name: "look", Data: struct{}{}})
		for err == nil {
			select {
			case <-ctx.Done():
				return nil
			case n, open := <-listener.C:
				switch over := guard.Still(ctx); {
				case !open:
					return nil
				case over != nil:
					return over
				case n.Number == "":
					err = w.Send(stream.Event{Name: "look", Data: struct{}{}})
				default:
					err = w.Send(stream.Event{Name: "changed", Data: Happened{Number: n.Number, Action: n.Action}})
				}
			case <-beat.C:
				if err = guard.Still(ctx); err == nil {
					err = w.Alive()
				}
			}
		}
		return err
	}), nil
}

// BranchTopic is what streams of a branch of the agencies listen to; restricted complaints have a topic of their own.
func BranchTopic(branch string, restricted bool) string {
	if restricted {
		return "cleared:" + branch
	}
	return "branch:" + branch
}
