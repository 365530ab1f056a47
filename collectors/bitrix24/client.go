package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/crmaudit/crmaudit/internal/transport"
)

// client speaks the two dialects of the portal.
type client struct {
	http   *transport.Client
	prefix string            // of every path: "7/secret/" for a webhook, "" for an application
	oauth  *oauth            // nil for a webhook
	ready  map[string]answer // answers to calls that will be made, fetched together beforehand

	accepted bool // the credential has worked once
}

// reply is a good answer.
type reply struct {
	Result json.RawMessage
	Total  int // 0 when the portal did not count
}

type envelope struct {
	Result      json.RawMessage `json:"result"`
	Error       portalError     `json:"error"`
	Description text            `json:"error_description"`
	Total       text            `json:"total"`
	Time        portalTime      `json:"time"`
}

// portalTime is what an answer says about its own cost; PHP may write an empty one as [].
type portalTime struct {
	ResetAt int64 // unix seconds when a method that used up its share may be called again
}

func (t *portalTime) UnmarshalJSON(data []byte) error {
	var raw struct {
		ResetAt text `json:"operating_reset_at"`
	}
	*t = portalTime{}
	if json.Unmarshal(data, &raw) == nil {
		t.ResetAt, _ = strconv.ParseInt(string(raw.ResetAt), 10, 64)
	}
	return nil
}

// call asks in the classic dialect.
func (c *client) call(ctx context.Context, method string, p params) (*reply, error) {
	if a, ok := c.ready[command{method, p}.String()]; ok {
		delete(c.ready, command{method, p}.String())
		return &a.reply, a.err
	}
	return c.ask(ctx, method, c.prefix+method, p)
}

// callV3 asks in REST 3.0.
func (c *client) callV3(ctx context.Context, method string, p params) (*reply, error) {
	return c.ask(ctx, method, "api/"+c.prefix+method, p)
}

func (c *client) ask(ctx context.Context, method, path string, p params) (*reply, error) {
	body := maps.Clone(p)
	if body == nil {
		body = params{}
	}
	return c.send(ctx, method, path, func(token string) any {
		if token != "" {
			body["auth"] = token
		}
		return body
	})
}

// again says how often a request is repeated after "internal server error": the portal often recovers at once.
const again = 1

// send posts a body and takes the answer apart, renewing the token of an application when it has run out.
func (c *client) send(ctx context.Context, method, path string, body func(token string) any) (*reply, error) {
	for failures, renewed := 0, false; ; {
		token, err := c.token(ctx)
		if err != nil {
			return nil, err
		}
		r, err := c.once(ctx, method, path, body(token))
		var no *refusal
		switch {
		case !errors.As(err, &no):
			return r, err
		case c.oauth != nil && !renewed && no.is("EXPIRED_TOKEN", "INVALID_TOKEN"):
			renewed = true
			c.oauth.expire()
		case no.status == http.StatusInternalServerError && failures < again:
			failures++
		case no.is("INVALID_CREDENTIALS") && c.accepted:
			return nil, c.revoked(ctx, err)
		default:
			return nil, err
		}
	}
}

// revoked tells a refused right from a credential that has died meanwhile: the portal calls both by the same name, but
// only a living credential may ask for its scopes.
func (c *client) revoked(ctx context.Context, err error) error {
	c.accepted = false
	var no *refusal
	if _, again := c.call(ctx, "scope", nil); errors.As(again, &no) && no.denied() {
		return fmt.Errorf("%w: %w", errRevoked, err)
	}
	c.accepted = true
	return err
}

func (c *client) token(ctx context.Context) (string, error) {
	if c.oauth == nil {
		return "", nil
	}
	token, err := c.oauth.token(ctx)
	c.http.Hide(token) // a refusal may repeat it
	return token, err
}

func (c *client) once(ctx context.Context, method, path string, body any) (*reply, error) {
	resp, err := c.http.Do(ctx, transport.Request{Operation: method, Method: http.MethodPost, Path: path, JSON: body})
	if resp == nil {
		return nil, err
	}
	var e envelope
	if json.Unmarshal(resp.Body, &e) != nil {
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", method, errNotJSON)
	}
	if e.Error.present || resp.Status >= http.StatusMultipleChoices {
		return nil, c.refused(method, resp.Status, e.Error, e.Description)
	}
	if e.Result == nil {
		return nil, fmt.Errorf("%s: the answer has no result", method)
	}
	total, _ := strconv.Atoi(string(e.Total))
	return &reply{Result: e.Result, Total: max(total, 0)}, nil
}

func (c *client) refused(method string, status int, e portalError, description text) error {
	message := e.message
	if message == "" {
		message = string(description)
	}
	return &refusal{method: method, status: status, code: c.redact(clean(e.code)), message: c.redact(clean(message))}
}

// redact removes the credentials from what the portal said, the tokens fetched on the way included.
func (c *client) redact(s string) string {
	if c.oauth != nil {
		s = transport.NewRedactor(c.oauth.access, c.oauth.refresh).String(s)
	}
	return c.http.Redact(s)
}

// retryAt reads when a method that used up its execution time may be called again.
func retryAt(resp *transport.Response) (time.Time, bool) {
	var e envelope
	if json.Unmarshal(resp.Body, &e) != nil || e.Time.ResetAt <= 0 {
		return time.Time{}, false
	}
	return time.Unix(e.Time.ResetAt, 0), true
}

// giveUp recognises a portal that an administrator of the vendor has blocked: waiting does not help.
func giveUp(resp *transport.Response) bool {
	var e envelope
	return json.Unmarshal(resp.Body, &e) == nil && e.Error.code == "OVERLOAD_LIMIT"
}

// command is one call inside a batch.
type command struct {
	method string
	params params
}

// String is the command as a batch takes it.
func (c command) String() string { return c.method + "?" + c.params.query() }

// answer is what one command of a batch came to.
type answer struct {
	reply
	err error
}

type batchBody struct {
	Halt int               `json:"halt"`
	Cmd  map[string]string `json:"cmd"`
	Auth string            `json:"auth,omitempty"`
}

type batchResult struct {
	Result dict[json.RawMessage] `json:"result"`
	Errors dict[portalError]     `json:"result_error"`
	Totals dict[text]            `json:"result_total"`
}

// batchKey names command i; the names sort in the order of execution, because a later command may refer to an earlier one.
func batchKey(i int) string { return fmt.Sprintf("c%02d", i) }

// batch sends up to maxBatch commands as one request; the error is of the batch as a whole.
func (c *client) batch(ctx context.Context, commands []command) ([]answer, error) {
	cmd := make(map[string]string, len(commands))
	for i, x := range commands {
		cmd[batchKey(i)] = x.String()
	}
	r, err := c.send(ctx, batchMethod, c.prefix+batchMethod, func(token string) any { return batchBody{Cmd: cmd, Auth: token} })
	if err != nil {
		return nil, err
	}
	var b batchResult
	if err := json.Unmarshal(r.Result, &b); err != nil {
		return nil, fmt.Errorf("batch: the answer is not a batch: %w", err)
	}
	answers := make([]answer, len(commands))
	for i, x := range commands {
		answers[i] = c.part(b, batchKey(i), x.method)
	}
	return answers, nil
}

func (c *client) part(b batchResult, key, method string) answer {
	if e, failed := b.Errors[key]; failed {
		return answer{err: c.refused(method, 0, e, "")}
	}
	result, ok := b.Result[key]
	if !ok {
		return answer{err: fmt.Errorf("%s: the batch brought no answer", method)}
	}
	total, _ := strconv.Atoi(string(b.Totals[key]))
	return answer{reply: reply{Result: result, Total: max(total, 0)}}
}

// prepare fetches the answers to calls that will be made, all in one request.
func (c *client) prepare(ctx context.Context, commands []command) error {
	answers, err := c.batch(ctx, commands)
	if err != nil {
		return err
	}
	c.ready = map[string]answer{}
	for i, x := range commands {
		c.ready[x.String()] = answers[i]
	}
	return nil
}

// each sends any number of commands in batches, in their order, and hands over the answers one by one. Where
// batches are not allowed the commands go one at a time.
func (c *client) each(ctx context.Context, commands []command, take func(i int, a answer) error) error {
	done := 0
	for chunk := range slices.Chunk(commands, maxBatch) {
		answers, err := c.batch(ctx, chunk)
		if noBatch(err) {
			answers, err = c.singly(ctx, chunk)
		}
		if err != nil {
			return err
		}
		for i, a := range answers {
			if err := take(done+i, a); err != nil {
				return err
			}
		}
		done += len(chunk)
	}
	return nil
}

func noBatch(err error) bool {
	var no *refusal
	return errors.As(err, &no) && no.method == batchMethod && (no.is("BATCH_METHOD_NOT_ALLOWED") || no.absent())
}

func (c *client) singly(ctx context.Context, commands []command) ([]answer, error) {
	answers := make([]answer, len(commands))
	for i, x := range commands {
		r, err := c.call(ctx, x.method, x.params)
		switch {
		case hopeless(err):
			return nil, err
		case err != nil:
			answers[i] = answer{err: err}
		default:
			answers[i] = answer{reply: *r}
		}
	}
	return answers, nil
}
