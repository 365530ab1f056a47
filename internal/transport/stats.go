package transport

import "time"

// Stats is the footprint of a client.
type Stats struct {
	Requests  int           // sent, repetitions and followed redirects included
	Retries   int           // repetitions after a failure
	Throttled int           // answers "too many requests" that were waited out
	Refused   int           // requests that were not allowed to leave
	Waited    time.Duration // for the limit and before repetitions
	Bytes     int64         // of answers, decompressed
}

// Stats tells what the client has done so far.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

func (c *Client) count(change func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.stats)
}
