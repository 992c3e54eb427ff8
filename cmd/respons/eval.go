package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/routing/evaluate"
	"respons/internal/table"
)

type evalCmd struct {
	File string `arg:"" type:"existingfile" help:"CSV with the columns text, lat, lon, address, postcode, lang, agency, also_ok, category, emergency."`
	JSON bool   `help:"One JSON object instead of text." name:"json"`
}

// Run measures the router.
func (e evalCmd) Run(cfg *config.Config, std streams) error {
	ref, err := app.LoadReference(app.Folder(cfg.Configs))
	if err != nil {
		return err
	}
	var ms table.Mistakes
	cases := evaluate.Read(os.DirFS(filepath.Dir(e.File)), filepath.Base(e.File), time.Now(), &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	report := evaluate.Run(ref.Router, ref.Agencies, cases)
	if e.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Print(std.out)
}
