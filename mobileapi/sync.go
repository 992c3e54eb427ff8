package mobileapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
)

type syncInput struct {
	Language string `header:"Accept-Language"`
	Since    string `query:"since" doc:"next of the answer before; leave it out to begin"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type syncOutput struct {
	Body struct {
		Complaints []Complaint `json:"complaints" doc:"Those that changed, whole, in the order in which they did; one may come again: keep the one of the higher revision"`
		Next       string      `json:"next" doc:"Ask with this next time"`
		More       bool        `json:"more" doc:"There are others already: ask again at once"`
	}
}

func (a *API) registerSync(api huma.API) {
	register(a, api, "complaint.list", huma.Operation{OperationID: "sync", Method: http.MethodGet, Path: "/v1/sync",
		Summary: "What changed in the account's complaints since a phone was last online"}, a.sync)
}

func (a *API) sync(ctx context.Context, in *syncInput) (*syncOutput, error) {
	p := guard.Who(ctx)
	since, err := readSince(in.Since)
	if err != nil {
		return nil, err
	}
	list, next, more, err := a.Cases.ChangedSince(ctx, p.ID, since, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(syncOutput)
	out.Body.Complaints, out.Body.Next, out.Body.More = []Complaint{}, writeSince(next), more
	for _, c := range list {
		out.Body.Complaints = append(out.Body.Complaints, a.View.Complaint(c, Language(in.Language, p.Lang), true))
	}
	return out, nil
}

// A phone keeps how far it has read as one word: milliseconds in base 36, a dot, and the cursor if there is one.
func writeSince(s complaint.Since) string {
	from := "0"
	if !s.From.IsZero() {
		from = strconv.FormatInt(s.From.UnixMilli(), 36)
	}
	return from + "." + s.After
}

func readSince(word string) (complaint.Since, error) {
	if word == "" {
		return complaint.Since{}, nil
	}
	from, after, ok := strings.Cut(word, ".")
	ms, err := strconv.ParseInt(from, 36, 64)
	if !ok || err != nil || ms < 0 {
		return complaint.Since{}, fault.New(fault.Invalid, "since is not one that an answer gave; leave it out to begin anew")
	}
	s := complaint.Since{After: after}
	if ms > 0 {
		s.From = time.UnixMilli(ms).UTC()
	}
	return s, nil
}
