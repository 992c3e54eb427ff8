package app

import (
	"sync/atomic"

	"respons/internal/agency"
	"respons/internal/amend"
	"respons/internal/classify"
	"respons/internal/handbook"
	"respons/internal/learning"
	"respons/internal/notify"
	"respons/internal/service"
	"respons/mobileapi"
)

// Current is the reference data as it stands now. Administrators amend it while the system runs, so whoever needs it asks
// each time; one Reference never changes.
type Current struct {
	now   atomic.Pointer[Reference]
	built atomic.Pointer[amend.Built]
}

// Hold makes a Current of reference data that is not amended.
func Hold(r *Reference) *Current {
	c := new(Current)
	c.now.Store(r)
	c.built.Store(&amend.Built{FS: r.files})
	return c
}

// Now is the reference data as it stands.
func (c *Current) Now() *Reference { return c.now.Load() }

// Amended says what became of each amendment when this process took them up.
func (c *Current) Amended() amend.Built { return *c.built.Load() }

func (c *Current) known(code string) bool                { return c.Now().known(code) }
func (c *Current) acting(code string) (string, bool)     { return c.Now().acting(code) }
func (c *Current) before(code string) []string           { return c.Now().Agencies.Before(code) }
func (c *Current) states(code string) []string           { return c.Now().states(code) }
func (c *Current) parent(code string) string             { return c.Now().parent(code) }
func (c *Current) chain(code string) []string            { return c.Now().chain(code) }
func (c *Current) register() *agency.Register            { return c.Now().Agencies }
func (c *Current) former() []string                      { return c.Now().former() }
func (c *Current) services() *service.List               { return c.Now().Services }
func (c *Current) district(state, name string) string    { return c.Now().Places.District(state, name) }
func (c *Current) hotlines(l string) []mobileapi.Hotline { return c.Now().Hotlines[l] }

func (c *Current) handbook() *handbook.Book { return c.Now().Handbook }
func (c *Current) hasCause(category, code string) bool {
	return c.Now().Handbook.HasCause(category, code)
}
func (c *Current) words(text string) []string     { return c.Now().Classifier.Words(text) }
func (c *Current) readWords(text string) []string { return c.Now().Classifier.ReadWords(text) }
func (c *Current) classes() []string              { return c.Now().classes() }
func (c *Current) tree() string                   { return c.Now().tree() }

func (c *Current) material() (learning.Frozen, []classify.Example, error) { return c.Now().material() }

// Filing gives a category's SLA class and whether it is restricted.
func (c *Current) Filing(category string) (string, bool, error) { return c.Now().Filing(category) }

// values fill the placeholders of messages.
func (c *Current) values() notify.Values {
	return notify.Values{Zone: c.Now().Zone,
		Agency:   func(code, lang string) string { return c.Now().agencyName(code, lang) },
		Category: func(code, lang string) string { return c.Now().categoryName(code, lang) }}
}

// lists are what the app shows before anything is filed.
func (c *Current) lists() mobileapi.Reference {
	return mobileapi.Reference{
		Agencies: func(lang string) []mobileapi.Agency { return c.Now().agencies(lang) },
		Near: func(lat, lon float64, lang string, most int) []mobileapi.Agency {
			return c.Now().near(lat, lon, lang, most)
		},
		Categories: func(lang string) []mobileapi.Group { return c.Now().groups(lang) },
		Hotlines:   c.hotlines,
	}
}

// texts are the messages as they stand.
type texts struct{ *Current }

// Fill is that of the texts as they stand.
func (t texts) Fill(event, audience, lang string, values map[string]string) (title, body string, err error) {
	return t.Now().Texts.Fill(event, audience, lang, values)
}

// smsTexts are the text messages as they stand.
type smsTexts struct{ *Current }

// Fill is that of the text messages as they stand.
func (t smsTexts) Fill(event, lang string, values map[string]string) (string, error) {
	return t.Now().SMS.Fill(event, lang, values)
}
