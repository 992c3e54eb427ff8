package rights

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"time"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
)

// Export is everything that is kept of a citizen.
type Export struct {
	Made       time.Time        `json:"made"`
	Account    Account          `json:"account"`
	Details    reporter.Details `json:"details"`
	Told       Chosen           `json:"preferences"`
	Complaints []Matter         `json:"complaints"`
	Follows    []Follow         `json:"follows"`
	Devices    []Device         `json:"devices"`
	Messages   []Message        `json:"messages"`
	Looks      []Look           `json:"access_log"`
}

// Account is how the citizen is known.
type Account struct {
	ID       string    `json:"id"`
	Language string    `json:"language"`
	Since    time.Time `json:"since,omitzero"` // zero: a guest without an account
}

// Matter is a complaint as its citizen sees it, with what they typed in place of what is masked for others.
type Matter struct {
	ID       string    `json:"-"`
	Number   string    `json:"number"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Agency   string    `json:"agency,omitempty"`
	Category string    `json:"category,omitempty"`
	Received time.Time `json:"received"`
	Text     string    `json:"text"`
	Photo    string    `json:"photo,omitempty"` // its address, where another system filed it with one

	Location complaint.Location `json:"location"`
	Timeline []Entry            `json:"timeline"`
	Files    []File             `json:"attachments,omitempty"`
}

// File is a photo, video, sound or document that the citizen sent. The content is at GET /v1/complaints/{number}/attachments.
type File struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Type   string    `json:"type"`
	Bytes  int64     `json:"bytes"`
	SHA256 string    `json:"sha256"` // of the file as it was sent
}

// Entry is one thing that happened.
type Entry struct {
	Event string    `json:"-"` // its id
	At    time.Time `json:"at"`
	By    string    `json:"by"` // system, citizen or officer
	Title string    `json:"title"`
	Note  string    `json:"note,omitempty"`
}

// Follow is another's complaint that the citizen follows.
type Follow struct {
	Number string    `json:"number"`
	Since  time.Time `json:"since"`
}

// Device is a phone that takes pushes.
type Device struct {
	Platform string    `json:"platform"`
	Language string    `json:"language"`
	Since    time.Time `json:"since"`
}

// Look is one look of staff at what is sealed.
type Look struct {
	At     time.Time `json:"at"`
	Number string    `json:"number"`
	Role   string    `json:"role"`
	Agency string    `json:"agency,omitempty"`
	Fields []string  `json:"fields"`
	Reason string    `json:"reason"`
	Basis  string    `json:"basis"`
}

//go:embed export.html
var page string

var exportPage = template.Must(template.New("export").Funcs(template.FuncMap{
	"when": func(at time.Time, zone *time.Location) string { return at.In(zone).Format("02/01/2006 15:04") },
}).Parse(page))

// Export gives everything that is kept of a citizen as a ZIP file: export.json for programs, export.html to read. It is
// recorded before.
func (s *Citizens) Export(ctx context.Context, citizen, lang string, zone *time.Location) ([]byte, error) {
	act := reporter.Act{By: complaint.Actor{Role: complaint.CitizenRole, ID: citizen}, Action: audit.Export, Object: reporter.Citizen(citizen)}
	var file []byte
	err := s.Audit(ctx, act, func() (err error) {
		file, err = s.export(ctx, citizen, lang, zone)
		return err
	})
	return file, err
}

func (s *Citizens) export(ctx context.Context, citizen, lang string, zone *time.Location) ([]byte, error) {
	x, err := s.collect(ctx, citizen, lang)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	now := s.now()
	x.Made = now
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "export.json", Method: zip.Deflate, Modified: now})
	if err == nil {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		err = enc.Encode(x)
	}
	if err == nil {
		if w, err = z.CreateHeader(&zip.FileHeader{Name: "export.html", Method: zip.Deflate, Modified: now}); err == nil {
			err = exportPage.Execute(w, struct {
				*Export
				Zone    *time.Location
				English bool
			}{x, zone, lang == "en"})
		}
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

func (s *Citizens) collect(ctx context.Context, citizen, lang string) (*Export, error) {
	x := &Export{Account: Account{ID: citizen, Language: lang}, Complaints: []Matter{}, Follows: []Follow{}, Devices: []Device{},
		Messages: []Message{}, Looks: []Look{}}
	p, err := s.People.ByID(ctx, citizen)
	if err == nil {
		x.Account.Language, x.Account.Since = p.Lang, p.Since
	} else if !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	if x.Details, err = s.Reporters.Of(ctx, citizen); err != nil {
		return nil, err
	}
	if x.Told, err = s.Ledger.Chosen(ctx, citizen); err != nil {
		return nil, err
	}
	err = s.each(ctx, citizen, func(c *complaint.Complaint) error {
		m := s.Show(c, lang)
		o, notes, err := s.Reporters.Typed(ctx, c)
		if err != nil {
			return err
		}
		m.Text, m.Location.Address = o.Text, o.Address
		for i, e := range m.Timeline {
			if typed := notes[e.Event]; typed != "" {
				m.Timeline[i].Note = typed
			}
		}
		if m.Files, err = s.Files(ctx, c.ID); err != nil {
			return err
		}
		x.Complaints = append(x.Complaints, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, add := range []func(context.Context, string, string, *Export) error{s.follows, s.devices, s.messages, s.looks} {
		if err := add(ctx, citizen, lang, x); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (s *Citizens) follows(ctx context.Context, citizen, _ string, x *Export) error {
	for after := ""; ; {
		list, next, err := s.Cases.Supports(ctx, citizen, after, 500)
		if err != nil {
			return err
		}
		for _, f := range list {
			c, err := s.Cases.Store.ByID(ctx, f.Complaint)
			if errors.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			x.Follows = append(x.Follows, Follow{c.Number, f.Since})
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

func (s *Citizens) devices(ctx context.Context, citizen, _ string, x *Export) error {
	list, err := s.People.DevicesOf(ctx, citizen)
	for _, d := range list {
		x.Devices = append(x.Devices, Device{d.Platform, d.Lang, d.Since})
	}
	return err
}

func (s *Citizens) messages(ctx context.Context, citizen, _ string, x *Export) error {
	for after := ""; ; {
		list, next, err := s.Ledger.Told(ctx, citizen, after)
		if err != nil {
			return err
		}
		if x.Messages = append(x.Messages, list...); next == "" {
			return nil
		}
		after = next
	}
}

func (s *Citizens) looks(ctx context.Context, citizen, lang string, x *Export) error {
	for after := ""; ; {
		list, next, err := s.Reporters.Log(ctx, citizen, after, 500)
		if err != nil {
			return err
		}
		for _, a := range list {
			x.Looks = append(x.Looks, Look{a.At, a.Number, string(a.By.Role), a.By.Agency, a.Fields, a.Reason, a.Basis.In(lang)})
		}
		if next == "" {
			return nil
		}
		after = next
	}
}
