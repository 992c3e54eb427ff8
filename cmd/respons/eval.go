package main

import (
	"encoding/json"
	"os"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/routing/evaluate"
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
	f, err := os.Open(e.File)
	if err != nil {
		return err
	}
	defer f.Close()
	report, err := evaluate.Run(f, ref.Router, ref.Agencies)
	if err != nil {
		return err
	}
	if e.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}
