// Package webhook posts events to agencies' own systems in the form of Standard Webhooks, and nowhere else: an address
// inside our own network is refused when the connection is made, whatever its name pointed to before.
package webhook

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"respons/internal/fault"
)

// closed are the address blocks that are not on the public Internet (IANA special-purpose registries), and those that
// carry an IPv4 address inside, which would be a way around the others. Loopback, private, link-local and multicast
// addresses are known to netip.
var closed = func() (out []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
		"5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// Public says whether an address is on the public Internet. Metadata services of clouds, such as 169.254.169.254 and
// fd00:ec2::254, are not.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// control refuses a connection to an address that is not public. It sees the address that is really dialed, after the name
// was resolved, so that a name which changes its mind between check and call gets nowhere.
func control(loopback bool) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%s %s: %w", network, address, errClosed)
		}
		if Public(at.Addr()) || loopback && at.Addr().Unmap().IsLoopback() {
			return nil
		}
		return errClosed
	}
}

var errClosed = fault.New(fault.Invalid, "the address lies in a private or reserved network")

// Check gives fault.Invalid for an address that is no https:// address of the public Internet as far as can be seen
// without asking for its name. With loopback, http:// and https:// to this machine are let through as well.
func Check(raw string, loopback bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(raw) > 500 {
		return fault.New(fault.Invalid, "url must be an address such as https://aduan.mbpj.gov.my/respons, without user or fragment, 500 characters at the most")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	ip := net.ParseIP(host)
	own := host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
	switch {
	case own && loopback && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return fault.New(fault.Invalid, "url must begin with https://")
	case own:
		return errClosed
	}
	if ip != nil {
		if a, ok := netip.AddrFromSlice(ip); !ok || !Public(a) {
			return errClosed
		}
	}
	return nil
}
