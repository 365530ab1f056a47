package facts

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// SchemaVersion is the version of the records and of Info; a snapshot of another major version is refused.
const SchemaVersion = 1

// Info describes a snapshot as a whole.
type Info struct {
	Schema   int          `json:"schema"`
	Portal   string       `json:"portal"`   // id of the portal
	Platform string       `json:"platform"` // bitrix24-cloud, …
	Title    string       `json:"title,omitzero"`
	URL      string       `json:"url,omitzero"`
	TakenAt  time.Time    `json:"taken_at"`
	Tool     string       `json:"tool"`
	Sources  []SourceInfo `json:"sources"`
	Coverage []Coverage   `json:"coverage"`
	Counts   map[Kind]int `json:"counts"`
}

// SourceInfo is the provenance of one source and the footprint that the audit left on it.
type SourceInfo struct {
	ID         string   `json:"id"` // unique in the snapshot: bitrix24, roster, …
	Kind       string   `json:"kind"`
	Where      string   `json:"where,omitzero"` // host or file name, without secrets
	Status     string   `json:"status"`         // ok, partial, failed
	Problem    string   `json:"problem,omitzero"`
	Requests   int      `json:"requests,omitzero"`
	Credential string   `json:"credential,omitzero"` // masked
	Excess     []string `json:"excess_rights,omitzero"`
	Notes      []string `json:"notes,omitzero"` // what the consultant should know, for instance suggested matches
}

// Snapshot is a finished collection. Records may be iterated any number of times, in the order of
// Kinds and, within a kind, in the order of collection.
type Snapshot interface {
	Info() *Info
	// Records yields the records of one kind. A record is valid until the next one is yielded.
	// After an error the iteration ends.
	Records(ctx context.Context, k Kind) iter.Seq2[Record, error]
}

// Writer takes what a collector found. It is not safe for concurrent use.
type Writer interface {
	// Write keeps one record; the caller does not change it afterwards.
	Write(Record) error
	// Cover says how much of a kind or field the source gave.
	Cover(Coverage) error
	// Describe completes the provenance of the source.
	Describe(func(*SourceInfo)) error
}

// Each yields the records of T's kind: Each[*User](ctx, snapshot).
func Each[T Record](ctx context.Context, s Snapshot) iter.Seq2[T, error] {
	var zero T
	return func(yield func(T, error) bool) {
		for r, err := range s.Records(ctx, zero.Kind()) {
			if err != nil {
				yield(zero, err)
				return
			}
			t, ok := r.(T)
			if !ok {
				yield(zero, fmt.Errorf("record of kind %s is a %T", zero.Kind(), r))
				return
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// Memory is a snapshot and a writer in memory, for examples and tests.
type Memory struct {
	About   Info
	ByKind  map[Kind][]Record
	current SourceInfo
}

// NewMemory is an empty snapshot in memory.
func NewMemory() *Memory {
	return &Memory{About: Info{Schema: SchemaVersion, Counts: map[Kind]int{}}, ByKind: map[Kind][]Record{}}
}

// Info implements Snapshot.
func (m *Memory) Info() *Info { return &m.About }

// Records implements Snapshot.
func (m *Memory) Records(_ context.Context, k Kind) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range m.ByKind[k] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Write implements Writer.
func (m *Memory) Write(r Record) error {
	m.ByKind[r.Kind()] = append(m.ByKind[r.Kind()], r)
	m.About.Counts[r.Kind()]++
	return nil
}

// Cover implements Writer.
func (m *Memory) Cover(c Coverage) error {
	m.About.Coverage = append(m.About.Coverage, c)
	return nil
}

// Describe implements Writer; all calls speak of one source.
func (m *Memory) Describe(f func(*SourceInfo)) error {
	f(&m.current)
	m.About.Sources = []SourceInfo{m.current}
	return nil
}
