package checks

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// ResultSchema is the version of the published schema of Result.
const ResultSchema = 1

// Texts is one text in the report languages.
type Texts map[lang.Lang]string

// Result is everything one run found, in all languages: the only input of every report.
type Result struct {
	Schema        int                  `json:"schema_version"`
	Tool          string               `json:"tool"`
	Ruleset       Ruleset              `json:"ruleset"`
	Portal        Portal               `json:"portal"`
	Client        Client               `json:"client"`
	Auditor       string               `json:"auditor,omitzero"`
	Language      lang.Lang            `json:"language,omitzero"` // in which its reports are read
	Jurisdictions []string             `json:"jurisdictions"`
	Profile       Profile              `json:"profile"`
	TakenAt       time.Time            `json:"taken_at"`
	JudgedAt      time.Time            `json:"judged_at"`
	Snapshot      string               `json:"snapshot_sha256,omitzero"`
	Score         Score                `json:"score"`
	Categories    []Category           `json:"categories"`
	Verdicts      []VerdictRow         `json:"verdicts"`
	Findings      []Finding            `json:"findings"`
	Plan          []PlanStep           `json:"plan"`
	Coverage      []facts.Coverage     `json:"coverage"`
	Sources       []facts.SourceInfo   `json:"sources"`
	Counts        map[facts.Kind]int   `json:"counts"`
	Accounts      Accounts             `json:"accounts"`
	References    map[string]Reference `json:"references"`
	LawPacks      []LawPack            `json:"law_packs"`
	Waivers       []WaiverState        `json:"waivers"`
	Integrity     Integrity            `json:"integrity"`
}

// Ruleset identifies the questions; only results of one rule set are compared.
type Ruleset struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
	Checks  int    `json:"checks"`

	Packs []PackUse `json:"packs,omitzero"` // rules beside the catalogue of the program
}

// Portal is the CRM under audit.
type Portal struct {
	ID       string `json:"id"`
	Title    string `json:"title,omitzero"`
	URL      string `json:"url,omitzero"`
	Platform string `json:"platform"`
	Plan     string `json:"plan,omitzero"`
}

// Client is whom the report is for.
type Client struct {
	Name string `json:"name"`
	Kind string `json:"kind,omitzero"`
}

// Category is the score over the checks of one group.
type Category struct {
	ID       string  `json:"id"`
	Score    float64 `json:"score"`
	Coverage float64 `json:"coverage"`
	Assessed float64 `json:"assessed"`
	Checks   int     `json:"checks"`
	Failed   int     `json:"failed"`
	Open     int     `json:"not_assessed"`
}

// VerdictRow is the verdict of one check.
type VerdictRow struct {
	Check      string        `json:"check"`
	Verdict    Verdict       `json:"verdict"`
	Severity   Severity      `json:"severity"`
	Category   string        `json:"category"`
	Title      Texts         `json:"title"`
	Risk       Texts         `json:"risk,omitzero"`  // for what is not on this plan
	Plans      []string      `json:"plans,omitzero"` // that have what this one lacks
	Why        string        `json:"why,omitzero"`   // of not_applicable: profile, jurisdiction, platform, plan, declared
	Reasons    []Gap         `json:"reasons,omitzero"`
	K          int           `json:"k,omitzero"`
	Population int           `json:"population,omitzero"`
	Unjudged   int           `json:"unjudged,omitzero"`
	Vacuous    bool          `json:"vacuous,omitzero"` // passed because there was nothing to judge
	Quality    facts.Quality `json:"quality,omitzero"`
	Credit     float64       `json:"credit"`
	Points     float64       `json:"points"` // what it would add to the score if it passed
	Refs       []string      `json:"refs,omitzero"`
	Waived     bool          `json:"waived,omitzero"`
	Disabled   *DisabledRow  `json:"disabled,omitzero"`
	Error      string        `json:"error,omitzero"`
}

// DisabledRow is why nobody asked, and which pack says so.
type DisabledRow struct {
	Pack   string `json:"pack"`
	Reason Texts  `json:"reason"`
}

// Finding is a failed check with what failed it.
type Finding struct {
	Check      string             `json:"check"`
	Severity   Severity           `json:"severity"`
	Category   string             `json:"category"`
	K          int                `json:"k"`
	Population int                `json:"population"`
	Unjudged   int                `json:"unjudged,omitzero"`
	Points     float64            `json:"points"`
	Quality    facts.Quality      `json:"quality"`
	Rule       string             `json:"rule"`
	Params     map[string]any     `json:"params,omitzero"`
	Fix        FixPlan            `json:"fix"`
	Text       map[lang.Lang]Told `json:"text"`
	Subjects   []SubjectRow       `json:"subjects"`
	Refs       []string           `json:"refs"`
	Fines      []Fine             `json:"fines,omitzero"`
	Waived     bool               `json:"waived,omitzero"`
	Waiver     *Waiver            `json:"waiver,omitzero"` // to complete, should somebody accept the risk
	Print      string             `json:"fingerprint"`
}

// accepted counts the failures whose risk is accepted today.
func (f Finding) accepted() int {
	if f.Waived {
		return f.K
	}
	n := 0
	for _, s := range f.Subjects {
		if s.Waived {
			n++
		}
	}
	return n
}

// FixPlan is who mends it, in how many minutes, how soon.
type FixPlan struct {
	Who     string `json:"who"`
	Minutes int    `json:"minutes"`
	Horizon string `json:"horizon"`
}

// Told is what a report prints of a finding in one language.
type Told struct {
	Title   string   `json:"title"`
	Summary string   `json:"summary"`
	Risk    string   `json:"risk"`
	Steps   []string `json:"steps"`
}

// SubjectRow is one failing subject.
type SubjectRow struct {
	Ref      string        `json:"ref"`
	Label    string        `json:"label"`
	Source   string        `json:"source,omitzero"`
	Quality  facts.Quality `json:"quality"` // the weakest fact that decided
	Sentence Texts         `json:"sentence"`
	Waived   bool          `json:"waived,omitzero"`
	Print    string        `json:"fingerprint"`
}

// PlanStep is one fix in the recommended order with the score after it and all before it.
type PlanStep struct {
	Check      string  `json:"check"`
	ScoreAfter float64 `json:"score_after"`
	GradeAfter string  `json:"grade_after"`
	Minutes    int     `json:"minutes"` // of work up to here
}

// Accounts is the list of accounts for the appendix, cut at maxAccounts.
type Accounts struct {
	Total int          `json:"total"`
	Rows  []AccountRow `json:"rows"`
}

// AccountRow is one account; a nil means not known.
type AccountRow struct {
	ID        string `json:"id"`
	Label     string `json:"label"`
	Type      string `json:"kind,omitzero"`
	Active    *bool  `json:"active,omitzero"`
	Admin     *bool  `json:"admin,omitzero"`
	TwoFactor *bool  `json:"two_factor,omitzero"`
	Departed  *bool  `json:"departed,omitzero"`
	IdleDays  *int   `json:"idle_days,omitzero"`
	NeverUsed bool   `json:"never_used,omitzero"`
}

// Reference is a provision of law or a control that checks lean on.
type Reference struct {
	Jurisdiction string    `json:"jurisdiction"`
	Order        int       `json:"order"` // of the act among all that were used
	Cite         Texts     `json:"cite"`
	Summary      Texts     `json:"summary,omitzero"`
	URL          string    `json:"url,omitzero"`
	Edition      time.Time `json:"edition,omitzero"`
	Verified     string    `json:"verified"`
	Force        string    `json:"force,omitzero"`
}

// Fine is a possible fine for a client of this kind. Amounts are whole units of the currency.
type Fine struct {
	Ref        string    `json:"ref"`
	Cite       Texts     `json:"cite"`
	Offence    Texts     `json:"offence"`
	Note       Texts     `json:"note,omitzero"`
	Subject    string    `json:"subject"`
	Basis      string    `json:"basis"`
	Min        int64     `json:"min,omitzero"`
	Max        int64     `json:"max,omitzero"`
	PercentMin int       `json:"percent_min,omitzero"`
	PercentMax int       `json:"percent_max,omitzero"`
	Currency   string    `json:"currency"`
	Edition    time.Time `json:"edition"`
	Verified   string    `json:"verified"`
}

// LawPack is the law of one jurisdiction that was used.
type LawPack struct {
	Jurisdiction string    `json:"jurisdiction"`
	Title        Texts     `json:"title"`
	Disclaimer   Texts     `json:"disclaimer,omitzero"`
	FineLabel    Texts     `json:"fine_label,omitzero"`
	AsOf         time.Time `json:"as_of"`
	ReviewBy     time.Time `json:"review_by"`
	Overdue      bool      `json:"overdue,omitzero"`
}

// Integrity lets whoever reads a result notice that it was altered.
type Integrity struct {
	SHA256 string `json:"sha256"`
}

// seal is where the integrity hash stands: the last lines of the file.
var seal = regexp.MustCompile(`"integrity": \{\n    "sha256": "([0-9a-f]{64})"\n  \}\n\}\n$`)

// Seal writes the result as indented JSON whose last member is the hash of every other byte.
func (r *Result) Seal() ([]byte, error) {
	r.Integrity.SHA256 = strings.Repeat("0", 64)
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the result: %w", err)
	}
	data = append(data, '\n')
	at := seal.FindSubmatchIndex(data)
	if at == nil {
		return nil, fmt.Errorf("write the result: it does not end with its seal")
	}
	r.Integrity.SHA256 = digest(data, at)
	copy(data[at[2]:at[3]], r.Integrity.SHA256)
	return data, nil
}

// digest hashes the file as it is with zeros in place of the hash itself.
func digest(data []byte, at []int) string {
	h := sha256.New()
	h.Write(data[:at[2]])
	h.Write([]byte(strings.Repeat("0", 64)))
	h.Write(data[at[3]:])
	return fmt.Sprintf("%x", h.Sum(nil))
}

// maxResult bounds the file that ReadResult takes.
const maxResult = 256 << 20

const judgeAgain = "judge the snapshot again: crmaudit check X.crmsnap -o result.json"

// ReadResult reads a result. One that was altered after it was written is refused before anything
// else is said of it; an intact one of another version of the program is a usage error.
func ReadResult(name string, from io.Reader) (*Result, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxResult+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxResult {
		return nil, fail.New(fail.Usage, judgeAgain, "%s is too large for a result", name)
	}
	at := seal.FindSubmatchIndex(data)
	if at == nil && len(data) > 0 && data[0] != '{' { // a wrong name, not damage
		return nil, fail.New(fail.Usage, "give result.json, as `crmaudit run` and `crmaudit check` write it", "%s is not a result", name)
	}
	if at == nil || digest(data, at) != string(data[at[2]:at[3]]) {
		return nil, fail.New(fail.Integrity, "use the original file, or "+judgeAgain, "%s is damaged or was altered after it was written", name)
	}
	var version struct {
		Schema int    `json:"schema_version"`
		Tool   string `json:"tool"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, fail.New(fail.Integrity, judgeAgain, "%s is not a result", name)
	}
	var r Result
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || version.Schema != ResultSchema {
		return nil, fail.New(fail.Usage, judgeAgain, "%s was written by another version of the program (%s)", name, version.Tool)
	}
	return &r, nil
}
