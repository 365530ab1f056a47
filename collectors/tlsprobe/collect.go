package tlsprobe

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/crmaudit/crmaudit/facts"
)

const atOnce = 4 // hosts looked at side by side; the work is waiting

// Collector looks at the hosts of one Config.
type Collector struct {
	cfg     Config
	targets []target
}

// New checks the configuration; it does not touch the network.
func New(cfg Config) (*Collector, error) {
	targets, err := parseTargets(cfg.Hosts)
	if err != nil {
		return nil, err
	}
	return &Collector{cfg: cfg.withDefaults(), targets: targets}, nil
}

// finding is what came of one host: an endpoint with its certificates, or the reason why nothing is known.
type finding struct {
	endpoint    *facts.Endpoint
	chain       []*facts.Certificate
	err         error
	connections int
}

// Collect writes one Endpoint and its Certificates for each host that answers, in the configured order. A host
// that does not answer is coverage and costs the others nothing.
func (c *Collector) Collect(ctx context.Context, w facts.Writer) error {
	var unseen, unread []string // hosts without an endpoint, without certificates
	var hosts, certificates, connections int
	for i, f := range c.each(ctx, (*probe).visit) {
		connections += f.connections
		if f.err != nil {
			unseen = append(unseen, fmt.Sprintf("%s: %v", c.targets[i], f.err))
			unread = append(unread, unseen[len(unseen)-1])
			continue
		}
		if len(f.chain) == 0 {
			unread = append(unread, fmt.Sprintf("%s: its certificates could not be read", c.targets[i]))
		}
		hosts++
		certificates += len(f.chain)
		if err := write(w, f); err != nil {
			return fmt.Errorf("writing what was seen of %s: %w", c.targets[i], err)
		}
	}
	for _, cov := range []facts.Coverage{
		c.coverage(facts.KindEndpoint, hosts, unseen),
		c.coverage(facts.KindCertificate, certificates, unread),
	} {
		if err := w.Cover(cov); err != nil {
			return fmt.Errorf("writing coverage: %w", err)
		}
	}
	err := w.Describe(func(s *facts.SourceInfo) {
		s.Where = c.where()
		s.Requests = connections
	})
	if err == nil {
		err = ctx.Err()
	}
	return err
}

func write(w facts.Writer, f finding) error {
	if err := w.Write(f.endpoint); err != nil {
		return err
	}
	for _, cert := range f.chain {
		if err := w.Write(cert); err != nil {
			return err
		}
	}
	return nil
}

// Probe shakes hands with each host once and tells which ones can be looked at.
func (c *Collector) Probe(ctx context.Context) ([]facts.Coverage, error) {
	var failures []string
	for i, f := range c.each(ctx, (*probe).greet) {
		if f.err != nil {
			failures = append(failures, fmt.Sprintf("%s: %v", c.targets[i], f.err))
		}
	}
	reached := len(c.targets) - len(failures)
	return []facts.Coverage{c.coverage(facts.KindEndpoint, reached, failures)}, ctx.Err()
}

// each runs look on every host, a few at once, and keeps the order of the configuration.
func (c *Collector) each(ctx context.Context, look func(*probe, context.Context) finding) []finding {
	found := make([]finding, len(c.targets))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i, t := range c.targets {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if found[i].err = ctx.Err(); found[i].err != nil {
				return
			}
			limited, cancel := context.WithTimeout(ctx, capFactor*c.cfg.Timeout)
			defer cancel()
			found[i] = look(&probe{cfg: &c.cfg, target: t}, limited)
			mu.Lock()
			defer mu.Unlock()
			done++
			c.cfg.Progress("hosts", done, len(c.targets))
		})
	}
	wg.Wait()
	return found
}

func (c *Collector) coverage(kind facts.Kind, count int, failures []string) facts.Coverage {
	cov := facts.Coverage{Source: c.cfg.Source, Kind: kind, State: facts.Full, Count: count}
	if len(failures) > 0 {
		cov.State, cov.Reason, cov.Detail = facts.PartOnly, facts.Failed, strings.Join(failures, "; ")
	}
	if len(failures) == len(c.targets) {
		cov.State = facts.Missing
	}
	return cov
}

func (c *Collector) where() string {
	names := make([]string, len(c.targets))
	for i, t := range c.targets {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}
