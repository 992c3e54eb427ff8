package app_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"respons/internal/app"
	"respons/internal/config"
)

// BenchmarkIntake is filing a complaint without the network: what the program itself costs beside the disk.
func BenchmarkIntake(b *testing.B) {
	cfg := config.Default
	cfg.Data = b.TempDir()
	cfg.RedisURL = config.Secret(os.Getenv("REDIS_URL"))
	a, err := app.New(b.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	h := a.Handler()
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := fmt.Sprintf(`{"text":"Lubang besar depan kedai nombor %d Jalan SS2/24, dua motor jatuh","location":{"lat":3.1186,"lon":101.6221,"accuracy":15}}`, n.Add(1))
			r := httptest.NewRequest("POST", "/v1/complaints", strings.NewReader(body))
			r.RemoteAddr = "127.0.0.1:4711" // whose requests are not counted
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", body)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != 201 {
				b.Fatalf("%d %s", w.Code, w.Body)
			}
		}
	})
}
