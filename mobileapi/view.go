package mobileapi

import (
	"time"

	"golang.org/x/text/language"

	"respons/internal/complaint"
	"respons/internal/notify"
	"respons/internal/rights"
)

// View turns what is stored into what a citizen sees, in the citizen's language.
type View struct {
	Emergency func(text string) string // number to call now; empty: none
	Texts     notify.TextFiller
	Values    notify.Values
}

// Complaint is a complaint as its citizen sees it.
type Complaint struct {
	Number    string     `json:"number" example:"RR-7K3M-Q2XA"`
	Kind      string     `json:"kind" example:"complaint"`
	Text      string     `json:"text" doc:"With telephone numbers, e-mail addresses, identity card numbers and plates masked; the original is sealed and comes with GET /v1/me/export"`
	Anonymous bool       `json:"anonymous,omitempty" doc:"Filed without a name: nobody of the staff is shown who you are"`
	State     string     `json:"state" example:"routed"`
	Agency    *Named     `json:"agency,omitempty" doc:"Who must act; absent while that is being decided"`
	Category  *Named     `json:"category,omitempty" doc:"What it is about"`
	Received  time.Time  `json:"received" doc:"UTC"`
	Updated   time.Time  `json:"updated" doc:"UTC"`
	Promised  *time.Time `json:"promised,omitempty" doc:"By when it is to be mended, UTC; absent while nobody can say"`
	Revision  int64      `json:"revision" doc:"Grows with every change"`
	Rating    int        `json:"rating,omitempty" doc:"Your latest, 1 to 5"`
	Merged    string     `json:"merged_into,omitempty" doc:"Number of the complaint it became part of"`
	Why       []string   `json:"why,omitempty" doc:"Why this agency was chosen"`
	Clocks    []Clock    `json:"clocks,omitempty"`

	Attachments *Counts `json:"attachments,omitempty" doc:"How many can be looked at, from either side; absent where there are none"`

	Timeline []Entry `json:"timeline,omitempty" doc:"What happened, oldest first; in lists absent"`
}

// Named is a code with its name in the citizen's language.
type Named struct {
	Code string `json:"code" example:"MBPJ"`
	Name string `json:"name" example:"Majlis Bandaraya Petaling Jaya"`
}

// Clock is a deadline as the citizen sees it.
type Clock struct {
	Name    string     `json:"name" example:"resolve"`
	State   string     `json:"state" enum:"running,paused,stopped" example:"running"`
	Start   time.Time  `json:"start"`
	Due     *time.Time `json:"due,omitempty"`
	Stopped *time.Time `json:"stopped,omitempty"`
	Missed  bool       `json:"missed" doc:"The deadline passed before the clock stopped"`
}

// Entry is one line of the timeline.
type Entry struct {
	At    time.Time `json:"at" doc:"UTC"`
	Event string    `json:"event" example:"routed"`
	Title string    `json:"title" example:"Aduan anda telah dihantar"`
	Text  string    `json:"text,omitempty"`
	By    string    `json:"by" enum:"system,citizen,officer" example:"system"`
	Note  string    `json:"note,omitempty" doc:"What a person wrote: question, answer, resolution"`

	Attachments int `json:"attachments,omitempty" doc:"How many photos, videos, sounds and documents came with it"`
}

var matcher = language.NewMatcher([]language.Tag{language.Malay, language.English, language.Chinese, language.Tamil})

// Language picks ms, en, zh or ta by an Accept-Language header; an empty one gives otherwise.
func Language(header, otherwise string) string {
	if header == "" {
		return otherwise
	}
	tags, _, _ := language.ParseAcceptLanguage(header)
	_, i, _ := matcher.Match(tags...)
	return []string{"ms", "en", "zh", "ta"}[i]
}

// Complaint gives the view in lang; whole adds timeline, clocks and reasons.
func (v View) Complaint(c *complaint.Complaint, lang string, whole bool) Complaint {
	out := Complaint{Number: c.Number, Kind: string(c.Kind), Text: c.Text, Anonymous: c.Anonymous, State: string(c.State), Received: c.Received,
		Updated: c.Updated, Promised: moment(c.Promised()), Revision: c.Rev, Rating: c.Rating}
	out.Agency, out.Category, out.Attachments = v.agency(c.Agency, lang), v.category(c.Category, lang), counts(c)
	if c.Merged != nil {
		out.Merged = c.Merged.Into
	}
	if !whole {
		return out
	}
	if c.Decision != nil {
		for _, r := range c.Decision.Reasons {
			out.Why = append(out.Why, r.In(lang))
		}
	}
	for _, k := range c.Clocks {
		out.Clocks = append(out.Clocks, clock(k))
	}
	for _, e := range c.Events {
		if name := notify.Name(e); !e.Hidden && name != "" {
			out.Timeline = append(out.Timeline, v.entry(c, e, name, lang))
		}
	}
	out.Timeline = withAttachments(out.Timeline, c, lang)
	return out
}

// agency names an agency; nil where the code is empty.
func (v View) agency(code, lang string) *Named {
	if code == "" {
		return nil
	}
	return &Named{code, v.Values.Agency(code, lang)}
}

// category names a category; nil where the code is empty.
func (v View) category(code, lang string) *Named {
	if code == "" {
		return nil
	}
	return &Named{code, v.Values.Category(code, lang)}
}

func (v View) entry(c *complaint.Complaint, e complaint.Event, name, lang string) Entry {
	out := Entry{At: e.At, Event: name, By: "system", Note: e.Note}
	if title, text, err := v.Texts.Fill(name, "citizen", lang, v.Values.Of(c, e, lang)); err == nil {
		out.Title, out.Text = title, text
	}
	switch {
	case e.Actor.Role == complaint.CitizenRole:
		out.By = "citizen"
	case e.Actor.Staff():
		out.By = "officer"
	}
	return out
}

// Matter is a complaint for its citizen's own export.
func (v View) Matter(c *complaint.Complaint, lang string) rights.Matter {
	x := v.Complaint(c, lang, false)
	m := rights.Matter{ID: c.ID, Number: c.Number, Kind: x.Kind, State: x.State, Received: c.Received, Text: c.Text, Photo: c.Link, Location: c.Location,
		Timeline: []rights.Entry{}}
	if x.Agency != nil {
		m.Agency = x.Agency.Name
	}
	if x.Category != nil {
		m.Category = x.Category.Name
	}
	for _, e := range c.Events {
		if name := notify.Name(e); !e.Hidden && name != "" {
			s := v.entry(c, e, name, lang)
			m.Timeline = append(m.Timeline, rights.Entry{Event: e.ID, At: e.At, By: s.By, Title: s.Title, Note: s.Note})
		}
	}
	return m
}

func clock(k complaint.Clock) Clock {
	return Clock{Name: string(k.Name), State: k.Run(), Start: k.Start, Due: moment(k.Due), Stopped: moment(k.Stopped), Missed: !k.Breached.IsZero()}
}

func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
