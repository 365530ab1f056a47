package bitrix24

import (
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixlog"
)

// logRow is one row of the event log.
type logRow struct {
	ID          id   `json:"id"`
	At          date `json:"timestampX"`
	Type        text `json:"auditTypeId"`
	Module      text `json:"moduleId"`
	Item        text `json:"itemId"`
	Address     text `json:"remoteAddr"`
	Agent       text `json:"userAgent"`
	User        id   `json:"userId"` // who acted; 0 or null for nobody
	Description text `json:"description"`
}

// logFields are the columns that are asked for; what a request contained is not among them.
var logFields = []string{"id", "timestampX", "auditTypeId", "moduleId", "itemId", "remoteAddr", "userAgent", "userId", "description"}

// act is the kind of activity that a row tells of, or bitrixlog.NotCounted.
func (r *logRow) act() string { return bitrixlog.Kind(string(r.Type), string(r.Module)) }

func (r *logRow) login() bitrixlog.Login { return bitrixlog.ReadLogin(string(r.Description)) }

func (r *logRow) groupChange() bitrixlog.GroupChange {
	return bitrixlog.ReadGroupChange(string(r.Description))
}

// when is the moment of the row in UTC; ok is false when it cannot be read.
func (r *logRow) when(zone *time.Location) (time.Time, bool) { return r.At.in(zone).Get() }
