package app

import (
	"context"
	"strings"
	"time"

	"respons/internal/audit"
	"respons/mobileapi/open311"
)

// open311 serves other systems in the protocol that they speak.
func (a *App) open311() *open311.API {
	return &open311.API{Cases: a.Cases, Guard: a.guard(), Clients: a.Clients, Limits: a.Limits, Claims: a.Claims, Reporters: a.Reporters,
		Services: a.Ref.services, Texts: a.Ref.Now().Open311, Values: a.Ref.values(), Insults: a.Ref.Now().Insults, Emergency: a.Router.Emergency, Log: a.Log,
		Jurisdiction: a.Config.Jurisdiction, Contact: a.Config.Contact, URL: a.base() + open311.Path, Test: a.Config.Demo, Changed: a.servicesChanged}
}

// base is the address of the system for links, without a slash at its end.
func (a *App) base() string {
	if a.Config.PublicURL == "" {
		return "http://" + a.Config.Listen
	}
	return strings.TrimSuffix(a.Config.PublicURL, "/")
}

// servicesChanged is when the data that services are made of last changed, as the audit record has it: the same for every
// process and after every start.
func (a *App) servicesChanged(ctx context.Context) (latest time.Time, err error) {
	for _, file := range []string{"categories.csv", "groups.csv", "questions.csv", "choices.csv", "open311.csv"} {
		page, err := audit.Search(ctx, a.Engine, audit.Query{Object: audit.Object{Kind: "file", ID: file}.Key(), Action: string(audit.ReferenceChange), Limit: 1})
		if err != nil {
			return latest, err
		}
		for _, e := range page.Entries {
			if e.At.After(latest) {
				latest = e.At
			}
		}
	}
	return latest, nil
}
