package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/learning"
)

// storeFlags name the store that a command works on. The embedded one belongs to a running server, which is asked over
// HTTP instead: /v1/staff/models has the same.
type storeFlags struct {
	Data string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
}

// operator is who a change from the command line is by.
const operator = "operator"

func (f storeFlags) tutor(ctx context.Context, cfg *config.Config, std streams, use func(*learning.Teacher) error) error {
	if f.Data != "" {
		cfg.Data = f.Data
	}
	t, closeStore, err := app.OpenTutor(ctx, *cfg, newLog(cfg, std.err))
	if err != nil {
		return err
	}
	err = use(t)
	if closing := closeStore(); err == nil {
		err = closing
	}
	return err
}

type modelListCmd struct {
	storeFlags
	JSON bool `help:"One JSON object instead of text." name:"json"`
}

// Run lists the models and what became of each.
func (c modelListCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return c.tutor(ctx, cfg, std, func(t *learning.Teacher) error {
		s, err := t.List(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(std.out).Encode(map[string]any{"live": s.Live.Model, "models": s.Models, "set_aside": s.Unsaid})
		}
		return printModels(std.out, s)
	})
}

func printModels(w io.Writer, s learning.Shown) error {
	fmt.Fprintf(w, "live: %s\n", s.Live.Model)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if len(s.Models) > 0 {
		fmt.Fprintln(t, "model\tmade\tby\toutcome\tlessons\tnames\tkB\t")
	}
	for _, m := range s.Models {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t\n", m.ID, m.Made.Format("2006-01-02 15:04Z"), m.By, m.Outcome, m.Lessons, m.Names, m.Size/1024)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, m := range s.Models {
		fmt.Fprintf(w, "%s %s: %s\n", m.ID, m.Outcome, strings.Join(m.Reasons, "; "))
	}
	for _, u := range s.Unsaid {
		who := u.Who
		if who == "" {
			who = "everybody"
		}
		fmt.Fprintf(w, "set aside: decisions of %s after %s until %s\n", who, u.From.Format("2006-01-02 15:04Z"), u.To.Format("2006-01-02 15:04Z"))
	}
	return nil
}

type modelRetrainCmd struct {
	storeFlags
	Trust []string `help:"Officers (ids) and agencies (codes) whose decisions were looked at and are not set aside." placeholder:"ID"`
}

// Run trains from officers' decisions now.
func (c modelRetrainCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return c.tutor(ctx, cfg, std, func(t *learning.Teacher) error {
		m, err := t.Retrain(ctx, operator, c.Trust)
		if err != nil {
			return err
		}
		if m == nil {
			_, err = fmt.Fprintln(std.out, "nothing to learn: officers corrected nothing since the live model")
			return err
		}
		_, err = fmt.Fprintf(std.out, "model %s %s: %s\n", m.ID, m.Outcome, strings.Join(m.Reasons, "; "))
		return err
	})
}

type modelPromoteCmd struct {
	storeFlags
	Model string `arg:"" help:"Id of a model (respons model list), or shipped."`
}

// Run makes a model live.
func (c modelPromoteCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return c.tutor(ctx, cfg, std, func(t *learning.Teacher) error {
		if err := t.Promote(ctx, c.Model, operator); err != nil {
			return err
		}
		return sayLive(ctx, t, std.out)
	})
}

type modelRollbackCmd struct{ storeFlags }

// Run takes the live model back.
func (c modelRollbackCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return c.tutor(ctx, cfg, std, func(t *learning.Teacher) error {
		if err := t.Rollback(ctx, operator); err != nil {
			return err
		}
		return sayLive(ctx, t, std.out)
	})
}

func sayLive(ctx context.Context, t *learning.Teacher, w io.Writer) error {
	s, err := t.List(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "live: %s\n", s.Live.Model)
	return err
}
