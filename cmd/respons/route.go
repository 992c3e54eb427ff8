package main

import (
	"fmt"
	"time"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/place"
	"respons/internal/routing"
)

type routeCmd struct {
	JSON bool   `help:"Read JSON Lines from standard input and answer one line for each." name:"json" required:""`
	Lang string `help:"Language of the reasons." enum:"en,ms" default:"en"`
}

// question is one line: only text is needed.
type question struct {
	ID       any       `json:"id"`
	Text     string    `json:"text"`
	Lat      *float64  `json:"lat"`
	Lon      *float64  `json:"lon"`
	Address  string    `json:"address"`
	Postcode string    `json:"postcode"`
	At       time.Time `json:"at"`
}

func (q question) where() (place.Query, error) {
	p := place.Query{Address: q.Address, Postcode: q.Postcode, Text: q.Text}
	if (q.Lat == nil) != (q.Lon == nil) {
		return p, fmt.Errorf("lat and lon go together")
	}
	if q.Lat != nil {
		p.HasPoint, p.Lat, p.Lon = true, *q.Lat, *q.Lon
		if !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) {
			return p, fmt.Errorf("lat %g, lon %g is no position on Earth", p.Lat, p.Lon)
		}
	}
	return p, nil
}

type likely struct {
	Agency     string  `json:"agency"`
	Confidence float64 `json:"confidence"`
}

type routed struct {
	ID           any           `json:"id"`
	Agency       string        `json:"agency"`
	Category     string        `json:"category"`
	Confidence   float64       `json:"confidence"`
	Auto         bool          `json:"auto"`
	Emergency    string        `json:"emergency"`
	Alternatives []likely      `json:"alternatives"`
	Reasons      []string      `json:"reasons"`
	RecordType   string        `json:"record_type"`
	Lang         string        `json:"lang"`
	Restricted   bool          `json:"restricted"`
	Place        routing.Place `json:"place"`
	Model        string        `json:"model"`
}

// Run answers questions without a server.
func (r routeCmd) Run(cfg *config.Config, std streams) error {
	ref, err := app.LoadReference(app.Folder(cfg.Configs))
	if err != nil {
		return err
	}
	return answerLines(std, func(q question) (any, error) {
		where, err := q.where()
		if err != nil {
			return nil, err
		}
		if q.Text == "" {
			return nil, fmt.Errorf("text is missing")
		}
		if q.At.IsZero() {
			q.At = time.Now()
		}
		d := ref.Router.Route(routing.Question{Text: q.Text, Where: where, At: q.At})
		out := routed{ID: q.ID, Agency: d.Agency, Category: d.Category, Confidence: d.Confidence, Auto: d.Auto, Emergency: d.Emergency,
			Alternatives: []likely{}, Reasons: []string{}, RecordType: d.RecordType, Lang: d.Lang, Restricted: d.Restricted, Place: d.Place, Model: d.Model}
		for _, a := range d.Alternatives {
			out.Alternatives = append(out.Alternatives, likely{a.Agency, a.Confidence})
		}
		for _, why := range d.Reasons {
			out.Reasons = append(out.Reasons, why.In(r.Lang))
		}
		return out, nil
	})
}
