package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/console/pages"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/table"
)

// demoAgencies have an officer and a supervisor in a demonstration.
var demoAgencies = []string{"MBPJ", "DBKL", "MBSA", "TNB", "AIRSEL"}

// DemoToken is the well-known token of a demonstration account, such as demo-mbpj-officer. That is why a demonstration
// serves on loopback only.
func DemoToken(role complaint.Role, agency string) string {
	if agency == "" {
		return "demo-" + string(role)
	}
	return "demo-" + strings.ToLower(agency) + "-" + string(role)
}

// Demo adds officers and supervisors of a few agencies, a desk, and a day of complaints of which some were acted on. On a
// store that has had it before it does nothing.
func (a *App) Demo(ctx context.Context) error {
	for _, role := range []complaint.Role{complaint.Desk, complaint.Oversight} {
		if err := a.enrolDemo(ctx, role, ""); errors.Is(err, fault.Duplicate) {
			return nil
		} else if err != nil {
			return err
		}
	}
	for _, code := range demoAgencies {
		for _, role := range []complaint.Role{complaint.Officer, complaint.Supervisor} {
			if err := a.enrolDemo(ctx, role, code); err != nil {
				return err
			}
		}
	}
	if err := a.enrolDemo(ctx, complaint.Supervisor, "SUK-SGR"); err != nil {
		return err
	}
	drafts, err := DemoDrafts(Folder(a.Config.Configs))
	if err != nil {
		return err
	}
	day := 24 * time.Hour / time.Duration(len(drafts)+1)
	begin := time.Now().Add(-24 * time.Hour)
	for i, d := range drafts {
		if err := a.demoComplaint(ctx, d, begin.Add(time.Duration(i)*day), i); err != nil {
			return fmt.Errorf("demonstration: %w", err)
		}
	}
	return nil
}

// demoAccounts are what the sign-in page of a demonstration offers; none where this is no demonstration.
func (a *App) demoAccounts() (out []pages.DemoAccount) {
	if !a.Config.Demo || !a.Config.Laptop() {
		return nil
	}
	add := func(role complaint.Role, agency string) {
		out = append(out, pages.DemoAccount{Role: string(role), Agency: agency, Token: DemoToken(role, agency)})
	}
	for _, code := range demoAgencies {
		add(complaint.Officer, code)
		add(complaint.Supervisor, code)
	}
	add(complaint.Supervisor, "SUK-SGR")
	add(complaint.Desk, "")
	add(complaint.Oversight, "")
	return out
}

func (a *App) enrolDemo(ctx context.Context, role complaint.Role, agency string) error {
	_, _, err := a.People.Enrol(ctx, identity.Person{Role: role, Agency: agency, Name: "Demo " + string(role), Lang: "ms",
		Cleared: role == complaint.Desk}, DemoToken(role, agency))
	return err
}

// DemoDrafts reads the complaints of demo.csv.
func DemoDrafts(fsys fs.FS) ([]complaint.Draft, error) {
	var ms table.Mistakes
	out := demoDrafts(fsys, &ms)
	return out, ms.Err()
}

func demoDrafts(fsys fs.FS, ms *table.Mistakes) (out []complaint.Draft) {
	for _, r := range table.Read(fsys, "demo.csv", []string{"text", "lat", "lon", "address", "postcode", "lang", "kind"}, ms) {
		d := complaint.Draft{Text: r.Need("text"), Lang: r.Need("lang"), Kind: complaint.Kind(r.Need("kind")),
			Location: complaint.Location{Address: r.Get("address"), Postcode: r.Get("postcode")}}
		d.Location.Lat, d.Location.Lon = degree(r, "lat"), degree(r, "lon")
		out = append(out, d)
	}
	return out
}

func degree(r table.Row, column string) *float64 {
	v := r.Get(column)
	if v == "" {
		return nil
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil {
		r.Wrong(column, "%q is no number", v)
		return nil
	}
	return &x
}

// demoComplaint files one at a moment of the day before and, for some, lets an officer act on it.
func (a *App) demoComplaint(ctx context.Context, d complaint.Draft, at time.Time, i int) error {
	then := *a.Cases
	then.Now = func() time.Time { return at }
	c, _, err := then.File(ctx, d)
	if err != nil {
		return err
	}
	if err := then.Route(ctx, c.ID); err != nil {
		return err
	}
	if c, err = then.Store.ByID(ctx, c.ID); err != nil {
		return err
	}
	officers, err := a.People.Holding(ctx, complaint.Officer, c.Agency)
	if err != nil || len(officers) == 0 {
		return err
	}
	by := complaint.By{Actor: officers[0].Actor()}
	steps := []func() error{
		func() error { _, err := then.Accept(ctx, c.ID, "Kami telah menerima aduan anda.", by); return err },
		func() error { _, err := then.Start(ctx, c.ID, "", by); return err },
		func() error { _, err := then.Resolve(ctx, c.ID, "Kerja pembaikan telah siap.", by); return err },
	}
	if c.State != complaint.Routed {
		return nil
	}
	for _, step := range steps[:i%4] {
		if at = at.Add(20 * time.Minute); at.After(time.Now()) {
			return nil
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
