package operation_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/push/fcmtest"
)

// restless makes a folder of reference data without quiet hours, limits and digests: at whatever hour the test runs,
// nothing is held back or gathered.
func restless(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, configs.FS); err != nil {
		t.Fatal(err)
	}
	shipped, err := configs.FS.ReadFile("telling.csv")
	if err != nil {
		t.Fatal(err)
	}
	held := regexp.MustCompile(`(?m)^(quiet_from|quiet_to),[^,\r\n]*`).ReplaceAll(shipped, []byte("$1,00:00"))
	held = regexp.MustCompile(`(?m)^(\w+_per_hour|\w+_per_day|digest_after),\d+`).ReplaceAll(held, []byte("$1,0"))
	if err := os.WriteFile(filepath.Join(dir, "telling.csv"), held, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The process is killed twenty times and Redis emptied five times while sixteen clients file complaints, each repeating
// its request until it is answered. Afterwards nothing is missing and nothing doubled.
func TestKillingTheProcessAndEmptyingRedisLosesAndRepeatsNothing(t *testing.T) {
	redisURL := redistest.Server(t)
	dir := t.TempDir()
	program := apptest.Build(t, dir)
	phones, err := fcmtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer phones.Close()
	credentials := filepath.Join(dir, "firebase.json")
	if err := os.WriteFile(credentials, phones.Credentials(), 0o600); err != nil {
		t.Fatal(err)
	}
	data, address := filepath.Join(dir, "data"), "127.0.0.1:"+apptest.FreePort(t)
	p := &apptest.Process{T: t, Program: program, Args: []string{"serve", "--listen", address, "--data", data},
		Env: []string{"REDIS_URL=" + redisURL, "FIREBASE_CREDENTIALS=" + credentials, "FIREBASE_ENDPOINT=" + phones.Endpoint(), "RESPONS_SWEEP_SECONDS=1", "RESPONS_CONFIGS=" + restless(t)}}
	p.Start()

	all := filings(t)
	receipts := make([]apptest.Receipt, len(all))
	var answered atomic.Int64
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range 16 {
		wg.Go(func() {
			for i := range jobs {
				receipts[i] = fileUntilAnswered(t, "http://"+address, all[i].WithPhone(phone(i)), key(i))
				answered.Add(1)
			}
		})
	}
	go func() {
		defer close(jobs)
		for i := range all {
			jobs <- i
			time.Sleep(10 * time.Millisecond) // so that the killing falls among the filing
		}
	}()
	rdb, closeRedis, err := app.OpenRedis(t.Context(), redisURL)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRedis()
	for i := range 20 {
		apptest.Eventually(t, func() error { return apptest.Ready(address) })
		time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond)
		p.Kill()
		if i%4 == 0 {
			if err := rdb.FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		p.Start()
	}
	wg.Wait()
	if n := answered.Load(); n != int64(len(all)) {
		t.Fatalf("%d of %d requests were answered", n, len(all))
	}
	// What is under way finishes; then the process goes and the store is read from outside.
	apptest.Eventually(t, func() error { return apptest.Ready(address) })
	apptest.Eventually(t, func() error {
		for i, r := range receipts {
			if apptest.Shown(&apptest.System{Phones: phones}, phone(i), "received", r.Number) == 0 {
				return fmt.Errorf("phone %d has no receipt", i)
			}
		}
		return nil
	})
	time.Sleep(2 * time.Second) // one more sweep: whatever is told twice would be told now
	p.Cmd.Process.Signal(os.Interrupt)
	if err := p.Cmd.Wait(); err != nil {
		t.Errorf("the process did not end cleanly: %v\n%s", err, p.Out.String())
	}
	checkAftermath(t, data, phones, receipts)
	if strings.Contains(p.Out.String(), "panic") {
		t.Errorf("the process panicked:\n%s", p.Out.String())
	}
}

// checkAftermath reads the store after the process has gone.
func checkAftermath(t *testing.T, data string, phones *fcmtest.Server, receipts []apptest.Receipt) {
	t.Helper()
	cfg := config.Default
	cfg.Data = data
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := &apptest.System{T: t, App: a, Phones: phones}
	if err := apptest.Settled(t, s, len(receipts)); err != nil {
		t.Error(err)
	}
	stored := map[string]bool{}
	for _, c := range apptest.Everything(t, s) {
		stored[c.Number] = true
	}
	for i, r := range receipts {
		if !stored[r.Number] {
			t.Errorf("%s was acknowledged and is not there", r.Number)
		}
		for _, event := range []string{"received", "routed"} {
			if n := apptest.Shown(s, phone(i), event, r.Number); n > 1 {
				t.Errorf("phone %d shows %d messages of %s", i, n, event)
			}
		}
		if n := apptest.Shown(s, phone(i), "received", r.Number); n != 1 {
			t.Errorf("phone %d shows %d receipts", i, n)
		}
	}
}

// fileUntilAnswered repeats one request, as a phone on a bad line does, until the server says that it has it.
func fileUntilAnswered(t *testing.T, base string, f apptest.Filing, key string) (r apptest.Receipt) {
	client := &http.Client{Timeout: 5 * time.Second}
	for end := time.Now().Add(120 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		a, err := apptest.Send(context.Background(), client, "POST", base+"/v1/complaints", f, "Idempotency-Key", key)
		if err != nil || a.Status >= 500 {
			continue // killed, or not up yet
		}
		if a.Status != http.StatusCreated {
			t.Errorf("%s: %d %s", key, a.Status, a.Body)
			return r
		}
		a.Into(t, &r)
		return r
	}
	t.Errorf("%s was never answered", key)
	return r
}
