package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	pageSize = 50      // of every classic list
	maxRows  = 500_000 // of one list; a portal that lists more is broken or hostile
)

// errRepeats marks a list that does not get on: the portal shows the same page again.
var errRepeats = errors.New("the portal shows a page again that it has shown before")

var errEndless = fmt.Errorf("the list is longer than %d rows", maxRows)

// readUsers reads all accounts, page after page by growing id. The ids make it certain that nothing is skipped or read
// twice while accounts come and go.
func (r *run) readUsers(ctx context.Context) error {
	first, err := r.client.call(ctx, "user.get", userPage(0, 0))
	if err != nil {
		return err
	}
	walk := userWalk{run: r}
	r.users.total = first.Total
	n, err := walk.take(first.Result)
	for err == nil && n == pageSize {
		n, err = walk.next(ctx)
	}
	return err
}

// userPage asks for the accounts after an id, which in a batch may be a reference to an earlier answer. ADMIN_MODE
// stands beside FILTER: inside it would be taken for a filter, and people without a department would be hidden.
func userPage(after any, start int) params {
	return params{
		"ADMIN_MODE": true, "SORT": "ID", "ORDER": "ASC", "SELECT": userFields, "FILTER": params{">ID": after},
		"start": start,
	}
}

// uncounted is the start that keeps the portal from counting the whole list again for every page.
const uncounted = -1

// userWalk is a walk along the ids.
type userWalk struct {
	*run
	last   int64
	single bool // one page a request: batches, or references in them, do not work here
}

// next reads as many pages as are still expected, in one request: each page starts after the last id of the one before.
func (w *userWalk) next(ctx context.Context) (n int, err error) {
	pages := min(max((w.users.total-w.users.rows+pageSize-1)/pageSize, 1), maxBatch)
	if w.single || pages == 1 {
		reply, err := w.client.call(ctx, "user.get", userPage(w.last, uncounted))
		if err != nil {
			return 0, err
		}
		return w.take(reply.Result)
	}
	commands := []command{{"user.get", userPage(w.last, uncounted)}}
	for i := 1; i < pages; i++ {
		after := fmt.Sprintf("$result[%s][%d][ID]", batchKey(i-1), pageSize-1)
		commands = append(commands, command{"user.get", userPage(after, uncounted)})
	}
	answers, err := w.client.batch(ctx, commands)
	if noBatch(err) {
		w.single = true
		return pageSize, nil
	}
	if err != nil {
		return 0, err
	}
	return w.takeChain(answers)
}

// takeChain takes the pages of a batch until one is short. A page that does not get on may come from a reference that
// the portal did not understand, so it is asked for again alone before the portal is blamed.
func (w *userWalk) takeChain(answers []answer) (n int, err error) {
	for i, a := range answers {
		if a.err != nil {
			return 0, a.err
		}
		if n, err = w.take(a.Result); i > 0 && errors.Is(err, errRepeats) {
			w.single = true
			return pageSize, nil
		}
		if err != nil || n < pageSize {
			return n, err
		}
	}
	return n, nil
}

func (w *userWalk) take(raw json.RawMessage) (n int, err error) {
	var rows list[userRow]
	if err := json.Unmarshal(raw, &rows); err != nil {
		return 0, fmt.Errorf("user.get: %w", err)
	}
	w.users.broken += rows.skipped
	last := w.last
	for _, row := range rows.items {
		switch n := row.ID.number(); {
		case n == 0:
			w.users.broken++
		case n <= last:
			return 0, errRepeats
		default:
			last = n
		}
	}
	for _, row := range rows.items {
		if row.ID != "" {
			w.users.add(row)
			w.users.rows++
		}
	}
	n = len(rows.items) + rows.skipped
	if n == pageSize && last == w.last {
		return 0, errRepeats // no row has an id to go on from
	}
	if w.users.rows > maxRows {
		return 0, errEndless
	}
	w.last = last
	w.progress("users", w.users.rows, w.users.total)
	return n, nil
}

// readDevices asks the messenger for the last use of each account, 50 accounts a call, 50 calls a request.
func (r *run) readDevices(ctx context.Context) error {
	var commands []command
	ids := r.users.ids()
	for chunk := range slices.Chunk(ids, pageSize) {
		commands = append(commands, command{"im.user.list.get", params{"ID": chunk}})
	}
	done := 0
	return r.client.each(ctx, commands, func(i int, a answer) error {
		if a.err != nil {
			return a.err
		}
		var rows dict[*imRow]
		if err := json.Unmarshal(a.Result, &rows); err != nil {
			return fmt.Errorf("im.user.list.get: %w", err)
		}
		for _, row := range rows {
			if row == nil {
				continue
			}
			if known := r.users.byID[string(row.ID)]; known != nil {
				known.im = row
			}
		}
		done = min(done+pageSize, len(ids))
		r.progress("devices", done, len(ids))
		return nil
	})
}

// errUntrusted marks an answer to a filter that the portal does not seem to have applied: it ignores what it does not know.
var errUntrusted = errors.New("the portal did not apply the filter by open invitations")

var (
	invitationList = params{"FILTER": params{"CONFIRM_CODE": "1"}, "SORT": "ID", "ORDER": "ASC", "ADMIN_MODE": true}
	departmentList = params{"sort": "ID", "order": "ASC"}
)

// readInvitations finds the accounts whose invitation is still open.
func (r *run) readInvitations(ctx context.Context) error {
	open := map[string]bool{}
	err := r.client.pages(ctx, "user.search", invitationList, func(raw json.RawMessage) (int, error) {
		var rows list[struct {
			ID        id   `json:"ID"`
			LastLogin date `json:"LAST_LOGIN"`
		}]
		if err := json.Unmarshal(raw, &rows); err != nil {
			return 0, err
		}
		for _, row := range rows.items {
			switch {
			case open[string(row.ID)]:
				return 0, errRepeats
			case string(row.ID) == r.caller.id || row.LastLogin.state == dateGiven:
				return 0, errUntrusted
			}
			open[string(row.ID)] = true
		}
		return len(rows.items) + rows.skipped, nil
	})
	if err != nil {
		return err
	}
	for key, a := range r.users.byID {
		a.invited = facts.Of(open[key])
	}
	return nil
}

// readDepartments learns the names of departments.
func (r *run) readDepartments(ctx context.Context) error {
	return r.client.pages(ctx, "department.get", departmentList, func(raw json.RawMessage) (int, error) {
		var rows list[struct {
			ID   id   `json:"ID"`
			Name text `json:"NAME"`
		}]
		if err := json.Unmarshal(raw, &rows); err != nil {
			return 0, err
		}
		for _, row := range rows.items {
			if _, seen := r.departments[string(row.ID)]; seen {
				return 0, errRepeats
			}
			r.departments[string(row.ID)] = string(row.Name)
		}
		return len(rows.items) + rows.skipped, nil
	})
}

// readBots learns which accounts are chat bots; user.get does not list them.
func (r *run) readBots(ctx context.Context) error {
	reply, err := r.client.call(ctx, "imbot.bot.list", nil)
	if err != nil {
		return err
	}
	var rows list[botRow]
	if err := json.Unmarshal(reply.Result, &rows); err != nil {
		return err
	}
	for _, row := range rows.items {
		if row.ID == "" {
			continue
		}
		if known := r.users.byID[string(row.ID)]; known != nil {
			known.bot = &row
			continue
		}
		r.bots = append(r.bots, &row)
	}
	return nil
}
