package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// registerHandling adds what somebody needs beside the complaint itself while they work on it.
func (a *API) registerHandling(api huma.API) {
	of := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/v1/staff/complaints/{number}/" + path, Summary: summary, Errors: []int{http.StatusNotFound}}
	}
	register(a, api, "complaint.history", of("staff-surroundings", http.MethodGet, "surroundings", "What lies around a complaint, for a map"), a.Surroundings)
	register(a, api, "complaint.history", of("staff-targets", http.MethodGet, "targets", "Where a complaint could go: what the router suggests and why, and any other agency by words"), a.Targets)
	register(a, api, "complaint.history", of("staff-choices", http.MethodGet, "choices", "Replies in the citizen's language, causes of a resolution, and whether a photo of the repair is asked for"), a.Choices)
	register(a, api, "complaint.hand", huma.Operation{OperationID: "staff-colleagues", Method: http.MethodGet, Path: "/v1/staff/colleagues",
		Summary: "Who of your agency can be given its complaints, and how many each has"}, a.Colleagues)
	open := of("staff-open", http.MethodPost, "open", "Say that you have it open, again every 20 seconds, and learn who else has")
	open.DefaultStatus = http.StatusOK
	register(a, api, "complaint.history", open, a.Open)
	register(a, api, "complaint.history", of("staff-leave", http.MethodDelete, "open", "Say that you have closed it"), a.Leave)
}
