package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// caller is the account under which the audit works.
type caller struct {
	id    string
	admin facts.Known[bool]
}

var introduction = []command{{"scope", nil}, {"profile", nil}, {"user.admin", nil}, {"server.time", nil}}

// connect learns what the credential may do and how the portal's clock runs. An error here is one of the whole source.
// The first calls of all steps go along in the same request; where one of them spoils it, they are made one by one later.
func (r *run) connect(ctx context.Context) error {
	r.progress("connecting", 0, 0)
	commands := slices.Clone(introduction)
	for _, s := range steps {
		if s.first.method != "" {
			commands = append(commands, s.first)
		}
	}
	err := r.client.prepare(ctx, commands)
	if err != nil && !refusedAltogether(err) && !hopeless(err) {
		err = nil
	}
	var scope answer
	if err == nil {
		scope, err = r.introduce(ctx)
	}
	if err == nil && (refusedAltogether(scope.err) || hopeless(scope.err)) {
		err = scope.err
	}
	switch {
	case refusedAltogether(err):
		return notAccepted(err)
	case err != nil:
		return explain(err)
	}
	r.client.accepted = true
	r.readScopes(scope.Result)
	return nil
}

// refusedAltogether: every credential may introduce itself, so a refusal means that it is not accepted at all.
func refusedAltogether(err error) bool {
	var no *refusal
	return errors.As(err, &no) && !no.noPlan() && (no.denied() || no.badCredential())
}

// introduce asks who the audit is and what it may do; the answers lie ready unless the first request failed.
func (r *run) introduce(ctx context.Context) (scope answer, err error) {
	var answers []answer
	if r.client.ready != nil {
		answers, err = r.client.singly(ctx, introduction)
	} else {
		answers, err = r.answers(ctx, introduction)
	}
	if err != nil {
		return answer{}, err
	}
	r.readCaller(answers[1], answers[2])
	r.readClock(answers[3])
	return answers[0], nil
}

// answers sends commands of which each may fail alone.
func (r *run) answers(ctx context.Context, commands []command) ([]answer, error) {
	all := make([]answer, len(commands))
	err := r.client.each(ctx, commands, func(i int, a answer) error {
		all[i] = a
		return nil
	})
	return all, err
}

func (r *run) readScopes(raw json.RawMessage) {
	var listed list[text]
	if joined := scalar(raw); joined != "" {
		for s := range strings.SplitSeq(joined, ",") {
			listed.items = append(listed.items, text(s))
		}
	} else if json.Unmarshal(raw, &listed) != nil {
		return
	}
	scopes := map[string]bool{}
	for _, s := range listed.items {
		if name := strings.TrimSpace(string(s)); name != "" {
			scopes[name] = true
		}
	}
	if len(scopes) > 0 {
		r.scopes = scopes
	}
}

// may tells whether one of the scopes is granted; when the portal did not tell, the call itself will.
func (r *run) may(scopes []string) bool {
	if r.scopes == nil || len(scopes) == 0 {
		return true
	}
	for _, s := range scopes {
		if r.scopes[s] {
			return true
		}
	}
	return false
}

func (r *run) readCaller(profile, admin answer) {
	r.caller.id = r.access.user
	var p struct {
		ID    id   `json:"ID"`
		Admin flag `json:"ADMIN"`
	}
	if profile.err == nil && json.Unmarshal(profile.Result, &p) == nil {
		if p.ID != "" {
			r.caller.id = string(p.ID)
		}
		r.caller.admin = p.Admin.Known
	}
	var is flag
	if admin.err == nil && json.Unmarshal(admin.Result, &is) == nil && !is.IsZero() {
		r.caller.admin = is.Known
	}
	if profile.err == nil && emptyJSON(profile.Result) {
		r.note("the account that owns the webhook is dismissed: the portal shows it an empty profile")
	}
	if !r.caller.admin.Or(false) {
		r.note("the credential does not belong to an administrator: the audit is incomplete")
	}
}

const clockTolerance = 5 * time.Minute

// readClock takes over the zone of the portal, which its dates without one are meant in.
func (r *run) readClock(a answer) {
	if a.err != nil {
		return
	}
	at, err := time.Parse(time.RFC3339, scalar(a.Result))
	if err != nil {
		return
	}
	_, offset := at.Zone()
	r.zone = time.FixedZone("portal", offset)
	if off := at.Sub(r.now); off.Abs() > clockTolerance {
		r.note(fmt.Sprintf("the clock of the portal and that of this machine differ by %s", off.Abs().Round(time.Minute)))
	}
}
