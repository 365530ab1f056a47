package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// fault is what one attempt came to when it failed, before it is decided whether to try again.
type fault struct {
	kind  Kind
	text  string
	hint  string
	retry bool
	err   error
	resp  *Response // of an answer with an error status
}

// connectFault explains why no answer came from host.
func connectFault(err error, host string, now time.Time) *fault {
	if f := tlsFault(err, host, now); f != nil {
		return f
	}
	f := &fault{kind: Unreachable, err: err, retry: true}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		f.retry = false
		f.text = fmt.Sprintf("the name %s is not known to the domain name system", host)
		f.hint = "check the spelling of the address, and that this machine has a network"
	case errors.As(err, &dns):
		f.text = fmt.Sprintf("the name %s could not be looked up", host)
		f.hint = "check the internet connection and the domain name server of this machine"
	case timedOut(err):
		f.kind = Timeout
		f.text = fmt.Sprintf("%s did not answer in time", host)
		f.hint = "check that no firewall stands between this machine and the portal, or try again later"
	case errors.Is(err, syscall.ECONNREFUSED):
		f.retry = false
		f.text = fmt.Sprintf("%s refused the connection", host)
		f.hint = "check the port in the portal address and that the server is running"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		f.text = fmt.Sprintf("there is no route to %s", host)
		f.hint = "check the internet connection and VPN of this machine"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.text = fmt.Sprintf("%s broke the connection off before answering", host)
	case strings.Contains(err.Error(), "failed to parse Location header"):
		f.kind, f.retry = Redirect, false
		f.text = fmt.Sprintf("the redirect of %s was not followed: its address is malformed", host)
	case strings.Contains(err.Error(), "response headers exceeded"):
		f.kind, f.retry = TooLarge, false
		f.text = fmt.Sprintf("the headers of the answer of %s are too large", host)
	case strings.Contains(err.Error(), "malformed"):
		f.kind = Truncated
		f.text = fmt.Sprintf("what %s sent is not an HTTP answer: %v", host, bare(err))
	default:
		f.text = fmt.Sprintf("%s could not be reached: %v", host, bare(err))
	}
	return f
}

// tlsFault recognises failures of the encrypted connection; they do not pass by trying again.
func tlsFault(err error, host string, now time.Time) *fault {
	const noBypass = "the certificate is checked always; renew or correct it on the server"
	f := &fault{kind: TLS, err: err, hint: noBypass}
	var (
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &name):
		f.text = fmt.Sprintf("the certificate of %s is issued for another name (%s)", host, certNames(name.Certificate))
		f.hint = "check the portal address; the server must show a certificate with its own name"
	case errors.As(err, &authority):
		f.text = fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not know", host)
		f.hint = "if the authority is your own, add its certificate to the trusted ones; otherwise the server lacks a part of its chain"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		f.text = expiry(invalid.Cert, host, now)
	case errors.As(err, &verify), errors.As(err, &invalid):
		f.text = fmt.Sprintf("the certificate of %s cannot be trusted: %v", host, bare(err))
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		f.text = fmt.Sprintf("%s does not speak TLS on this port", host)
		f.hint = "check the port in the portal address"
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		f.text = fmt.Sprintf("no encrypted connection with %s could be agreed on: %v", host, bare(err))
		f.hint = "the server must offer TLS 1.2 or newer"
	default:
		return nil
	}
	return f
}

func expiry(cert *x509.Certificate, host string, now time.Time) string {
	if now.Before(cert.NotBefore) {
		return fmt.Sprintf("the certificate of %s is not valid before %s; is the clock of this machine right?", host, cert.NotBefore.UTC().Format(time.DateOnly))
	}
	return fmt.Sprintf("the certificate of %s expired on %s", host, cert.NotAfter.UTC().Format(time.DateOnly))
}

func certNames(cert *x509.Certificate) string {
	if cert == nil || len(cert.DNSNames)+len(cert.IPAddresses) == 0 {
		return "none"
	}
	names := append([]string(nil), cert.DNSNames...)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return strings.Join(names, ", ")
}

// readFault explains why a body could not be read to its end.
func readFault(err error, host string) *fault {
	if timedOut(err) {
		return &fault{kind: Timeout, retry: true, err: err, text: fmt.Sprintf("%s did not finish its answer in time", host)}
	}
	return &fault{kind: Truncated, retry: true, err: err, text: fmt.Sprintf("the answer of %s broke off or came damaged: %v", host, bare(err))}
}

// statusFault judges an answer by its status; nil means it is a good one.
func (c *Client) statusFault(resp *Response) *fault {
	if resp.Status < 300 {
		return nil
	}
	f := &fault{kind: Status, resp: resp, text: statusText(c.base.Host, resp.Status)}
	switch resp.Status {
	case http.StatusUnauthorized:
		f.hint = "the token is wrong, expired or revoked; issue a new read-only one"
	case http.StatusForbidden:
		f.hint = "the token lacks a right, or the plan lacks this feature"
	case http.StatusNotFound:
		f.hint = "check the portal address; the feature may also be absent in this edition"
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		f.retry = c.cfg.GiveUp == nil || !c.cfg.GiveUp(resp)
		f.hint = "the portal is overloaded or limits requests; try again later"
	}
	return f
}

func statusText(host string, status int) string {
	if name := http.StatusText(status); name != "" {
		return fmt.Sprintf("%s answered with status %d (%s)", host, status, strings.ToLower(name))
	}
	return fmt.Sprintf("%s answered with status %d", host, status)
}

func timedOut(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// bare strips the wrappers that repeat the method and the address.
func bare(err error) error {
	for {
		switch e := err.(type) {
		case *url.Error:
			err = e.Err
		case *net.OpError:
			err = e.Err
		case *tls.CertificateVerificationError:
			err = e.Err
		default:
			return err
		}
	}
}
