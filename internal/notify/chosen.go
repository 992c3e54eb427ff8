package notify

import "slices"

// Chosen are preferences as a person reads and writes them.
type Chosen struct {
	Language   string       `json:"language,omitempty" enum:"ms,en,zh,ta" doc:"Of inbox, e-mail and SMS; absent: the account's. Pushes are in the phone's"`
	Push       *bool        `json:"push,omitempty" doc:"Absent: true"`
	Email      *bool        `json:"email,omitempty" doc:"Absent: true"`
	SMS        *bool        `json:"sms,omitempty" doc:"Absent: true"`
	Fallback   Channel      `json:"fallback,omitempty" enum:"email,sms" doc:"When an important push was not opened; absent: whichever reaches you"`
	QuietHours *ChosenHours `json:"quiet_hours,omitempty" doc:"Malaysia time, in which only danger rings; absent: the usual ones; from and to alike: none"`
}

// ChosenHours are quiet hours as people write them.
type ChosenHours struct {
	From string `json:"from" example:"22:00" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	To   string `json:"to" example:"07:00" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
}

// Chosen gives them to read, with the hours that count.
func (p Preferences) Chosen(usual Policy) Chosen {
	h := p.quiet(usual)
	push, email, sms := p.Uses(Push), p.Uses(Email), p.Uses(SMS)
	return Chosen{Language: p.Lang, Push: &push, Email: &email, SMS: &sms, Fallback: p.Fallback,
		QuietHours: &ChosenHours{From: Clock(h.From), To: Clock(h.To)}}
}

// Preferences reads what a person wrote; fault.Invalid.
func (c Chosen) Preferences() (Preferences, error) {
	p := Preferences{Lang: c.Language, Fallback: c.Fallback}
	for ch, on := range map[Channel]*bool{Push: c.Push, Email: c.Email, SMS: c.SMS} {
		if on != nil && !*on {
			p.Off = append(p.Off, ch)
		}
	}
	slices.Sort(p.Off)
	if c.QuietHours != nil {
		from, err := ParseClock(c.QuietHours.From)
		if err != nil {
			return p, err
		}
		to, err := ParseClock(c.QuietHours.To)
		if err != nil {
			return p, err
		}
		p.Quiet = &Hours{From: from, To: to}
	}
	return p, nil
}
