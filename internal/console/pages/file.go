package pages

import (
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"respons/internal/fault"
	"respons/internal/problem"
	"respons/mobileapi"
)

// mostForm is how much of a form with photos is taken, in bytes; the fields beside them are held in memory, the photos
// on disk while the request lasts.
const (
	mostForm   = 128 << 20
	mostFields = 1 << 20
)

func (p *Pages) registerFile(r *gin.Engine) {
	p.open(r, http.MethodGet, "/file", "complaint.file", func(q *Request) error {
		return p.show(q, http.StatusOK, "file", fileData{Kind: "complaint", Key: newKey(), Keep: true})
	})
	p.open(r, http.MethodPost, "/file", "complaint.file", p.file)
}

// fileData is the form as it was filled in, and what is to be said about it.
type fileData struct {
	Kind, Text, Address, Postcode string
	Lat, Lon, Accuracy            string
	Key                           string // makes a repeated form one complaint
	Keep                          bool   // the browser shall remember it

	Preview *mobileapi.PreviewBody
	Wrong   map[string]string // by field
	Failed  string            // what is wrong with none of the fields
}

// filed is what the receipt page shows.
type filed struct {
	mobileapi.Receipt
	Keep   bool
	Photos []string // what became of photos that were not taken
}

// file shows what would become of the form, or files it. What was typed is never lost: whatever is wrong, the form comes
// back filled in. Sent again, the same form makes no second complaint.
func (p *Pages) file(q *Request) error {
	q.Request.Body = http.MaxBytesReader(q.Writer, q.Request.Body, mostForm)
	if err := q.Request.ParseMultipartForm(mostFields); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fault.Wrap(fault.Invalid, err, "the form did not arrive whole, or is larger than 128 MB; send it again with fewer photos")
	}
	data := fileData{Kind: q.PostForm("kind"), Text: q.PostForm("text"), Address: strings.TrimSpace(q.PostForm("address")),
		Postcode: strings.TrimSpace(q.PostForm("postcode")), Lat: q.PostForm("lat"), Lon: q.PostForm("lon"), Accuracy: q.PostForm("accuracy"),
		Key: q.PostForm("key"), Keep: q.PostForm("keep") != ""}
	if _, err := ulid.ParseStrict(data.Key); err != nil {
		data.Key = newKey()
	}
	body := data.body(q.Lang)
	if q.PostForm("step") != "send" {
		out, err := p.Mobile.Preview(q, &mobileapi.PreviewInput{Language: q.Lang, Body: body})
		if err != nil {
			return p.again(q, data, err)
		}
		data.Preview = &out.Body
		return p.show(q, http.StatusOK, "file", data)
	}
	out, err := p.Mobile.File(q, &mobileapi.FileInput{Key: mobileapi.Key{IdempotencyKey: data.Key}, Body: body})
	if err != nil {
		return p.again(q, data, err)
	}
	if data.Keep && out.Body.ClaimCode != "" {
		remember(q, out.Body.Number, out.Body.ClaimCode)
	}
	return p.show(q, http.StatusCreated, "receipt", filed{out.Body, data.Keep, p.photos(q, out.Body, data.Key)})
}

// photos adds the form's photos to the complaint, each under a key of its own, and says which were not taken and why.
// The complaint stands whatever becomes of them.
func (p *Pages) photos(q *Request, r mobileapi.Receipt, key string) (refused []string) {
	if q.Request.MultipartForm == nil {
		return nil
	}
	in := mobileapi.NumberInput{Number: r.Number, Language: q.Lang, Credentials: mobileapi.Credentials{ClaimCode: r.ClaimCode}}
	for i, h := range q.Request.MultipartForm.File["photos"] {
		if h.Size == 0 {
			continue // a browser sends an empty part where nothing was chosen
		}
		if err := p.attach(q, in, key+"-"+strconv.Itoa(i), h); err != nil {
			refused = append(refused, problem.Logged(q.Request.Context(), p.Log, err).Detail)
		}
	}
	return refused
}

func (p *Pages) attach(q *Request, in mobileapi.NumberInput, key string, h *multipart.FileHeader) error {
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	return p.Mobile.Attach(q, in, key, io.Reader(f))
}

// again shows the form as it was filled in, with what is wrong beside each field.
func (p *Pages) again(q *Request, data fileData, err error) error {
	d := problem.Logged(q.Request.Context(), p.Log, err)
	data.Wrong = map[string]string{}
	for _, f := range d.Errors {
		name := strings.TrimPrefix(f.Location, "body.")
		name = strings.TrimPrefix(name, "location.")
		switch name {
		case "text", "address", "postcode":
			data.Wrong[name] = say(q.Lang, "file.wrong."+name)
		default:
			data.Wrong["place"] = say(q.Lang, "file.wrong.place")
			data.Lat, data.Lon, data.Accuracy = "", "", ""
		}
	}
	if len(data.Wrong) == 0 {
		data.Failed = kindWords(q.Lang, d.Type)
	}
	for name, values := range d.GetHeaders() {
		q.Header(name, values[0])
	}
	return p.show(q, d.Status, "file", data)
}

// body is what the form asks for. A position that is no number is none: the script that fills it in may have failed.
func (d fileData) body(lang string) mobileapi.FileBody {
	b := mobileapi.FileBody{Kind: d.Kind, Text: d.Text, Language: lang}
	lat, err1 := strconv.ParseFloat(d.Lat, 64)
	lon, err2 := strconv.ParseFloat(d.Lon, 64)
	known := err1 == nil && err2 == nil
	if known || d.Address != "" || d.Postcode != "" {
		b.Location = &mobileapi.Location{Address: d.Address, Postcode: d.Postcode}
	}
	if known {
		b.Location.Lat, b.Location.Lon = &lat, &lon
		if r, err := strconv.ParseFloat(d.Accuracy, 64); err == nil && r > 0 {
			b.Location.Accuracy = r
		}
	}
	return b
}

func newKey() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }
