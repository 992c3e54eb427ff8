package agency_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

type amendment struct {
	ID, State string
	Revision  int64
	Mistakes  []struct {
		File, Column string
		Line         int
	}
}

// amendments is the administrator's work on the reference data of a running system.
type amendments struct {
	*apptest.System
	admin []string
}

func (x amendments) call(t *testing.T, method, path string, body any, want int) (out amendment) {
	t.Helper()
	a := apptest.Do(t, method, x.URL+"/v1/staff/"+path, body, x.admin...)
	if a.Status != want {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	a.Into(t, &out)
	return out
}

func (x amendments) approve(t *testing.T, a amendment) {
	t.Helper()
	if a = x.call(t, "POST", "amendments/"+a.ID+"/approve", map[string]any{"revision": a.Revision}, http.StatusOK); a.State != "approved" {
		t.Fatalf("%+v", a)
	}
}

// named waits until the public list of agencies calls one by a name, or no more has it where the name is empty.
func (x amendments) named(t *testing.T, code, name string) {
	t.Helper()
	apptest.Eventually(t, func() error {
		var list struct{ Items []struct{ Code, Name string } }
		apptest.Do(t, "GET", x.URL+"/v1/agencies", nil, "Accept-Language", "en").Into(t, &list)
		got := ""
		for _, a := range list.Items {
			if a.Code == code {
				got = a.Name
			}
		}
		if got != name {
			return fmt.Errorf("%s is called %q, want %q", code, got, name)
		}
		return nil
	})
}

func (x amendments) csv(t *testing.T, file string) string {
	t.Helper()
	a := apptest.Do(t, "GET", x.URL+"/v1/staff/tables/"+file+"/csv", nil, x.admin...)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", file, a.Status, a.Body)
	}
	return string(a.Body)
}

// An agency is given another name while the system runs, a draft with a mistake says where it is and is not approved, and
// the table goes back to what was shipped.
func TestAnAgencyIsRenamedWhileTheSystemRuns(t *testing.T) {
	s := apptest.Start(t, nil)
	supervisor := s.Officer(t, "supervisor", "MBPJ")
	x := amendments{s, []string{"Authorization", s.Admin}}
	var tables struct{ Tables []struct{ File string } }
	if apptest.Do(t, "GET", s.URL+"/v1/staff/tables", nil, x.admin...).Into(t, &tables); len(tables.Tables) == 0 {
		t.Fatal("there are no tables")
	}
	x.call(t, "GET", "tables/agencies.csv?find=MBPJ", nil, http.StatusOK)
	rename := map[string]any{"name_ms": "Majlis Petaling", "name_en": "Petaling Council", "reason": "Warta P.U.(B) 12/2027"}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/agencies/MBPJ/rename", rename, "Authorization", supervisor), http.StatusForbidden, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/agencies/NONE/rename", rename, x.admin...), http.StatusNotFound, "not-found", "")
	draft := x.call(t, "POST", "agencies/MBPJ/rename", rename, http.StatusCreated)
	x.approve(t, draft)
	x.named(t, "MBPJ", "Petaling Council")

	bad := x.call(t, "POST", "amendments", `{"reason":"percubaan"}`, http.StatusCreated)
	bad = x.call(t, "PATCH", "amendments/"+bad.ID, `{"reason":"percubaan kedua","from":"2030-01-01"}`, http.StatusOK)
	wrong := strings.Replace(x.csv(t, "categories.csv"), ",S3,", ",S99,", 1)
	bad = x.call(t, "PUT", "amendments/"+bad.ID+"/tables/categories.csv", map[string]string{"csv": wrong}, http.StatusOK)
	if len(bad.Mistakes) == 0 || bad.Mistakes[0].File != "categories.csv" {
		t.Fatalf("the mistake is not told: %+v", bad)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/amendments/"+bad.ID+"/approve", map[string]any{"revision": bad.Revision}, x.admin...), http.StatusConflict, "conflict", "")
	if bad = x.call(t, "POST", "amendments/"+bad.ID+"/withdraw", nil, http.StatusOK); bad.State != "withdrawn" {
		t.Errorf("%+v", bad)
	}

	var history struct{ Versions []struct{ ID string } }
	if apptest.Do(t, "GET", s.URL+"/v1/staff/tables/agencies.csv/history", nil, x.admin...).Into(t, &history); len(history.Versions) != 1 || history.Versions[0].ID != draft.ID {
		t.Fatalf("%+v", history)
	}
	back := x.call(t, "POST", "tables/agencies.csv/rollback", `{"version":"shipped"}`, http.StatusCreated)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/amendments/"+back.ID+"/submit", nil, x.admin...), http.StatusConflict, "conflict", "") // nobody said why
	x.call(t, "PATCH", "amendments/"+back.ID, `{"reason":"Warta P.U.(B) 12/2027 dibatalkan"}`, http.StatusOK)
	back = x.call(t, "POST", "amendments/"+back.ID+"/submit", nil, http.StatusOK)
	x.approve(t, back)
	x.named(t, "MBPJ", "Petaling Jaya City Council")
	x.call(t, "GET", "amendments", nil, http.StatusOK)
	x.call(t, "GET", "amendments/"+back.ID, nil, http.StatusOK)
}

// A body is merged into a new one: the preview tells where complaints would go, open complaints and staff follow with their
// clocks going on, and what is filed later goes to the successor. The figures are as if counted anew.
func TestOpenComplaintsFollowAMergedAgency(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := apptest.Start(t, nil)
		openFollow(t, s, s)
	})
	t.Run("two processes on MongoDB and a real Redis", func(t *testing.T) {
		s, other := twins(t)
		openFollow(t, s, other)
	})
}

// openFollow lets administrators work at one process, and all others at another.
func openFollow(t *testing.T, s, other *apptest.System) {
	officer := []string{"Authorization", s.Officer(t, "officer", "MBPJ")}
	x := amendments{other, []string{"Authorization", s.Admin}}
	var r, over apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &r)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.LampMS).Into(t, &over)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+over.Number+"/reject", `{"reason":"private","note":"Tanya JMB."}`, officer...); a.Status != http.StatusOK {
		t.Fatalf("reject: %d %s", a.Status, a.Body)
	}
	before := s.Stands(t, r.Number)
	if before.Agency != "MBPJ" || len(before.Clocks) == 0 {
		t.Fatalf("it lies with %q", before.Agency)
	}
	draft := x.call(t, "POST", "agencies/succession", `{"agencies":["MBPJ"],"new":{"code":"MPTG","name_ms":"Majlis Petaling","name_en":"Petaling Council"},"reason":"Warta P.U.(B) 13/2027"}`, http.StatusCreated)
	x.call(t, "POST", "amendments/"+draft.ID+"/preview", nil, http.StatusAccepted)
	apptest.Eventually(t, func() error {
		var p struct {
			Finished       bool
			Failed         string
			Total, Changed int
			Moves          []struct{ From, To struct{ Agency string } }
		}
		apptest.Do(t, "GET", other.URL+"/v1/staff/amendments/"+draft.ID+"/preview", nil, x.admin...).Into(t, &p)
		if !p.Finished || p.Total != 2 || p.Changed != 2 || p.Moves[0].From.Agency != "MBPJ" || p.Moves[0].To.Agency != "MPTG" {
			return fmt.Errorf("the preview: %+v", p)
		}
		return nil
	})
	x.approve(t, draft)
	x.named(t, "MPTG", "Petaling Council")
	amendments{s, x.admin}.named(t, "MPTG", "Petaling Council")
	apptest.Eventually(t, func() error {
		var left struct {
			Successions []struct {
				Agency string
				Left   int64
			}
		}
		apptest.Do(t, "GET", s.URL+"/v1/staff/agencies/successions", nil, x.admin...).Into(t, &left)
		if c := s.Stands(t, r.Number); c.Agency != "MPTG" || len(left.Successions) != 1 || left.Successions[0].Left != 0 {
			return fmt.Errorf("it lies with %q; %+v", c.Agency, left)
		}
		return nil
	})
	c := s.Stands(t, r.Number)
	last := c.Events[len(c.Events)-1]
	if last.Action != complaint.Succeed || last.Ref != "MBPJ" || c.State != before.State || !c.Clocks[0].Due.Equal(before.Clocks[0].Due) {
		t.Errorf("%+v, %s after %s, due %s after %s", last, c.State, before.State, c.Clocks[0].Due, before.Clocks[0].Due)
	}
	var me struct{ Agency string }
	if apptest.Do(t, "GET", s.URL+"/v1/staff/me", nil, officer...).Into(t, &me); me.Agency != "MPTG" {
		t.Errorf("the officer belongs to %q", me.Agency)
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/accept", `{"note":"We are coming today."}`, officer...); a.Status != http.StatusOK {
		t.Errorf("the officer accepts: %d %s", a.Status, a.Body)
	}
	var later apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeEN).Into(t, &later)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 3) })
	if c := s.Stands(t, later.Number); c.Agency == "MBPJ" {
		t.Error("a later one went to the agency that acts no more")
	}
	counted(t, s, "MPTG", 3)

	// It turns out that another body acts in its place. What was over before is looked after there.
	row := regexp.MustCompile(`(?m)^(MBPJ,.*,)MPTG$`)
	draft = x.call(t, "POST", "amendments", `{"reason":"Warta P.U.(B) 14/2027"}`, http.StatusCreated)
	draft = x.call(t, "PUT", "amendments/"+draft.ID+"/tables/agencies.csv",
		map[string]string{"csv": row.ReplaceAllString(x.csv(t, "agencies.csv"), "${1}MBSA")}, http.StatusOK)
	x.approve(t, draft)
	counted(t, s, "MPTG", 2)
	counted(t, s, "MBSA", 1)
	if c := s.Stands(t, over.Number); c.Agency != "MBPJ" || c.State != complaint.Rejected {
		t.Errorf("what was over is %s and lies with %s", c.State, c.Agency)
	}
}

// counted waits until so many complaints of this year count for an agency, and the running counts equal a recount.
func counted(t *testing.T, s *apptest.System, agency string, want int64) {
	t.Helper()
	apptest.Eventually(t, func() error {
		month := s.App.Figures.Month(time.Now())
		f, err := s.App.Figures.Figures(t.Context(), agency, month[:5]+"01", month)
		if err != nil {
			return err
		}
		if f.All.Received != want {
			return fmt.Errorf("%d complaints count for %s, want %d", f.All.Received, agency, want)
		}
		found, err := s.App.Figures.Recount(t.Context(), false)
		if err != nil || found.Different != 0 || found.Waiting != 0 {
			return fmt.Errorf("recount: %+v, %w", found, err)
		}
		return nil
	})
}
