package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/sla"
)

type slaRehearseCmd struct {
	Classes  string `help:"Changed classes: CSV with the columns of sla_classes.csv." type:"existingfile" placeholder:"FILE"`
	Holidays string `help:"Changed holidays: CSV with the columns of holidays.csv." type:"existingfile" placeholder:"FILE"`
	From     string `help:"First day of the period, in Malaysia." required:"" placeholder:"YYYY-MM-DD"`
	To       string `help:"Last day of the period." required:"" placeholder:"YYYY-MM-DD"`
	Data     string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
	JSON     bool   `help:"One JSON object instead of text." name:"json"`
}

// Run compares, and changes nothing.
func (r slaRehearseCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if r.Data != "" {
		cfg.Data = r.Data
	}
	files := map[string]string{}
	for name, path := range map[string]string{"sla_classes.csv": r.Classes, "holidays.csv": r.Holidays} {
		if path != "" {
			files[name] = path
		}
	}
	from, errFrom := sla.ParseDate(r.From)
	to, errTo := sla.ParseDate(r.To)
	switch {
	case len(files) == 0:
		return fmt.Errorf("%w: name changed data with --classes or --holidays", errUsage)
	case errFrom != nil:
		return fmt.Errorf("%w: --from: %w", errUsage, errFrom)
	case errTo != nil:
		return fmt.Errorf("%w: --to: %w", errUsage, errTo)
	case to < from:
		return fmt.Errorf("%w: --to lies before --from", errUsage)
	}
	report, err := app.Rehearse(ctx, *cfg, overlay{app.Folder(cfg.Configs), files}, from.Begins(), (to + 1).Begins(), func(read int) {
		if read%10_000 == 0 && read > 0 {
			fmt.Fprintf(std.err, "%d complaints replayed\n", read)
		}
	})
	if err != nil {
		return err
	}
	if r.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return writeRehearsal(std.out, report, r)
}

func writeRehearsal(out io.Writer, report complaint.Rehearsal, r slaRehearseCmd) error {
	fmt.Fprintf(out, "%d complaints received from %s to %s; missed a deadline: %d as it is, %d as rehearsed (%+d)\n", report.Total, r.From, r.To,
		report.Before, report.After, report.After-report.Before)
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, part := range []struct {
		head string
		list []complaint.Tally
	}{{"CLOCK", report.Clocks}, {"AGENCY", report.Agencies}, {"CATEGORY", report.Categories}} {
		fmt.Fprintf(w, "\n%s\tALL\tMISSED\tREHEARSED\tCHANGE\n", part.head)
		for _, t := range part.list {
			name := t.Name
			if name == "" {
				name = "(desk)"
			}
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%+d\n", name, t.Total, t.Before, t.After, t.After-t.Before)
		}
	}
	return w.Flush()
}
