package open311

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
)

// Schema tells the document what a Text is.
func (Text) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: "string", Nullable: true} }

// Schema tells the document what a Moment is.
func (Moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Nullable: true}
}

// Schema tells the document what Degrees are.
func (Degrees) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "number", Nullable: true}
}

// Schema tells the document that a List is never null.
func (List[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[T](), true, "")}
}

// Document describes the routes, which are none of the API's own.
func (a *API) Document(api huma.API) {
	doc := api.OpenAPI()
	schema := func(of any) *huma.Schema {
		return huma.SchemaFromType(doc.Components.Schemas, reflect.TypeOf(of))
	}
	lists := []*huma.Param{
		query("service_request_id", "Ids with commas; goes before every other filter"), query("service_code", "Codes with commas"), query("status", "open, closed"),
		query("start_date", "Received at this instant or later; at most 90 days before end_date"), query("end_date", "Received at this instant or earlier; absent: now"),
		query("page", "From 1, of the first 1,000 requests"), query("page_size", "1,000 where absent"),
	}
	for _, x := range []struct {
		id, method, path, summary string
		may                       access.Permission
		params                    []*huma.Param
		form                      map[string]string // what the body may have
		status                    int
		answer                    any
	}{
		{"open311-discovery", http.MethodGet, "/discovery.{format}", "Where the endpoint is and whom to ask for a key", mayRead, nil, nil, 200, Discovery{}},
		{"open311-services", http.MethodGet, "/services.{format}", "What can be reported", mayRead, nil, nil, 200, List[Service]{}},
		{"open311-service", http.MethodGet, "/services/{service_code}.{format}", "What is asked about a service", mayRead,
			[]*huma.Param{path("service_code")}, nil, 200, Definition{}},
		{"open311-requests", http.MethodGet, "/requests.{format}", "Reports as anybody may see them, the latest first", mayRead, lists, nil, 200, List[Request]{}},
		{"open311-request", http.MethodGet, "/requests/{service_request_id}.{format}", "One report as anybody may see it", mayRead,
			[]*huma.Param{path("service_request_id")}, nil, 200, List[Request]{}},
		{"open311-token", http.MethodGet, "/tokens/{token}.{format}", "The id that a token stands for: itself", mayRead, []*huma.Param{path("token")}, nil, 200, List[Token]{}},
		{"open311-file", http.MethodPost, "/requests.{format}", "File a report for a citizen; with the citizen's Authorization it is the account's", mayFile,
			[]*huma.Param{header("Idempotency-Key", "The same key repeats the same filing; may be sent as the field idempotency_key")},
			map[string]string{"api_key": "With the scope file", "service_code": "Of GET services", "lat": "WGS 84 degrees", "long": "WGS 84 degrees", "address_string": "Instead of lat and long, or beside them",
				"description": "Up to 4,000 characters", "email": "Kept sealed", "phone": "Kept sealed", "first_name": "Kept sealed", "last_name": "Kept sealed",
				"media_url": "https address of a photo, for officers; never fetched", "attribute[CODE]": "Answer to a question of the service", "idempotency_key": "Instead of the header"}, 201, List[Filed]{}},
		{"open311-updates", http.MethodGet, "/servicerequestupdates.{format}", "How the state of reports changed, the earliest first", mayRead,
			[]*huma.Param{query("start_date", "At most 7 days before end_date; absent: a day before it"), query("end_date", "Absent: now")}, nil, 200, List[Update]{}},
		{"open311-update", http.MethodPost, "/servicerequestupdates.{format}", "An agency's own system says how far it is; the same update_id again changes nothing", mayUpdate, nil,
			map[string]string{"api_key": "With the scope update, of the agency", "service_request_id": "", "update_id": "Chosen by the agency's system, another one for each update",
				"status":           "OPEN, INVESTIGATING, ACTION_SCHEDULED, INTERNAL_REFERRAL, IN_PROGRESS, FIXED, CLOSED, NO_FURTHER_ACTION, NOT_COUNCILS_RESPONSIBILITY, FOR_TRIAGE",
				"updated_datetime": "An update that a later one overtook moves nothing", "description": "To the citizen; needed to resolve, and to return", "media_url": "https addresses of photos, added to the description"}, 200, List[Reported]{}},
	} {
		op := &huma.Operation{OperationID: x.id, Method: x.method, Path: Path + x.path, Summary: x.summary, Tags: []string{"open311"},
			Parameters: append(append([]*huma.Param{}, x.params...), format(), query("jurisdiction_id", "May be left out"), header("Accept-Language", "ms, en, zh, ta"))}
		if x.method == http.MethodGet {
			op.Parameters = append(op.Parameters, query("api_key", "With the scope read; then requests are counted by the key's quota"))
		} else {
			op.RequestBody = form(x.form)
		}
		op.Responses = map[string]*huma.Response{strconv.Itoa(x.status): both("OK", schema(x.answer)),
			"default": both("400: something is wrong with the request; 403: api_key is missing or opens nothing; 404: it is not there; "+
				"429: too many, Retry-After says how long to wait; 500 and 503: ours to mend, try again", schema(List[Error]{}))}
		a.Guard.Mark(op, x.may)
		doc.AddOperation(op)
	}
}

func both(text string, s *huma.Schema) *huma.Response {
	return &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/json": {Schema: s}, "text/xml": {Schema: &huma.Schema{Type: "string"}}}}
}

func form(fields map[string]string) *huma.RequestBody {
	s := &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{}}
	for name, text := range fields {
		s.Properties[name] = &huma.Schema{Type: "string", Description: text}
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-www-form-urlencoded": {Schema: s}}}
}

func format() *huma.Param {
	return &huma.Param{Name: "format", In: "path", Required: true, Schema: &huma.Schema{Type: "string", Enum: []any{inXML, inJSON}}}
}

func path(name string) *huma.Param {
	return &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}
}

func query(name, text string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: text, Schema: &huma.Schema{Type: "string"}}
}

func header(name, text string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: text, Schema: &huma.Schema{Type: "string"}}
}
