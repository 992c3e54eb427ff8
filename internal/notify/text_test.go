package notify

import (
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/table"
)

func TestTheShippedTextsAndRulesHaveNoMistake(t *testing.T) {
	var ms table.Mistakes
	LoadTexts(configs.FS, &ms)
	LoadRules(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Error(err)
	}
}

func TestAMistakeInATextIsNamed(t *testing.T) {
	content := "event,audience,lang,title,body\n" +
		"received,citizen,ms,{nombor} diterima," + strings.Repeat("a", 200) + "\n" +
		"recieved,citizen,ms,a,b\n" +
		"routed,officer,zh,a,b\n" +
		"received,citizen,ms,a,b\n"
	var ms table.Mistakes
	LoadTexts(fstest.MapFS{"messages.csv": {Data: []byte(content)}}, &ms)
	err := ms.Err()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{"messages.csv:2:21: title: nobody fills {nombor}", "messages.csv:2:39: body: comes to 200 characters",
		`messages.csv:3:1: event: there is no event "recieved"`, `messages.csv:4:8: audience: no text is wanted for "officer" in "zh"`,
		"messages.csv:5:1: event: this text stands in an earlier row already", "the text of closed for citizen in ta is missing"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in\n%.1500s", part, err)
		}
	}
}

func TestALongNameIsCutToWhatALockScreenShows(t *testing.T) {
	var ms table.Mistakes
	texts := LoadTexts(configs.FS, &ms)
	_, body, err := texts.Fill("routed", "citizen", "fr", map[string]string{"number": "RR-7K3M-Q2XA", "agency": strings.Repeat("Majlis ", 60), "due": "05/01/2026 17:00"})
	if err != nil || len([]rune(body)) != maxBody || !strings.HasSuffix(body, "…") || !strings.HasPrefix(body, "Majlis") {
		t.Errorf("%d characters, %v: %s", len([]rune(body)), err, body)
	}
	if _, _, err := texts.Fill("nothing", "citizen", "ms", nil); err == nil {
		t.Error("a text that is not there was filled")
	}
}
