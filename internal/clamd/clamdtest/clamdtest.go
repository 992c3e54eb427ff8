// Package clamdtest is a ClamAV daemon that finds only the test virus of EICAR. Only tests import it.
package clamdtest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// Eicar is what every scanner takes for a virus, by agreement.
const Eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// Daemon listens until its test ends.
type Daemon struct {
	Address string       // for clamd.New
	Streams atomic.Int64 // that were looked at
	Limit   int          // bytes of a stream it takes; 0: any
}

// Start begins a daemon on a loopback port; limit is the StreamMaxLength, 0: none.
func Start(t *testing.T, limit int) *Daemon {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := &Daemon{Address: "tcp://" + l.Addr().String(), Limit: limit}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.serve(conn)
		}
	}()
	return d
}

func (d *Daemon) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	if cmd, err := r.ReadString(0); err != nil || cmd != "zINSTREAM\x00" {
		io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var stream []byte
	for {
		var size [4]byte
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return
		}
		n := int(binary.BigEndian.Uint32(size[:]))
		if n == 0 {
			break
		}
		if d.Limit > 0 && len(stream)+n > d.Limit {
			io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return
		}
		stream = append(stream, chunk...)
	}
	d.Streams.Add(1)
	if bytes.Contains(stream, []byte(Eicar)) {
		io.WriteString(conn, "stream: Win.Test.EICAR_HDB-1 FOUND\x00")
		return
	}
	io.WriteString(conn, "stream: OK\x00")
}
