package announce

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/notify"
	"respons/internal/store"
)

// What an announcement may have: what fits on a lock screen as its title, and as its text what a push carries in any
// script.
const (
	longestTitle = 60
	longestBody  = 500
	longestValid = 90 * 24 * time.Hour
	mostValid    = 200 // listed at once
)

// Board is where announcements are written, listed and spread from.
type Board struct {
	Engine store.Engine
	Teller *notify.Teller
	Places Places
	Chain  func(agency string) []string // the agency and all above it
	Page   int                          // people who are looked at between two marks of how far it is; 0: 200
	Log    *slog.Logger
	Now    func() time.Time
}

// Draft is what somebody announces.
type Draft struct {
	Texts      map[string]notify.Wording
	Target     Target
	Importance notify.Importance
	Until      time.Time
}

// Languages are those in which every announcement is written.
var Languages = []string{"ms", "en", "zh", "ta"}

// settle checks a draft and names everything wrong at once.
func (d *Draft) settle(p Places, now time.Time) error {
	var wrong []fault.Field
	d.Target, wrong = d.Target.settle(p)
	add := func(path, text string) { wrong = append(wrong, fault.Field{Path: "body." + path, Text: text}) }
	texts := map[string]notify.Wording{}
	for _, lang := range Languages {
		w := d.Texts[lang]
		for _, f := range []struct {
			name, value string
			most        int
		}{{"title", w.Title, longestTitle}, {"body", w.Body, longestBody}} {
			text := complaint.Plain(f.value, f.most)
			if text == "" {
				text = notify.WrongScript(f.value, lang)
			}
			if text == "" && (f.name == "title" && strings.ContainsAny(f.value, "\r\n") || strings.ContainsFunc(f.value, unmarked)) {
				text = "has a line break or a mark of direction, which lock screens show differently"
			}
			if text != "" {
				add("texts."+lang+"."+f.name, text)
			}
		}
		texts[lang] = notify.Wording{Title: strings.TrimSpace(w.Title), Body: strings.TrimSpace(w.Body)}
	}
	for lang := range d.Texts {
		if _, ok := texts[lang]; !ok {
			add("texts."+lang, "announcements are in ms, en, zh and ta")
		}
	}
	switch d.Importance {
	case notify.Ordinary, notify.Important, notify.Danger:
	default:
		add("importance", "must be ordinary, important or danger")
	}
	if !d.Until.After(now) || d.Until.Sub(now) > longestValid {
		add("until", fmt.Sprintf("must lie ahead, within %d days", int(longestValid.Hours()/24)))
	}
	d.Texts, d.Until = texts, d.Until.UTC().Truncate(time.Millisecond)
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "%s %s", strings.TrimPrefix(wrong[0].Path, "body."), wrong[0].Text)
	f.Fields = wrong
	return f
}

// unmarked are marks of direction, which can make a text read as another one.
func unmarked(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// Announce writes an announcement, which is spread in the background. The same request again gives the same one.
// fault.Invalid with every field that is wrong; fault.Mismatch.
func (b *Board) Announce(ctx context.Context, d Draft, by complaint.By) (*Announcement, error) {
	now := b.now()
	if err := d.settle(b.Places, now); err != nil {
		return nil, err
	}
	a := &Announcement{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Texts: d.Texts, Target: d.Target, Importance: d.Importance,
		Until: d.Until, Created: now, By: by.Actor, State: Spreading, Request: by.Request}
	rec, err := a.record()
	if err != nil {
		return nil, err
	}
	err = b.Engine.Insert(ctx, Collection.Name, rec)
	if errors.Is(err, fault.Duplicate) && by.Request.Key != "" {
		return b.repeated(ctx, by.Request)
	}
	if err != nil {
		return nil, fmt.Errorf("announce: %w", err)
	}
	a.Rev = 1
	return a, nil
}

func (b *Board) repeated(ctx context.Context, r complaint.Request) (*Announcement, error) {
	list, _, err := b.find(ctx, store.Query{Index: "request", Equal: []any{r.Key}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Request.Hash != r.Hash {
		return nil, fault.New(fault.Mismatch, "this Idempotency-Key was used for another request; use a new key for a new request")
	}
	return list[0], nil
}

// Cancel ends an announcement: it is not listed any more, and what has not gone out does not. Again is harmless.
// fault.NotFound.
func (b *Board) Cancel(ctx context.Context, id string) (*Announcement, error) {
	return b.change(ctx, id, func(a *Announcement) bool {
		if a.State == Cancelled {
			return false
		}
		a.State, a.Ended, a.Lease = Cancelled, b.now(), time.Time{}
		return true
	})
}

// IsCancelled says whether an announcement was cancelled, or is not there.
func (b *Board) IsCancelled(ctx context.Context, id string) (bool, error) {
	a, err := b.ByID(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return true, nil
	}
	return err == nil && a.State == Cancelled, err
}

// ByID reads one; fault.NotFound.
func (b *Board) ByID(ctx context.Context, id string) (*Announcement, error) {
	rec, err := b.Engine.Get(ctx, Collection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no announcement %q", id)
	}
	if err != nil {
		return nil, err
	}
	return decode(rec)
}

// All gives a page of all, the latest first.
func (b *Board) All(ctx context.Context, after string, limit int) ([]*Announcement, string, error) {
	return b.find(ctx, store.Query{Index: "created", Desc: true, After: after, Limit: limit})
}

// Valid lists those that concern people now, what ends first first, 200 at the most.
func (b *Board) Valid(ctx context.Context) ([]*Announcement, error) {
	list, _, err := b.find(ctx, store.Query{Index: "valid", From: b.now().UnixMilli() + 1, Limit: mostValid})
	return list, err
}

func (b *Board) find(ctx context.Context, q store.Query) (list []*Announcement, next string, err error) {
	page, err := b.Engine.Find(ctx, Collection.Name, q)
	if err != nil {
		return nil, "", fmt.Errorf("read announcements: %w", err)
	}
	for _, rec := range page.Records {
		a, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, a)
	}
	return list, page.Next, nil
}

// change reads an announcement, lets fn change it and stores it, again where somebody was faster, five times at most. fn
// gives false to leave it as it is.
func (b *Board) change(ctx context.Context, id string, fn func(*Announcement) bool) (a *Announcement, err error) {
	for range 5 {
		if a, err = b.ByID(ctx, id); err != nil || !fn(a) {
			return a, err
		}
		if err = b.store(ctx, a); !errors.Is(err, fault.Stale) {
			return a, err
		}
	}
	return nil, fault.Wrap(fault.Conflict, err, "others change the announcement at this moment; try again")
}

// store replaces the revision that was read; fault.Stale.
func (b *Board) store(ctx context.Context, a *Announcement) error {
	rec, err := a.record()
	if err != nil {
		return err
	}
	a.Rev, err = b.Engine.Replace(ctx, Collection.Name, rec)
	return err
}

func (b *Board) now() time.Time { return b.Now().UTC().Truncate(time.Millisecond) }
