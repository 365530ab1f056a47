package audit

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// Judge evaluates a snapshot under the conditions of the configuration.
func Judge(ctx context.Context, cfg *config.Audit, s facts.Snapshot, hash, tool string, now time.Time) (*checks.Result, error) {
	rules, err := loadRules(cfg, tool)
	if err != nil {
		return nil, err
	}
	library, err := law.Load()
	if err != nil {
		return nil, err
	}
	plans, err := checks.LoadPlans()
	if err != nil {
		return nil, err
	}
	info := s.Info()
	p := profile(cfg, info)
	p.ProtectionLevel, p.PersonalData = protection(cfg, library)
	return checks.Evaluate(ctx, checks.Audit{
		Snapshot: s, SnapshotHash: hash, Checks: rules.checks, Packs: rules.packs, Profile: p, Waivers: rules.waivers, Law: library, Plans: plans,
		Client:  checks.Client{Name: cfg.Client.Name, Kind: cfg.Client.Kind},
		Portal:  checks.Portal{ID: info.Portal, Title: info.Title, URL: info.URL, Platform: info.Platform, Plan: cfg.Portal.Plan},
		Auditor: cfg.Auditor, Language: cfg.Language, Now: now, Tool: tool,
	})
}

// CheckRules finds mistakes in packs, thresholds and accepted risks, so that they need not wait for a collection.
func CheckRules(cfg *config.Audit, tool string) error {
	_, err := loadRules(cfg, tool)
	return err
}

// Doubts lists what is no mistake of the configuration but probably not what was meant.
func Doubts(cfg *config.Audit) ([]string, error) {
	plans, err := checks.LoadPlans()
	if err != nil {
		return nil, err
	}
	library, err := law.Load()
	if err != nil {
		return nil, err
	}
	doubts := doubtLevel(cfg, library)
	if p := cfg.Portal; p.Plan != "" && !plans.Known(p.Platform, p.Plan) {
		names := plans.Names(p.Platform)
		doubt := fmt.Sprintf("%s: portal.plan %q is not a known plan, so nothing is set aside as missing on it; known: %s", cfg.Name, p.Plan, strings.Join(names, ", "))
		if near := nearest.Of(strings.ToLower(p.Plan), names); near != "" {
			doubt = fmt.Sprintf("%s: portal.plan %q is not a known plan; did you mean %q?", cfg.Name, p.Plan, near)
		}
		doubts = append(doubts, doubt)
	}
	return doubts, nil
}

// rules are what the configuration judges by.
type rules struct {
	checks  []*checks.Check
	packs   []checks.PackUse
	waivers []checks.Waiver
}

func loadRules(cfg *config.Audit, tool string) (r rules, err error) {
	folders := make([]string, len(cfg.Packs))
	for i, name := range cfg.Packs {
		folders[i] = cfg.Path(name)
	}
	if r.checks, r.packs, err = Checks(folders, tool); err != nil {
		return r, err
	}
	if r.waivers, err = loadWaivers(cfg); err != nil {
		return r, err
	}
	return r, checkThresholds(cfg, r.checks)
}

func profile(cfg *config.Audit, info *facts.Info) checks.Profile {
	c := cfg.Client
	return checks.Profile{
		Name: cfg.Profile, Jurisdictions: cfg.Jurisdictions, Platform: info.Platform, Plan: cfg.Portal.Plan, ClientKind: c.Kind,
		Headcount: c.Headcount, RemoteWork: c.RemoteWork, HighRiskData: c.HighRiskData, Domains: c.Domains, Phones: c.Phones,
		ManagementRoles: c.ManagementRoles, AllowedCountries: c.AllowedCountries, KnownHosts: cfg.Portal.KnownHosts,
		Thresholds: cfg.Thresholds,
	}
}

func loadWaivers(cfg *config.Audit) ([]checks.Waiver, error) {
	if cfg.Waivers == "" {
		return nil, nil
	}
	data, err := os.ReadFile(cfg.Path(cfg.Waivers))
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "remove the line `waivers:` if no risk was accepted", "read the accepted risks")
	}
	return checks.LoadWaivers(cfg.Waivers, data)
}

// checkThresholds refuses thresholds of unknown checks, unknown parameters and values out of bounds.
func checkThresholds(cfg *config.Audit, list []*checks.Check) error {
	byID := map[string]*checks.Check{}
	for _, c := range list {
		byID[c.ID] = c
	}
	for id, params := range cfg.Thresholds {
		c := byID[id]
		if c == nil {
			return fail.New(fail.Usage, "see `crmaudit checks list`", "%s: thresholds: there is no check %s", cfg.Name, id)
		}
		for name, value := range params {
			if err := c.CheckParam(name, value); err != nil {
				return fail.Wrap(err, fail.Usage, "see `crmaudit checks show "+id+"`", cfg.Name+": thresholds")
			}
		}
	}
	return nil
}
