package agency_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/identity"
	"respons/internal/notify"
)

// post keeps the e-mails that would go out.
type post struct{ letters []notify.Letter }

func (p *post) Mail(_ context.Context, l notify.Letter) notify.Outcome {
	p.letters = append(p.letters, l)
	return notify.Outcome{State: notify.Accepted}
}

// A supervisor orders a file of a list, and gets the report of the branch by e-mail; nobody else's complaints are in them.
func TestFilesAndReportsOfABranch(t *testing.T) {
	apptest.InTown(t, "2026-01-05 10:00", nil, func(t *testing.T, w *apptest.Town) {
		mails := new(post)
		w.App.Teller.Mailer = mails
		now := func() time.Time { return w.Now }
		w.App.Figures.Now, w.App.Plans.Now, w.App.Orders.Now = now, now, now
		ours := w.Read(t, w.Report(t))
		w.SendTo("MPKB-BRI")
		theirs := w.Read(t, w.Report(t))
		w.At(t, "2026-01-08 10:00") // days later: the deadline to accept is missed
		if err := w.App.Figures.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}

		var order console.Export
		if a := w.Staff(t, "supervisor", "POST", "/exports?format=csv&standing=overdue", nil); a.Status != http.StatusAccepted {
			t.Fatalf("order: %d %s", a.Status, a.Body)
		} else {
			a.Into(t, &order)
		}
		apptest.CheckProblem(t, w.Staff(t, "supervisor", "GET", "/exports/"+order.ID+"/file", nil), 409, "conflict", "waiting")
		apptest.CheckProblem(t, w.Staff(t, "supervisor", "POST", "/exports?agency=MPKB-BRI", nil), 403, "forbidden", "none of them")
		if did, err := w.App.Orders.Once(t.Context()); !did || err != nil {
			t.Fatalf("made %v, %v", did, err)
		}
		w.Staff(t, "supervisor", "GET", "/exports/"+order.ID, nil).Into(t, &order)
		var all struct{ Exports []console.Export }
		w.Staff(t, "supervisor", "GET", "/exports", nil).Into(t, &all)
		if order.State != "ready" || order.Rows != 1 || len(all.Exports) != 1 {
			t.Errorf("%+v of %d", order, len(all.Exports))
		}
		a := w.Staff(t, "supervisor", "GET", "/exports/"+order.ID+"/file", nil)
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(a.Body, []byte("\ufeff")))).ReadAll()
		if err != nil || len(lines) != 2 || lines[1][0] != ours.Number || !slices.Contains(lines[1], "acceptance") {
			t.Errorf("the file: %d %q, %v", a.Status, lines, err)
		}
		apptest.CheckProblem(t, w.Staff(t, "parent", "GET", "/exports/"+order.ID+"/file", nil), 404, "not-found", "of yours")

		reports(t, w, mails, ours, theirs)
	})
}

func reports(t *testing.T, w *apptest.Town, mails *post, ours, theirs *complaint.Complaint) {
	t.Helper()
	apptest.CheckProblem(t, w.Staff(t, "supervisor", "GET", "/reports/schedule", nil), 404, "not-found", "no report")
	plan := console.Scheduled{Every: "daily", Hour: 8}
	apptest.CheckProblem(t, w.Staff(t, "supervisor", "PUT", "/reports/schedule", plan), 409, "conflict", "no e-mail address")
	p, token, err := w.App.People.Enrol(t.Context(), identity.Person{Role: complaint.Supervisor, Name: "Lim", Agency: "MBPJ", Lang: "en", Email: "lim@mbpj.gov.my"}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Header["Lim"], w.Person["Lim"] = "Bearer "+token, p.ID
	w.Staff(t, "Lim", "PUT", "/reports/schedule", plan).Into(t, &plan)
	if plan.Next == nil || !plan.Next.Equal(apptest.Malaysia(t, "2026-01-09 08:00")) {
		t.Errorf("the next report comes at %v", plan.Next)
	}
	w.Staff(t, "Lim", "GET", "/reports/schedule", nil).Into(t, &plan)
	w.Now = apptest.Malaysia(t, "2026-01-09 08:00")
	for range 2 {
		if err := w.App.Plans.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(mails.letters) != 1 {
		t.Fatalf("%d e-mails", len(mails.letters))
	}
	l := mails.letters[0]
	if l.To != "lim@mbpj.gov.my" || !strings.Contains(l.Subject, "Petaling Jaya City Council") || !strings.Contains(l.Body, "open 1, overdue 1") || len(l.Files) != 1 {
		t.Errorf("%s: %s\n%s", l.To, l.Subject, l.Body)
	}
	f, err := excelize.OpenReader(bytes.NewReader(l.Files[0].Body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Overdue")
	if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, ours.Number) || strings.Contains(text, theirs.Number) {
		t.Errorf("the file: %v, %v", rows, err)
	}
	if a := w.Staff(t, "administrator", "PATCH", "/officers/"+p.ID, map[string]any{"role": "officer", "active": false}); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	w.Now = apptest.Malaysia(t, "2026-01-10 08:00")
	if err := w.App.Plans.Once(t.Context()); err != nil || len(mails.letters) != 1 {
		t.Errorf("somebody who works no more got a report: %d, %v", len(mails.letters), err)
	}
	if a := w.Staff(t, "parent", "DELETE", "/reports/schedule", nil); a.Status != http.StatusNoContent {
		t.Errorf("end: %d %s", a.Status, a.Body)
	}
}
