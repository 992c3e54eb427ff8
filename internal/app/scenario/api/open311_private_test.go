package api_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

// Nothing of whoever reported is in any answer; it is kept sealed, masked and, of the photo, for staff alone.
func TestOpen311TellsNothingOfWhoReported(t *testing.T) {
	apptest.InTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *apptest.Town) {
		key := apiKey(t, w.System, w.Header["administrator"], "MBPJ", 1000, "file", "read", "update")
		at311(w, "JLN01")
		w.Answer.Spot.Lon = 101.6234
		file := func(citizen string) string {
			return filed311(t, post311(t, w.System, "/requests.json", []string{"Authorization", citizen}, "api_key", key, "service_code", "JLN01", "lat", "3.1186", "long", "101.6234",
				"description", "Lubang, WKL 1234 rosak, 012-3456789", "email", "aminah@contoh.my", "phone", "0123456789", "first_name", "Aminah", "media_url", "https://contoh.my/1.jpg"))
		}
		guest, own := file(""), file(w.Header["citizen"])
		for _, number := range []string{guest, own} {
			route311(t, w, number)
		}
		for _, path := range []string{"/requests", "/requests/" + guest, "/requests/" + own, "/servicerequestupdates", "/tokens/" + guest} {
			for _, format := range []string{".xml", ".json"} {
				body := strings.ToLower(string(get311(t, w.System, path+format+"?api_key="+key).Body))
				for _, secret := range []string{"aminah", "contoh.my", "3456789", "wkl", "1234", "3.1186", "101.6234", w.Person["citizen"]} {
					if strings.Contains(body, strings.ToLower(secret)) {
						t.Errorf("%s%s tells %s: %s", path, format, secret, body)
					}
				}
			}
		}
		c := route311(t, w, guest)
		d, err := w.App.Reporters.Of(t.Context(), c.Citizen)
		if err != nil || d.Name != "Aminah" || d.Phone != "+60123456789" || d.Email != "aminah@contoh.my" {
			t.Errorf("of the guest is kept %+v, %v", d, err)
		}
		if d, err := w.App.Reporters.Of(t.Context(), w.Person["citizen"]); err != nil || d.Name != "" {
			t.Errorf("the account's own data were replaced: %+v, %v", d, err)
		}
		if a := apptest.Do(t, "GET", w.URL+"/v1/staff/complaints/"+guest, nil, "Authorization", w.Header["officer"]); !strings.Contains(string(a.Body), `"link":"https://contoh.my/1.jpg"`) {
			t.Errorf("the officer is not shown the photo's address: %s", a.Body)
		}
		for name, content := range unzipped(t, apptest.Do(t, "GET", w.URL+"/v1/me/export", nil, "Authorization", w.Header["citizen"])) {
			if !strings.Contains(content, "https://contoh.my/1.jpg") {
				t.Errorf("%s lacks the photo's address: %s", name, content)
			}
		}
		if mine, err := w.App.Cases.Store.ByNumber(t.Context(), own); err != nil || mine.Citizen != w.Person["citizen"] {
			t.Errorf("filed with a sign-in it is of %s, %v", mine.Citizen, err)
		}
	})
}

// unzipped gives the files of an export by name.
func unzipped(t *testing.T, a apptest.Answer) map[string]string {
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
	apptest.InTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *apptest.Town) {
		key := apiKey(t, w.System, w.Header["administrator"], "MBPJ", 1000, "file", "read", "update")
		at311(w, "JLN01")
		w.Answer.Restricted = true
		tip := filed311(t, post311(t, w.System, "/requests.json", nil, "api_key", key, "service_code", "JLN01", "address_string", "SS2", "description", "Pegawai minta duit kopi"))
		route311(t, w, tip)
		for _, path := range []string{"/requests.json", "/requests.json?service_request_id=" + tip, "/requests.json?service_code=JLN01", "/servicerequestupdates.json"} {
			if a := get311(t, w.System, path); a.Status != 200 || strings.TrimSpace(string(a.Body)) != "[]" {
				t.Errorf("%s: %d %s", path, a.Status, a.Body)
			}
		}
		refused311(t, get311(t, w.System, "/requests/"+tip+".json"), 404, "there is no service_request_id")
		refused311(t, get311(t, w.System, "/tokens/"+tip+".json"), 404, "there is no service_request_id")
		refused311(t, post311(t, w.System, "/servicerequestupdates.json", nil, "api_key", key, "service_request_id", tip, "update_id", "u", "status", "INVESTIGATING"), 404, "that is MBPJ's")
		refused311(t, post311(t, w.System, "/requests.json", nil, "api_key", key, "service_code", "INT01", "address_string", "SS2"), 404, "Confidential matters are not reported through other systems")
		refused311(t, get311(t, w.System, "/services/INT01.json"), 404, "there is no service_code")
		refused311(t, get311(t, w.System, "/requests.json?service_code=INT01"), 404, "there is no service_code")
		if a := get311(t, w.System, "/services.json"); strings.Contains(string(a.Body), "INT01") {
			t.Error("a restricted category is offered")
		}
	})
}
