package questions

// MaxAgeDays is for how long an answer counts unless the configuration says otherwise.
const MaxAgeDays = 100

// Why a given answer does not count: details of the coverage, which a report puts into words.
const (
	Stale      = "stale"       // older than the limit
	NoEvidence = "no_evidence" // nothing is attached
	NoAuthor   = "no_author"   // it is not said who answered
	NoDate     = "no_date"     // it is not said when
	Ahead      = "future"      // dated after the audit
)
