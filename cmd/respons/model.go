package main

import (
	"context"
	"fmt"
	"time"

	"respons/internal/app"
	"respons/internal/audit"
	"respons/internal/classify"
	"respons/internal/config"
	"respons/internal/table"
)

type modelCmd struct {
	List     modelListCmd     `cmd:"" help:"List what was learnt from officers, what was refused and why. Example: respons model list"`
	Train    modelTrainCmd    `cmd:"" help:"Train the shipped classifier on the written examples of a folder. Example: respons --configs configs model train"`
	Retrain  modelRetrainCmd  `cmd:"" help:"Learn from officers' decisions in the store now; live only if better. Example: respons model retrain"`
	Promote  modelPromoteCmd  `cmd:"" help:"Make a kept model live. Example: respons model promote shipped"`
	Rollback modelRollbackCmd `cmd:"" help:"Take the live model back. Example: respons model rollback"`
}

type modelTrainCmd struct{}

// Run trains on the examples of --configs and writes the model beside them.
func (modelTrainCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if cfg.Configs == "" {
		return fmt.Errorf("%w: name the folder with --configs", errUsage)
	}
	var ms table.Mistakes
	fsys := app.Folder(cfg.Configs)
	catalogue := classify.LoadCatalogue(fsys, &ms)
	normaliser := classify.LoadNormaliser(fsys, &ms)
	examples := classify.Examples(fsys, catalogue, &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	start := time.Now()
	model := classify.Train(normaliser, catalogue, examples)
	content, err := model.Encode()
	if err != nil {
		return err
	}
	if err := replaceReference(ctx, cfg, std, audit.ModelTrain, classify.ModelFile, content); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "model %s: %d examples, %d categories, %d kB, trained in %s\n", model.Key, len(examples),
		len(catalogue.All()), len(content)/1024, time.Since(start).Round(time.Millisecond))
	return err
}
