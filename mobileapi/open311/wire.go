package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"time"
)

// What is answered, in the names of GeoReport v2. In JSON a container of equal children is an array and what is empty is
// null; in XML every element is there. Ids and codes are strings, whatever they look like.

// Text is a string that may be empty.
type Text string

// MarshalJSON gives null for an empty one.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(string(t))
	return bytes.TrimSpace(b.Bytes()), err
}

// Moment is an instant, to the second; the zero Moment is not known.
type Moment time.Time

// MarshalText gives RFC 3339, which is a profile of ISO 8601, in UTC.
func (m Moment) MarshalText() ([]byte, error) {
	if time.Time(m).IsZero() {
		return nil, nil
	}
	return []byte(time.Time(m).UTC().Format(time.RFC3339)), nil
}

// MarshalJSON gives null for the zero Moment.
func (m Moment) MarshalJSON() ([]byte, error) {
	s, err := m.MarshalText()
	if err != nil {
		return nil, err
	}
	return Text(s).MarshalJSON()
}

// Degrees are of latitude or longitude, WGS 84; nil: not known.
type Degrees struct{ value *float64 }

// MarshalText gives a decimal number.
func (d Degrees) MarshalText() ([]byte, error) {
	if d.value == nil {
		return nil, nil
	}
	return strconv.AppendFloat(nil, *d.value, 'f', -1, 64), nil
}

// MarshalJSON gives a number, or null.
func (d Degrees) MarshalJSON() ([]byte, error) {
	if d.value == nil {
		return []byte("null"), nil
	}
	return d.MarshalText()
}

// Service is one thing that can be reported.
type Service struct {
	Code        string `xml:"service_code" json:"service_code" example:"JLN01"`
	Name        string `xml:"service_name" json:"service_name" example:"Pothole"`
	Description Text   `xml:"description" json:"description"`
	Metadata    bool   `xml:"metadata" json:"metadata" doc:"It has a definition with attributes"`
	Type        string `xml:"type" json:"type" enum:"realtime" doc:"A request has its id at once"`
	Keywords    Text   `xml:"keywords" json:"keywords" doc:"With commas" example:"pothole, hole in the road"`
	Group       Text   `xml:"group" json:"group" example:"Roads"`
}

// Definition says what is asked about a service.
type Definition struct {
	Code       string          `xml:"service_code" json:"service_code"`
	Attributes List[Attribute] `xml:"attributes" json:"attributes"`
}

// Attribute is one question.
type Attribute struct {
	Variable    bool        `xml:"variable" json:"variable" doc:"false: it only tells something and takes no answer"`
	Code        string      `xml:"code" json:"code" doc:"Answer it as attribute[CODE]" example:"POLE"`
	Datatype    string      `xml:"datatype" json:"datatype" enum:"string,number,datetime,text,singlevaluelist,multivaluelist"`
	Required    bool        `xml:"required" json:"required"`
	Help        Text        `xml:"datatype_description" json:"datatype_description"`
	Order       int         `xml:"order" json:"order" minimum:"1"`
	Description Text        `xml:"description" json:"description"`
	Values      List[Value] `xml:"values" json:"values"`
}

// Value is an answer that can be picked.
type Value struct {
	Key  string `xml:"key" json:"key"`
	Name string `xml:"name" json:"name"`
}

// Request is a complaint as anybody may see it.
type Request struct {
	ID        string  `xml:"service_request_id" json:"service_request_id" example:"RR-7K3M-Q2XA"`
	Status    string  `xml:"status" json:"status" enum:"open,closed"`
	Notes     Text    `xml:"status_notes" json:"status_notes"`
	Service   Text    `xml:"service_name" json:"service_name"`
	Code      string  `xml:"service_code" json:"service_code"`
	Text      Text    `xml:"description" json:"description" doc:"With what points to a person masked; up to 4,000 characters; null where it is one person's own affair"`
	Agency    Text    `xml:"agency_responsible" json:"agency_responsible"`
	Notice    Text    `xml:"service_notice" json:"service_notice"`
	Requested Moment  `xml:"requested_datetime" json:"requested_datetime"`
	Updated   Moment  `xml:"updated_datetime" json:"updated_datetime" doc:"When the state last changed; of a closed one when it was closed"`
	Expected  Moment  `xml:"expected_datetime" json:"expected_datetime" doc:"By when it is to be mended"`
	Address   Text    `xml:"address" json:"address" doc:"From the street on"`
	AddressID Text    `xml:"address_id" json:"address_id"`
	Zipcode   Text    `xml:"zipcode" json:"zipcode"`
	Lat       Degrees `xml:"lat" json:"lat" doc:"Rounded to 50 metres"`
	Long      Degrees `xml:"long" json:"long"`
	Media     Text    `xml:"media_url" json:"media_url" doc:"Always null: nobody has looked at what photos show"`
}

// Filed answers a filing.
type Filed struct {
	ID      string `xml:"service_request_id" json:"service_request_id" example:"RR-7K3M-Q2XA"`
	Notice  Text   `xml:"service_notice" json:"service_notice" doc:"Whom to call now, if anybody, and the claim code of a guest; show it to whoever reports"`
	Account Text   `xml:"account_id" json:"account_id"`
}

// Token answers what a token stands for.
type Token struct {
	ID    string `xml:"service_request_id" json:"service_request_id"`
	Token string `xml:"token" json:"token"`
}

// Update is a change of the state of a request.
type Update struct {
	ID      string `xml:"update_id" json:"update_id"`
	Request string `xml:"service_request_id" json:"service_request_id"`
	Status  string `xml:"status" json:"status" example:"in_progress"`
	At      Moment `xml:"updated_datetime" json:"updated_datetime"`
	Text    Text   `xml:"description" json:"description"`
	Media   Text   `xml:"media_url" json:"media_url"`
}

// Reported answers an update that was taken in.
type Reported struct {
	ID string `xml:"update_id" json:"update_id" doc:"As it was sent"`
}

// Discovery says what there is at which address.
type Discovery struct {
	Changeset  string         `xml:"changeset" json:"changeset" example:"2026-11-26 08:00"`
	Contact    string         `xml:"contact" json:"contact"`
	KeyService string         `xml:"key_service" json:"key_service"`
	Endpoints  List[Endpoint] `xml:"endpoints" json:"endpoints"`
}

// Endpoint is one address.
type Endpoint struct {
	Specification string       `xml:"specification" json:"specification"`
	URL           string       `xml:"url" json:"url"`
	Changeset     string       `xml:"changeset" json:"changeset"`
	Type          string       `xml:"type" json:"type" enum:"production,test"`
	Formats       List[Format] `xml:"formats" json:"formats"`
}

// Format is a media type of answers.
type Format string

// Error is one thing wrong.
type Error struct {
	Code        int    `xml:"code" json:"code" example:"400"`
	Description string `xml:"description" json:"description"`
}

// List is a container of equal children; keep it from being nil, for an empty one is an array, too.
type List[T child] []T

// child is what a List holds.
type child interface{ element() string }

func (Service) element() string   { return "service" }
func (Attribute) element() string { return "attribute" }
func (Value) element() string     { return "value" }
func (Request) element() string   { return "request" }
func (Filed) element() string     { return "request" }
func (Token) element() string     { return "request" }
func (Update) element() string    { return "request_update" }
func (Reported) element() string  { return "request_update" }
func (Endpoint) element() string  { return "endpoint" }
func (Format) element() string    { return "format" }
func (Error) element() string     { return "error" }

// MarshalXML writes the container with an element for each child.
func (l List[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for _, x := range l {
		if err := e.EncodeElement(x, xml.StartElement{Name: xml.Name{Local: x.element()}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}
