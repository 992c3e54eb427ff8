package agency_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/amend"
	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// twins are two processes of one system.
func twins(t *testing.T) (one, two *apptest.System) {
	t.Helper()
	uri, rdb := mongotest.Start(t), redistest.Server(t)
	same := func(c *config.Config) {
		c.MongoURI, c.RedisURL, c.Secret = config.Secret(uri), config.Secret(rdb), config.Secret(strings.Repeat("s", 32))
	}
	return apptest.Start(t, same), apptest.Start(t, same)
}

// killed is the store of a process that is killed before it writes the ledger of amendments.
type killed struct{ store.Engine }

func (k killed) Insert(ctx context.Context, collection string, r store.Record) error {
	if r.ID == "ledger" {
		return apptest.ErrKilled
	}
	return k.Engine.Insert(ctx, collection, r)
}

// What is approved at one process counts at every other within seconds. An approval over which a process was killed counts
// nowhere until somebody approves it again, at whichever process.
func TestAnAmendmentIsTakenUpByEveryProcess(t *testing.T) {
	one, two := twins(t)
	one.Officer(t, "supervisor", "MBPJ")
	x, y := amendments{one, []string{"Authorization", one.Admin}}, amendments{two, []string{"Authorization", one.Admin}}
	const rename = `{"name_ms":"Majlis Petaling","name_en":"Petaling Council","reason":"Warta P.U.(B) 12/2027"}`
	draft := x.call(t, "POST", "agencies/MBPJ/rename", rename, http.StatusCreated)
	stored, err := one.App.Amendments.ByID(t.Context(), draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	dying := &amend.Desk{Engine: killed{one.App.Engine}, Base: one.App.Amendments.Base, Load: one.App.Amendments.Load, Now: time.Now}
	author := complaint.Actor{Role: complaint.Administrator, ID: stored.Author}
	if _, err := dying.Approve(t.Context(), draft.ID, draft.Revision, author, true); !errors.Is(err, apptest.ErrKilled) {
		t.Fatal(err)
	}
	draft = y.call(t, "GET", "amendments/"+draft.ID, nil, http.StatusOK)
	if _, counts, err := two.App.Amendments.Counting(t.Context(), draft.ID); err != nil || counts || draft.State != "approved" {
		t.Fatalf("it is %s and counts: %v, %v", draft.State, counts, err)
	}
	y.approve(t, draft)
	x.named(t, "MBPJ", "Petaling Council")
	y.named(t, "MBPJ", "Petaling Council")
}
