package main

import (
	"fmt"

	"respons/internal/agency"
	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/place"
	"respons/internal/table"
)

type placeCmd struct {
	Find placeFindCmd `cmd:"" default:"withargs" help:"Say where a matter lies. Example: echo '{\"id\":\"1\",\"text\":\"depan pasar Taiping\"}' | respons place --json"`
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
