package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oklog/ulid/v2"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/mobileapi/client"
)

// The document that is kept for other languages' generators is what the handlers say, and OpenAPI 3.1 to a library.
func TestTheKeptDocumentIsTheHandlersOwn(t *testing.T) {
	ref, err := app.LoadReference(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.MarshalIndent(app.OpenAPI(ref), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../../../../mobileapi/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, append(want, '\n')) {
		t.Error("mobileapi/openapi.json is stale; run go generate ./mobileapi/client")
	}
	doc, err := openapi3.NewLoader().LoadFromData(kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// badLine is a phone's connection: of every four requests the first is lost on its way, of the second the answer is, the
// third arrives twice, the fourth is well.
type badLine struct {
	requests atomic.Int64
	lost     atomic.Int64
}

var errLine = errors.New("the line broke")

func (l *badLine) RoundTrip(req *http.Request) (*http.Response, error) {
	n := l.requests.Add(1) % 4
	if n == 1 {
		l.lost.Add(1)
		return nil, errLine
	}
	if n == 2 || n == 3 {
		first := req.Clone(req.Context())
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			first.Body = body
		}
		res, err := http.DefaultTransport.RoundTrip(first)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			return nil, err
		}
		if n == 2 {
			l.lost.Add(1)
			return nil, errLine
		}
	}
	return http.DefaultTransport.RoundTrip(req)
}

// insist sends a request again as it is until an answer comes, as an app's queue does.
func insist[T any](t *testing.T, request func() (*T, error)) *T {
	t.Helper()
	for range 10 {
		answer, err := request()
		if err == nil {
			return answer
		}
		if !errors.Is(err, errLine) {
			t.Fatal(err)
		}
	}
	t.Fatal("no answer after ten requests")
	return nil
}

// A phone with a bad line lives on the generated client: nothing that it files is lost or doubled, and it learns what the
// officer did.
func TestAPhoneWithABadLineLivesOnTheGeneratedClient(t *testing.T) {
	s := apptest.Start(t, nil)
	line := new(badLine)
	phone, err := client.NewClientWithResponses(s.URL, client.WithHTTPClient(&http.Client{Transport: line}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	account := insist(t, func() (*client.OpenAccountAnswer, error) {
		return phone.OpenAccountWithResponse(ctx, client.CitizenBody{})
	})
	if account.JSON201 == nil {
		t.Fatalf("no account: %s", account.Body)
	}
	mine := client.Bearer(account.JSON201.Token)
	insist(t, func() (*client.RegisterDeviceAnswer, error) {
		return phone.RegisterDeviceWithResponse(ctx, nil, client.Device{Token: "phone-client", Platform: client.DevicePlatformAndroid}, mine)
	})

	const drafts, perBatch = 30, 10
	receipts := map[string]string{} // by number: the draft's key
	file := func(batch []client.BatchDraft) {
		t.Helper()
		answer := insist(t, func() (*client.FileBatchAnswer, error) {
			return phone.FileBatchWithResponse(ctx, nil, client.BatchBody{Drafts: &batch}, mine)
		})
		if answer.JSON200 == nil {
			t.Fatalf("batch: %s", answer.Body)
		}
		for _, r := range *answer.JSON200.Results {
			if r.Receipt == nil {
				t.Fatalf("draft %s: %+v", r.Key, r.Problem)
			}
			receipts[r.Receipt.Number] = r.Key
		}
	}
	for range drafts / perBatch {
		batch := make([]client.BatchDraft, 0, perBatch)
		for range perBatch {
			batch = append(batch, client.BatchDraft{Key: ulid.Make().String(), Text: "Lampu jalan padam di SS2, Petaling Jaya"})
		}
		file(batch)
		file(batch) // the app was closed before it had noted the answer
	}
	key := ulid.Make().String()
	lat, lon := 3.1186, 101.6221
	pothole := client.FileBody{Text: "Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh", Location: &client.Location{Lat: &lat, Lon: &lon}}
	filed := insist(t, func() (*client.FileComplaintAnswer, error) {
		return phone.FileComplaintWithResponse(ctx, &client.FileComplaintParams{IdempotencyKey: &key}, pothole, mine)
	})
	if filed.JSON201 == nil {
		t.Fatalf("file: %s", filed.Body)
	}
	number := filed.JSON201.Number
	receipts[number] = key
	if len(receipts) != drafts+1 {
		t.Errorf("%d receipts for %d drafts", len(receipts), drafts+1)
	}
	if n := len(apptest.Everything(t, s)); n != drafts+1 {
		t.Errorf("%d complaints are stored of %d drafts", n, drafts+1)
	}
	if line.lost.Load() == 0 {
		t.Error("the line lost nothing")
	}

	known, since := map[string]client.Complaint{}, ""
	sync := func() {
		t.Helper()
		for {
			answer := insist(t, func() (*client.SyncAnswer, error) {
				return phone.SyncWithResponse(ctx, &client.SyncParams{Since: &since}, mine)
			})
			if answer.JSON200 == nil {
				t.Fatalf("sync: %s", answer.Body)
			}
			for _, c := range *answer.JSON200.Complaints {
				if c.Revision >= known[c.Number].Revision {
					known[c.Number] = c
				}
			}
			if since = answer.JSON200.Next; !answer.JSON200.More {
				return
			}
		}
	}
	until := func(state string) {
		t.Helper()
		apptest.Eventually(t, func() error {
			if sync(); known[number].State != state {
				return fmt.Errorf("the phone believes %s, not %s", known[number].State, state)
			}
			return nil
		})
	}
	until("routed")
	if len(known) != drafts+1 {
		t.Errorf("the phone knows %d of %d", len(known), drafts+1)
	}
	office := s.Officer(t, "officer", known[number].Agency.Code)
	desk, err := client.NewClientWithResponses(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	officer := client.Bearer(office[len("Bearer "):])
	note := "Kami akan ke sana hari ini."
	accepted, err := desk.StaffAcceptWithResponse(ctx, number, nil, client.StaffMoveBody{Note: &note}, officer)
	if err != nil || accepted.JSON200 == nil {
		t.Fatalf("accept: %v %s", err, accepted.Body)
	}
	until("accepted")
	early := insist(t, func() (*client.RateComplaintAnswer, error) {
		return phone.RateComplaintWithResponse(ctx, number, nil, client.RatingBody{Stars: 5}, mine)
	})
	if p := early.ApplicationProblemJSON409; p == nil || p.Type != "urn:respons:problem:conflict" {
		t.Errorf("rated before it was mended: %s", early.Body)
	}
	note = "Lubang telah ditampal."
	resolved, err := desk.StaffResolveWithResponse(ctx, number, nil, client.StaffMoveBody{Note: &note}, officer)
	if err != nil || resolved.JSON200 == nil {
		t.Fatalf("resolve: %v %s", err, resolved.Body)
	}
	until("resolved")
	timeline := *known[number].Timeline
	if last := timeline[len(timeline)-1]; last.Note == nil || *last.Note != note {
		t.Errorf("the timeline ends with %+v", last)
	}
}
