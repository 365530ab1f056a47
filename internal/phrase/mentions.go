package phrase

import "text/template/parse"

// mentions is what a template says of the values it needs.
type mentions struct {
	names   []string // values, also those of the rows that it goes through
	lists   []string // values that it goes through
	trouble string   // why it is refused
}

// maxNesting is how deep a template may go through a list within a list.
const maxNesting = 2

// walk notes the names below a node. A template may go through a list it was given and through
// nothing else: going through a number could take for ever without printing a letter.
func (m *mentions) walk(n parse.Node, depth int) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				m.walk(c, depth)
			}
		}
	case *parse.ActionNode:
		m.walk(n.Pipe, depth)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				m.walk(c, depth)
			}
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			m.walk(a, depth)
		}
	case *parse.ChainNode:
		m.walk(n.Node, depth)
	case *parse.FieldNode, *parse.VariableNode:
		if name := nameOf(n); name != "" {
			m.names = append(m.names, name)
		}
	case *parse.IfNode:
		m.branch(&n.BranchNode, depth)
	case *parse.WithNode:
		m.branch(&n.BranchNode, depth)
	case *parse.RangeNode:
		name := ranged(n.Pipe)
		switch {
		case name == "":
			m.trouble = "range goes through a list, as in range .list"
		case depth == maxNesting:
			m.trouble = "range within range within range"
		}
		m.lists = append(m.lists, name)
		m.branch(&n.BranchNode, depth+1)
	case *parse.TemplateNode:
		m.trouble = "a sentence is one template"
	}
}

func (m *mentions) branch(n *parse.BranchNode, depth int) {
	m.walk(n.Pipe, depth)
	m.walk(n.List, depth)
	m.walk(n.ElseList, depth)
}

// nameOf is the value that .name, .name.part or $.name begins with, "" for any other node.
func nameOf(n parse.Node) string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[0]
	case *parse.VariableNode:
		if len(n.Ident) > 1 && n.Ident[0] == "$" {
			return n.Ident[1]
		}
	}
	return ""
}

// ranged is the value that a range goes through, "" when it is not simply one.
func ranged(p *parse.PipeNode) string {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return ""
	}
	return nameOf(p.Cmds[0].Args[0])
}

// completeRows gives every row of a table each value that the template mentions: a cell that nobody
// filled in is not known.
func (m *mentions) completeRows(v any) any {
	rows, ok := v.([]map[string]any)
	if !ok {
		return v
	}
	whole := make([]map[string]any, len(rows))
	for i, row := range rows {
		whole[i] = make(map[string]any, len(row)+len(m.names))
		for _, name := range m.names {
			whole[i][name] = unknownValue("")
		}
		for name, cell := range row {
			whole[i][name] = cell
		}
	}
	return whole
}
