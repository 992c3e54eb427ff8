package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"respons/internal/receipt"
)

// respons runs one command line as a shell would.
func respons(t *testing.T, input string, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(input), &o, &e})
	return o.String(), e.String(), code
}

// answers decodes JSON Lines.
func answers(t *testing.T, out string) (list []map[string]any) {
	t.Helper()
	for line := range strings.Lines(out) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, m)
	}
	return list
}

func TestDeadlinesAsTheSpecificationHasThem(t *testing.T) {
	in := `{"id":1,"clock":"working_days","target":"3","state":"MY-10","start":"2026-01-08T02:00:00Z","percent":100}
{"id":2,"clock":"working_days","target":"3","state":"MY-03","start":"2026-01-07T02:00:00Z"}
{"id":"3","clock":"working_days","target":1,"state":"MY-03","start":"2026-01-07T15:59:00Z"}
{"id":4,"clock":"working_days","target":"15","state":"MY-10","start":"2026-02-13T08:00:00Z"}
{"id":5,"clock":"wall","target":"PT24H","start":"2026-01-05T00:00:00Z","pauses":[{"from":"2026-01-05T10:00:00Z","to":"2026-01-05T16:00:00Z"}]}
{"id":6,"clock":"wall","target":"PT24H","start":"2026-01-05T00:00:00Z","pauses":[{"from":"2026-01-05T10:00:00Z"}]}
`
	out, errs, code := respons(t, in, "sla", "--json")
	if code != 0 || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	list := answers(t, out)
	want := []any{"2026-01-13T09:00:00Z", "2026-01-12T09:00:00Z", "2026-01-08T07:30:00Z", "2026-03-10T09:00:00Z", "2026-01-06T06:00:00Z", nil}
	if len(list) != len(want) {
		t.Fatalf("%d answers: %s", len(list), out)
	}
	for i, w := range want {
		if list[i]["due"] != w {
			t.Errorf("line %d: due %v, want %v", i+1, list[i]["due"], w)
		}
		if _, ok := list[i]["explain"].([]any); !ok {
			t.Errorf("line %d has no explanation: %v", i+1, list[i])
		}
	}
	if list[2]["id"] != "3" || list[0]["id"] != 1.0 {
		t.Errorf("ids %v, %v", list[0]["id"], list[2]["id"])
	}
}

func TestABadLineIsAnsweredAndDoesNotStopTheRest(t *testing.T) {
	for _, command := range []string{"sla", "route", "place"} {
		in := "{\"id\":\"a\",\"text\":7}\nnonsense\n\n{\"id\":\"c\"}\n" + strings.Repeat("x", maxLine+10) + "\n" +
			`{"id":"z","text":"lubang besar di Taiping","clock":"wall","target":"PT1H","start":"2026-01-05T00:00:00Z"}` + "\n"
		out, _, code := respons(t, in, command, "--json")
		list := answers(t, out)
		if code != 0 || len(list) != 5 {
			t.Fatalf("%s: exit %d, %d answers: %.500s", command, code, len(list), out)
		}
		for i, m := range list[1:4] {
			if e, _ := m["error"].(string); e == "" {
				t.Errorf("%s line %d: %v", command, i+2, m)
			}
			if _, ok := m["id"]; !ok {
				t.Errorf("%s line %d has no id: %v", command, i+2, m)
			}
		}
		if last := list[4]; last["id"] != "z" || last["error"] != nil {
			t.Errorf("%s: the good line: %v", command, last)
		}
	}
}

func TestRoutingAnswersInTheAgreedForm(t *testing.T) {
	out, errs, code := respons(t, `{"id":"1","text":"tiada air di Taman Ria Sungai Petani sejak pagi","lat":5.65,"lon":100.49}`+"\n", "route", "--json")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	m := answers(t, out)[0]
	for _, field := range []string{"id", "agency", "category", "confidence", "auto", "emergency", "alternatives", "reasons"} {
		if _, ok := m[field]; !ok {
			t.Errorf("no %s in %s", field, out)
		}
	}
	if m["agency"] != "SADA" || m["emergency"] != "" {
		t.Errorf("agency %v, emergency %q", m["agency"], m["emergency"])
	}
	alternatives := m["alternatives"].([]any)
	if len(alternatives) == 0 || len(alternatives) > 5 || alternatives[0].(map[string]any)["agency"] != m["agency"] {
		t.Errorf("alternatives %v", alternatives)
	}
	if len(m["reasons"].([]any)) == 0 {
		t.Error("no reasons")
	}
}

func TestPlacesAnswerInTheAgreedForm(t *testing.T) {
	out, _, code := respons(t, `{"id":"1","lat":3.1186,"lon":101.6221}`+"\n", "place", "--json")
	m := answers(t, out)[0]
	if code != 0 || m["local_authority"] != "MBPJ" || m["state"] != "MY-10" || m["district"] == "" || m["source"] != "gps" {
		t.Errorf("exit %d: %v", code, m)
	}
}

func TestWrongUsageIsTwoAndFailureIsOne(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"nonsense"}, 2}, {[]string{"route"}, 2}, {[]string{"eval", "no-such-file.csv"}, 2}, {[]string{"serve", "--roles", "cook"}, 2},
		{[]string{"agencies", "import", "commands_test.go"}, 2}, {[]string{"version"}, 0}, {[]string{"route", "--help"}, 0}, {[]string{"--help"}, 0},
		{[]string{"agencies", "list", "--kind", "utility"}, 0}, {[]string{"eval", "commands_test.go"}, 1},
		{[]string{"bench", "timers", "--count", "10", "--storm", "11"}, 2}, {[]string{"bench", "timers", "--redis", "mysql://somewhere"}, 2},
		{[]string{"sla", "audit", "--help"}, 0}, {[]string{"bench", "timers", "--help"}, 0},
	} {
		out, errs, code := respons(t, "", c.args...)
		if code != c.code {
			t.Errorf("%v: exit %d, want %d\n%s%s", c.args, code, c.code, out, errs)
		}
		if c.code != 0 && (out != "" && !strings.Contains(out, "Usage") || errs == "") {
			t.Errorf("%v: results %q, messages %q", c.args, out, errs)
		}
	}
}

func TestEveryMistakeInTheReferenceDataIsNamedAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "configs")
	if out, errs, code := respons(t, "", "agencies", "export", "--all", dir); code != 0 {
		t.Fatalf("export: %s%s", out, errs)
	}
	if out, errs, code := respons(t, "", "--configs", dir, "agencies", "check"); code != 0 || !strings.Contains(out, "460 agencies") {
		t.Fatalf("check of the export: exit %d %s%s", code, out, errs)
	}
	break1(t, filepath.Join(dir, "agencies.csv"), "MBPJ,local_authority", "MBPJ,council")
	break1(t, filepath.Join(dir, "holidays.csv"), "2026-01-01,MY-04", "2026-13-01,MY-04")
	break1(t, filepath.Join(dir, "categories.csv"), ",S1,none,false,aduan", ",S99,none,false,aduan")
	break1(t, filepath.Join(dir, "messages.csv"), "routed,citizen,ta,", "routed,citizen,ta,{nama}")
	break1(t, filepath.Join(dir, "sms.csv"), "routed,zh,", "routed,zh,{category}")
	break1(t, filepath.Join(dir, "mail.csv"), "Stop these e-mails: {stop}", "Goodbye")
	_, errs, code := respons(t, "", "--configs", dir, "agencies", "check")
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, part := range []string{"agencies.csv:", "holidays.csv:2:1: date", `"2026-13-01"`,
		"title: there is no placeholder {nama}", "text: there is no placeholder {category}", "body: has no {stop}"} {
		if !strings.Contains(errs, part) {
			t.Errorf("%q is not named:\n%s", part, errs)
		}
	}
}

func break1(t *testing.T, file, old, new string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%s holds no %q", file, old)
	}
	if err := os.WriteFile(file, bytes.Replace(content, []byte(old), []byte(new), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAReceiptIsVerifiedByCommand(t *testing.T) {
	signer, err := receipt.NewSigner(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(receipt.Claims{Number: "RR-7K3M-Q2XA"})
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(t.TempDir(), "keys.json")
	raw, err := json.Marshal(signer.Keys())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keys, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := respons(t, token+"\n", "receipt", "--keys", keys); code != 0 || !strings.Contains(out, `"RR-7K3M-Q2XA"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, _, code := respons(t, token[:len(token)-4]+"AAAA", "receipt", "--keys", keys); code != 1 || out != "" {
		t.Errorf("a forged one: exit %d: %s", code, out)
	}
}
