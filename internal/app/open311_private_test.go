package app_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"
)

// Nothing of whoever reported is in any answer; it is kept sealed, masked and, of the photo, for staff alone.
func TestOpen311TellsNothingOfWhoReported(t *testing.T) {
	inTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *town) {
		key := w.apiKey(t, w.header["administrator"], "MBPJ", 1000, "file", "read", "update")
		w.at311("JLN01")
		w.answer.Spot.Lon = 101.6234
		file := func(citizen string) string {
			return filed311(t, w.post311(t, "/requests.json", []string{"Authorization", citizen}, "api_key", key, "service_code", "JLN01", "lat", "3.1186", "long", "101.6234",
				"description", "Lubang, WKL 1234 rosak, 012-3456789", "email", "aminah@contoh.my", "phone", "0123456789", "first_name", "Aminah", "media_url", "https://contoh.my/1.jpg"))
		}
		guest, own := file(""), file(w.header["citizen"])
		for _, number := range []string{guest, own} {
			w.route311(t, number)
		}
		for _, path := range []string{"/requests", "/requests/" + guest, "/requests/" + own, "/servicerequestupdates", "/tokens/" + guest} {
			for _, format := range []string{".xml", ".json"} {
				body := strings.ToLower(string(w.get311(t, path+format+"?api_key="+key).Body))
				for _, secret := range []string{"aminah", "contoh.my", "3456789", "wkl", "1234", "3.1186", "101.6234", w.person["citizen"]} {
					if strings.Contains(body, strings.ToLower(secret)) {
						t.Errorf("%s%s tells %s: %s", path, format, secret, body)
					}
				}
			}
		}
		c := w.route311(t, guest)
		d, err := w.App.Reporters.Of(t.Context(), c.Citizen)
		if err != nil || d.Name != "Aminah" || d.Phone != "+60123456789" || d.Email != "aminah@contoh.my" {
			t.Errorf("of the guest is kept %+v, %v", d, err)
		}
		if d, err := w.App.Reporters.Of(t.Context(), w.person["citizen"]); err != nil || d.Name != "" {
			t.Errorf("the account's own data were replaced: %+v, %v", d, err)
		}
		if a := do(t, "GET", w.URL+"/v1/staff/complaints/"+guest, nil, "Authorization", w.header["officer"]); !strings.Contains(string(a.Body), `"link":"https://contoh.my/1.jpg"`) {
			t.Errorf("the officer is not shown the photo's address: %s", a.Body)
		}
		for name, content := range unzipped(t, do(t, "GET", w.URL+"/v1/me/export", nil, "Authorization", w.header["citizen"])) {
			if !strings.Contains(content, "https://contoh.my/1.jpg") {
				t.Errorf("%s lacks the photo's address: %s", name, content)
			}
		}
		if mine, err := w.App.Cases.Store.ByNumber(t.Context(), own); err != nil || mine.Citizen != w.person["citizen"] {
			t.Errorf("filed with a sign-in it is of %s, %v", mine.Citizen, err)
		}
	})
}

// unzipped gives the files of an export by name.
func unzipped(t *testing.T, a answer) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
	if err != nil || len(z.File) == 0 {
		t.Fatalf("export: %d, %v", a.Status, err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		content, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

// Restricted complaints are not there, whoever asks and whatever with.
func TestOpen311HasNoRestrictedComplaints(t *testing.T) {
	inTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *town) {
		key := w.apiKey(t, w.header["administrator"], "MBPJ", 1000, "file", "read", "update")
		w.at311("JLN01")
		w.answer.Restricted = true
		tip := filed311(t, w.post311(t, "/requests.json", nil, "api_key", key, "service_code", "JLN01", "address_string", "SS2", "description", "Pegawai minta duit kopi"))
		w.route311(t, tip)
		for _, path := range []string{"/requests.json", "/requests.json?service_request_id=" + tip, "/requests.json?service_code=JLN01", "/servicerequestupdates.json"} {
			if a := w.get311(t, path); a.Status != 200 || strings.TrimSpace(string(a.Body)) != "[]" {
				t.Errorf("%s: %d %s", path, a.Status, a.Body)
			}
		}
		refused311(t, w.get311(t, "/requests/"+tip+".json"), 404, "there is no service_request_id")
		refused311(t, w.get311(t, "/tokens/"+tip+".json"), 404, "there is no service_request_id")
		refused311(t, w.post311(t, "/servicerequestupdates.json", nil, "api_key", key, "service_request_id", tip, "update_id", "u", "status", "INVESTIGATING"), 404, "that is MBPJ's")
		refused311(t, w.post311(t, "/requests.json", nil, "api_key", key, "service_code", "INT01", "address_string", "SS2"), 404, "Confidential matters are not reported through other systems")
		refused311(t, w.get311(t, "/services/INT01.json"), 404, "there is no service_code")
		refused311(t, w.get311(t, "/requests.json?service_code=INT01"), 404, "there is no service_code")
		if a := w.get311(t, "/services.json"); strings.Contains(string(a.Body), "INT01") {
			t.Error("a restricted category is offered")
		}
	})
}
