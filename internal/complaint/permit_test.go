package complaint_test

import (
	"errors"
	"testing"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/table"
)

// Everything a person can do to a complaint is in the table of permissions.
func TestEveryActionOfAPersonHasAPermission(t *testing.T) {
	var ms table.Mistakes
	may := access.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, a := range []complaint.Action{complaint.Assign, complaint.Accept, complaint.Return, complaint.Bounce, complaint.Start, complaint.Ask,
		complaint.Answer, complaint.Transfer, complaint.Resolve, complaint.Close, complaint.Reopen, complaint.Withdraw, complaint.Reject,
		complaint.MergeIn, complaint.Unmerge, complaint.MadeSafe, complaint.Reply, complaint.Extend, complaint.Hand} {
		if !may.Has(complaint.Permission(a)) {
			t.Errorf("permissions.csv has no %s", complaint.Permission(a))
		}
	}
}

// Who sees what: each row a role, each column a complaint of the own agency, one below it, a sibling's, one at the desk;
// then the same four restricted.
func TestEachSeesExactlyWhatIsTheirs(t *testing.T) {
	w := newWorld(t, open(t))
	own, below := "SUK-SGR", "MBPJ" // SUK-SGR is above MBPJ in this world
	column := func(agency string, secret bool) *complaint.Complaint {
		return &complaint.Complaint{Number: "RR-7K3M-Q2XA", Citizen: "aminah", Agency: agency, Secret: secret, State: complaint.Routed}
	}
	for _, row := range []struct {
		who   complaint.Actor
		sees  string // own, below, sibling, desk
		tips  string // the same, restricted
		clear string // the same, restricted, for somebody who was cleared
	}{
		{complaint.Actor{Role: complaint.Officer, ID: "o", Agency: own}, "x...", "....", "x..."},
		{complaint.Actor{Role: complaint.Supervisor, ID: "s", Agency: own}, "xx..", "....", "x..."},
		{complaint.Actor{Role: complaint.Desk, ID: "d"}, "xxxx", "....", "...x"},
		{complaint.Actor{Role: complaint.Oversight, ID: "v"}, "xxxx", "....", "xxxx"},
		{complaint.Actor{Role: complaint.Administrator, ID: "a"}, "xxxx", "....", "...x"},
		{complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}, "xxxx", "xxxx", "xxxx"},
		{complaint.Actor{Role: complaint.CitizenRole, ID: "bala"}, "....", "....", "...."},
		{complaint.Actor{Role: complaint.CitizenRole}, "....", "....", "...."},
	} {
		see := func(secret, cleared bool) (out string) {
			who := row.who
			who.Cleared = cleared
			for _, agency := range []string{own, below, "SIBLING", ""} {
				switch err := w.Sees(who, column(agency, secret)); {
				case err == nil:
					out += "x"
				case errors.Is(err, fault.NotFound):
					out += "."
				default:
					t.Fatalf("%v: %v", who, err)
				}
			}
			return out
		}
		if got := [3]string{see(false, false), see(true, false), see(true, true)}; got != [3]string{row.sees, row.tips, row.clear} {
			t.Errorf("%s of %s sees %v, want %v", row.who.Role, row.who.Agency, got, []string{row.sees, row.tips, row.clear})
		}
	}
}
