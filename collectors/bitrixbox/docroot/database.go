package docroot

import (
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// database reads how the portal connects: from .settings.php, or from dbconn.php as portals did before they had it.
func (f files) database(s *Settings) {
	of := func(key string) found { return f.config("connections", "value", "default", key) }
	engine, host, login, password := of("className"), of("host"), of("login"), of("password")
	if f.config("connections").missing() {
		engine, host, login, password = f.variable("DBType"), f.variable("DBHost"), f.variable("DBLogin"), f.variable("DBPassword")
	}
	s.DatabaseEngine, s.DatabaseHost = databaseEngine(engine), text(host)
	if name, known := s.DatabaseHost.Get(); known {
		s.DatabaseHost = facts.Of(cut(legible(name), 255))
	}
	s.Superuser = facts.Unknown[bool](text(login).Reason())
	if name, known := text(login).Get(); known {
		s.Superuser = facts.Of(slices.Contains([]string{"root", "postgres", "sa", "sys", "system"}, strings.ToLower(name)))
	}
	s.DatabasePasswordWeak = weakness(password)
}

// databaseEngine knows an engine by the class that speaks to it, or by the word of dbconn.php.
func databaseEngine(f found) facts.Known[string] {
	name, known := text(f).Get()
	if !known {
		return text(f)
	}
	name = strings.ToLower(name)
	for _, e := range []struct{ part, engine string }{
		{"mysql", "mysql"}, {"pgsql", "postgresql"}, {"postgres", "postgresql"}, {"mssql", "mssql"}, {"oracle", "oracle"},
	} {
		if strings.Contains(name, e.part) {
			return facts.Of(e.engine)
		}
	}
	return facts.Unknown[string](facts.NotSupported) // a class of the portal's own
}

// weakness of the password; package php never lets the password itself out.
func weakness(f found) facts.Known[[]string] {
	if secret, ok := f.value.(php.Secret); ok {
		return facts.Of(slices.Sorted(slices.Values(secret.Weak)))
	}
	if f.why != "" {
		return facts.Unknown[[]string](f.why)
	}
	return facts.Unknown[[]string](facts.NotSupported)
}
