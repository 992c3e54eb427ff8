package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/export"
	"respons/internal/guard"
	"respons/internal/sheet"
)

// ExportInput orders a file of the complaints behind a figure.
type ExportInput struct {
	FilterInput
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

// Export is a file that was ordered.
type Export struct {
	ID     string     `json:"id"`
	Format string     `json:"format" enum:"csv,xlsx"`
	State  string     `json:"state" enum:"waiting,running,ready,failed"`
	Rows   int64      `json:"rows" doc:"Written so far"`
	Bytes  int64      `json:"bytes,omitempty"`
	Made   time.Time  `json:"made"`
	Until  *time.Time `json:"until,omitempty" doc:"When it is thrown away"`
	Why    string     `json:"why,omitempty" doc:"Of a failed one"`
}

// ExportOutput is one of them.
type ExportOutput struct{ Body Export }

// ExportsOutput is a person's own.
type ExportsOutput struct {
	Body struct {
		Exports []Export `json:"exports" doc:"The latest first"`
	}
}

// ExportPath names one.
type ExportPath struct {
	ID string `path:"id" maxLength:"40"`
}

func (a *API) registerExports(api huma.API) {
	register(a, api, "report.read", huma.Operation{OperationID: "order-export", Method: http.MethodPost, Path: "/v1/staff/exports", DefaultStatus: http.StatusAccepted,
		Summary: "Order a file of the complaints behind a figure, however many: it is made in the background and kept for a day", Errors: []int{http.StatusConflict}}, a.OrderExport)
	register(a, api, "report.read", huma.Operation{OperationID: "list-exports", Method: http.MethodGet, Path: "/v1/staff/exports",
		Summary: "Files that you ordered, and how far they are"}, a.Exports)
	register(a, api, "report.read", huma.Operation{OperationID: "get-export", Method: http.MethodGet, Path: "/v1/staff/exports/{id}",
		Summary: "How far a file is", Errors: []int{http.StatusNotFound}}, a.export)
	register(a, api, "report.read", huma.Operation{OperationID: "download-export", Method: http.MethodGet, Path: "/v1/staff/exports/{id}/file",
		Summary: "The file", Errors: []int{http.StatusNotFound, http.StatusConflict},
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"text/csv": {}, exportKinds["xlsx"]: {}}}}}, a.exportFile)
}

var exportKinds = map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// OrderExport takes an order.
func (a *API) OrderExport(ctx context.Context, in *ExportInput) (*ExportOutput, error) {
	p := guard.Who(ctx)
	if _, err := a.filter(p, in.FilterInput); err != nil {
		return nil, err
	}
	j, err := a.Orders.Order(ctx, p.ID, in.Format, in.FilterInput)
	if err != nil {
		return nil, err
	}
	return &ExportOutput{Body: exported(j)}, nil
}

// Exports lists the person's own.
func (a *API) Exports(ctx context.Context, _ *struct{}) (*ExportsOutput, error) {
	list, err := a.Orders.List(ctx, guard.Who(ctx).ID)
	if err != nil {
		return nil, err
	}
	out := new(ExportsOutput)
	out.Body.Exports = []Export{}
	for _, j := range list {
		out.Body.Exports = append(out.Body.Exports, exported(j))
	}
	return out, nil
}

func (a *API) export(ctx context.Context, in *ExportPath) (*ExportOutput, error) {
	j, err := a.Orders.ByID(ctx, guard.Who(ctx).ID, in.ID)
	if err != nil {
		return nil, err
	}
	return &ExportOutput{Body: exported(j)}, nil
}

func (a *API) exportFile(ctx context.Context, in *ExportPath) (*huma.StreamResponse, error) {
	f, e, err := a.ExportFile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer f.Close()
		hc.SetHeader("Content-Type", exportKinds[e.Format])
		hc.SetHeader("Content-Disposition", `attachment; filename="respons-`+e.ID+"."+e.Format+`"`)
		if _, err := io.Copy(hc.BodyWriter(), f); err != nil {
			a.Log.InfoContext(ctx, "download cut off", "export", e.ID, "err", err)
		}
	}}, nil
}

// ExportFile opens a ready file of the person's own; the caller closes it.
func (a *API) ExportFile(ctx context.Context, id string) (io.ReadSeekCloser, Export, error) {
	f, j, err := a.Orders.Open(ctx, guard.Who(ctx).ID, id)
	return f, exported(j), err
}

// WriteExport writes what was ordered, as far as its owner may see it by now.
func (a *API) WriteExport(ctx context.Context, j export.Job, w io.Writer, row func()) error {
	var in FilterInput
	if err := json.Unmarshal(j.Order, &in); err != nil {
		return fmt.Errorf("decode order: %w", err)
	}
	p, err := a.reader(ctx, j.Owner)
	if err != nil {
		return err
	}
	t := sheet.Table{Name: "Respons", Columns: CountedColumns(p.Lang), Zone: a.Figures.Zone, Rows: func(yield func([]any, error) bool) {
		for cells, err := range a.CountedRows(ctx, p, in) {
			if err == nil {
				row()
			}
			if !yield(cells, err) {
				return
			}
		}
	}}
	if j.Format == "xlsx" {
		return sheet.XLSX(w, t)
	}
	return sheet.CSV(w, t)
}

func exported(j export.Job) Export {
	return Export{ID: j.ID, Format: j.Format, State: string(j.State), Rows: j.Rows, Bytes: j.Bytes, Made: j.Made, Until: moment(j.Until), Why: j.Why}
}
