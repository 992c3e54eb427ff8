package pages_test

import (
	"strings"
	"testing"

	"respons/internal/app/browsertest"
)

func TestAnOfficerSeesTheInbox(t *testing.T) {
	site := browsertest.Start(t, nil)
	for _, v := range []struct {
		name string
		view browsertest.View
	}{
		{"wide", browsertest.View{Token: "demo-mbpj-officer", Lang: "en"}},
		{"phone-dark", browsertest.View{Token: "demo-mbpj-officer", Phone: true, Dark: true}},
	} {
		t.Run(v.name, func(t *testing.T) {
			b := site.Open(t, v.view)
			b.Visit("/console")
			if text := b.Text("tbody tr"); !strings.Contains(text, "RR-") {
				t.Errorf("first line of the inbox: %q", text)
			}
			b.Accessible()
			b.Shot("inbox-" + v.name)
		})
	}
}
