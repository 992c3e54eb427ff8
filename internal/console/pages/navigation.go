package pages

import "respons/internal/access"

// navigation is every entry of the menu in its order; who may not open a page does not see its entry.
var navigation = []struct {
	to, word   string
	permission access.Permission
}{
	{"/console", "nav.inbox", "complaint.queue"},
	{"/console/triage", "nav.triage", "complaint.assign"},
	{"/console/board", "nav.board", "report.read"},
	{"/console/admin", "admin.title", "audit.read"},
}
