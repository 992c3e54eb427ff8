package apptest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Process is the real program, started again each time it is killed.
type Process struct {
	T       *testing.T
	Program string
	Args    []string
	Env     []string
	Cmd     *exec.Cmd
	Out     bytes.Buffer
}

// ErrKilled is what a store says that stands for a process which was killed.
var ErrKilled = errors.New("killed")

// Build makes the program in a folder and gives its path.
func Build(t *testing.T, dir string) string {
	t.Helper()
	program := filepath.Join(dir, "respons")
	if out, err := exec.Command("go", "build", "-o", program, "respons/cmd/respons").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// Start runs the program and waits for nothing.
func (p *Process) Start() {
	p.T.Helper()
	p.Cmd = exec.Command(p.Program, p.Args...)
	p.Cmd.Env = append(os.Environ(), p.Env...)
	p.Cmd.Stdout, p.Cmd.Stderr = &p.Out, &p.Out
	if err := p.Cmd.Start(); err != nil {
		p.T.Fatal(err)
	}
}

// Kill ends it with SIGKILL.
func (p *Process) Kill() {
	p.Cmd.Process.Kill()
	p.Cmd.Wait() // the error is the signal we sent
}

// FreePort is a port at which nobody listens.
func FreePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Ready is nil when the server at host:port takes requests.
func Ready(address string) error {
	res, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}
