package demo

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/crmaudit/crmaudit/fixtures/b24sim"
)

// serve starts the simulator of a cloud portal.
func (p *Portal) serve(ctx context.Context, files fs.FS, options []b24sim.Option) error {
	var data b24sim.Portal
	if err := decode(files, "portal.yaml", &data); err != nil {
		return err
	}
	p.Simulator, p.Now = b24sim.New(&data, options...), data.Now.UTC()
	if err := p.listen(ctx, files, func(server) http.Handler { return p.Simulator }); err != nil {
		return err
	}
	webhook := fmt.Sprintf("https://%s/rest/%d/%s/", data.Host, data.Webhook.UserID, data.Webhook.Secret)
	return p.write("webhook.txt", []byte(webhook+"\n"))
}
