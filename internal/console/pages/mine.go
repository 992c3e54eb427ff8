package pages

import (
	"net/http"
	"slices"
	"strings"

	"respons/mobileapi"
)

// mine is a complaint that this browser remembers, with the claim code that opens it.
type mine struct{ Number, Code string }

// mineCookie holds the claim codes of a citizen without an account: in a cookie that scripts cannot read and other sites
// cannot make a browser send with a form.
const mineCookie = "__Host-mine"

// mostMine is how many fit into the cookie; the oldest gives way.
const mostMine = 40

// remembered lists what the browser remembers, the newest first. What is no number and code is left out.
func remembered(q *Request) (out []mine) {
	raw, err := q.Cookie(mineCookie)
	if err != nil {
		return nil
	}
	for pair := range strings.SplitSeq(raw, ".") {
		if number, code, ok := strings.Cut(pair, "~"); ok && len(out) < mostMine {
			out = append(out, mine{number, code})
		}
	}
	return out
}

// codeOf is the claim code of a number that the browser remembers; empty where it does not.
func codeOf(q *Request, number string) string {
	for _, m := range remembered(q) {
		if m.Number == number {
			return m.Code
		}
	}
	return ""
}

// claimOf is how the browser shows that a complaint is its citizen's.
func claimOf(q *Request, number string) mobileapi.NumberInput {
	return mobileapi.NumberInput{Number: number, Language: q.Lang, Credentials: mobileapi.Credentials{ClaimCode: codeOf(q, number)}}
}

// remember puts a complaint first in the list that the browser keeps for a year; an empty code takes it out.
func remember(q *Request, number, code string) {
	list := slices.DeleteFunc(remembered(q), func(m mine) bool { return m.Number == number })
	if code != "" {
		list = append([]mine{{number, code}}, list...)
	}
	var pairs []string
	for _, m := range list[:min(len(list), mostMine)] {
		pairs = append(pairs, m.Number+"~"+m.Code)
	}
	age := 365 * 24 * 3600
	if len(pairs) == 0 {
		age = -1
	}
	http.SetCookie(q.Writer, &http.Cookie{Name: mineCookie, Value: strings.Join(pairs, "."), Path: "/", MaxAge: age,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
