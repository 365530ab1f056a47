package bitrix24

import (
	"context"
	"encoding/json"
	"maps"
)

// from adds the position that a page of a classic list starts from.
func (p params) from(start int) params {
	q := maps.Clone(p)
	q["start"] = start
	return q
}

// pages reads a classic list by position. The first page tells how long the list is, the others come in batches; where
// the portal does not count, they come one by one until one is short. take returns the number of rows of a page and
// refuses a page that it has seen before, so that the reading ends on any portal.
func (c *client) pages(ctx context.Context, method string, p params, take func(json.RawMessage) (rows int, err error)) error {
	first, err := c.call(ctx, method, p.from(0))
	if err != nil {
		return err
	}
	n, err := take(first.Result)
	if err != nil || n < pageSize {
		return err
	}
	start := pageSize
	var commands []command
	for ; start < min(first.Total, maxRows); start += pageSize {
		commands = append(commands, command{method, p.from(start)})
	}
	if len(commands) > 0 {
		return c.each(ctx, commands, func(_ int, a answer) error {
			if a.err != nil {
				return a.err
			}
			_, err := take(a.Result)
			return err
		})
	}
	if first.Total > 0 { // exactly one full page
		return nil
	}
	for ; n == pageSize; start += pageSize {
		if start >= maxRows {
			return errEndless
		}
		reply, err := c.call(ctx, method, p.from(start))
		if err != nil {
			return err
		}
		if n, err = take(reply.Result); err != nil {
			return err
		}
	}
	return nil
}
