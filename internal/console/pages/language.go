package pages

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"respons/internal/fault"
)

// tongues are the languages of the pages; the first is the official one and the default.
var tongues = []string{"ms", "en"}

var matcher = language.NewMatcher([]language.Tag{language.Malay, language.English})

const tongueCookie = "lang"

// tongue is the language chosen on a page before, or that of the browser.
func tongue(c *gin.Context) string {
	if chosen, err := c.Cookie(tongueCookie); err == nil && slices.Contains(tongues, chosen) {
		return chosen
	}
	_, at := language.MatchStrings(matcher, c.GetHeader("Accept-Language"))
	return tongues[at]
}

func (p *Pages) registerLanguage(r *gin.Engine) {
	p.page(r, http.MethodPost, "/language", "system.pages", p.choose)
}

// choose keeps the language for a year and goes back to where it was chosen.
func (p *Pages) choose(q *Request) error {
	chosen, back := q.PostForm("lang"), q.PostForm("back")
	if !slices.Contains(tongues, chosen) {
		return fault.New(fault.Invalid, "the pages are in ms and en")
	}
	if !Inside(back) {
		back = "/"
	}
	http.SetCookie(q.Writer, &http.Cookie{Name: tongueCookie, Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return p.done(q, back, "")
}
