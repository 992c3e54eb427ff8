package pages

import (
	"strings"

	"respons/internal/complaint"
	"respons/internal/console"
)

// What templates hand to their parts.
type (
	formPart struct {
		Page      Look
		Move, Key string
		Needed    bool // the note must be written
	}
	targetPart struct {
		console.Target
		Chosen bool
	}
	fieldPart    struct{ Name, Words string } // of a form, and what is wrong with it
	sessionsPart struct {
		Page Look
		Rows []sessionRow
		To   string // where a session is ended
	}
	optionPart struct {
		Value, Words string
		Chosen       bool
	}
)

// happening is an event as the timeline shows it.
type happening struct {
	console.Event
	Title, By, Reason string
}

// happening words an event: what it was, who did it as far as that may be known, and why.
func (p *Pages) happening(lang string, people map[string]string, e console.Event) happening {
	h := happening{Event: e, Title: say(lang, "ev."+e.Action), Reason: e.Reason}
	switch complaint.Action(e.Action) {
	case complaint.Step:
		h.Title = say(lang, "ev.step", e.Percent, say(lang, "clock."+e.Clock))
	case complaint.Hand:
		if name := people[e.Officer]; name != "" {
			h.Title = say(lang, "ev.hand.to", name)
		}
	case complaint.Transfer, complaint.Assign, complaint.Route:
		h.Title += ": " + p.Names.Agency(e.Ref, lang)
	case complaint.MergeIn, complaint.Unmerge:
		h.Title += ": " + e.Ref
	case complaint.Rate:
		h.Title = say(lang, "ev.rate", e.Rating)
	case complaint.Reject:
		if s, ok := words[lang]["reject."+e.Reason]; ok {
			h.Reason = s
		}
	case complaint.Recompute:
		h.Reason = say(lang, "told."+e.Reason)
	}
	if c, ok := p.API.Handbook().Cause(e.Cause); ok {
		h.Reason = say(lang, "ev.cause", c.Name.In(lang))
	}
	switch name := people[e.By]; {
	case name != "":
		h.By = name
	case e.Role == string(complaint.System):
	case e.Theirs != "":
		h.By = e.Theirs
	default:
		h.By = say(lang, "role."+e.Role)
	}
	return h
}

// groupName names a group of categories; its code where nobody wrote a name for it yet.
func groupName(lang, code string) string {
	if s, ok := words[lang]["group."+code]; ok {
		return s
	}
	return code
}

// placeWords is what the citizen wrote of the place; empty: nothing.
func placeWords(l complaint.Location) string {
	return strings.Trim(l.Address+", "+l.Postcode, ", ")
}

// grouped writes a secret in groups of four, as people type it.
func grouped(secret string) string {
	var out []byte
	for i := range len(secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, secret[i])
	}
	return string(out)
}
