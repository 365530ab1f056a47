package answers

import (
	"math"

	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// table reads rows; a row that is not understood spoils the whole answer, because a table without it
// would look complete.
func (r *reader) table(q *questions.Question, n *yamlfile.Node) value {
	if n.Kind != yamlfile.Sequence {
		r.add(n.Line, "begin each row with “- ” below value:, or write [] when there is none", "a table is expected here")
		return value{}
	}
	before := len(r.problems)
	if q.MaxRows > 0 && len(n.Content) > q.MaxRows {
		r.add(n.Line, "keep the row that is in force", "the table has %d rows, it may have %d", len(n.Content), q.MaxRows)
	}
	if len(n.Content) > maxItems {
		r.add(n.Line, "", "the table is longer than %d rows", maxItems)
		return value{}
	}
	v := value{given: true, rows: []row{}}
	for _, line := range n.Content {
		v.rows = append(v.rows, r.row(q, line))
	}
	v.given = len(r.problems) == before
	return v
}

func (r *reader) row(q *questions.Question, n *yamlfile.Node) row {
	cells := row{}
	if isNull(n) {
		r.add(n.Line, "fill the row in or remove it", "a row of the table is empty")
		return cells
	}
	before := len(r.problems)
	for key, cell := range r.pairs(n, "a row") {
		c := q.Column(key.Value)
		if c == nil {
			r.add(key.Line, didYouMean(key.Value, columnIDs(q), "remove it or correct its name"), "the table has no column %q", shown(key.Value))
			continue
		}
		if isNull(cell) {
			continue
		}
		v := r.cell(c.Shape, cell)
		if v.given && c.Type == questions.Number && v.number != math.Trunc(v.number) {
			r.add(cell.Line, "round it", "%q must be a whole number", c.ID)
		}
		if v.given {
			cells[c.ID] = v
		}
	}
	if len(r.problems) > before {
		return cells
	}
	for _, c := range q.Columns {
		if _, ok := cells[c.ID]; !ok && (c.Key || c.Required) {
			r.add(n.Line, "fill it in: without it the row says nothing", "the row lacks %s", c.ID)
		}
	}
	return cells
}

func columnIDs(q *questions.Question) []string {
	ids := make([]string, len(q.Columns))
	for i, c := range q.Columns {
		ids[i] = c.ID
	}
	return ids
}
