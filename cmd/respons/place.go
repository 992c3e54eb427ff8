package main

import (
	"context"
	"fmt"
	"os"

	"respons/internal/agency"
	"respons/internal/app"
	"respons/internal/audit"
	"respons/internal/config"
	"respons/internal/place"
	"respons/internal/table"
)

type placeCmd struct {
	Find   placeFindCmd   `cmd:"" default:"withargs" help:"Say where a matter lies. Example: echo '{\"id\":\"1\",\"text\":\"depan pasar Taiping\"}' | respons place --json"`
	Import placeImportCmd `cmd:"" help:"Import boundaries of local authorities. Example: respons --configs my-configs place import councils.geojson"`
}

type placeImportCmd struct {
	File string `arg:"" type:"existingfile" help:"GeoJSON (RFC 7946) of areas with the property authority, an agency's code."`
}

// Run checks boundaries and puts them into the folder of --configs, where they go before the gazetteer.
func (i placeImportCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if cfg.Configs == "" {
		return fmt.Errorf("%w: name the folder with --configs; respons agencies export --all DIR makes one", errUsage)
	}
	content, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	var ms table.Mistakes
	register := agency.Load(app.Folder(cfg.Configs), &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	n, err := place.CheckBoundaries(content, register, func(done, of int) {
		if done*10/of > (done-1)*10/of { // ten lines at most
			fmt.Fprintf(std.err, "%d of %d boundaries read\n", done, of)
		}
	})
	if err != nil {
		return fmt.Errorf("not imported, nothing was changed:\n%w", err)
	}
	if err := replaceReference(ctx, cfg, std, audit.ReferenceImport, place.BoundaryFile, content); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%d boundaries imported; restart the server to use them\n", n)
	return err
}

type placeFindCmd struct {
	JSON bool `help:"Read JSON Lines from standard input and answer one line for each." name:"json" required:""`
}

type placed struct {
	ID             any     `json:"id"`
	State          string  `json:"state"`
	District       string  `json:"district"`
	LocalAuthority string  `json:"local_authority"`
	Confidence     float64 `json:"confidence"`
	Source         string  `json:"source"`
}

// Run answers questions without a server.
func (p placeFindCmd) Run(cfg *config.Config, std streams) error {
	var ms table.Mistakes
	fsys := app.Folder(cfg.Configs)
	finder := place.Load(fsys, agency.Load(fsys, &ms), &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	return answerLines(std, func(q question) (any, error) {
		where, err := q.where()
		if err != nil {
			return nil, err
		}
		if !where.HasPoint && q.Text+q.Address+q.Postcode == "" {
			return nil, fmt.Errorf("nothing says where: give lat and lon, address, postcode or text")
		}
		f := finder.Find(where)
		return placed{q.ID, f.State, f.District, f.Authority, f.Confidence, f.Source}, nil
	})
}
