package client_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The client is the one that the document gives. That the document is the handlers' own, the scenarios of the API prove.
func TestTheClientIsGeneratedFromTheDocument(t *testing.T) {
	config, err := os.ReadFile("config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(t.TempDir(), "client.gen.go")
	moved := bytes.Replace(config, []byte("output: client.gen.go"), []byte("output: "+want), 1)
	elsewhere := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(elsewhere, moved, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "tool", "oapi-codegen", "-config", elsewhere, "../openapi.json").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	generated, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("client.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile("../openapi.json"); err != nil { // so that a cached result is not that of another document
		t.Fatal(err)
	}
	if !bytes.Equal(generated, kept) {
		t.Error("client.gen.go is stale; run go generate ./mobileapi/client")
	}
}
