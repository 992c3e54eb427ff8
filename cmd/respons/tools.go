package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
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

type openapiCmd struct {
	Output string `help:"Write it to a file instead of printing it." placeholder:"FILE"`
}

// Run prints the document.
func (o openapiCmd) Run(cfg *config.Config, std streams) error {
	ref, err := app.LoadReference(app.Folder(cfg.Configs))
	if err != nil {
		return err
	}
	doc, err := json.MarshalIndent(app.OpenAPI(ref), "", " ")
	if err != nil {
		return err
	}
	doc = append(doc, '\n')
	if o.Output != "" {
		return os.WriteFile(o.Output, doc, 0o644) // #nosec G306 -- a document for everybody
	}
	_, err = std.out.Write(doc)
	return err
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(std streams) error {
	commit, goVersion := app.Build()
	_, err := fmt.Fprintf(std.out, "respons %s\ncommit %s\n%s\n", app.Version(), commit, goVersion)
	return err
}
