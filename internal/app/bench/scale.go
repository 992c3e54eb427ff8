package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
)

// ScaleReport is how long pages take with few complaints and with many.
type ScaleReport struct {
	Store string     `json:"store"`
	Sizes []int      `json:"sizes"` // complaints
	Rows  []ScaleRow `json:"rows"`
}

// ScaleRow is one page at each size; the ratio is of the medians, last size to first.
type ScaleRow struct {
	Page  string   `json:"page"`
	At    []Spread `json:"at"`
	Ratio float64  `json:"ratio"`
}

// ask is a request that is measured.
type ask struct {
	page string
	who  string // officer, supervisor, state, oversight or citizen
	path func(c *crowd, i int) string

	before func(c *crowd, ctx context.Context, i int) error // what happens before each request, which is not measured; nil: nothing
}

func path(p string) func(*crowd, int) string { return func(*crowd, int) string { return p } }

var queueAsks = []ask{
	{page: "officer's queue", who: "officer", path: path("/v1/staff/complaints")},
	{page: "officer's queue as a page", who: "officer", path: path("/console")},
	{page: "what an officer has", who: "officer", path: path("/v1/staff/complaints?assignee=me")},
	{page: "search by a word", who: "officer", path: path("/v1/staff/complaints?q=lubang")},
	{page: "search by two words", who: "officer", path: path("/v1/staff/complaints?q=lubang+gasing")},
	{page: "supervisor's queue", who: "state", path: path("/v1/staff/complaints")},
	{page: "citizen's list", who: "citizen", path: path("/v1/complaints")},
	{page: "citizen's timeline", who: "citizen", path: func(c *crowd, i int) string { return "/v1/complaints/" + c.numbers[i%len(c.numbers)] }},
}

var dashboardAsks = []ask{
	{page: "board of a council", who: "supervisor", path: path("/v1/staff/reports/board")},
	{page: "board of a council as a page", who: "supervisor", path: path("/console/board")},
	{page: "board of a state", who: "state", path: path("/v1/staff/reports/board")},
	{page: "board of the country", who: "oversight", path: path("/v1/staff/reports/board")},
	{page: "board of the country, each time after a change", who: "oversight", path: path("/v1/staff/reports/board"), before: (*crowd).another},
	{page: "board of the country as a page", who: "oversight", path: path("/console/board")},
	{page: "breach list", who: "state", path: path("/v1/staff/reports/complaints?standing=overdue")},
	{page: "districts", who: "oversight", path: path("/v1/staff/reports/districts")},
}

// Queue measures what officers and citizens open.
func Queue(ctx context.Context, cfg config.Config, sizes []int, progress func(string)) (*ScaleReport, error) {
	return scale(ctx, cfg, sizes, queueAsks, false, progress)
}

// Dashboard measures what supervisors open. The figures are made by a recount, and equal another one.
func Dashboard(ctx context.Context, cfg config.Config, sizes []int, progress func(string)) (*ScaleReport, error) {
	return scale(ctx, cfg, sizes, dashboardAsks, true, progress)
}

func scale(ctx context.Context, cfg config.Config, sizes []int, asks []ask, figures bool, progress func(string)) (*ScaleReport, error) {
	r := &ScaleReport{Store: "embedded", Sizes: sizes}
	if cfg.MongoURI != "" {
		r.Store = "mongodb"
	}
	for _, a := range asks {
		r.Rows = append(r.Rows, ScaleRow{Page: a.page})
	}
	for _, n := range sizes {
		if err := r.measure(ctx, cfg, n, asks, figures, progress); err != nil {
			return r, fmt.Errorf("at %d complaints: %w", n, err)
		}
	}
	for i := range r.Rows {
		if at := r.Rows[i].At; at[0].P50 > 0 {
			r.Rows[i].Ratio = at[len(at)-1].P50 / at[0].P50
		}
	}
	return r, nil
}

func (r *ScaleReport) measure(ctx context.Context, cfg config.Config, n int, asks []ask, figures bool, progress func(string)) (err error) {
	dir, err := os.MkdirTemp("", "respons-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg.Data, cfg.Demo, cfg.Database = filepath.Join(dir, "data"), false, fmt.Sprintf("%s_bench_%d_%d", cfg.Database, n, time.Now().UnixNano())
	a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	c := &crowd{App: a}
	tokens, err := c.enrol(ctx)
	if err != nil {
		return err
	}
	progress(fmt.Sprintf("%d complaints are put into the store", n))
	if err := c.fill(ctx, n, progress); err != nil {
		return err
	}
	if figures {
		progress("figures are counted, and counted again to compare")
		if err := c.count(ctx); err != nil {
			return err
		}
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	for i, ask := range asks {
		progress(ask.page)
		s, err := c.look(ctx, server.URL, ask, tokens[ask.who])
		if err != nil {
			return fmt.Errorf("%s: %w", ask.page, err)
		}
		r.Rows[i].At = append(r.Rows[i].At, s)
	}
	return nil
}

func (c *crowd) enrol(ctx context.Context) (map[string]string, error) {
	tokens := map[string]string{}
	for who, p := range map[string]identity.Person{
		"officer": {Role: complaint.Officer, Agency: busy}, "supervisor": {Role: complaint.Supervisor, Agency: busy},
		"state": {Role: complaint.Supervisor, Agency: "SUK-SGR"}, "oversight": {Role: complaint.Oversight}, "citizen": {Role: complaint.CitizenRole},
	} {
		p.Name, p.Lang = who, "en"
		made, token, err := c.People.Enrol(ctx, p, "")
		if err != nil {
			return nil, err
		}
		tokens[who] = token
		switch who {
		case "officer":
			c.officer = made
		case "citizen":
			c.citizen = made
		}
	}
	return tokens, nil
}

// look asks one after the other, from one client; the first few warm up.
func (c *crowd) look(ctx context.Context, base string, a ask, token string) (Spread, error) {
	const warm, measured = 20, 500
	var took []time.Duration
	for i := range warm + measured {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+a.path(c, i), nil)
		if err != nil {
			return Spread{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		if a.before != nil {
			if err := a.before(c, ctx, i); err != nil {
				return Spread{}, err
			}
		}
		begin := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return Spread{}, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			return Spread{}, err
		}
		if res.StatusCode != http.StatusOK {
			return Spread{}, fmt.Errorf("status %d: %.200s", res.StatusCode, body)
		}
		if i >= warm {
			took = append(took, time.Since(begin))
		}
	}
	return spread(took), nil
}

// Write prints the report as a table.
func (r *ScaleReport) Write(w io.Writer) error {
	fmt.Fprintf(w, "store %s, milliseconds over HTTP on one connection\n", r.Store)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "page\t")
	for _, n := range r.Sizes {
		fmt.Fprintf(t, "p50 at %d\tp99\t", n)
	}
	fmt.Fprintln(t, "ratio of p50\t")
	for _, row := range r.Rows {
		fmt.Fprintf(t, "%s\t", row.Page)
		for _, s := range row.At {
			fmt.Fprintf(t, "%.2f\t%.2f\t", s.P50, s.P99)
		}
		fmt.Fprintf(t, "%.2f\t\n", row.Ratio)
	}
	return t.Flush()
}
