package reporter

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// The longest name in characters, and e-mail address in bytes (RFC 5321).
const (
	maxName  = 150
	maxEmail = 254
)

// Wrong lists every field that is wrong, never its value.
func (d Details) Wrong() []fault.Field {
	_, wrong := d.look()
	return wrong
}

// normal gives the details in their normal form; fault.Invalid with every field that is wrong.
func (d Details) normal() (Details, error) {
	d, wrong := d.look()
	if len(wrong) == 0 {
		return d, nil
	}
	f := fault.New(fault.Invalid, "%s %s", strings.TrimPrefix(wrong[0].Path, "body."), wrong[0].Text)
	f.Fields = wrong
	return d, f
}

func (d Details) look() (_ Details, wrong []fault.Field) {
	take := func(field string, value *string, normal func(string) (string, string)) {
		*value = strings.TrimSpace(*value)
		if *value == "" {
			return
		}
		n, why := normal(*value)
		if why != "" {
			wrong = append(wrong, fault.Field{Path: "body." + field, Text: why})
		}
		*value = n
	}
	take(Name, &d.Name, normalName)
	take(Phone, &d.Phone, normalPhone)
	take(Email, &d.Email, normalEmail)
	take(Identity, &d.Identity, normalIdentity)
	take(Address, &d.Address, func(s string) (string, string) { return s, complaint.Plain(s, complaint.MaxAddress) })
	return d, wrong
}

func normalName(s string) (string, string) {
	if why := complaint.Plain(s, maxName); why != "" {
		return s, why
	}
	if strings.ContainsAny(s, "0123456789<>\n") {
		return s, "must be a name, without digits"
	}
	return strings.Join(strings.Fields(s), " "), ""
}

var (
	separators = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "", "/", "")
	// At home: mobile 01x with 7 or 8 more digits, house 03 with 8, 04 to 09 with 7, 08x with 6.
	home   = regexp.MustCompile(`^(?:\+?60|0)(1\d{8,9}|3\d{8}|[4-79]\d{7}|8\d{7})$`)
	abroad = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)
)

// ParsePhone gives a telephone number as people type it in E.164; fault.Invalid.
func ParsePhone(typed string) (string, error) {
	phone, wrong := normalPhone(typed)
	if wrong != "" {
		f := fault.New(fault.Invalid, "phone %s", wrong)
		f.Fields = []fault.Field{{Path: "body.phone", Text: wrong}}
		return "", f
	}
	return phone, nil
}

func normalPhone(s string) (string, string) {
	s = separators.Replace(strings.TrimSpace(s))
	if m := home.FindStringSubmatch(s); m != nil {
		return "+60" + m[1], ""
	}
	if abroad.MatchString(s) && !strings.HasPrefix(s, "+60") {
		return s, ""
	}
	return s, "must be a telephone number such as 012-345 6789, or from abroad +65 9123 4567"
}

func normalEmail(s string) (string, string) {
	const why = "must be an e-mail address such as aminah@contoh.my"
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return s, why
	}
	if _, domain, _ := strings.Cut(s, "@"); !strings.Contains(strings.Trim(domain, "."), ".") {
		return s, why
	}
	return s, ""
}

var (
	myKad    = regexp.MustCompile(`^\d{12}$`)
	passport = regexp.MustCompile(`^[A-Z0-9]{6,12}$`)
)

// normalIdentity takes a MyKad number (birthday, place of birth, four digits) or, of foreigners, a passport's.
func normalIdentity(s string) (string, string) {
	s = strings.ToUpper(separators.Replace(s))
	switch {
	case myKad.MatchString(s):
		if _, err := time.Parse("060102", s[:6]); err != nil {
			return s, "must begin with a birthday as year, month, day: 900131-14-5678"
		}
		if !birthplace(s[6:8]) {
			return s, "has a seventh and eighth digit that no place of birth has"
		}
		return s, ""
	case passport.MatchString(s) && strings.Trim(s, "0123456789") != "":
		return s, ""
	}
	return s, "must be the twelve digits of a MyKad, such as 900131-14-5678, or the number of a passport"
}

// birthplace says whether the National Registration Department gives out a place code (its published list).
func birthplace(code string) bool {
	for _, none := range []string{"00", "17", "18", "19", "20", "69", "70", "73", "80", "81", "94", "95", "96", "97"} {
		if code == none {
			return false
		}
	}
	return true
}
