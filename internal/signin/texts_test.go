package signin_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"respons/internal/signin"
	"respons/internal/table"
)

func TestMistakesInTheTextsAreNamed(t *testing.T) {
	file := `message,lang,subject,text
code,ms,,"Kod {code}, {minit} minit"
code,en,,Your code
code,zh,,` + strings.Repeat("码", 65) + `{code}
code,fr,,{code}
invitation,ms,,{link}
invitation,en,Invitation,{name}
letter,en,x,y
`
	var ms table.Mistakes
	signin.LoadTexts(fstest.MapFS{"signin.csv": {Data: []byte(file)}}, &ms)
	err := ms.Err()
	for _, want := range []string{"signin.csv:2:10: text: there is no placeholder {minit}", "signin.csv:3:10: text: has no {code}", "signin.csv:4:10: text: has 71 characters",
		"signin.csv:5:6: lang", "signin.csv:6:15: subject: must not be empty", "signin.csv:7:26: text: has no {link}", `signin.csv:8:1: message: "letter"`, "has no code in ta"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no mistake %q in\n%v", want, err)
		}
	}
}
