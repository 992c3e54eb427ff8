package pages

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"respons/internal/fault"
)

// The languages of the pages. The first is the official one and the default; staff's pages speak the first two.
var (
	tongues      = []string{"ms", "en", "zh", "ta"}
	staffTongues = tongues[:2]

	matcher = language.NewMatcher([]language.Tag{language.Malay, language.English, language.Chinese, language.Tamil})
)

// tongueNames are the languages in their own words.
var tongueNames = map[string]string{"ms": "Bahasa Melayu", "en": "English", "zh": "中文", "ta": "தமிழ்"}

const tongueCookie = "lang"

// tongue is the language chosen on a page before, or that of the browser; where the page does not speak it, the first.
func tongue(c *gin.Context, langs []string) string {
	if chosen, err := c.Cookie(tongueCookie); err == nil && slices.Contains(langs, chosen) {
		return chosen
	}
	_, at := language.MatchStrings(matcher, c.GetHeader("Accept-Language"))
	if at < len(langs) {
		return langs[at]
	}
	return langs[0]
}

func (p *Pages) registerLanguage(r *gin.Engine) {
	p.open(r, http.MethodPost, "/language", "system.pages", p.choose)
}

// choose keeps the language for a year and goes back to where it was chosen.
func (p *Pages) choose(q *Request) error {
	chosen, back := q.PostForm("lang"), q.PostForm("back")
	if !slices.Contains(tongues, chosen) {
		return fault.New(fault.Invalid, "the pages are in ms, en, zh and ta")
	}
	if !Inside(back) {
		back = "/"
	}
	http.SetCookie(q.Writer, &http.Cookie{Name: tongueCookie, Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return p.done(q, back, "")
}
