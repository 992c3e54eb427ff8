package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"respons/internal/app"
	"respons/internal/config"
	"respons/migrations"
)

type migrateCmd struct {
	Plan bool   `help:"Only say what would change."`
	Data string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
}

// Run brings the store up to date.
func (m migrateCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if m.Data != "" {
		cfg.Data = m.Data
	}
	engine, err := app.OpenStore(ctx, *cfg)
	if err != nil {
		return err
	}
	defer engine.Close()
	lines, err := migrations.Run(ctx, engine, app.Schema, time.Now, m.Plan)
	for _, line := range lines {
		fmt.Fprintln(std.out, line)
	}
	if err == nil && len(lines) == 0 {
		fmt.Fprintln(std.out, "nothing to do: the store is up to date")
	}
	return err
}

type openapiCmd struct{}

// Run prints the document.
func (openapiCmd) Run(cfg *config.Config, std streams) error {
	ref, err := app.LoadReference(app.Folder(cfg.Configs))
	if err != nil {
		return err
	}
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	return enc.Encode(app.OpenAPI(ref))
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(std streams) error {
	commit, goVersion := app.Build()
	_, err := fmt.Fprintf(std.out, "respons %s\ncommit %s\n%s\n", app.Version(), commit, goVersion)
	return err
}
