package open311

import (
	"context"
	"strings"

	"respons/internal/service"
)

// specification names the protocol, for programs.
const specification = "http://wiki.open311.org/GeoReport_v2"

func (a *API) discovery(ctx context.Context, _ *question) (answer, error) {
	changed, err := a.Changed(ctx)
	if err != nil {
		return answer{}, err
	}
	kind := "production"
	if a.Test {
		kind = "test"
	}
	at := changed.UTC().Format("2006-01-02 15:04")
	return answer{root: "discovery", body: Discovery{Changeset: at, Contact: a.Contact, KeyService: "Ask for a key: " + a.Contact,
		Endpoints: List[Endpoint]{{Specification: specification, URL: a.URL, Changeset: at, Type: kind, Formats: List[Format]{"text/xml", "application/json"}}}}}, nil
}

func (a *API) services(_ context.Context, q *question) (answer, error) {
	list := List[Service]{}
	for _, s := range a.Services().All() {
		list = append(list, Service{Code: s.Code, Name: s.Name.In(q.lang), Description: a.callFirst(s, q.lang), Metadata: len(s.Questions)+len(s.Call) > 0,
			Type: "realtime", Keywords: keywords(s, q.lang), Group: Text(s.Group.In(q.lang))})
	}
	return answer{root: "services", body: list}, nil
}

// callFirst says which numbers to call; empty: none.
func (a *API) callFirst(s service.Service, lang string) Text {
	if len(s.Call) == 0 {
		return ""
	}
	return Text(a.Texts.fill(callFirst, lang, "{call}", strings.Join(s.Call, ", ")))
}

// keywords are those of the language; Malay ones where it has none.
func keywords(s service.Service, lang string) Text {
	list := s.Keywords[lang]
	if len(list) == 0 {
		list = s.Keywords["ms"]
	}
	return Text(strings.Join(list, ", "))
}

func (a *API) definition(_ context.Context, q *question) (answer, error) {
	s, err := a.service(q.id)
	if err != nil {
		return answer{}, err
	}
	d := Definition{Code: s.Code, Attributes: List[Attribute]{}}
	if call := a.callFirst(s, q.lang); call != "" {
		d.Attributes = append(d.Attributes, Attribute{Code: service.Call, Datatype: string(service.String), Order: 1, Description: call, Values: List[Value]{}})
	}
	for _, x := range s.Questions {
		shown := Attribute{Variable: true, Code: x.Code, Datatype: string(x.Type), Required: x.Required, Help: Text(x.Help.In(q.lang)),
			Order: len(d.Attributes) + 1, Description: Text(x.Ask.In(q.lang)), Values: List[Value]{}}
		for _, c := range x.Choices {
			shown.Values = append(shown.Values, Value{Key: c.Key, Name: c.Name.In(q.lang)})
		}
		d.Attributes = append(d.Attributes, shown)
	}
	return answer{root: "service_definition", body: d}, nil
}
