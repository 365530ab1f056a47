package bitrixbox

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// ahead asks lists that take the server long on a connection of its own, one after the other, while the short ones are
// read. It keeps only a few rows in store, so the server waits when nobody takes them. A nil ahead has asked nothing.
type ahead struct {
	connection *connection
	questions  []*question // that nobody took the answer of
	stop       context.CancelFunc
	ended      chan struct{}
}

// question is a list that is asked ahead.
type question struct {
	list      *list
	statement string
	width     int
	batches   chan *batch   // closed when there are no more
	spent     chan *batch   // to be filled again
	begun     time.Time     // good once it waited
	waited    atomic.Bool   // for somebody to take its rows
	ended     chan struct{} // closed when the server has given everything, or err
	err       error
}

// askAhead begins; the order of the questions is that in which their answers will be taken.
func askAhead(ctx context.Context, c *connection, questions []*question) *ahead {
	ctx, stop := context.WithCancel(ctx)
	a := &ahead{connection: c, stop: stop, ended: make(chan struct{})}
	for _, q := range questions {
		if c.send(q.statement) == nil {
			q.batches, q.spent, q.ended = make(chan *batch, storedBatches), make(chan *batch, storedBatches), make(chan struct{})
			a.questions = append(a.questions, q)
		}
	}
	go func(questions []*question) {
		defer close(a.ended)
		for _, q := range questions {
			q.err = q.ask(ctx, c)
			close(q.ended)
			close(q.batches)
		}
		_ = c.conn.Close()
	}(a.questions)
	return a
}

func (q *question) ask(ctx context.Context, c *connection) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("defect: %v", p) // asked in turn, it shows where it can be dealt with
		}
	}()
	q.begun = time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.patience()) // rows do not see that nobody takes the batches
	defer cancel()
	b := newBatch()
	pass := func() error {
		if len(q.batches) == cap(q.batches) {
			q.waited.Store(true)
		}
		select {
		case q.batches <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case b = <-q.spent:
		default:
			b = newBatch()
		}
		return nil
	}
	err = c.rows(ctx, q.statement, q.width, func(cells [][]byte) error {
		if b.add(cells); b.full() {
			return pass()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return pass()
}

// answer gives the rows of a list. asked is false when they are not to be had here and none was given; then the list has
// to be asked in turn.
func (a *ahead) answer(l *list, give func([][]byte) error) (asked bool, err error) {
	if a == nil {
		return false, nil
	}
	at := slices.IndexFunc(a.questions, func(q *question) bool { return q.list == l })
	if at < 0 {
		return false, nil
	}
	q := a.questions[at]
	if at > 0 || q.overdue(a.connection.limit) {
		a.stop() // what comes before stands in the way, or too little time is left
		a.questions = nil
		return false, nil
	}
	a.questions = a.questions[1:]
	select {
	case <-q.ended:
		if q.err != nil && !q.waited.Load() && saidByServer(q.err) {
			return true, q.err // it would only say so again
		} else if q.err != nil {
			return false, nil
		}
	default:
	}
	for b := range q.batches {
		asked = true
		if err := b.each(q.width, give); err != nil {
			a.stop()
			return true, err
		}
		b.empty()
		select {
		case q.spent <- b:
		default:
		}
	}
	return asked || saidByServer(q.err), q.err
}

// overdue reports that a good part of the time that a statement may take went by while nobody took the rows.
func (q *question) overdue(limit time.Duration) bool {
	select {
	case <-q.ended:
		return false
	default:
		return q.waited.Load() && time.Since(q.begun) > limit/4
	}
}

func (a *ahead) sent() int {
	if a == nil {
		return 0
	}
	return a.connection.sent
}

// close ends what is still asked.
func (a *ahead) close() {
	if a == nil {
		return
	}
	a.stop()
	<-a.ended
}

const (
	storedBatches = 8
	batchBytes    = 32 << 10
)

// batch is some rows on their way.
type batch struct {
	data []byte
	ends []int // of the cells within data, -1 for null
}

func newBatch() *batch { return &batch{data: make([]byte, 0, batchBytes+batchBytes/4)} }

func (b *batch) empty() { b.data, b.ends = b.data[:0], b.ends[:0] }

func (b *batch) full() bool { return len(b.data) >= batchBytes }

func (b *batch) add(cells [][]byte) {
	for _, c := range cells {
		if c == nil {
			b.ends = append(b.ends, -1)
			continue
		}
		b.data = append(b.data, c...)
		b.ends = append(b.ends, len(b.data))
	}
}

// each gives the rows.
func (b *batch) each(width int, give func([][]byte) error) error {
	cells, begin := make([][]byte, width), 0
	for i, end := range b.ends {
		cells[i%width] = nil
		if end >= 0 {
			cells[i%width], begin = b.data[begin:end], end
		}
		if i%width == width-1 {
			if err := give(cells); err != nil {
				return err
			}
		}
	}
	return nil
}
