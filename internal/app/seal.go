package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/notify"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/rights"
	"respons/internal/seal"
	"respons/internal/seal/kms"
	"respons/internal/store"
)

// Masters gives the master keys that the settings name, and the file among them; nil where a key service keeps them.
func Masters(cfg config.Config) (seal.Masters, *seal.File, error) {
	own := seal.File{Path: filepath.Join(cfg.Data, "seal.key")}
	if path, ok := strings.CutPrefix(cfg.SealKey, "file://"); ok {
		own.Path = path
	} else if cfg.SealKey != "" {
		if err := kms.Check(cfg.SealKey); err != nil {
			return nil, nil, fmt.Errorf("RESPONS_SEAL_KEY: %w", err)
		}
		return seal.Service{URI: cfg.SealKey, Open: kms.Open, Old: own}, nil, nil
	}
	return own, &own, nil
}

// openVault makes the key file on the first start. Where data keys are there already, a missing file is a mistake: another
// one would not open them.
func (a *App) openVault(ctx context.Context) error {
	masters, file, err := Masters(a.Config)
	if err != nil {
		return err
	}
	a.Vault = &seal.Vault{Engine: a.Engine, Masters: masters, Now: time.Now}
	a.Rotation = &seal.Rotation{Vault: a.Vault, File: file, Every: a.every(), Log: a.Log}
	if file == nil {
		return nil
	}
	there, err := file.Exists()
	if there || err != nil {
		return err
	}
	n, err := a.Engine.Count(ctx, seal.Collection.Name, store.Query{Index: "master"})
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("the master key file %s is missing, and %d citizens' data are sealed under it; restore it from its backup, or set RESPONS_SEAL_KEY to where it is", file.Path, n)
	}
	return file.Make()
}

func (a *App) every() time.Duration { return time.Duration(a.Config.SweepSeconds) * time.Second }

// wireCitizens puts together what belongs to the person behind a complaint.
func (a *App) wireCitizens() {
	a.Reporters = &reporter.Reporters{Engine: a.Engine, Vault: a.Vault, Now: time.Now}
	a.Revealer = &reporter.Revealer{Reporters: a.Reporters, Cases: a.Cases, Rules: a.Ref.Reveal, Audit: a.audit, Now: time.Now}
	a.Citizens = &rights.Citizens{Cases: a.Cases, People: a.People, Reporters: a.Reporters, Ledger: ledger{a.Teller}, Engine: a.Engine,
		Audit: a.audit, Show: a.view().Matter, Log: a.Log, Now: time.Now}
	a.Disposals = &retention.Disposals{Engine: a.Engine, Cases: a.Cases, Rules: a.Ref.Retention, Held: a.Citizens.Held,
		Guest: a.Citizens.DisposeGuest, Also: []func(context.Context, string) error{a.Teller.Dispose}, Audit: a.audit, Log: a.Log, Now: time.Now}
}

// audit hands an act to the recorder; what it refuses is not done.
func (a *App) audit(ctx context.Context, act reporter.Act) error { return a.Audit(ctx, act) }

// logged records acts in the log alone.
func (a *App) logged(ctx context.Context, act reporter.Act) error {
	a.Log.InfoContext(ctx, "act on a citizen's data", "action", act.Action, "kind", act.Kind, "object", act.Object, "role", act.By.Role,
		"by", act.By.ID, "agency", act.By.Agency, "details", act.Details)
	return nil
}

// ledger is what citizens were told, as package rights sees it.
type ledger struct{ teller *notify.Teller }

func (l ledger) Clear(ctx context.Context, person string) error { return l.teller.Clear(ctx, person) }

func (l ledger) Told(ctx context.Context, person, after string) (list []rights.Message, next string, err error) {
	rows, next, err := l.teller.Inbox(ctx, person, after, 500)
	for _, r := range rows {
		list = append(list, rights.Message{At: r.Created, Number: r.Number, Channel: r.Channel, State: string(r.State), Title: r.Title, Body: r.Body})
	}
	return list, next, err
}

// alias is what staff call the citizen of a complaint; of a restricted one it is used nowhere else.
func (a *App) alias(c *complaint.Complaint) string {
	if c.Secret {
		return a.Claims.Alias(c.Citizen, c.ID)
	}
	return a.Claims.Alias(c.Citizen, c.Agency)
}
