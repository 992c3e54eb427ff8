package mobileapi

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/report"
)

type openDataInput struct {
	Period
	Format string `query:"format" enum:"csv,json" default:"csv"`
}

// Datum is a row of the open data.
type Datum struct {
	Month    string `json:"month"`
	Agency   string `json:"agency"`
	Category string `json:"category"`
	Received *int64 `json:"received"`
	Mended   *int64 `json:"mended"`
	Late     *int64 `json:"late"`
}

func (a *API) registerOpenData(api huma.API) {
	op := huma.Operation{OperationID: "open-data", Method: http.MethodGet, Path: "/v1/public/open-data",
		Summary: "Open data: complaints by month of receipt, agency and category. Counts to the nearest five, empty below five; restricted complaints are not counted"}
	op.Responses = map[string]*huma.Response{"200": {Description: "CSV with a header (month, agency, category, received, mended, late), or a JSON array of the same",
		Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}},
			"application/json": {Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object", AdditionalProperties: true}}}}}}
	register(a, api, "public.read", op, a.openData)
}

// openData is sent while it is read, so that its size does not matter.
func (a *API) openData(ctx context.Context, in *openDataInput) (*huma.StreamResponse, error) {
	from, to, err := report.Months(in.From, in.To, a.Cases.Now().In(a.Zone))
	if err != nil {
		return nil, err
	}
	lines := a.Figures.Lines(ctx, a.everyAgency(), from, to)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Cache-Control", "public, max-age=3600")
		name := "respons-" + from + "-" + to + "." + in.Format
		hc.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		if in.Format == "json" {
			hc.SetHeader("Content-Type", "application/json")
			a.writeJSON(hc, lines)
			return
		}
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		a.writeCSV(hc, lines)
	}}, nil
}

func (a *API) writeCSV(hc huma.Context, lines func(func(report.Line, error) bool)) {
	w := csv.NewWriter(hc.BodyWriter())
	w.Write([]string{"month", "agency", "category", "received", "mended", "late"}) // an error comes up at Flush and means that the client is gone
	number := func(n *int64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatInt(*n, 10)
	}
	for l, err := range lines {
		if err != nil {
			a.cutOff(hc.Context(), err)
		}
		w.Write([]string{l.Month, l.Agency, l.Category, number(l.Received), number(l.Mended), number(l.Late)})
	}
	w.Flush()
}

func (a *API) writeJSON(hc huma.Context, lines func(func(report.Line, error) bool)) {
	out := hc.BodyWriter()
	out.Write([]byte("["))
	sep := ""
	for l, err := range lines {
		if err != nil {
			a.cutOff(hc.Context(), err)
		}
		row, err := json.Marshal(Datum{l.Month, l.Agency, l.Category, l.Received, l.Mended, l.Late})
		if err != nil {
			a.cutOff(hc.Context(), err)
		}
		out.Write([]byte(sep + string(row)))
		sep = ",\n"
	}
	out.Write([]byte("]\n"))
}

// cutOff breaks the connection, so that nobody takes half of the data for all of it.
func (a *API) cutOff(ctx context.Context, err error) {
	a.Log.ErrorContext(ctx, "open data cut off", "err", err)
	panic(http.ErrAbortHandler)
}
