package citizen_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// upload sends a file whole and gives its id.
func upload(t *testing.T, base string, content []byte, headers ...string) string {
	t.Helper()
	path := apptest.Begin(t, base, len(content), headers...)
	if a := apptest.Tus(t, "PATCH", base+path, bytes.NewReader(content), append([]string{"Upload-Offset", "0"}, headers...)...); a.Status != http.StatusNoContent {
		t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	return filepath.Base(path)
}

const guestToken = "Upload-Token"

// A guest uploads a photo before there is a complaint, files it, adds a document later; an officer of the agency sees both
// and adds a photo of the repair, which the guest sees; nobody else sees anything.
func TestAttachmentsTravelWithTheirComplaint(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { attachAndLook(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		attachAndLook(t, apptest.Start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

func attachAndLook(t *testing.T, s *apptest.System) {
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	id := upload(t, s.URL, apptest.Snapshot(t, 600, 400), guestToken, token)
	body := fmt.Sprintf(`{"text":"Lubang besar depan 7-Eleven Jalan SS2/24","attachments":[%q],"location":{"lat":3.1186,"lon":101.6221}}`, id)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", body), 422, "invalid", "Upload-Token")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", body, guestToken, "another-phone-of-another-guest"), 422, "invalid", "attachments[0]")
	var r, again apptest.Receipt
	for _, into := range []*apptest.Receipt{&r, &again} { // the answer got lost
		apptest.Do(t, "POST", s.URL+"/v1/complaints", body, guestToken, token, "Idempotency-Key", "k1").Into(t, into)
	}
	if r.Number == "" || r != again {
		t.Fatalf("receipts %+v and %+v", r, again)
	}
	own := "/v1/complaints/" + r.Number + "/attachments"
	claim := []string{"Claim-Code", r.ClaimCode}
	apptest.Evidence(t, s.URL, own, 1, claim...)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", body, guestToken, token, "Idempotency-Key", "k2"), 422, "invalid", "belongs to another complaint")

	// Later, in pieces and in one request.
	document := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("resit "), 1000)...)
	number := "complaint " + base64.StdEncoding.EncodeToString([]byte(r.Number))
	upload(t, s.URL, document, append(claim, "Upload-Metadata", number)...)
	for range 2 { // the same request again
		if a := apptest.Form(t, s.URL+own, apptest.Snapshot(t, 500, 300), append(claim, "Idempotency-Key", "photo-2")...); a.Status != http.StatusAccepted {
			t.Fatalf("attach: %d %s", a.Status, a.Body)
		}
	}
	apptest.CheckProblem(t, apptest.Form(t, s.URL+own, []byte("<html><script>alert(1)</script></html>"), claim...), 422, "invalid", "text/html")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+own, `{}`, claim...), 422, "invalid", "multipart/form-data")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+own, nil, "Claim-Code", "00000-00000"), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+own, nil), 401, "unauthorized", "")

	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	officer := []string{"Authorization", s.Officer(t, "officer", "MBPJ")}
	staff := "/v1/staff/complaints/" + r.Number + "/attachments"
	if list := apptest.Evidence(t, s.URL, staff, 3, officer...); list.Attachments[0].Role != "citizen" {
		t.Errorf("the officer sees %+v", list)
	}
	for _, stranger := range []string{s.Officer(t, "officer", "DBKL"), s.Officer(t, "supervisor", "DBKL")} {
		apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+staff, nil, "Authorization", stranger), 404, "not-found", "")
		apptest.CheckProblem(t, apptest.Form(t, s.URL+staff, apptest.Snapshot(t, 20, 20), "Authorization", stranger), 404, "not-found", "")
	}
	apptest.CheckProblem(t, apptest.Form(t, s.URL+staff, apptest.Snapshot(t, 20, 20), "Authorization", s.Officer(t, "oversight", "")), 403, "forbidden", "")
	apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/accept", `{"note":"Kami ke sana."}`, officer...)
	if a := apptest.Form(t, s.URL+staff, apptest.Snapshot(t, 700, 500), officer...); a.Status != http.StatusAccepted {
		t.Fatalf("the officer's photo: %d %s", a.Status, a.Body)
	}
	list := apptest.Evidence(t, s.URL, own, 4, claim...)
	if last := list.Attachments[3]; last.By != "officer" || last.Kind != "photo" || last.Width != 700 {
		t.Errorf("the officer's photo, as the citizen sees it: %+v", last)
	}

	apptest.Eventually(t, func() error { // the complaint learns of a file a moment after it is ready
		return shownWith(t, s, r.Number, claim)
	})
	links(t, s, list)
}

// shownWith says whether counts and timeline of the complaint show what was added.
func shownWith(t *testing.T, s *apptest.System, number string, claim []string) error {
	t.Helper()
	var view struct {
		Attachments struct {
			Photos, Documents int
			ByOfficers        int `json:"by_officers"`
		}
		Timeline []struct {
			Event, By, Title string
			Attachments      int
		}
	}
	apptest.Do(t, "GET", s.URL+"/v1/complaints/"+number, nil, append(claim, "Accept-Language", "en")...).Into(t, &view)
	if n := view.Attachments; n.Photos != 3 || n.Documents != 1 || n.ByOfficers != 1 {
		return fmt.Errorf("counts %+v", n)
	}
	told := map[string]int{}
	for _, e := range view.Timeline {
		told[e.Event+" "+e.By] += e.Attachments
	}
	if told["received citizen"] != 1 || told["attached citizen"] != 2 || told["attached officer"] != 1 {
		return fmt.Errorf("timeline %+v", view.Timeline)
	}
	return nil
}

// links opens what the links give and looks at how it is given.
func links(t *testing.T, s *apptest.System, list apptest.Attachments) {
	t.Helper()
	for _, x := range list.Attachments {
		for _, link := range []string{x.URL, x.ThumbURL} {
			if link == "" && x.Kind != "photo" {
				continue
			}
			a := apptest.Do(t, "GET", s.URL+link, nil)
			how := "attachment;"
			if x.Kind == "photo" {
				how = "inline;"
			}
			if a.Status != http.StatusOK || a.Header.Get("Content-Type") != x.Type || !strings.HasPrefix(a.Header.Get("Content-Disposition"), how) ||
				a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") ||
				!strings.HasPrefix(a.Header.Get("Cache-Control"), "private") || strings.Contains(fmt.Sprint(a.Header), "aminah") {
				t.Errorf("%s: %d %v", link, a.Status, a.Header)
			}
			if link == x.URL && len(a.Body) != x.Size {
				t.Errorf("%d bytes of %d", len(a.Body), x.Size)
			}
		}
		if a := apptest.Do(t, "GET", s.URL+x.URL, nil, "Range", "bytes=0-9"); a.Status != http.StatusPartialContent || len(a.Body) != 10 {
			t.Errorf("a piece: %d, %d bytes", a.Status, len(a.Body))
		}
		apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+x.URL[:len(x.URL)-3], nil), 403, "forbidden", "ask for the attachments again")
	}
}

// What the protocol refuses, and what its library says by itself, are problem documents too.
func TestUploadsAreTheirOwnersAndRefusalsAreProblems(t *testing.T) {
	s := apptest.Start(t, nil)
	citizen := s.Account(t, "phone")
	auth := []string{"Authorization", citizen}
	photo := apptest.Snapshot(t, 300, 200)
	path := apptest.Begin(t, s.URL, len(photo), auth...)
	for name, c := range map[string]struct {
		method  string
		path    string
		headers []string
		status  int
		kind    string
	}{
		"nobody begins":             {"POST", "/v1/uploads", []string{"Upload-Length", "10"}, 401, "unauthorized"},
		"a token that is a number":  {"POST", "/v1/uploads", []string{"Upload-Length", "10", guestToken, "1234"}, 422, "invalid"},
		"no length":                 {"POST", "/v1/uploads", auth, 400, "malformed"},
		"an empty file":             {"POST", "/v1/uploads", append(auth, "Upload-Length", "0"), 422, "invalid"},
		"a terabyte":                {"POST", "/v1/uploads", append(auth, "Upload-Length", "1000000000000"), 413, "too-large"},
		"a complaint of nobody's":   {"POST", "/v1/uploads", append(auth, "Upload-Length", "10", "Upload-Metadata", "complaint "+base64.StdEncoding.EncodeToString([]byte(complaint.NewNumber()))), 404, "not-found"},
		"a stranger adds":           {"PATCH", path, []string{guestToken, "another-phone-of-another-guest", "Upload-Offset", "0"}, 404, "not-found"},
		"nobody adds":               {"PATCH", path, []string{"Upload-Offset", "0"}, 404, "not-found"},
		"a stranger asks":           {"GET", path, []string{"Authorization", s.Account(t, "other")}, 404, "not-found"},
		"a stranger takes it back":  {"DELETE", path, []string{guestToken, "another-phone-of-another-guest"}, 404, "not-found"},
		"a piece that is not next":  {"PATCH", path, append(auth, "Upload-Offset", "7"), 409, "conflict"},
		"another protocol":          {"PATCH", path, append(auth, "Upload-Offset", "0", "Tus-Resumable", "0.2.2"), 412, "precondition"},
		"an upload that is not":     {"PATCH", "/v1/uploads/01JD8Z7S6R4QW2N5X0B3YV9KTM", append(auth, "Upload-Offset", "0"), 404, "not-found"},
		"the wrong kind of content": {"PATCH", path, append(auth, "Upload-Offset", "0", "Content-Type", "text/plain"), 400, "malformed"},
	} {
		a := apptest.Tus(t, c.method, s.URL+c.path, bytes.NewReader(photo[:10]), c.headers...)
		if a.Status != c.status {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
			continue
		}
		apptest.CheckProblem(t, a, c.status, c.kind, "")
	}
	if a := apptest.Tus(t, "HEAD", s.URL+path, nil, auth...); a.Status != 200 || a.Header.Get("Upload-Offset") != "0" || a.Header.Get("Upload-Length") != strconv.Itoa(len(photo)) {
		t.Errorf("untouched: %d %v", a.Status, a.Header)
	}
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, len(photo)-8)...)
	apptest.CheckProblem(t, apptest.Tus(t, "PATCH", s.URL+path, bytes.NewReader(program), append(auth, "Upload-Offset", "0")...), 422, "invalid", "application/x-elf")
	var became struct{ State, Why string }
	apptest.Do(t, "GET", s.URL+path, nil, append(auth, "Accept-Language", "en")...).Into(t, &became)
	if became.State != "refused" || !strings.Contains(became.Why, "application/x-elf") {
		t.Errorf("what became of it: %+v", became)
	}
	id := upload(t, s.URL, photo, auth...)
	if a := apptest.Tus(t, "DELETE", s.URL+"/v1/uploads/"+id, nil, auth...); a.Status != http.StatusNoContent {
		t.Errorf("taken back: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/uploads/"+id, nil, auth...), 404, "not-found", "")
	if a := apptest.Tus(t, "OPTIONS", s.URL+"/v1/uploads", nil); a.Status != 200 || a.Header.Get("Tus-Version") != "1.0.0" || !strings.Contains(a.Header.Get("Tus-Extension"), "creation") {
		t.Errorf("OPTIONS: %d %v", a.Status, a.Header)
	}
}

// A tip about corruption shows its evidence only to those who may see the tip.
func TestEvidenceOfATipIsShownToNobodyElse(t *testing.T) {
	s := apptest.Start(t, nil)
	citizen := []string{"Authorization", s.Account(t, "phone")}
	id := upload(t, s.URL, apptest.Snapshot(t, 300, 200), citizen...)
	var tip apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", fmt.Sprintf(`{"text":"Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit","attachments":[%q],"location":{"lat":3.1186,"lon":101.6221}}`, id), citizen...).Into(t, &tip)
	apptest.Evidence(t, s.URL, "/v1/complaints/"+tip.Number+"/attachments", 1, citizen...)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	staff := s.URL + "/v1/staff/complaints/" + tip.Number + "/attachments"
	for _, who := range []string{s.Officer(t, "officer", "MBPJ"), s.Officer(t, "supervisor", "MBPJ"), s.Officer(t, "supervisor", "SUK-SGR"), cleared(t, s, "supervisor", "SUK-SGR"), s.Officer(t, "oversight", "")} {
		apptest.CheckProblem(t, apptest.Do(t, "GET", staff, nil, "Authorization", who), 404, "not-found", "")
	}
	apptest.Evidence(t, s.URL, "/v1/staff/complaints/"+tip.Number+"/attachments", 1, "Authorization", cleared(t, s, "oversight", ""))
}

// The program is killed in the middle of an upload, again and again; the phone asks how much came and goes on.
func TestAnUploadSurvivesTheKillingOfTheProgram(t *testing.T) {
	dir := t.TempDir()
	program := apptest.Build(t, dir)
	address := "127.0.0.1:" + apptest.FreePort(t)
	base := "http://" + address
	p := &apptest.Process{T: t, Program: program, Args: []string{"serve", "--listen", address, "--data", filepath.Join(dir, "data")}, Env: []string{"RESPONS_SWEEP_SECONDS=1"}}
	p.Start()
	defer p.Kill()
	up := func() { apptest.Eventually(t, func() error { return apptest.Ready(address) }) }
	up()
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	photo := apptest.Snapshot(t, 4000, 3000)
	path := apptest.Begin(t, base, len(photo), guestToken, token)
	kills := 0
	for {
		a := apptest.Tus(t, "HEAD", base+path, nil, guestToken, token)
		offset, err := strconv.Atoi(a.Header.Get("Upload-Offset"))
		if err != nil {
			t.Fatalf("how much came: %d %v", a.Status, a.Header)
		}
		if offset == len(photo) {
			break
		}
		rest := photo[offset:]
		if kills < 3 { // the process goes while the phone is sending, after the first piece of 4 MB is safe
			slow := &killing{r: bytes.NewReader(rest), after: 4<<20 + 300_000, kill: p.Kill}
			if _, err := apptest.TusTry(t.Context(), "PATCH", base+path, slow, guestToken, token, "Upload-Offset", strconv.Itoa(offset)); err != nil || slow.done {
				kills++
				p.Start()
				up()
				continue
			}
		}
		if a := apptest.Tus(t, "PATCH", base+path, bytes.NewReader(rest), guestToken, token, "Upload-Offset", strconv.Itoa(offset)); a.Status != http.StatusNoContent {
			t.Fatalf("go on: %d %s", a.Status, a.Body)
		}
	}
	if kills == 0 {
		t.Fatalf("the program was never killed while %d bytes were sent", len(photo))
	}
	var r apptest.Receipt
	apptest.Do(t, "POST", base+"/v1/complaints", fmt.Sprintf(`{"text":"lubang besar di SS2","attachments":[%q]}`, filepath.Base(path)), guestToken, token).Into(t, &r)
	list := apptest.Evidence(t, base, "/v1/complaints/"+r.Number+"/attachments", 1, "Claim-Code", r.ClaimCode)
	if x := list.Attachments[0]; x.Width != 2048 || x.Height != 1536 {
		t.Errorf("the photo: %+v", x)
	}
}

// killing is a body in the middle of which the server is killed.
type killing struct {
	r     io.Reader
	after int
	sent  int
	kill  func()
	done  bool
}

func (k *killing) Read(p []byte) (int, error) {
	if k.sent >= k.after && !k.done {
		k.kill()
		k.done = true
	}
	n, err := k.r.Read(p[:min(len(p), 100_000)])
	k.sent += n
	return n, err
}

// Two processes on one MongoDB and one folder share an upload: each takes what comes to it.
func TestAnyProcessTakesThePieceThatComesToIt(t *testing.T) {
	mongoURI, redisURL, blobs := mongotest.Start(t), redistest.Server(t), t.TempDir()
	same := func(c *config.Config) {
		c.MongoURI, c.RedisURL, c.Blobs, c.Secret = config.Secret(mongoURI), config.Secret(redisURL), blobs, "a secret of 32 bytes for claim codes"
	}
	one, two := apptest.Start(t, same), apptest.Start(t, same)
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	photo := apptest.Snapshot(t, 800, 600)
	path := apptest.Begin(t, one.URL, len(photo), guestToken, token)
	for i, at := 0, 0; at < len(photo); i++ {
		end := min(at+60_000, len(photo))
		base := []string{one.URL, two.URL}[i%2]
		if a := apptest.Tus(t, "PATCH", base+path, bytes.NewReader(photo[at:end]), guestToken, token, "Upload-Offset", strconv.Itoa(at)); a.Status != http.StatusNoContent {
			t.Fatalf("piece %d: %d %s", i, a.Status, a.Body)
		}
		at = end
	}
	var r apptest.Receipt
	apptest.Do(t, "POST", two.URL+"/v1/complaints", fmt.Sprintf(`{"text":"lubang besar di SS2","attachments":[%q]}`, filepath.Base(path)), guestToken, token).Into(t, &r)
	list := apptest.Evidence(t, one.URL, "/v1/complaints/"+r.Number+"/attachments", 1, "Claim-Code", r.ClaimCode)
	if a := apptest.Do(t, "GET", two.URL+list.Attachments[0].URL, nil); a.Status != http.StatusOK || len(a.Body) != list.Attachments[0].Size {
		t.Errorf("the other's link: %d, %d bytes", a.Status, len(a.Body))
	}
}

// cleared is officer for somebody who may see restricted complaints.
func cleared(t *testing.T, s *apptest.System, role, agency string) string {
	t.Helper()
	return s.Enrol(t, role, agency, true)
}
