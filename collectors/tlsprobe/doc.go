// Package tlsprobe looks at TLS hosts from the outside, as any visitor's browser does: which certificate chain
// they show and whether it can be trusted, which protocol versions and weak cipher suites they accept, whether
// plain HTTP leads to HTTPS, and a few headers of the start page.
//
// It sends handshakes and GET requests without credentials and nothing else. What a host could not be seen to
// do is unknown, never "no": an old protocol counts as switched off only when the server refused it.
package tlsprobe
