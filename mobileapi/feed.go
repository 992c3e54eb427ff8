package mobileapi

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
)

type feedInput struct {
	Code     string `path:"code" maxLength:"40" doc:"Of the agency" example:"MBPJ"`
	Language string `header:"Accept-Language"`
}

type feedOutput struct {
	CacheControl string `header:"Cache-Control"`
	ContentType  string `header:"Content-Type"`
	Body         []byte
}

// rss is RSS 2.0 (rssboard.org).
type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	Language    string `xml:"language"`
	Built       string `xml:"lastBuildDate"`
	Items       []item `xml:"item"`
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
	ids, err := a.Figures.Recent(ctx, in.Code, mostItems)
	if err != nil {
		return nil, err
	}
	doc := rss{Version: "2.0", Channel: channel{Title: name, Link: a.Base + "/", Description: "Respons: " + name, Language: lang,
		Built: a.Cases.Now().UTC().Format(time.RFC1123Z)}}
	for _, id := range ids {
		c, err := a.Cases.Store.ByID(ctx, id)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if c.Secret || c.Sign == nil || c.Agency != in.Code { // the figures may lag behind
			continue
		}
		matter := a.View.Values.Category(c.Category, lang)
		doc.Channel.Items = append(doc.Channel.Items, item{Title: matter + " (" + stateWords[lang][c.State.Open()] + ")", Category: matter,
			Published: c.Received.In(a.Zone).Truncate(24 * time.Hour).Format("Mon, 02 Jan 2006"), GUID: guid{Value: c.Number}})
	}
	body, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, err
	}
	return &feedOutput{CacheControl: "public, max-age=300", ContentType: "application/rss+xml; charset=utf-8", Body: append([]byte(xml.Header), body...)}, nil
}
