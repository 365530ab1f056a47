package bitrix24

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/transport"
)

// The methods that are ever called. Each of them reads; nothing else can leave the transport, in a batch either.
// Methods that look like reading and are not, such as disk.file.getExternalLink, which makes a public link,
// must never be added.
var (
	readMethods = []string{
		"scope", "profile", "user.admin", "server.time",
		"user.get", "user.search", "department.get", "im.user.list.get", "imbot.bot.list",
		"sonet_group.get", "sonet_group.user.get",
		"userconsent.agreement.list", "userconsent.agreement.text", "crm.webform.list", "imopenlines.config.list.get",
	}
	readMethodsV3 = []string{"main.eventlog.tail"}
)

const batchMethod = "batch"

// maxBatch is the most commands the portal takes at once.
const maxBatch = 50

// operations lists the read methods for the transport; prefix is the part of the path that carries a webhook.
func operations(prefix string) []transport.Operation {
	var ops []transport.Operation
	for _, m := range readMethods {
		ops = append(ops, transport.Operation{Name: m, Method: http.MethodPost, Path: prefix + m})
	}
	for _, m := range readMethodsV3 {
		ops = append(ops, transport.Operation{Name: m, Method: http.MethodPost, Path: "api/" + prefix + m})
	}
	return append(ops, transport.Operation{Name: batchMethod, Method: http.MethodPost, Path: prefix + batchMethod, Check: checkBatch})
}

// checkBatch lets a batch pass whose commands are all read methods.
func checkBatch(req transport.Request) error {
	body, ok := req.JSON.(batchBody)
	if !ok {
		return errors.New("a batch is sent as JSON")
	}
	if len(body.Cmd) > maxBatch {
		return fmt.Errorf("a batch has at most %d commands", maxBatch)
	}
	for _, command := range body.Cmd {
		method, _, _ := strings.Cut(command, "?")
		if !slices.Contains(readMethods, method) {
			return fmt.Errorf("the batch holds %q, which is not one of the read operations", method)
		}
	}
	return nil
}
