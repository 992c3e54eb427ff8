package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/table"
)

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

func parsed(t *testing.T, form string) *question {
	t.Helper()
	v, err := url.ParseQuery(form)
	if err != nil {
		t.Fatal(err)
	}
	return &question{values: v}
}

// whatIsWrong joins what was found with a form.
func whatIsWrong(w wrong) string {
	var out []string
	for _, f := range w {
		out = append(out, f.Path+" "+f.Text)
	}
	return strings.Join(out, "; ")
}

func TestWhatIsWrongWithAFilingIsNamed(t *testing.T) {
	for form, says := range map[string]string{
		"":                                     "service_code is missing; GET services lists them; lat, long and address_string are missing; one of them must say where it is",
		"service_code=JLN01&lat=3.1":           "lat, long must come together",
		"service_code=JLN01&lat=3.1&long=":     "lat, long must come together",
		"service_code=JLN01&lat=NaN&long=1":    "lat must be degrees of WGS 84 as a decimal number, such as 3.1186",
		"service_code=JLN01&lat=1&long=1e999":  "long must be degrees of WGS 84 as a decimal number, such as 3.1186",
		"service_code=JLN01&address_id=545483": "address_id names no place here; send lat and long, or address_string",
		"service_code=JLN01&address_string=SS2&media_url=http://example.com/1.jpg":          "media_url " + notLink,
		"service_code=JLN01&address_string=SS2&media_url=https://user:secret@example.com/1": "media_url " + notLink,
		"service_code=JLN01&address_string=SS2&media_url=file:///etc/passwd":                "media_url " + notLink,
		"service_code=JLN01&address_string=SS2&description=a%00b":                           "description contains control characters such as NUL; send plain text",
		"service_code=JLN01&address_string=SS2&description=" + strings.Repeat("a", 4001):    "description has 4001 characters; at most 4000 fit",
		"service_code=JLN01&address_string=SS2&address_id=545483":                           "",
		"service_code=JLN01&lat=3.1&long=101.6&media_url=https://example.com/1.jpg":         "",
		"service_code=JLN01&address_string=SS2&description=" + strings.Repeat("洞", 4000):    "",
	} {
		if _, w := readFiling(parsed(t, form)); whatIsWrong(w) != says {
			t.Errorf("%.80s: %s, want %s", form, whatIsWrong(w), says)
		}
	}
}

func TestAnswersToQuestionsAreRead(t *testing.T) {
	f, w := readFiling(parsed(t, "service_code=X&address_string=Y&attribute[A]=1&attribute[B][]=2&attribute[B][]=3&attribute=4&attribute[C=5&other[D]=6"))
	if len(w) > 0 || len(f.Answers) != 2 || strings.Join(f.Answers["A"], ",") != "1" || strings.Join(f.Answers["B"], ",") != "2,3" {
		t.Errorf("%v, %v", f.Answers, w)
	}
}

func TestWhatIsWrongWithAnUpdateIsNamed(t *testing.T) {
	const good = "service_request_id=RR-7K3M-Q2XA&update_id=u1&status=fixed&description=Siap"
	for form, says := range map[string]string{
		"": "service_request_id is missing; update_id must not be empty; status must be OPEN",
		good + "&updated_datetime=2026-11-26T10:00:00":      "updated_datetime must be a time with its zone",
		"service_request_id=R&update_id=u&status=DUPLICATE": "an officer merges the two",
		"service_request_id=R&update_id=u&status=REOPEN":    "whoever reported it reopens",
		"service_request_id=R&update_id=u&status=DONE":      "status must be OPEN",
		good + "&media_url=javascript:alert(1)":             "media_url " + notLink,
		good + "&updated_datetime=2026-11-26T10:00:00Z":     "",
		good: "",
	} {
		x, w := readChange(parsed(t, form))
		if got := whatIsWrong(w); (says == "") != (got == "") || !strings.Contains(got, says) {
			t.Errorf("%s: %s, want %s", form, got, says)
		}
		if says == "" && (x.Progress.Stage != complaint.Mended || x.Progress.Note != "Siap") {
			t.Errorf("%s: %+v", form, x)
		}
	}
	x, _ := readChange(parsed(t, good+"&media_url[]=https://a.my/1.jpg&media_url[]=https://a.my/2.jpg&media_url="))
	if x.Progress.Note != "Siap\nhttps://a.my/1.jpg\nhttps://a.my/2.jpg" {
		t.Errorf("photos: %q", x.Progress.Note)
	}
}

func TestPeriods(t *testing.T) {
	const day = 24 * time.Hour
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for form, want := range map[string][2]time.Time{
		"":                                       {noon.Add(-30 * day), noon},
		"start_date=2026-11-20T00:00:00Z":        {at("2026-11-20T00:00:00Z"), noon},
		"start_date=2026-01-01T08:00:00%2B08:00": {at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z").Add(90 * day)},
		"start_date=2026-01-01T08:00:00+08:00":   {at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z").Add(90 * day)}, // the + arrives as a blank
		"end_date=2026-11-20T00:00Z":             {at("2026-11-20T00:00:00Z").Add(-90 * day), at("2026-11-20T00:00:00Z")},
		"start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:00Z":   {at("2026-01-01T00:00:00Z"), at("2026-04-01T00:00:00Z")},
		"start_date=2026-01-01T00:00:00.5Z&end_date=2026-01-01T00:00:01Z": {at("2026-01-01T00:00:00.5Z"), at("2026-01-01T00:00:01Z")},
	} {
		var w wrong
		if from, to := parsed(t, form).period(90*day, 30*day, noon, &w); len(w) > 0 || !from.Equal(want[0]) || !to.Equal(want[1]) {
			t.Errorf("%s: %s to %s, %s", form, from, to, whatIsWrong(w))
		}
	}
	for form, says := range map[string]string{
		"start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:01Z": "end_date lies more than 90 days after start_date",
		"start_date=2026-01-02T00:00:00Z&end_date=2026-01-01T00:00:00Z": "end_date lies before start_date",
		"start_date=2026-01-01":                  "start_date must be a time with its zone",
		"end_date=2026-01-01T00:00:00":           "end_date must be a time with its zone",
		"start_date=9999-12-31T23:59:59%2B14:00": "start_date must be a time with its zone",
		"start_date=2026-02-30T00:00:00Z":        "start_date must be",
	} {
		var w wrong
		if parsed(t, form).period(90*day, 30*day, noon, &w); !strings.Contains(whatIsWrong(w), says) {
			t.Errorf("%s: %q, want %q", form, whatIsWrong(w), says)
		}
	}
}

// Whatever arrives, nothing panics, and what is taken can be stored.
func FuzzForms(f *testing.F) {
	f.Add("service_code=JLN01&lat=3.1&long=101.6&attribute[SIZE]=large&attribute[][]=%00", "2026-11-26T10:00:00Z")
	f.Add("service_request_id=RR-7K3M-Q2XA,x&update_id=u1&status=FIXED&media_url[]=https://a.my/1", "0000-00-00T00:00Z")
	f.Add("lat=0x1p-2&long=-0&service_code=%e2%80%ae&address_string=%ff", "2026-11-26T10:00:00 08:00")
	f.Add("page=-1&page_size=99999999999999999999&status=open,,closed;&attribute[a]b]=1", "")
	f.Fuzz(func(t *testing.T, form, date string) {
		v, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		v.Set("start_date", date)
		q := &question{values: v}
		if x, w := readFiling(q); len(w) == 0 {
			complaint.NewRequest("key", "scope", x)
			if x.Lat != nil && x.Lon == nil || x.Lat == nil && x.Address == "" || !utf8.ValidString(x.Description) || x.Media != "" && !strings.HasPrefix(strings.ToLower(x.Media), "https:") {
				t.Errorf("taken: %+v", x)
			}
		}
		if x, w := readChange(q); len(w) == 0 && (x.ID == "" || x.Request == "" || x.Progress.Stage == "") {
			t.Errorf("taken: %+v", x)
		}
		var w wrong
		if from, to := q.period(longest, longest, noon, &w); len(w) == 0 && to.Sub(from) > longest {
			t.Errorf("from %s to %s", from, to)
		}
		if n := q.number("page", 1, 1, mostRequests, &w); n < 1 || n > mostRequests {
			t.Errorf("page %d", n)
		}
		q.list("status")
	})
}

// Whatever people wrote, an answer is well-formed in both formats and says the same.
func FuzzEncode(f *testing.F) {
	f.Add("<b>&\"'\n]]>\x00\x1b\ufffe\U0001f573")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, text string) {
		lat := 3.1185
		out := answer{root: "service_requests", body: List[Request]{{ID: "RR", Status: open, Code: "JLN01", Text: Text(text), Lat: Degrees{&lat}}}}
		asJSON, err := encode(inJSON, out)
		if err != nil {
			t.Fatal(err)
		}
		var back []struct{ Description *string }
		if err := json.Unmarshal(asJSON, &back); err != nil || len(back) != 1 || (back[0].Description == nil) != (text == "") {
			t.Errorf("%s: %v", asJSON, err)
		}
		asXML, err := encode(inXML, out)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(asXML)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", asXML, err)
			}
		}
	})
}

func TestEveryMistakeInTheTextsIsNamed(t *testing.T) {
	var ms table.Mistakes
	LoadTexts(fstest.MapFS{"open311.csv": {Data: []byte("key,ms,en,zh,ta\nrouted,{agency},{code},,d\nrouted,a,b,c,d\nsleeping,a,b,c,d\n")}}, &ms)
	err := ms.Err()
	for _, says := range []string{"open311.csv:2:17: en: {code} stands for nothing here; there is {agency}", "open311.csv:2:24: zh: must not be empty",
		"open311.csv:3:1: key: routed has a row already", `open311.csv:4:1: key: there is no text "sleeping"`, "open311.csv: has no row notice_claim"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v\nlacks %s", err, says)
		}
	}
	ms = nil
	if LoadTexts(configs.FS, &ms); ms.Err() != nil {
		t.Error(ms.Err())
	}
}

func TestALongTextIsCut(t *testing.T) {
	if got := cut(strings.Repeat("洞", 4001)); utf8.RuneCountInString(got) != 4000 || !strings.HasSuffix(got, "洞…") {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
	if got := cut("洞"); got != "洞" {
		t.Error(got)
	}
}
