package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"respons/internal/agency"
	"respons/internal/app"
	"respons/internal/audit"
	"respons/internal/config"
	"respons/internal/table"
)

type agenciesCmd struct {
	List   agenciesListCmd   `cmd:"" default:"withargs" help:"List the register. Example: respons agencies list --kind utility"`
	Check  agenciesCheckCmd  `cmd:"" help:"Check all reference data and name every mistake with file, line and column. Example: respons agencies check --configs my-configs"`
	Import agenciesImportCmd `cmd:"" help:"Check a register and put it into the folder of --configs. Example: respons --configs my-configs agencies import new.csv"`
	Export agenciesExportCmd `cmd:"" help:"Print the register, or write all reference data to a folder. Example: respons agencies export --all my-configs"`
}

type agenciesListCmd struct {
	Kind string `help:"Only this kind: ministry, federal_agency, state_secretary, local_authority, utility."`
}

// Run lists code, kind, parent and name.
func (l agenciesListCmd) Run(cfg *config.Config, std streams) error {
	var ms table.Mistakes
	register := agency.Load(app.Folder(cfg.Configs), &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	for _, a := range register.All() {
		if l.Kind == "" || l.Kind == string(a.Kind) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Code, a.Kind, a.Parent, a.NameMS)
		}
	}
	return w.Flush()
}

type agenciesCheckCmd struct{}

// Run reads everything as the server would.
func (agenciesCheckCmd) Run(cfg *config.Config, std streams) error {
	ref, err := app.LoadReference(app.Folder(cfg.Configs))
	if err != nil {
		return fmt.Errorf("the reference data has mistakes:\n%w", err)
	}
	fmt.Fprintf(std.out, "%d agencies, %d categories, calendars, responsibility, classes, ladder and message texts: no mistake\n",
		len(ref.Agencies.All()), len(ref.Catalogue.All()))
	return nil
}

type agenciesImportCmd struct {
	File string `arg:"" type:"existingfile" help:"CSV with the columns of agencies.csv."`
}

// Run replaces the register of the folder, if the whole reference data has no mistake with it.
func (i agenciesImportCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if cfg.Configs == "" {
		return fmt.Errorf("%w: name the folder with --configs; respons agencies export --all DIR makes one", errUsage)
	}
	content, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	if _, err := app.LoadReference(overlay{os.DirFS(cfg.Configs), map[string]string{"agencies.csv": i.File}}); err != nil {
		return fmt.Errorf("not imported, nothing was changed:\n%w", err)
	}
	if err := replaceReference(ctx, cfg, std, audit.ReferenceImport, "agencies.csv", content); err != nil {
		return err
	}
	fmt.Fprintln(std.out, "imported; restart the server to use it")
	return nil
}

// overlay is a folder in which other files stand in for some.
type overlay struct {
	fs.FS
	files map[string]string // path by name in the folder
}

// Open opens the file that stands in, or that of the folder.
func (o overlay) Open(name string) (fs.File, error) {
	if path, ok := o.files[name]; ok {
		return os.Open(path)
	}
	return o.FS.Open(name)
}

// replaceReference puts content in place of a file of --configs and records that, where there is a store to record in.
func replaceReference(ctx context.Context, cfg *config.Config, std streams, action audit.Action, name string, content []byte) error {
	note := func(text string) { fmt.Fprintln(std.err, "respons:", text) }
	return app.RecordCommand(ctx, *cfg, action, name, content, note, func() error {
		return replaceFile(filepath.Join(cfg.Configs, name), content)
	})
}

// replaceFile puts content in place at once: a reader sees the old file or the new one.
func replaceFile(file string, content []byte) error {
	tmp := file + ".new"
	err := os.WriteFile(tmp, content, 0o644) // #nosec G306 -- reference data, for everybody to read
	return errors.Join(err, os.Rename(tmp, file))
}

type agenciesExportCmd struct {
	All string `help:"Write all reference data to this folder, for use with --configs." placeholder:"DIR"`
}

// Run prints agencies.csv, or writes every file.
func (e agenciesExportCmd) Run(cfg *config.Config, std streams) error {
	fsys := app.Folder(cfg.Configs)
	if e.All == "" {
		content, err := fs.ReadFile(fsys, "agencies.csv")
		if err != nil {
			return err
		}
		_, err = std.out.Write(content)
		return err
	}
	if err := os.CopyFS(e.All, fsys); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	fmt.Fprintf(std.out, "written to %s; use it with --configs %s\n", e.All, e.All)
	return nil
}
