package apptest

import (
	"net/http"
	"testing"
)

// MessageView is a line of what was told, as it is answered.
type MessageView struct{ ID, Number, Event, Channel, State, Why, Audience string }

// List gives what was told, as somebody of the town may see it.
func (w *Town) List(t *testing.T, path, who string) (out []MessageView) {
	t.Helper()
	var page struct{ Messages []MessageView }
	a := Do(t, "GET", w.URL+path, nil, "Authorization", w.Header[who])
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	a.Into(t, &page)
	return page.Messages
}

// Only is the message of an event by a channel; zero: there is none.
func Only(list []MessageView, event, channel string) (out MessageView) {
	for _, m := range list {
		if m.Event == event && m.Channel == channel {
			out = m
		}
	}
	return out
}
