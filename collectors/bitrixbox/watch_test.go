package bitrixbox

import "github.com/crmaudit/crmaudit/collectors"

// Watch shows every statement of a collector to tests outside of the package.
func Watch(c collectors.Collector, f func(statement string)) { c.(*Collector).watch = f }
