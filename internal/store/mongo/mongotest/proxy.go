package mongotest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

// oneAtATime listens before a server and hands on one request at a time, whichever connection it came by, with its
// answer. Every message of the protocol begins with its length, and every request here has one answer.
func oneAtATime(t *testing.T, server string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var turn sync.Mutex
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go handOn(client, server, &turn)
		}
	}()
	return l.Addr().String()
}

func handOn(client net.Conn, server string, turn *sync.Mutex) {
	defer client.Close()
	behind, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer behind.Close()
	for {
		request, err := message(client)
		if err != nil {
			return
		}
		turn.Lock()
		_, err = behind.Write(request)
		var answer []byte
		if err == nil {
			answer, err = message(behind)
		}
		turn.Unlock()
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// message reads one message with its length.
func message(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n < 16 || n > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	out := make([]byte, n)
	copy(out, head[:])
	_, err := io.ReadFull(r, out[4:])
	return out, err
}
