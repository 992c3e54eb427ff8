package notify

import (
	"context"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/store"
)

// Announced is the event name of what is told to many alike.
const Announced = "announcement"

// Notice is one message for many people.
type Notice struct {
	ID         string             // of the announcement: with the recipient it names each row
	Texts      map[string]Wording // by language; Malay is always there
	Importance Importance
	Until      time.Time // what has not gone out by then does not
}

// Wording is what people read in one language.
type Wording struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// In gives the words of a language, else the Malay ones.
func (n Notice) In(lang string) Wording {
	if w, ok := n.Texts[lang]; ok {
		return w
	}
	return n.Texts["ms"]
}

// Inform lays a notice in a citizen's inbox and pushes it to their devices. Called again it does only what is missing. Told
// is false for staff, for whom notices are not. Lang is the language of somebody without an account.
func (t *Teller) Inform(ctx context.Context, person, lang string, n Notice) (told bool, err error) {
	people, err := t.person(ctx, person, identity.Person{ID: person, Role: complaint.CitizenRole, Lang: lang})
	if err != nil {
		return false, err
	}
	p := people[0]
	if p.Role != complaint.CitizenRole {
		return false, nil
	}
	prefs, err := t.Preferences(ctx, person)
	if err != nil {
		return false, err
	}
	if prefs.Lang != "" {
		p.Lang = prefs.Lang
	}
	words := n.In(p.Lang)
	now := t.now()
	inbox := &Row{ID: rowID(n.ID, person, Inbox), Announcement: n.ID, Event: Announced, Audience: "citizen", Person: person, Channel: Inbox,
		State: Accepted, Lang: p.Lang, Importance: n.Importance, Title: words.Title, Body: words.Body, Created: now, Accepted: now, Until: n.Until}
	if _, err := t.add(ctx, inbox); err != nil {
		return false, fmt.Errorf("inform: %w", err)
	}
	m := message{source: n.ID, prefs: prefs, like: *inbox, fill: func(lang string) (string, string, error) {
		w := n.In(lang)
		return w.Title, w.Body, nil
	}}
	m.like.Inbox, m.like.State, m.like.Accepted = inbox.ID, "", time.Time{}
	return true, t.bring(ctx, m, Rule{Audience: "citizen", Importance: n.Importance, Urgent: n.Importance, Channels: []Channel{Push}})
}

// CountOf counts the rows of an announcement by channel and state.
func (t *Teller) CountOf(ctx context.Context, announcement string) (map[Channel]map[State]int64, error) {
	out := map[Channel]map[State]int64{}
	for _, c := range []Channel{Inbox, Push} {
		out[c] = map[State]int64{}
		for _, s := range States {
			n, err := t.Engine.Count(ctx, Ledger.Name, store.Query{Index: "announcement", Equal: []any{announcement, string(c), string(s)}})
			if err != nil {
				return nil, fmt.Errorf("count messages of an announcement: %w", err)
			}
			if n > 0 {
				out[c][s] = n
			}
		}
	}
	return out, nil
}
