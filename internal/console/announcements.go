package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/announce"
	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/notify"
)

// Words are an announcement in one language.
type Words struct {
	Title string `json:"title" doc:"One line, 60 characters at the most" example:"Bekalan air terganggu"`
	Body  string `json:"body" doc:"500 characters at the most" example:"Bekalan air di Petaling terganggu hingga petang esok."`
}

// AnnouncementTexts are an announcement in every language of the citizens.
type AnnouncementTexts struct {
	MS Words `json:"ms"`
	EN Words `json:"en"`
	ZH Words `json:"zh"`
	TA Words `json:"ta"`
}

// AnnouncementTarget is whom an announcement is for.
type AnnouncementTarget struct {
	Kind     string `json:"kind" enum:"everyone,state,district,agency" doc:"everyone: who has the app; else who made a report in the state or district, or to the agency or one below it"`
	State    string `json:"state,omitempty" doc:"Of a state or district" example:"MY-10"`
	District string `json:"district,omitempty" example:"Petaling"`
	Agency   string `json:"agency,omitempty" example:"MBPJ"`
}

// AnnouncementBody is what is announced.
type AnnouncementBody struct {
	Texts      AnnouncementTexts  `json:"texts"`
	Target     AnnouncementTarget `json:"target"`
	Importance string             `json:"importance" enum:"ordinary,important,danger" doc:"important rings, danger at night too"`
	Until      time.Time          `json:"until" doc:"How long it is valid, 90 days at the most; what has not gone out by then does not"`
}

type announceInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Chosen by the client; the same one repeats the request"`
	Body           AnnouncementBody
}

// Announcement is one as staff see it.
type Announcement struct {
	ID string `json:"id"`
	AnnouncementBody
	State   string     `json:"state" enum:"spreading,spread,cancelled" doc:"spread: every recipient has been told"`
	Created time.Time  `json:"created"`
	Ended   *time.Time `json:"ended,omitempty" doc:"When it was spread or cancelled"`
	By      string     `json:"by" doc:"Id of who wrote it"`
	Reached int64      `json:"reached" doc:"Recipients that it was laid before so far"`
	Skipped int64      `json:"skipped,omitempty" doc:"Recipients whose data cannot be read; the log names them"`
	Sent    []SentBy   `json:"sent,omitempty" doc:"What came of it by channel and state; of a single announcement only"`
}

// SentBy counts messages of an announcement.
type SentBy struct {
	Channel string `json:"channel" enum:"inbox,push"`
	State   string `json:"state" enum:"queued,sending,waiting,deferred,accepted,opened,failed,dropped"`
	Count   int64  `json:"count"`
}

type announcementPath struct {
	ID string `path:"id"`
}

type announcementOutput struct {
	Body Announcement
}

type announcementsOutput struct {
	Body struct {
		Announcements []Announcement `json:"announcements"`
		Next          string         `json:"next,omitempty"`
	}
}

func (a *API) registerAnnouncements(api huma.API) {
	const path = "/v1/staff/announcements"
	register(a, api, "announcement.write", huma.Operation{OperationID: "announce", Method: http.MethodPost, Path: path, DefaultStatus: http.StatusCreated,
		Summary: "Announce something to many citizens, in four languages; it is spread in the background", Errors: []int{http.StatusConflict}}, a.announce)
	register(a, api, "announcement.write", huma.Operation{OperationID: "cancel-announcement", Method: http.MethodPost, Path: path + "/{id}/cancel",
		DefaultStatus: http.StatusOK, Summary: "Cancel an announcement: what has not gone out does not; again is harmless",
		Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.cancelAnnouncement)
	register(a, api, "announcement.read", huma.Operation{OperationID: "staff-announcements", Method: http.MethodGet, Path: path,
		Summary: "All announcements, the latest first"}, a.announcements)
	register(a, api, "announcement.read", huma.Operation{OperationID: "staff-announcement", Method: http.MethodGet, Path: path + "/{id}",
		Summary: "An announcement, how far it has come, and what came of its messages", Errors: []int{http.StatusNotFound}}, a.announcement)
}

func (a *API) announce(ctx context.Context, in *announceInput) (*announcementOutput, error) {
	p := guard.Who(ctx)
	b := in.Body
	draft := announce.Draft{Importance: notify.Importance(b.Importance), Until: b.Until, Target: announce.Target{Kind: announce.Kind(b.Target.Kind),
		State: b.Target.State, District: b.Target.District, Agency: b.Target.Agency},
		Texts: map[string]notify.Wording{"ms": notify.Wording(b.Texts.MS), "en": notify.Wording(b.Texts.EN), "zh": notify.Wording(b.Texts.ZH), "ta": notify.Wording(b.Texts.TA)}}
	by := complaint.By{Actor: p.Actor(), Request: complaint.NewRequest(in.IdempotencyKey, p.ID+"/announcement", b)}
	var made *announce.Announcement
	err := a.Audit.Act(ctx, audit.Entry{Actor: audit.By(by.Actor), Action: audit.AnnouncementMake}, func(done *audit.Entry) (err error) {
		if made, err = a.Announcements.Announce(ctx, draft, by); err == nil {
			ofAnnouncement(done, made)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &announcementOutput{Body: announced(made)}, nil
}

func (a *API) cancelAnnouncement(ctx context.Context, in *announcementPath) (*announcementOutput, error) {
	x, err := a.Announcements.ByID(ctx, in.ID) // an id that is none does not get into the record
	if err != nil {
		return nil, err
	}
	act := audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: audit.AnnouncementCancel}
	err = a.Audit.Act(ctx, act, func(done *audit.Entry) (err error) {
		ofAnnouncement(done, x)
		x, err = a.Announcements.Cancel(ctx, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.withCounts(ctx, x)
}

func ofAnnouncement(done *audit.Entry, x *announce.Announcement) {
	done.Object = audit.Object{Kind: "announcement", ID: x.ID}
	done.Details[audit.Target] = x.Target.Key()
}

func (a *API) announcements(ctx context.Context, in *PageInput) (*announcementsOutput, error) {
	list, next, err := a.Announcements.All(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(announcementsOutput)
	out.Body.Next, out.Body.Announcements = next, []Announcement{}
	for _, x := range list {
		out.Body.Announcements = append(out.Body.Announcements, announced(x))
	}
	return out, nil
}

func (a *API) announcement(ctx context.Context, in *announcementPath) (*announcementOutput, error) {
	x, err := a.Announcements.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.withCounts(ctx, x)
}

func (a *API) withCounts(ctx context.Context, x *announce.Announcement) (*announcementOutput, error) {
	counts, err := a.Teller.CountOf(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	out := &announcementOutput{Body: announced(x)}
	for _, channel := range []notify.Channel{notify.Inbox, notify.Push} {
		for _, state := range notify.States {
			if n := counts[channel][state]; n > 0 {
				out.Body.Sent = append(out.Body.Sent, SentBy{Channel: string(channel), State: string(state), Count: n})
			}
		}
	}
	return out, nil
}

func announced(x *announce.Announcement) Announcement {
	words := func(lang string) Words { return Words(x.Texts[lang]) }
	return Announcement{ID: x.ID, State: string(x.State), Created: x.Created, Ended: moment(x.Ended), By: x.By.ID, Reached: x.Reached, Skipped: x.Skipped,
		AnnouncementBody: AnnouncementBody{Importance: string(x.Importance), Until: x.Until,
			Texts:  AnnouncementTexts{MS: words("ms"), EN: words("en"), ZH: words("zh"), TA: words("ta")},
			Target: AnnouncementTarget{Kind: string(x.Target.Kind), State: x.Target.State, District: x.Target.District, Agency: x.Target.Agency}}}
}
