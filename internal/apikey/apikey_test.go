package apikey_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/apikey"
	"respons/internal/fault"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

type office struct {
	*apikey.Clients
	now time.Time
}

func onBothStores(t *testing.T, test func(t *testing.T, o *office)) {
	eachstore.Run(t, []store.Collection{apikey.Collection}, func(t *testing.T, e store.Engine) {
		o := &office{now: time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)}
		o.Clients = &apikey.Clients{Engine: e, Known: func(code string) bool { return code == "MBPJ" }, Now: func() time.Time { return o.now }}
		test(t, o)
	})
}

func (o *office) make(t *testing.T) (apikey.Client, string) {
	t.Helper()
	c, key, err := o.Make(t.Context(), apikey.Client{Name: "Sistem aduan MBPJ", Agency: "MBPJ", Scopes: []apikey.Scope{apikey.Update, apikey.File}, PerDay: 10})
	if err != nil {
		t.Fatal(err)
	}
	return c, key
}

// opens says whose key it is; empty: nobody's.
func (o *office) opens(t *testing.T, key string) string {
	t.Helper()
	c, err := o.Authenticate(t.Context(), key)
	if err != nil && !errors.Is(err, fault.Unauthorized) {
		t.Fatal(err)
	}
	return c.ID
}

func TestAKeyOpensUntilItIsReplacedOrRevoked(t *testing.T) {
	onBothStores(t, func(t *testing.T, o *office) {
		c, key := o.make(t)
		if o.opens(t, key) != c.ID || o.opens(t, key+"x") != "" || o.opens(t, "") != "" {
			t.Fatal("the key does not open, or another one does")
		}
		stored, err := o.Engine.Get(t.Context(), apikey.Collection.Name, c.ID)
		if err != nil || strings.Contains(string(stored.Body), key) {
			t.Errorf("the store holds the key itself, or nothing: %v", err)
		}
		o.now = o.now.Add(time.Hour)
		_, second, err := o.Turn(t.Context(), c.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		if o.opens(t, key) != c.ID || o.opens(t, second) != c.ID {
			t.Error("for a day both keys are taken")
		}
		if o.now = o.now.Add(apikey.Overlap); o.opens(t, key) != "" || o.opens(t, second) != c.ID {
			t.Error("after a day only the new one is")
		}
		_, third, err := o.Turn(t.Context(), c.ID, true)
		if err != nil || o.opens(t, second) != "" || o.opens(t, third) != c.ID {
			t.Errorf("a key that is to end at once goes on: %v", err)
		}
		for range 2 { // again is harmless
			if _, err := o.Revoke(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if o.opens(t, third) != "" {
			t.Error("a revoked key opens")
		}
		if _, _, err := o.Turn(t.Context(), c.ID, false); !errors.Is(err, fault.Conflict) {
			t.Errorf("a revoked client gets a new key: %v", err)
		}
	})
}

// The system of an agency that acts no more works for the successor, with the key it has.
func TestAKeyWorksForTheSuccessorOfItsAgency(t *testing.T) {
	onBothStores(t, func(t *testing.T, o *office) {
		c, key := o.make(t)
		o.Acting = func(code string) (string, bool) { return map[string]string{"MBPJ": "MPTG"}[code], code == "MBPJ" }
		if got, err := o.Authenticate(t.Context(), key); err != nil || got.ID != c.ID || got.Actor().Agency != "MPTG" {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := o.Revoke(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if kept, err := o.ByID(t.Context(), c.ID); err != nil || kept.Agency != "MBPJ" {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestClientsAreListedTheLatestFirst(t *testing.T) {
	onBothStores(t, func(t *testing.T, o *office) {
		var want []string
		for range 3 {
			c, _ := o.make(t)
			want = append([]string{c.ID}, want...)
			o.now = o.now.Add(time.Minute)
		}
		var got []string
		for after := ""; ; {
			list, next, err := o.All(t.Context(), after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				got = append(got, c.ID)
				if !slices.Equal(c.Scopes, []apikey.Scope{apikey.File, apikey.Update}) {
					t.Errorf("scopes %v", c.Scopes)
				}
			}
			if after = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestWhatAnAdministratorMayNotSetIsNamed(t *testing.T) {
	onBothStores(t, func(t *testing.T, o *office) {
		good := apikey.Client{Name: "App", Scopes: []apikey.Scope{apikey.File}, PerDay: 1}
		for says, change := range map[string]func(*apikey.Client){
			"name must not be empty": func(c *apikey.Client) { c.Name = " " },
			"one of [file":           func(c *apikey.Client) { c.Scopes = nil },
			`no scope "all"`:         func(c *apikey.Client) { c.Scopes = []apikey.Scope{"all"} },
			`no agency "NONE"`:       func(c *apikey.Client) { c.Agency = "NONE" },
			"needs an agency":        func(c *apikey.Client) { c.Scopes = []apikey.Scope{apikey.Update} },
			"per_day must lie":       func(c *apikey.Client) { c.PerDay = 0 },
			"between 1 and 1000000":  func(c *apikey.Client) { c.PerDay = 1_000_001 },
		} {
			c := good
			change(&c)
			if _, _, err := o.Make(t.Context(), c); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) {
				t.Errorf("%v, want %q", err, says)
			}
		}
		if _, err := o.Revoke(t.Context(), "nobody"); !errors.Is(err, fault.NotFound) {
			t.Errorf("a client that is not there: %v", err)
		}
	})
}

func TestAClientIsAnOfficerOfItsAgencyAndClearedForNothing(t *testing.T) {
	c := apikey.Client{ID: "01JD8Z7S6R4QW2N5X0B3YV9KTM", Agency: "MBPJ", Scopes: []apikey.Scope{apikey.Update}}
	if a := c.Actor(); a.Role != "officer" || a.Agency != "MBPJ" || !a.Machine || a.Cleared {
		t.Errorf("%+v", a)
	}
	if c.May(apikey.Update) != nil || !errors.Is(c.May(apikey.File), fault.Forbidden) {
		t.Error("scopes are not kept to")
	}
	if b, err := json.Marshal(c.Actor()); err != nil || !strings.Contains(string(b), `"machine":true`) {
		t.Errorf("the history does not tell it from a person: %s %v", b, err)
	}
}
