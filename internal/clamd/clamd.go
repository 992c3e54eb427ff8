// Package clamd asks a ClamAV daemon whether a file is infected, by its INSTREAM command.
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// Schemes are those of a daemon's address.
var Schemes = []string{"tcp", "unix"}

// ErrTooLarge is the daemon's word that a stream is longer than its StreamMaxLength.
var ErrTooLarge = errors.New("clamd: the stream is longer than its StreamMaxLength")

// patience is how long the daemon may take for one answer, piece is how much is sent at once.
const (
	patience = 2 * time.Minute
	piece    = 64 << 10
)

// Daemon is where clamd listens.
type Daemon struct{ network, address string }

// New takes tcp://host:port or unix:///path/of/socket.
func New(address string) (Daemon, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return Daemon{}, fmt.Errorf("address of clamd: %w", err)
	case u.Scheme == "tcp" && u.Port() != "":
		return Daemon{"tcp", u.Host}, nil
	case u.Scheme == "unix" && u.Path != "":
		return Daemon{"unix", u.Path}, nil
	}
	return Daemon{}, fmt.Errorf("address of clamd: %q is neither tcp://host:port nor unix:///path", address)
}

// Scan sends what r gives and says by which name the daemon knows what it found; empty: nothing. ErrTooLarge where the
// daemon takes no more.
func (d Daemon) Scan(ctx context.Context, r io.Reader) (virus string, err error) {
	var dial net.Dialer
	conn, err := dial.DialContext(ctx, d.network, d.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	end := time.Now().Add(patience)
	if at, ok := ctx.Deadline(); ok && at.Before(end) {
		end = at
	}
	if err := conn.SetDeadline(end); err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	// The daemon answers and hangs up in the middle of a stream that is too long, so a failure to send is told only
	// where there is no answer.
	readErr, sendErr := send(conn, r)
	if readErr != nil {
		return "", readErr
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	if len(answer) == 0 {
		return "", fmt.Errorf("clamd gave no answer: %w", errors.Join(sendErr, err))
	}
	return verdict(answer)
}

// send writes the command and the stream in pieces, each after its length.
func send(conn io.Writer, r io.Reader) (readErr, sendErr error) {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return nil, err
	}
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n)) //nolint:gosec // n is at most piece
			if _, err := conn.Write(buf[:4+n]); err != nil {
				return nil, err
			}
		}
		switch err {
		case nil:
			continue
		case io.EOF, io.ErrUnexpectedEOF:
			_, err := conn.Write([]byte{0, 0, 0, 0})
			return nil, err
		}
		return fmt.Errorf("read what is to be scanned: %w", err), nil
	}
}

func verdict(answer []byte) (string, error) {
	s := strings.TrimSpace(string(bytes.TrimRight(answer, "\x00")))
	body, ok := strings.CutPrefix(s, "stream: ")
	switch {
	case strings.Contains(s, "size limit exceeded"):
		return "", ErrTooLarge
	case ok && body == "OK":
		return "", nil
	case ok && strings.HasSuffix(body, " FOUND"):
		return strings.TrimSuffix(body, " FOUND"), nil
	}
	return "", fmt.Errorf("clamd answered %q", s)
}
