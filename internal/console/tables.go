package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/amend"
	"respons/internal/guard"
)

// Table is a table of the reference data that administrators may amend.
type Table struct {
	File    string   `json:"file" example:"agencies.csv"`
	Key     []string `json:"key,omitempty" doc:"Columns that tell a row from all others; absent: the whole row does"`
	Ordered bool     `json:"ordered" doc:"The order of rows means something"`
	Fixed   bool     `json:"fixed" doc:"Rows are changed, and not added, removed or moved"`
	Rows    int      `json:"rows"`
}

// TableRow is one row of a table.
type TableRow struct {
	Row    int      `json:"row" doc:"From 1"`
	Line   int      `json:"line" doc:"In the file, from 1, as mistakes name it"`
	Fields []string `json:"fields" doc:"In the order of columns"`
}

// TableBody is a table, or the part of it that was asked for.
type TableBody struct {
	Table
	Columns []string   `json:"columns"`
	List    []TableRow `json:"list"`
	Next    int        `json:"next,omitempty" doc:"For after; absent at the end"`
}

type tablesOutput struct {
	Body struct {
		Tables []Table `json:"tables"`
	}
}

// TablePath names a table.
type TablePath struct {
	File string `path:"file" maxLength:"60" example:"agencies.csv"`
}

// TableInput says how a table is to be read.
type TableInput struct {
	TablePath
	Amendment string `query:"amendment" maxLength:"40" doc:"With this amendment; absent: as it counts today"`
	Version   string `query:"version" maxLength:"40" doc:"As it was after this amendment, or shipped"`
	Find      string `query:"find" maxLength:"200" doc:"Only rows with these words, whatever the case"`
	After     int    `query:"after" minimum:"0" doc:"next of the part before"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

// TableOutput is the answer with a table.
type TableOutput struct{ Body TableBody }

// TableFileInput says which version of a table is to be downloaded.
type TableFileInput struct {
	TablePath
	Amendment string `query:"amendment" maxLength:"40"`
	Version   string `query:"version" maxLength:"40"`
}

// TableFileOutput is a table as a file.
type TableFileOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// TableVersion is what an amendment made of a table.
type TableVersion struct {
	ID      string    `json:"id" doc:"Of the amendment; also the name of the version"`
	Author  string    `json:"author"`
	Reason  string    `json:"reason"`
	Counts  string    `json:"counts" format:"date" doc:"From which day, in Malaysia"`
	Pending bool      `json:"pending" doc:"Its day has not come"`
	At      time.Time `json:"approved" doc:"UTC"`
	By      string    `json:"approved_by"`
	Edits   []RowEdit `json:"edits"`
	Columns []string  `json:"columns"`
}

type historyOutput struct {
	Body struct {
		Versions []TableVersion `json:"versions" doc:"The latest first; before all of them stands the version shipped"`
	}
}

// RollbackInput says to which version a table is taken back.
type RollbackInput struct {
	TablePath
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"The same key finds the same draft"`
	Body           struct {
		Version string `json:"version" minLength:"1" maxLength:"40" doc:"Id of an amendment, or shipped"`
	}
}

func (a *API) registerTables(api huma.API) {
	const path = "/v1/staff/tables"
	missing := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "amendment.read", huma.Operation{OperationID: "list-tables", Method: http.MethodGet, Path: path,
		Summary: "The tables of the reference data that can be amended while the system runs"}, a.Tables)
	register(a, api, "amendment.read", huma.Operation{OperationID: "get-table", Method: http.MethodGet, Path: path + "/{file}",
		Summary: "A table as it counts today, with an amendment, or as it was", Errors: missing}, a.Table)
	register(a, api, "amendment.read", huma.Operation{OperationID: "download-table", Method: http.MethodGet, Path: path + "/{file}/csv",
		Summary: "The same as CSV", Errors: missing,
		Responses: map[string]*huma.Response{"200": {Description: "The table", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}}, a.TableFile)
	register(a, api, "amendment.read", huma.Operation{OperationID: "table-history", Method: http.MethodGet, Path: path + "/{file}/history",
		Summary: "What amendments made of a table, row by row", Errors: missing}, a.TableHistory)
	register(a, api, "amendment.write", huma.Operation{OperationID: "roll-back-table", Method: http.MethodPost, Path: path + "/{file}/rollback",
		DefaultStatus: http.StatusCreated, Summary: "Make a draft that takes a table back to an earlier version", Errors: missing}, a.Rollback)
}

// Tables lists the tables.
func (a *API) Tables(ctx context.Context, _ *struct{}) (*tablesOutput, error) {
	out := new(tablesOutput)
	sheets, err := a.Amendments.Tables(ctx)
	if err != nil {
		return nil, err
	}
	for i, f := range amend.Files {
		out.Body.Tables = append(out.Body.Tables, tableOf(f, sheets[i]))
	}
	return out, nil
}

func tableOf(f amend.File, s amend.Sheet) Table {
	return Table{File: f.Name, Key: f.Key, Ordered: f.Ordered, Fixed: f.Fixed, Rows: len(s.Rows)}
}

// Table gives the part of a table that was asked for.
func (a *API) Table(ctx context.Context, in *TableInput) (*TableOutput, error) {
	f, err := amend.FileOf(in.File)
	if err != nil {
		return nil, err
	}
	s, err := a.sheet(ctx, in.File, in.Amendment, in.Version)
	if err != nil {
		return nil, err
	}
	out := &TableOutput{Body: TableBody{Table: tableOf(f, s), Columns: s.Columns, List: []TableRow{}}}
	lines := s.Lines()
	for i := in.After; i < len(s.Rows); i++ {
		if in.Find != "" && !holds(s.Rows[i], in.Find) {
			continue
		}
		if len(out.Body.List) == in.Limit {
			out.Body.Next = i
			break
		}
		out.Body.List = append(out.Body.List, TableRow{Row: i + 1, Line: lines[i], Fields: s.Rows[i]})
	}
	return out, nil
}

// holds says whether a row has every word of a search.
func holds(row []string, find string) bool {
	all := strings.ToLower(strings.Join(row, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(find)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

func (a *API) sheet(ctx context.Context, file, amendment, version string) (amend.Sheet, error) {
	if version != "" {
		return a.Amendments.At(ctx, file, version)
	}
	return a.Amendments.Table(ctx, file, amendment)
}

// TableFile gives a table as CSV.
func (a *API) TableFile(ctx context.Context, in *TableFileInput) (*TableFileOutput, error) {
	s, err := a.sheet(ctx, in.File, in.Amendment, in.Version)
	if err != nil {
		return nil, err
	}
	return &TableFileOutput{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + in.File + `"`, Body: append([]byte("\ufeff"), s.Bytes()...)}, nil // with the mark by which spreadsheets know UTF-8
}

// TableHistory lists the versions of a table.
func (a *API) TableHistory(ctx context.Context, in *TablePath) (*historyOutput, error) {
	list, err := a.Amendments.History(ctx, in.File)
	if err != nil {
		return nil, err
	}
	out := new(historyOutput)
	out.Body.Versions = []TableVersion{}
	for _, v := range list {
		x := TableVersion{ID: v.Amendment.ID, Author: v.Amendment.Author, Reason: v.Amendment.Reason, Counts: v.Counts.String(), Pending: v.Pending,
			At: v.Amendment.Approval.At, By: v.Amendment.Approval.By}
		for _, c := range changes(v.Amendment) {
			if c.File == in.File {
				x.Columns, x.Edits = c.Columns, c.Edits
			}
		}
		out.Body.Versions = append(out.Body.Versions, x)
	}
	return out, nil
}

// Rollback makes a draft.
func (a *API) Rollback(ctx context.Context, in *RollbackInput) (*AmendmentOutput, error) {
	x, err := a.Amendments.Rollback(ctx, in.File, in.Body.Version, guard.Who(ctx).Actor(), in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return a.amendment(ctx, x)
}
