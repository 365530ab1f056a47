package tlsprobe

import (
	"context"
	"crypto/tls"
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

var versionNames = map[uint16]string{
	versionSSL30: "SSL 3.0", tls.VersionTLS10: "TLS 1.0", tls.VersionTLS11: "TLS 1.1", tls.VersionTLS12: "TLS 1.2", tls.VersionTLS13: "TLS 1.3",
}

// answer is how a server takes an offer.
type answer int

const (
	unclear answer = iota // silence, damage, anything that is neither yes nor no
	yes
	no
	hungUp // it closed the connection instead of saying no, as some servers do
)

// refusals are the alerts that mean no: handshake_failure, illegal_parameter, protocol_version,
// insufficient_security, unsupported_extension.
var refusals = []uint8{40, 47, 70, 71, 110}

// seen is which versions a host took and how sure the rest is.
type seen struct {
	accepted []uint16
	hungUp   []uint16
	unclear  []uint16
}

// versions offers each version alone, newest first: a host that is silent about old ones is left alone the sooner.
func (p *probe) versions(ctx context.Context, first shake) seen {
	var s seen
	for _, v := range []uint16{tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10, versionSSL30} {
		how := yes
		if v != first.version {
			how = p.offer(ctx, v)
		}
		switch how {
		case yes:
			s.accepted = append(s.accepted, v)
		case hungUp:
			s.hungUp = append(s.hungUp, v)
		case unclear:
			s.unclear = append(s.unclear, v)
		}
	}
	return s
}

// offer asks for one version: by crypto/tls first, whose success leaves no doubt, then by bare hellos with the
// suites it lacks, whose answer tells a refusal from other trouble.
func (p *probe) offer(ctx context.Context, version uint16) answer {
	if version >= tls.VersionTLS10 {
		switch s := p.handshake(ctx, version, version); {
		case s.accepted():
			return yes
		case timedOut(s.err):
			return unclear
		}
	}
	lists := [][]uint16{commonIDs, ids(weakList)}
	if version == tls.VersionTLS13 {
		lists = [][]uint16{tls13IDs}
	}
	result := no
	for _, list := range lists {
		switch a := p.ask(ctx, version, list); a {
		case yes, unclear:
			return a
		case hungUp:
			result = hungUp
		}
	}
	return result
}

// ask sends one bare hello.
func (p *probe) ask(ctx context.Context, version uint16, suites []uint16) answer {
	r, err := p.hello(ctx, version, suites)
	switch {
	case err != nil && dropped(err):
		return hungUp
	case err != nil:
		return unclear
	case r.refused && slices.Contains(refusals, r.alert):
		return no
	case r.refused:
		return unclear
	case r.version != version:
		return no // it answers in a version that was not offered
	case !slices.Contains(suites, r.suite):
		return unclear
	}
	return yes
}

// fill writes the versions. What was not heard clearly makes a list partial: it proves presence, not absence.
func (s seen) fill(e *facts.Endpoint) {
	old := func(v uint16) bool { return v < tls.VersionTLS12 }
	e.Protocols = s.known(func(uint16) bool { return true })
	e.Obsolete = s.known(old)
}

func (s seen) known(want func(uint16) bool) facts.Known[[]string] {
	names := []string{}
	for _, v := range slices.Backward(s.accepted) { // oldest first
		if want(v) {
			names = append(names, versionNames[v])
		}
	}
	switch {
	case slices.ContainsFunc(s.unclear, want) && len(names) == 0:
		return facts.Unknown[[]string](facts.Failed)
	case slices.ContainsFunc(s.unclear, want):
		return facts.With(names, facts.Partial)
	case slices.ContainsFunc(s.hungUp, want):
		return facts.With(names, facts.Inferred)
	}
	return facts.Of(names)
}

// weakSuites lists the weak suites the host takes: it is offered all of them, the one it picks is struck off, and
// so on until it refuses. A suite found under one version is not asked for again under another. A version that is
// not known to be off may have suites that nobody saw.
func (p *probe) weakSuites(ctx context.Context, s seen) facts.Known[[]string] {
	left := slices.Clone(weakList)
	quality := s.known(func(v uint16) bool { return v < tls.VersionTLS13 }).Quality()
	if quality == "" {
		quality = facts.Partial
	}
	for _, v := range s.accepted {
		if v == tls.VersionTLS13 {
			continue // it has no weak suites
		}
		for len(left) > 0 {
			r, err := p.hello(ctx, v, ids(left))
			if err == nil && !r.refused && r.version == v {
				if i := slices.Index(ids(left), r.suite); i >= 0 {
					left = slices.Delete(left, i, i+1)
					continue
				}
			}
			quality = weaker(quality, refusalQuality(r, err, v))
			break
		}
	}
	found := []string{}
	for _, s := range weakList {
		if !slices.Contains(left, s) {
			found = append(found, s.name)
		}
	}
	if quality == facts.Partial && len(found) == 0 {
		return facts.Unknown[[]string](facts.Failed)
	}
	return facts.With(found, quality)
}

// refusalQuality is how well the end of a list of suites is known.
func refusalQuality(r reply, err error, version uint16) facts.Quality {
	switch {
	case err != nil && dropped(err):
		return facts.Inferred
	case err == nil && (r.refused && slices.Contains(refusals, r.alert) || !r.refused && r.version != version):
		return facts.Observed
	}
	return facts.Partial
}

func weaker(a, b facts.Quality) facts.Quality {
	order := []facts.Quality{facts.Observed, facts.Inferred, facts.Partial}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

func ids(list []suite) []uint16 {
	out := make([]uint16, len(list))
	for i, s := range list {
		out[i] = s.id
	}
	return out
}
