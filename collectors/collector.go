// Package collectors turns sources — a CRM, an HR list, TLS endpoints, a questionnaire — into facts.
//
// A collector never changes what it reads. A right it lacks is coverage, not an error: it writes
// what it got, says what is missing and why, and goes on. It returns an error only when the source
// as a whole is unusable; even then everything written so far is kept.
package collectors

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Collector reads one source.
type Collector interface {
	// Collect writes records in an order that does not change from run to run, and coverage for
	// everything it was expected to give. It stops soon after ctx is cancelled.
	Collect(ctx context.Context, w facts.Writer) error
}

// Prober is a Collector that can tell beforehand what it will be able to collect.
type Prober interface {
	// Probe connects and lists each kind or field with its state and the right that is missing.
	Probe(ctx context.Context) ([]facts.Coverage, error)
}

// Source describes a kind of source to the configuration, the help and the registry.
type Source struct {
	Kind     string       // the word in audit.yaml
	Summary  string       // one sentence for `crmaudit doctor` and the docs
	Provides []facts.Kind // kinds it can deliver
	// Platforms are the CRMs whose facts the source tells; none: whatever CRM it stands beside.
	Platforms []string
	// Delivers lists the facts it can tell, user.last_login; of settings their names, setting.log.enabled,
	// of logs the entries it vouches for, activity.login. None: every field of what it provides.
	Delivers []string
	// Partly lists those of them that it tells only of some records, so that silence proves nothing.
	Partly []string
	// NewConfig is an empty configuration with its defaults, decoded strictly from audit.yaml.
	NewConfig func() any
	// Open checks the configuration and prepares the collector without touching the network.
	Open func(env Env, config any) (Collector, error)
}

// Env is what the surroundings give to every source.
type Env struct {
	Dir     string           // folder that relative file names start from
	Now     func() time.Time // clock of the audit
	Log     *slog.Logger
	RootCAs *x509.CertPool // nil: those of the system
	// Dial reaches hosts; nil is the ordinary network. The demo maps its host names to loopback here.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Progress is told how far a long step is; total 0 means not known yet. It may be nil.
	Progress func(step string, done, total int)
}
