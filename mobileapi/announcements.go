package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/announce"
)

// Announcement is what many citizens are told alike.
type Announcement struct {
	ID         string    `json:"id" doc:"As in the push's data"`
	Title      string    `json:"title" example:"Bekalan air terganggu"`
	Body       string    `json:"body"`
	Target     Audience  `json:"target"`
	Importance string    `json:"importance" enum:"ordinary,important,danger"`
	Since      time.Time `json:"since" doc:"UTC"`
	Until      time.Time `json:"until" doc:"UTC; afterwards do not show it, also without a line"`
	Over       bool      `json:"over,omitempty" doc:"It was cancelled or is not valid any more"`
}

// Audience is whom an announcement is for.
type Audience struct {
	Kind     string `json:"kind" enum:"everyone,state,district,agency"`
	State    string `json:"state,omitempty" example:"MY-10"`
	District string `json:"district,omitempty" example:"Petaling"`
	Agency   string `json:"agency,omitempty" example:"MBPJ"`
}

type announcementInput struct {
	ID       string `path:"id"`
	Language string `header:"Accept-Language"`
}

type announcementOutput struct {
	Body Announcement
}

func (a *API) registerAnnouncements(api huma.API) {
	registerList(a, api, "list-announcements", "/v1/announcements", "What is announced at present, what ends first first; keep it for when there is no line",
		"public, max-age=300", func(ctx context.Context, lang string) ([]Announcement, error) {
			list, err := a.Announcements.Valid(ctx)
			out := []Announcement{}
			for _, x := range list {
				out = append(out, a.announced(x, lang))
			}
			return out, err
		})
	register(a, api, "reference.read", huma.Operation{OperationID: "get-announcement", Method: http.MethodGet, Path: "/v1/announcements/{id}",
		Summary: "An announcement, also one that is over", Errors: []int{http.StatusNotFound}}, a.announcement)
}

func (a *API) announcement(ctx context.Context, in *announcementInput) (*announcementOutput, error) {
	x, err := a.Announcements.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &announcementOutput{Body: a.announced(x, Language(in.Language, "ms"))}, nil
}

func (a *API) announced(x *announce.Announcement, lang string) Announcement {
	words := x.Notice().In(lang)
	return Announcement{ID: x.ID, Title: words.Title, Body: words.Body, Importance: string(x.Importance), Since: x.Created, Until: x.Until,
		Target: Audience{Kind: string(x.Target.Kind), State: x.Target.State, District: x.Target.District, Agency: x.Target.Agency},
		Over:   !x.Valid(a.Announcements.Now())}
}
