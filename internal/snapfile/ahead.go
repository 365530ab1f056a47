package snapfile

import "iter"

const (
	// manyRecords is from how many records on it pays to decode ahead.
	manyRecords = 2000
	// aheadChunk records are handed over at a time: few enough that those under way take little memory.
	aheadChunk = 128
)

// ahead runs a sequence in a goroutine of its own, a little ahead of whoever takes its values, so that
// decoding and judging use a processor each. The goroutine has ended when the iteration has.
func ahead[T any](values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		chunks, stop := make(chan []T, 1), make(chan struct{})
		var failure error // these may be read when chunks is closed
		var defect any
		go func() {
			defer close(chunks)
			defer func() { defect = recover() }()
			failure = send(values, chunks, stop)
		}()
		defer func() {
			close(stop)
			for range chunks {
			}
		}()
		for chunk := range chunks {
			for _, v := range chunk {
				if !yield(v, nil) {
					return
				}
			}
		}
		if defect != nil {
			panic(defect) // where somebody may deal with it
		}
		if failure != nil {
			var none T
			yield(none, failure)
		}
	}
}

// send hands over what comes before the first error, until stop is closed.
func send[T any](values iter.Seq2[T, error], chunks chan<- []T, stop <-chan struct{}) (failure error) {
	var chunk []T
	hand := func() bool {
		select {
		case chunks <- chunk:
			chunk = make([]T, 0, aheadChunk)
			return true
		case <-stop:
			return false
		}
	}
	for v, err := range values {
		if failure = err; err != nil {
			break
		}
		if chunk = append(chunk, v); len(chunk) == aheadChunk && !hand() {
			return nil
		}
	}
	hand()
	return failure
}
