package open311

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"respons/internal/apikey"
	"respons/internal/fault"
	"respons/mobileapi"
)

// maxBody is the largest form, in bytes: a description of 4,000 characters has 48 kB at the most.
const maxBody = 256 << 10

// question is what is asked.
type question struct {
	id     string     // last part of the path without its format; empty: none
	values url.Values // of the query and the form; what is empty counts as absent
	lang   string
	key    string // Idempotency-Key; empty: none
	client apikey.Client
}

// get gives the first value of a parameter without space around it.
func (q *question) get(name string) string { return strings.TrimSpace(q.values.Get(name)) }

// list splits a parameter at its commas; it may also come several times.
func (q *question) list(name string) (out []string) {
	for _, v := range q.values[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// The formats, as a path ends.
const (
	inXML  = "xml"
	inJSON = "json"
)

// formatOf is the format that the path asks for, and the part before it in the last segment.
func formatOf(c *gin.Context) (id, format string) {
	if format = c.Param("format"); format != "" {
		return "", format
	}
	file := c.Param("file")
	if dot := strings.LastIndexByte(file, '.'); dot >= 0 {
		return file[:dot], file[dot+1:]
	}
	return file, ""
}

// ask reads a request; fault.Invalid for a form or query that is none, fault.NotFound for a format that there is not.
func ask(c *gin.Context) (*question, error) {
	id, format := formatOf(c)
	if format != inXML && format != inJSON {
		return nil, fault.New(fault.NotFound, "there is nothing at this address; end it in .xml or .json")
	}
	q := &question{id: id, lang: mobileapi.Language(c.GetHeader("Accept-Language"), "ms")}
	var err error
	if q.values, err = url.ParseQuery(c.Request.URL.RawQuery); err != nil {
		return nil, fault.New(fault.Invalid, "the query is not encoded as a URL's; encode %% as %%25")
	}
	if c.Request.Method == http.MethodPost {
		if err := q.readForm(c); err != nil {
			return nil, err
		}
	}
	for name, values := range q.values {
		for _, v := range values {
			if !utf8.ValidString(name) || !utf8.ValidString(v) {
				return nil, fault.New(fault.Invalid, "%s is not UTF-8", strings.ToValidUTF8(name, "?"))
			}
		}
	}
	if q.key = c.GetHeader("Idempotency-Key"); q.key == "" {
		q.key = q.get("idempotency_key")
	}
	if len(q.key) > maxKey {
		return nil, fault.New(fault.Invalid, "the idempotency key has more than %d characters", maxKey)
	}
	return q, nil
}

const maxKey = 200

// readForm adds what the body says; it goes before the query.
func (q *question) readForm(c *gin.Context) error {
	kind, _, err := mime.ParseMediaType(c.ContentType())
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return fault.New(fault.Invalid, "send the body as application/x-www-form-urlencoded; charset=utf-8")
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
	err = c.Request.ParseForm()
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.Invalid, "the body is larger than %d bytes", large.Limit)
	}
	if err != nil {
		return fault.New(fault.Invalid, "the body is no form: encode & as %%26, = as %%3D and %% as %%25")
	}
	q.values = c.Request.Form
	return nil
}

// wrong collects what is wrong with parameters, so that whoever asks learns all of it at once.
type wrong []fault.Field

func (w *wrong) add(name, format string, args ...any) {
	*w = append(*w, fault.Field{Path: name, Text: fmt.Sprintf(format, args...)})
}

// err is nil where nothing is wrong, else fault.Invalid.
func (w wrong) err() error {
	if len(w) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "%s %s", w[0].Path, w[0].Text)
	f.Fields = w
	return f
}

// layouts are those of the W3C's profile of ISO 8601 that have a time, and so a zone.
var layouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}

// moment reads a time; the zero time where the parameter is absent.
func (q *question) moment(name string, w *wrong) time.Time {
	v := q.get(name)
	if v == "" {
		return time.Time{}
	}
	for _, layout := range layouts {
		// The + of a zone that was not encoded arrives as a blank.
		if at, err := time.Parse(layout, strings.Replace(v, " ", "+", 1)); err == nil && at.Year() > 1970 && at.Year() < 2200 {
			return at.UTC()
		}
	}
	w.add(name, "must be a time with its zone, such as 2026-11-26T00:00:00Z or 2026-11-26T08:00:00%%2B08:00")
	return time.Time{}
}

// period reads start_date and end_date, which may lie span apart at the most. Where one is absent it lies span from the
// other, and never in the future; where both are, it is the last usual.
func (q *question) period(span, usual time.Duration, now time.Time, w *wrong) (from, to time.Time) {
	from, to = q.moment("start_date", w), q.moment("end_date", w)
	switch {
	case from.IsZero() && to.IsZero():
		return now.Add(-usual), now
	case to.IsZero():
		if to = from.Add(span); to.After(now) {
			to = now
		}
	case from.IsZero():
		from = to.Add(-span)
	case to.Before(from):
		w.add("end_date", "lies before start_date")
	case to.Sub(from) > span:
		w.add("end_date", "lies more than %d days after start_date; ask for less at a time", int(span.Hours()/24))
	}
	return from, to
}

// number reads a whole number; otherwise where the parameter is absent.
func (q *question) number(name string, otherwise, least, most int, w *wrong) int {
	v := q.get(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		w.add(name, "must be a whole number from %d to %d", least, most)
		return otherwise
	}
	return n
}
