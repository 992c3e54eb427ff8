package mongotest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// oneByOne stands before the server and lets one command through at a time, from whatever connection. MongoDB changes a
// document in one step; this server reads it and then writes it, so that of two guarded replaces both would succeed.
type oneByOne struct {
	listener net.Listener
	server   string // its address

	command sync.Mutex // held from a request to its answer
	mu      sync.Mutex // guards conns
	conns   map[net.Conn]bool
	all     sync.WaitGroup
}

func (o *oneByOne) run() {
	for {
		client, err := o.listener.Accept()
		if err != nil {
			return // closed
		}
		o.all.Go(func() { o.serve(client) })
	}
}

func (o *oneByOne) serve(client net.Conn) {
	defer o.forget(client)
	server, err := net.Dial("tcp", o.server)
	if err != nil {
		return // the driver finds its connection closed
	}
	defer o.forget(server)
	if !o.keep(client, server) {
		return
	}
	for {
		request, err := message(client)
		if err != nil {
			return
		}
		answer, err := o.ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

func (o *oneByOne) ask(server net.Conn, request []byte) ([]byte, error) {
	o.command.Lock()
	defer o.command.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	const opMsg, moreToCome = 2013, 2 // a request with this flag has no answer
	if len(request) >= 20 && binary.LittleEndian.Uint32(request[12:]) == opMsg && binary.LittleEndian.Uint32(request[16:])&moreToCome != 0 {
		return nil, nil
	}
	return message(server)
}

// message reads one message of the wire protocol: its length, that field counted in, comes first.
func message(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size < 16 || size > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	m := make([]byte, size)
	copy(m, head[:])
	_, err := io.ReadFull(r, m[4:])
	return m, err
}

func (o *oneByOne) keep(conns ...net.Conn) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range conns {
		if o.conns != nil {
			o.conns[c] = true
		}
	}
	return o.conns != nil
}

func (o *oneByOne) forget(c net.Conn) {
	c.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.conns, c)
}

// close ends all connections and waits for what served them.
func (o *oneByOne) close() error {
	errs := []error{o.listener.Close()}
	o.mu.Lock()
	for c := range o.conns {
		errs = append(errs, c.Close())
	}
	o.conns = nil
	o.mu.Unlock()
	o.all.Wait()
	return errors.Join(errs...)
}
