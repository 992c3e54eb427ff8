package app

import (
	"os/exec"
	"strings"
	"testing"
)

// The folders are the architecture: what decides knows nothing of HTTP, drivers or queues.
func TestTheDomainImportsNoAdapter(t *testing.T) {
	domain := []string{"complaint", "holiday", "attachment", "audit", "agency", "place", "classify", "duplicate", "routing", "learning", "mask", "sla", "fault", "reason",
		"table", "store", "seal", "identity", "reporter", "rights", "retention", "apikey", "service", "signin", "insult"}
	forbidden := []string{"gin-gonic", "danielgtaylor/huma", "mongo-driver", "hibiken/asynq", "redis/go-redis", "modernc.org/sqlite", "firebase.google.com"}
	for _, pkg := range domain {
		out, err := exec.Command("go", "list", "-deps", "respons/internal/"+pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("go list %s: %v\n%s", pkg, err, out)
		}
		if !strings.Contains(string(out), "respons/internal/"+pkg) {
			t.Fatalf("go list %s does not name the package itself: %s", pkg, out)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			for _, bad := range forbidden {
				if strings.Contains(dep, bad) {
					t.Errorf("internal/%s depends on %s", pkg, dep)
				}
			}
			if dep == "net/http" {
				t.Errorf("internal/%s depends on net/http", pkg)
			}
		}
	}
}
