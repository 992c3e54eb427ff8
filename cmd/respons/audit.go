package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"respons/internal/app"
	"respons/internal/audit"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/store"
)

type auditCmd struct {
	Verify  auditVerifyCmd  `cmd:"" help:"Find any change, gap, reordering or missing end of the audit record; also beside a running server, and on a copy. Example: respons audit verify --anchor 3f0c…"`
	Anchors auditAnchorsCmd `cmd:"" help:"List the stored anchors, which the server's log has too. Example: respons audit anchors"`
}

type auditVerifyCmd struct {
	JSON   bool     `help:"JSON Lines: a finding each, then the report." name:"json"`
	Data   string   `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
	Anchor []string `help:"Hash of an anchor from the log, which must be in the record; may be repeated." placeholder:"HASH" sep:"none"`
	Secret []string `help:"File with an earlier secret that sealed part of the record; may be repeated." type:"existingfile" placeholder:"FILE" sep:"none"`
}

// most is how many findings are shown; all are counted.
const most = 100

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Run proves the record; anything found makes it fail.
func (v auditVerifyCmd) Run(ctx context.Context, cfg *config.Config, std streams) (err error) {
	p := audit.Proof{}
	for _, a := range v.Anchor {
		if a = strings.ToLower(a); !hash.MatchString(a) {
			return fmt.Errorf("%w: --anchor %q is no hash of 64 hexadecimal digits, as the log has it", errUsage, a)
		}
		p.Hashes = append(p.Hashes, a)
	}
	engine, err := openRecord(ctx, cfg, v.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	unsealed := ""
	if p.Keys, unsealed, err = v.keys(cfg); err != nil {
		return err
	}
	if p.Stored, err = audit.ListAnchors(ctx, engine); err != nil {
		return err
	}
	shown := 0
	p.Finding = func(f audit.Finding) {
		if shown++; shown <= most {
			v.show(std, f)
		}
	}
	report, err := audit.Verify(ctx, engine, p)
	if err != nil {
		return err
	}
	if err := v.write(std, report, unsealed); err != nil {
		return err
	}
	if report.Findings > 0 {
		return fmt.Errorf("the audit record is not as it was written: %d findings", report.Findings)
	}
	return nil
}

// keys are those of the current secret and of earlier ones; none: why seals are not checked.
func (v auditVerifyCmd) keys(cfg *config.Config) (keys []audit.Key, why string, err error) {
	var secrets [][]byte
	current, err := app.AuditSecret(*cfg)
	switch {
	case err == nil:
		secrets = append(secrets, current)
	case errors.Is(err, fault.NotFound):
		why = err.Error()
	default:
		return nil, "", err
	}
	for _, file := range v.Secret {
		earlier, err := os.ReadFile(file)
		if err != nil {
			return nil, "", err
		}
		secrets = append(secrets, earlier)
	}
	for _, s := range secrets {
		k, err := audit.NewKey(s)
		if err != nil {
			return nil, "", err
		}
		keys = append(keys, k)
	}
	return keys, why, nil
}

func (v auditVerifyCmd) show(std streams, f audit.Finding) {
	if v.JSON {
		_ = json.NewEncoder(std.out).Encode(f) // a reader that went away gets no report either
		return
	}
	if f.Block > 0 {
		fmt.Fprintf(std.out, "block %d: ", f.Block)
	}
	fmt.Fprintln(std.out, f.What)
}

// write gives the report. Unsealed says why seals were not checked.
func (v auditVerifyCmd) write(std streams, r audit.Report, unsealed string) error {
	if unsealed != "" && r.Sealed == 0 {
		fmt.Fprintln(std.err, "respons: seals are not checked:", unsealed)
	}
	if v.JSON {
		return json.NewEncoder(std.out).Encode(r)
	}
	if r.Findings > most {
		fmt.Fprintf(std.out, "and %d more findings\n", r.Findings-most)
	}
	for _, g := range r.Given {
		fmt.Fprintf(std.out, "anchor %s: entry %d, recorded %s\n", g.Hash, g.Entry, g.At.Format(time.RFC3339))
	}
	if r.Entries == 0 {
		_, err := fmt.Fprintln(std.out, "no entry is recorded")
		return err
	}
	_, err := fmt.Fprintf(std.out, "%d entries in %d blocks, %s to %s; %d seals and %d anchors compared; %d findings\nlast hash %s\n", r.Entries, r.Blocks,
		r.First.Format(time.RFC3339), r.Last.Format(time.RFC3339), r.Sealed, r.Anchors, r.Findings, r.Hash)
	return err
}

type auditAnchorsCmd struct {
	JSON bool   `help:"JSON Lines." name:"json"`
	Data string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
}

// Run lists the anchors, the oldest first.
func (a auditAnchorsCmd) Run(ctx context.Context, cfg *config.Config, std streams) (err error) {
	engine, err := openRecord(ctx, cfg, a.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	list, err := audit.ListAnchors(ctx, engine)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	enc := json.NewEncoder(std.out)
	for _, x := range list {
		if a.JSON {
			err = enc.Encode(x)
		} else {
			_, err = fmt.Fprintf(w, "%s\tentry %d\t%s\n", x.ID, x.Seq, x.Hash)
		}
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// openRecord opens the store to read only, also beside the server that has it open.
func openRecord(ctx context.Context, cfg *config.Config, data string) (store.Engine, error) {
	if data != "" {
		cfg.Data = data
	}
	engine, err := app.ReadStore(ctx, *cfg)
	if err != nil {
		return nil, err
	}
	if _, err := engine.Count(ctx, audit.Anchors.Name, store.Query{Index: "time"}); errors.Is(err, fault.Invalid) {
		return nil, errors.Join(fault.New(fault.Conflict, "this store has no audit record yet; respons migrate makes it"), engine.Close())
	} else if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return engine, nil
}
