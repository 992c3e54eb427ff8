package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"respons/internal/attachment"
	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/mask"
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
	a.Rotation = &seal.Rotation{Vault: a.Vault, File: file, Log: a.Log}
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

// wireCitizens puts together what belongs to the person behind a complaint.
func (a *App) wireCitizens() {
	a.Acts = a.record
	a.Reporters = &reporter.Reporters{Engine: a.Engine, Vault: a.Vault, Now: time.Now}
	a.Teller.Addresses = notify.Book{People: a.People, Citizens: sealed{a.Reporters}}
	a.Revealer = &reporter.Revealer{Reporters: a.Reporters, Cases: a.Cases, Rules: a.Ref.Now().Reveal, Audit: a.onRecord, Now: time.Now}
	a.Citizens = &rights.Citizens{Cases: a.Cases, People: a.People, Reporters: a.Reporters, Ledger: ledger{a.Teller}, Engine: a.Engine,
		Audit: a.onRecord, Show: a.view().Matter, Files: a.filesOf,
		Also: []func(context.Context, string) error{a.Files.ForgetLoose, a.Announcements.Forget}, AlsoHand: []func(context.Context, string, string) error{a.Announcements.Hand},
		AlsoOf: []func(context.Context, string) error{a.Tutor.Notebook.ForgetComplaint, a.Files.Forget, a.Figures.Later}, Log: a.Log, Now: time.Now}
	a.Disposals = &retention.Disposals{Engine: a.Engine, Cases: a.Cases, Rules: a.Ref.Now().Retention, Held: a.Citizens.Held,
		Guest: a.Citizens.DisposeGuest, Also: []func(context.Context, string) error{a.Teller.Dispose, a.Tutor.Notebook.ForgetComplaint, a.Files.Remove, a.Figures.Later}, Audit: a.onRecord, Log: a.Log, Now: time.Now}
}

// onRecord does an act on a citizen's data by whatever Acts is by now.
func (a *App) onRecord(ctx context.Context, act reporter.Act, do func() error) error {
	return a.Acts(ctx, act, do)
}

// record does an act between two entries of the audit record. What is recorded there can never be erased: a citizen is
// called by a name that only the key makes, and reasons are masked.
func (a *App) record(ctx context.Context, act reporter.Act, do func() error) error {
	e := audit.Entry{Actor: audit.By(act.By), Action: act.Action, Object: act.Object, Reason: mask.Text(act.Reason), Details: act.Details}
	if act.By.Role == complaint.CitizenRole {
		e.Actor.ID = a.Audit.Key.Citizen(act.By.ID)
	}
	if e.Object == reporter.Citizen(e.Object.ID) {
		e.Object.ID = a.Audit.Key.Citizen(e.Object.ID)
	}
	return a.Audit.Act(ctx, e, func(*audit.Entry) error { return do() })
}

// sealed finds where citizens are reached; of whoever was erased nothing is known.
type sealed struct{ reporters *reporter.Reporters }

func (s sealed) Of(ctx context.Context, citizen string) (email, phone string, err error) {
	d, err := s.reporters.Of(ctx, citizen)
	if errors.Is(err, fault.Conflict) || errors.Is(err, fault.NotFound) {
		return "", "", nil
	}
	return d.Email, d.Phone, err
}

// ledger is what citizens were told, as package rights sees it.
type ledger struct{ teller *notify.Teller }

func (l ledger) Clear(ctx context.Context, person string) error { return l.teller.Clear(ctx, person) }

func (l ledger) Hand(ctx context.Context, from, to string, devices map[string]string) error {
	return l.teller.Hand(ctx, from, to, devices)
}

func (l ledger) Chosen(ctx context.Context, person string) (rights.Chosen, error) {
	p, err := l.teller.Preferences(ctx, person)
	c := p.Chosen(l.teller.Policy)
	out := rights.Chosen{Language: c.Language, Fallback: string(c.Fallback), QuietFrom: c.QuietHours.From, QuietTo: c.QuietHours.To}
	for _, off := range p.Off {
		out.Off = append(out.Off, string(off))
	}
	return out, err
}

func (l ledger) Told(ctx context.Context, person, after string) (list []rights.Message, next string, err error) {
	rows, next, err := l.teller.Inbox(ctx, person, after, 500)
	for _, r := range rows {
		list = append(list, rights.Message{At: r.Created, Number: r.Number, Channel: string(r.Channel), State: string(r.State), Title: r.Title, Body: r.Body})
	}
	return list, next, err
}

// filesOf is what a citizen sent with a complaint, for their export.
func (a *App) filesOf(ctx context.Context, complaintID string) (list []rights.File, err error) {
	all, err := a.Files.Of(ctx, complaintID)
	for _, x := range all {
		if x.By.Role == complaint.CitizenRole && x.State == attachment.Ready {
			list = append(list, rights.File{At: x.Created, Kind: string(x.Kind), Type: x.Type, Bytes: x.Size, SHA256: x.SHA256})
		}
	}
	return list, err
}

// alias is what staff call the citizen of a complaint; of a restricted one, and of one filed without a
// name, it is used nowhere else.
func (a *App) alias(c *complaint.Complaint) string {
	if c.Secret || c.Anonymous {
		return a.Claims.Alias(c.Citizen, c.ID)
	}
	return a.Claims.Alias(c.Citizen, c.Agency)
}
