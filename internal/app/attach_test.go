package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// snapshot is a photo that no other looks like.
func snapshot(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	for i := range img.Pix {
		img.Pix[i] = byte(r.IntN(256))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tus sends one request of the protocol; headers come in pairs.
func tus(t *testing.T, method, url string, body io.Reader, headers ...string) answer {
	t.Helper()
	a, err := tusTry(t.Context(), method, url, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func tusTry(ctx context.Context, method, url string, body io.Reader, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, content}, err
}

// begin makes an upload and gives its path.
func begin(t *testing.T, base string, size int, headers ...string) string {
	t.Helper()
	a := tus(t, "POST", base+"/v1/uploads", nil, append([]string{"Upload-Length", strconv.Itoa(size)}, headers...)...)
	if a.Status != http.StatusCreated {
		t.Fatalf("begin an upload: %d %s", a.Status, a.Body)
	}
	_, id, ok := strings.Cut(a.Header.Get("Location"), "/v1/uploads/")
	if !ok {
		t.Fatalf("Location %q", a.Header.Get("Location"))
	}
	return "/v1/uploads/" + id
}

// upload sends a file whole and gives its id.
func upload(t *testing.T, base string, content []byte, headers ...string) string {
	t.Helper()
	path := begin(t, base, len(content), headers...)
	if a := tus(t, "PATCH", base+path, bytes.NewReader(content), append([]string{"Upload-Offset", "0"}, headers...)...); a.Status != http.StatusNoContent {
		t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	return filepath.Base(path)
}

type attachments struct {
	Attachments []struct {
		ID, State, Kind, Type, By, Role, Why string
		Size                                 int
		Width, Height                        int
		URL                                  string
		ThumbURL                             string `json:"thumbnail_url"`
	}
}

// evidence waits until n attachments of a complaint can be looked at.
func evidence(t *testing.T, base, path string, n int, headers ...string) (list attachments) {
	t.Helper()
	eventually(t, 20*time.Second, func() error {
		a := do(t, "GET", base+path, nil, headers...)
		if a.Status != http.StatusOK {
			return fmt.Errorf("%d %s", a.Status, a.Body)
		}
		var all attachments
		a.into(t, &all)
		list = attachments{}
		for _, x := range all.Attachments {
			if x.State == "ready" {
				list.Attachments = append(list.Attachments, x)
			}
		}
		if len(list.Attachments) != n {
			return fmt.Errorf("%s", a.Body)
		}
		return nil
	})
	return list
}

// form sends one file as a browser does.
func form(t *testing.T, url string, content []byte, headers ...string) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "aminah-ic.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	w.Close()
	return do(t, "POST", url, b.String(), append([]string{"Content-Type", w.FormDataContentType()}, headers...)...)
}

const guestToken = "Upload-Token"

// A guest uploads a photo before there is a complaint, files it, adds a document later; an officer of the agency sees both
// and adds a photo of the repair, which the guest sees; nobody else sees anything.
func TestAttachmentsTravelWithTheirComplaint(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { attachAndLook(t, start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		attachAndLook(t, start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

func attachAndLook(t *testing.T, s *system) {
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	id := upload(t, s.URL, snapshot(t, 600, 400), guestToken, token)
	body := fmt.Sprintf(`{"text":"Lubang besar depan 7-Eleven Jalan SS2/24","attachments":[%q],"location":{"lat":3.1186,"lon":101.6221}}`, id)
	checkProblem(t, do(t, "POST", s.URL+"/v1/complaints", body), 422, "invalid", "Upload-Token")
	checkProblem(t, do(t, "POST", s.URL+"/v1/complaints", body, guestToken, "another-phone-of-another-guest"), 422, "invalid", "attachments[0]")
	var r, again receipt
	for _, into := range []*receipt{&r, &again} { // the answer got lost
		do(t, "POST", s.URL+"/v1/complaints", body, guestToken, token, "Idempotency-Key", "k1").into(t, into)
	}
	if r.Number == "" || r != again {
		t.Fatalf("receipts %+v and %+v", r, again)
	}
	own := "/v1/complaints/" + r.Number + "/attachments"
	claim := []string{"Claim-Code", r.ClaimCode}
	evidence(t, s.URL, own, 1, claim...)
	checkProblem(t, do(t, "POST", s.URL+"/v1/complaints", body, guestToken, token, "Idempotency-Key", "k2"), 422, "invalid", "belongs to another complaint")

	// Later, in pieces and in one request.
	document := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("resit "), 1000)...)
	number := "complaint " + base64.StdEncoding.EncodeToString([]byte(r.Number))
	upload(t, s.URL, document, append(claim, "Upload-Metadata", number)...)
	for range 2 { // the same request again
		if a := form(t, s.URL+own, snapshot(t, 500, 300), append(claim, "Idempotency-Key", "photo-2")...); a.Status != http.StatusAccepted {
			t.Fatalf("attach: %d %s", a.Status, a.Body)
		}
	}
	checkProblem(t, form(t, s.URL+own, []byte("<html><script>alert(1)</script></html>"), claim...), 422, "invalid", "text/html")
	checkProblem(t, do(t, "POST", s.URL+own, `{}`, claim...), 422, "invalid", "multipart/form-data")
	checkProblem(t, do(t, "GET", s.URL+own, nil, "Claim-Code", "00000-00000"), 404, "not-found", "")
	checkProblem(t, do(t, "GET", s.URL+own, nil), 401, "unauthorized", "")

	eventually(t, 5*time.Second, func() error { return settled(t, s, 1) })
	officer := []string{"Authorization", s.officer(t, "officer", "MBPJ")}
	staff := "/v1/staff/complaints/" + r.Number + "/attachments"
	if list := evidence(t, s.URL, staff, 3, officer...); list.Attachments[0].Role != "citizen" {
		t.Errorf("the officer sees %+v", list)
	}
	for _, stranger := range []string{s.officer(t, "officer", "DBKL"), s.officer(t, "supervisor", "DBKL")} {
		checkProblem(t, do(t, "GET", s.URL+staff, nil, "Authorization", stranger), 404, "not-found", "")
		checkProblem(t, form(t, s.URL+staff, snapshot(t, 20, 20), "Authorization", stranger), 404, "not-found", "")
	}
	checkProblem(t, form(t, s.URL+staff, snapshot(t, 20, 20), "Authorization", s.officer(t, "oversight", "")), 403, "forbidden", "")
	do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/accept", `{"note":"Kami ke sana."}`, officer...)
	if a := form(t, s.URL+staff, snapshot(t, 700, 500), officer...); a.Status != http.StatusAccepted {
		t.Fatalf("the officer's photo: %d %s", a.Status, a.Body)
	}
	list := evidence(t, s.URL, own, 4, claim...)
	if last := list.Attachments[3]; last.By != "officer" || last.Kind != "photo" || last.Width != 700 {
		t.Errorf("the officer's photo, as the citizen sees it: %+v", last)
	}

	eventually(t, 5*time.Second, func() error { // the complaint learns of a file a moment after it is ready
		return shownWith(t, s, r.Number, claim)
	})
	links(t, s, list)
}

// shownWith says whether counts and timeline of the complaint show what was added.
func shownWith(t *testing.T, s *system, number string, claim []string) error {
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
	do(t, "GET", s.URL+"/v1/complaints/"+number, nil, append(claim, "Accept-Language", "en")...).into(t, &view)
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
func links(t *testing.T, s *system, list attachments) {
	t.Helper()
	for _, x := range list.Attachments {
		for _, link := range []string{x.URL, x.ThumbURL} {
			if link == "" && x.Kind != "photo" {
				continue
			}
			a := do(t, "GET", s.URL+link, nil)
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
		if a := do(t, "GET", s.URL+x.URL, nil, "Range", "bytes=0-9"); a.Status != http.StatusPartialContent || len(a.Body) != 10 {
			t.Errorf("a piece: %d, %d bytes", a.Status, len(a.Body))
		}
		checkProblem(t, do(t, "GET", s.URL+x.URL[:len(x.URL)-3], nil), 403, "forbidden", "ask for the attachments again")
	}
}

// What the protocol refuses, and what its library says by itself, are problem documents too.
func TestUploadsAreTheirOwnersAndRefusalsAreProblems(t *testing.T) {
	s := start(t, nil)
	citizen := s.account(t, "phone")
	auth := []string{"Authorization", citizen}
	photo := snapshot(t, 300, 200)
	path := begin(t, s.URL, len(photo), auth...)
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
		"a stranger asks":           {"GET", path, []string{"Authorization", s.account(t, "other")}, 404, "not-found"},
		"a stranger takes it back":  {"DELETE", path, []string{guestToken, "another-phone-of-another-guest"}, 404, "not-found"},
		"a piece that is not next":  {"PATCH", path, append(auth, "Upload-Offset", "7"), 409, "conflict"},
		"another protocol":          {"PATCH", path, append(auth, "Upload-Offset", "0", "Tus-Resumable", "0.2.2"), 412, "precondition"},
		"an upload that is not":     {"PATCH", "/v1/uploads/01JD8Z7S6R4QW2N5X0B3YV9KTM", append(auth, "Upload-Offset", "0"), 404, "not-found"},
		"the wrong kind of content": {"PATCH", path, append(auth, "Upload-Offset", "0", "Content-Type", "text/plain"), 400, "malformed"},
	} {
		a := tus(t, c.method, s.URL+c.path, bytes.NewReader(photo[:10]), c.headers...)
		if a.Status != c.status {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
			continue
		}
		checkProblem(t, a, c.status, c.kind, "")
	}
	if a := tus(t, "HEAD", s.URL+path, nil, auth...); a.Status != 200 || a.Header.Get("Upload-Offset") != "0" || a.Header.Get("Upload-Length") != strconv.Itoa(len(photo)) {
		t.Errorf("untouched: %d %v", a.Status, a.Header)
	}
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, len(photo)-8)...)
	checkProblem(t, tus(t, "PATCH", s.URL+path, bytes.NewReader(program), append(auth, "Upload-Offset", "0")...), 422, "invalid", "application/x-elf")
	var became struct{ State, Why string }
	do(t, "GET", s.URL+path, nil, append(auth, "Accept-Language", "en")...).into(t, &became)
	if became.State != "refused" || !strings.Contains(became.Why, "application/x-elf") {
		t.Errorf("what became of it: %+v", became)
	}
	id := upload(t, s.URL, photo, auth...)
	if a := tus(t, "DELETE", s.URL+"/v1/uploads/"+id, nil, auth...); a.Status != http.StatusNoContent {
		t.Errorf("taken back: %d %s", a.Status, a.Body)
	}
	checkProblem(t, do(t, "GET", s.URL+"/v1/uploads/"+id, nil, auth...), 404, "not-found", "")
	if a := tus(t, "OPTIONS", s.URL+"/v1/uploads", nil); a.Status != 200 || a.Header.Get("Tus-Version") != "1.0.0" || !strings.Contains(a.Header.Get("Tus-Extension"), "creation") {
		t.Errorf("OPTIONS: %d %v", a.Status, a.Header)
	}
}

// A tip about corruption shows its evidence only to those who may see the tip.
func TestEvidenceOfATipIsShownToNobodyElse(t *testing.T) {
	s := start(t, nil)
	citizen := []string{"Authorization", s.account(t, "phone")}
	id := upload(t, s.URL, snapshot(t, 300, 200), citizen...)
	var tip receipt
	do(t, "POST", s.URL+"/v1/complaints", fmt.Sprintf(`{"text":"Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit","attachments":[%q],"location":{"lat":3.1186,"lon":101.6221}}`, id), citizen...).into(t, &tip)
	evidence(t, s.URL, "/v1/complaints/"+tip.Number+"/attachments", 1, citizen...)
	eventually(t, 5*time.Second, func() error { return settled(t, s, 1) })
	staff := s.URL + "/v1/staff/complaints/" + tip.Number + "/attachments"
	for _, who := range []string{s.officer(t, "officer", "MBPJ"), s.officer(t, "supervisor", "MBPJ"), s.officer(t, "supervisor", "SUK-SGR"), s.cleared(t, "supervisor", "SUK-SGR"), s.officer(t, "oversight", "")} {
		checkProblem(t, do(t, "GET", staff, nil, "Authorization", who), 404, "not-found", "")
	}
	evidence(t, s.URL, "/v1/staff/complaints/"+tip.Number+"/attachments", 1, "Authorization", s.cleared(t, "oversight", ""))
}

// The program is killed in the middle of an upload, again and again; the phone asks how much came and goes on.
func TestAnUploadSurvivesTheKillingOfTheProgram(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "respons")
	if out, err := exec.Command("go", "build", "-o", program, "respons/cmd/respons").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	address := "127.0.0.1:" + freePort(t)
	base := "http://" + address
	p := &process{t: t, program: program, args: []string{"serve", "--listen", address, "--data", filepath.Join(dir, "data")}, env: []string{"RESPONS_SWEEP_SECONDS=1"}}
	p.start()
	defer p.kill()
	up := func() { eventually(t, 30*time.Second, func() error { return ready(address) }) }
	up()
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	photo := snapshot(t, 4000, 3000)
	path := begin(t, base, len(photo), guestToken, token)
	kills := 0
	for {
		a := tus(t, "HEAD", base+path, nil, guestToken, token)
		offset, err := strconv.Atoi(a.Header.Get("Upload-Offset"))
		if err != nil {
			t.Fatalf("how much came: %d %v", a.Status, a.Header)
		}
		if offset == len(photo) {
			break
		}
		rest := photo[offset:]
		if kills < 3 { // the process goes while the phone is sending, after the first piece of 4 MB is safe
			slow := &killing{r: bytes.NewReader(rest), after: 4<<20 + 300_000, kill: p.kill}
			if _, err := tusTry(t.Context(), "PATCH", base+path, slow, guestToken, token, "Upload-Offset", strconv.Itoa(offset)); err != nil || slow.done {
				kills++
				p.start()
				up()
				continue
			}
		}
		if a := tus(t, "PATCH", base+path, bytes.NewReader(rest), guestToken, token, "Upload-Offset", strconv.Itoa(offset)); a.Status != http.StatusNoContent {
			t.Fatalf("go on: %d %s", a.Status, a.Body)
		}
	}
	if kills == 0 {
		t.Fatalf("the program was never killed while %d bytes were sent", len(photo))
	}
	var r receipt
	do(t, "POST", base+"/v1/complaints", fmt.Sprintf(`{"text":"lubang besar di SS2","attachments":[%q]}`, filepath.Base(path)), guestToken, token).into(t, &r)
	list := evidence(t, base, "/v1/complaints/"+r.Number+"/attachments", 1, "Claim-Code", r.ClaimCode)
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
	one, two := start(t, same), start(t, same)
	const token = "c2VjcmV0LW9mLXRoaXMtcGhvbmU"
	photo := snapshot(t, 800, 600)
	path := begin(t, one.URL, len(photo), guestToken, token)
	for i, at := 0, 0; at < len(photo); i++ {
		end := min(at+60_000, len(photo))
		base := []string{one.URL, two.URL}[i%2]
		if a := tus(t, "PATCH", base+path, bytes.NewReader(photo[at:end]), guestToken, token, "Upload-Offset", strconv.Itoa(at)); a.Status != http.StatusNoContent {
			t.Fatalf("piece %d: %d %s", i, a.Status, a.Body)
		}
		at = end
	}
	var r receipt
	do(t, "POST", two.URL+"/v1/complaints", fmt.Sprintf(`{"text":"lubang besar di SS2","attachments":[%q]}`, filepath.Base(path)), guestToken, token).into(t, &r)
	list := evidence(t, one.URL, "/v1/complaints/"+r.Number+"/attachments", 1, "Claim-Code", r.ClaimCode)
	if a := do(t, "GET", two.URL+list.Attachments[0].URL, nil); a.Status != http.StatusOK || len(a.Body) != list.Attachments[0].Size {
		t.Errorf("the other's link: %d, %d bytes", a.Status, len(a.Body))
	}
}
