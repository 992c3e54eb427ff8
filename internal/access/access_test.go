package access

import (
	"strings"
	"testing"
	"testing/fstest"

	"respons/internal/table"
)

const head = "permission,public,citizen,officer,supervisor,desk,oversight,administrator,note\n"

func TestEveryMistakeInThePermissionsIsNamed(t *testing.T) {
	var ms table.Mistakes
	tab := Load(fstest.MapFS{"permissions.csv": {Data: []byte(head +
		"complaint.read,own,own,own,branch,open,all,open,\n" +
		"complaint.read,own,own,own,branch,open,all,open,\n" +
		"complaint.accept,-,branch,own,everything,,-,-,\n")}}, &ms)
	want := strings.Join([]string{
		"permissions.csv:3:1: permission: complaint.read has a row already",
		"permissions.csv:4:20: citizen: a citizen may do it not at all (-), on their own (own), or at large (yes)",
		`permissions.csv:4:31: supervisor: "everything" is no scope; there are - (not at all), yes, own, branch, open, all`,
		`permissions.csv:4:42: desk: "" is no scope; there are - (not at all), yes, own, branch, open, all`,
	}, "\n")
	if err := ms.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for role, s := range map[string]Scope{"public": Own, "supervisor": Branch, "oversight": All, "mayor": No} {
		if got := tab.Scope("complaint.read", role); got != s {
			t.Errorf("%s: %s, want %s", role, got, s)
		}
	}
	if got := tab.Scope("complaint.eat", "officer"); got != No {
		t.Errorf("a permission that is not in the table: %s", got)
	}
}
