package pages

import (
	"strconv"
	"strings"
	"time"

	"respons/internal/console"
)

// typed is a form of a move as it was filled in. It is shown again whatever goes wrong.
type typed struct {
	Move                                                 string
	Note, Reason, Agency, Officer, Category, Cause, Into string
	Until                                                string // a day, 2026-12-31
	Seen                                                 int
}

func readTyped(q *Request, move string) typed {
	get := func(name string) string { return strings.TrimSpace(q.PostForm(name)) }
	seen, _ := strconv.Atoi(get("seen")) // a form that says nothing asks nothing
	return typed{Move: move, Note: get("note"), Reason: get("reason"), Agency: get("agency"), Officer: get("officer"), Category: get("category"),
		Cause: get("cause"), Into: get("into"), Until: get("until"), Seen: seen}
}

// body is what the form asks for; wrong names a field that cannot be read. A day lasts to its end.
func (t typed) body(zone *time.Location) (body console.MoveBody, wrong string) {
	body = console.MoveBody{Note: t.Note, Reason: t.Reason, Agency: t.Agency, Category: t.Category, Into: t.Into, Officer: t.Officer, Cause: t.Cause, Seen: max(t.Seen, 0)}
	if t.Until == "" {
		return body, ""
	}
	day, err := time.ParseInLocation(time.DateOnly, t.Until, zone)
	if err != nil {
		return body, "until"
	}
	body.Until = day.AddDate(0, 0, 1).Add(-time.Minute)
	return body, ""
}
