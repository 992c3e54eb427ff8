package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/problem"
)

// contentTypes are those that the specification asks for.
var contentTypes = map[string]string{inXML: "text/xml; charset=utf-8", inJSON: "application/json; charset=utf-8"}

// write answers in the format of the path; XML where there is no such format.
func (a *API) write(c *gin.Context, out answer) {
	_, format := formatOf(c)
	if format != inJSON {
		format = inXML
	}
	body, err := encode(format, out)
	if err != nil {
		a.Log.ErrorContext(c, "an answer could not be encoded", "root", out.root, "err", err)
		c.Status(http.StatusInternalServerError)
		return
	}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	c.Header("Vary", "Accept-Language")
	c.Data(out.status, contentTypes[format], body)
}

func encode(format string, out answer) ([]byte, error) {
	var b bytes.Buffer
	if format == inJSON {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(out.body)
		return b.Bytes(), err
	}
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	e := xml.NewEncoder(&b)
	if err := e.EncodeElement(out.body, xml.StartElement{Name: xml.Name{Local: out.root}}); err != nil {
		return nil, err
	}
	err := e.Close()
	b.WriteByte('\n')
	return b.Bytes(), err
}

// statuses are those of the specification: what is not there, what a key does not open, and 400 for everything else that
// is wrong with the request. That it was one too many, and what is ours to mend, keep the status that tells a program to
// try again.
var statuses = map[int]int{http.StatusNotFound: http.StatusNotFound, http.StatusUnauthorized: http.StatusForbidden, http.StatusForbidden: http.StatusForbidden,
	http.StatusTooManyRequests: http.StatusTooManyRequests}

// refuse answers with what is wrong.
func (a *API) refuse(c *gin.Context, err error) {
	d := problem.Logged(c.Request.Context(), a.Log, err)
	status := d.Status
	if status < http.StatusInternalServerError {
		if status = statuses[status]; status == 0 {
			status = http.StatusBadRequest
		}
	}
	list := List[Error]{}
	for _, f := range d.Errors {
		list = append(list, Error{Code: status, Description: named(f.Location) + " " + f.Message})
	}
	if len(list) == 0 {
		list = append(list, Error{Code: status, Description: d.Detail})
	}
	for name, values := range d.GetHeaders() {
		c.Header(name, values[0])
	}
	a.write(c, answer{status: status, root: "errors", body: list})
}

// names are what parameters are called here that the use cases call otherwise.
var names = map[string]string{"text": "description", "note": "description", "reason": "description", "location": "lat, long",
	"location.address": "address_string", "name": "first_name, last_name"}

func named(path string) string {
	path = strings.TrimPrefix(path, "body.")
	if own, ok := names[path]; ok {
		return own
	}
	return path
}
