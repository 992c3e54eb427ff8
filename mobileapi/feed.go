package mobileapi

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/conditional"

	"respons/internal/fault"
)

type feedInput struct {
	conditional.Params
	Code     string `path:"code" maxLength:"40" doc:"Of the agency" example:"MBPJ"`
	Language string `header:"Accept-Language"`
}

type feedOutput struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	ContentType  string `header:"Content-Type"`
	Body         []byte
}

// rss is RSS 2.0 with the address of the feed itself (rssboard.org, RSS Best Practices Profile).
type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	Language    string `xml:"language"`
	Published   string `xml:"pubDate,omitempty"`
	Self        self   `xml:"atom:link"`
	Items       []item `xml:"item"`
}

type self struct {
	Address string `xml:"href,attr"`
	Rel     string `xml:"rel,attr"`
	Type    string `xml:"type,attr"`
}

type item struct {
	Title     string `xml:"title"`
	Category  string `xml:"category,omitempty"`
	Published string `xml:"pubDate"`
	GUID      guid   `xml:"guid"`
}

type guid struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

// mostItems is how many complaints a feed lists.
const mostItems = 50

func (a *API) registerFeed(api huma.API) {
	op := huma.Operation{OperationID: "agency-feed", Method: http.MethodGet, Path: "/v1/public/agencies/{code}/feed",
		Summary: "RSS 2.0 of an agency's latest complaints: matter, state and day; never text, place or who made them",
		Errors:  []int{http.StatusNotFound}}
	op.Responses = map[string]*huma.Response{"200": {Description: "RSS 2.0",
		Content: map[string]*huma.MediaType{"application/rss+xml": {Schema: &huma.Schema{Type: "string"}}}}}
	register(a, api, "public.read", op, a.feed)
}

var stateWords = map[string]map[bool]string{"ms": {true: "terbuka", false: "selesai"}, "en": {true: "open", false: "over"}, "zh": {true: "处理中", false: "已结束"}, "ta": {true: "திறந்துள்ளது", false: "முடிந்தது"}}

func (a *API) feed(ctx context.Context, in *feedInput) (*feedOutput, error) {
	lang := Language(in.Language, "ms")
	name := a.View.Values.Agency(in.Code, lang)
	if name == "" {
		return nil, fault.New(fault.NotFound, "there is no agency %q; GET /v1/agencies lists the codes", in.Code)
	}
	list, err := a.Figures.Recent(ctx, in.Code, mostItems)
	if err != nil {
		return nil, err
	}
	doc := rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: channel{Title: name, Link: a.Base + "/", Description: "Respons: " + name, Language: lang,
		Self: self{a.Base + "/v1/public/agencies/" + url.PathEscape(in.Code) + "/feed", "self", "application/rss+xml"}}}
	for i, f := range list {
		day := dayOf(f.Received, a.Zone)
		if i == 0 {
			doc.Channel.Published = day.Format(time.RFC1123Z)
		}
		matter := a.View.Values.Category(f.Category, lang)
		doc.Channel.Items = append(doc.Channel.Items, item{Title: matter + " (" + stateWords[lang][f.Over.IsZero()] + ")", Category: matter,
			Published: day.Format(time.RFC1123Z), GUID: guid{Value: f.Number}})
	}
	body, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, err
	}
	tag, err := tagOf(doc)
	if err != nil {
		return nil, err
	}
	if in.HasConditionalParams() {
		if same := in.PreconditionFailed(tag, time.Time{}); same != nil {
			return nil, same
		}
	}
	return &feedOutput{CacheControl: "public, max-age=300", ETag: `"` + tag + `"`, ContentType: "application/rss+xml; charset=utf-8", Body: append([]byte(xml.Header), body...)}, nil
}

// dayOf is midnight of an instant's day in Malaysia: the public learns the day and not the hour.
func dayOf(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
