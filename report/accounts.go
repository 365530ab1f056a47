package report

import (
	"github.com/crmaudit/crmaudit/checks"
)

func (b *builder) accounts() Table {
	t := Table{
		Head: []string{
			b.t.T("account.name"), b.t.T("account.id"), b.t.T("account.type"), b.t.T("account.state"), b.t.T("account.admin"),
			b.t.T("account.two_factor"), b.t.T("account.idle"),
		},
		Widths: []int{26, 9, 13, 13, 10, 9, 20},
	}
	for i, a := range b.r.Accounts.Rows {
		if i == b.o.Limits.Accounts {
			break
		}
		state := b.yesNo(a.Active, "account.active", "account.blocked")
		if a.Departed != nil && *a.Departed {
			state += ", " + b.t.T("account.departed")
		}
		kind := a.Type
		if b.t.Has("account.kind." + kind) {
			kind = b.t.T("account.kind." + kind)
		}
		t.Rows = append(t.Rows, []string{
			a.Label, a.ID, kind, state, b.yesNo(a.Admin, "account.yes", "account.no"),
			b.yesNo(a.TwoFactor, "account.yes", "account.no"), b.idle(a),
		})
	}
	if len(t.Rows) < b.r.Accounts.Total {
		t.Note = b.t.With("account.cut", values{"shown": len(t.Rows), "total": b.r.Accounts.Total})
	}
	return t
}

func (b *builder) yesNo(v *bool, yes, no string) string {
	switch {
	case v == nil:
		return b.t.T("account.unknown")
	case *v:
		return b.t.T(yes)
	}
	return b.t.T(no)
}

func (b *builder) idle(a checks.AccountRow) string {
	switch {
	case a.NeverUsed:
		return b.t.T("account.never")
	case a.IdleDays == nil:
		return b.t.T("account.unknown")
	}
	return b.t.With("account.days", values{"n": *a.IdleDays})
}
