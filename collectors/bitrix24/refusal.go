package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// refusal is the portal's own "no": a code, in a word or an object, and perhaps a sentence.
type refusal struct {
	method  string
	status  int // of the answer; 0 inside a batch
	code    string
	message string
}

func (r *refusal) Error() string {
	if r.message == "" {
		return fmt.Sprintf("the portal refused %s: %s", r.method, r.code)
	}
	return fmt.Sprintf("the portal refused %s: %s (%s)", r.method, r.message, r.code)
}

// portalError is the member "error" of an answer: a word in the classic dialect, an object in REST 3.0.
type portalError struct {
	present bool
	code    string
	message string
}

func (e *portalError) UnmarshalJSON(data []byte) error {
	*e = portalError{}
	if strings.TrimSpace(string(data)) == "null" {
		return nil
	}
	e.present = true
	var long struct {
		Code        text `json:"code"`
		Message     text `json:"message"`
		Error       text `json:"error"`
		Description text `json:"error_description"`
		Validation  list[struct {
			Field   text `json:"field"`
			Message text `json:"message"`
		}] `json:"validation"`
	}
	if json.Unmarshal(data, &long) != nil {
		e.code = scalar(data)
		return nil
	}
	e.code, e.message = string(long.Code)+string(long.Error), string(long.Message)+string(long.Description)
	for _, v := range long.Validation.items {
		e.message += fmt.Sprintf("; %s: %s", v.Field, v.Message)
	}
	return nil
}

const v3Prefix = "BITRIX_REST_V3_EXCEPTION_"

// is compares the code without regard to dialect and case.
func (r *refusal) is(codes ...string) bool {
	code := strings.TrimPrefix(strings.ToUpper(r.code), v3Prefix)
	for _, c := range codes {
		if strings.Contains(code, c) {
			return true
		}
	}
	return false
}

// noPlan: without a commercial plan REST is closed as a whole.
func (r *refusal) noPlan() bool {
	return r.is("PAYMENT_REQUIRED") || r.is("ACCESS_DENIED") && strings.Contains(strings.ToLower(r.message), "commercial plan")
}

func (r *refusal) badCredential() bool {
	return r.is("NO_AUTH_FOUND", "EXPIRED_TOKEN", "INVALID_TOKEN", "PORTAL_DELETED", "INVALID_GRANT", "INVALID_CLIENT")
}

func (r *refusal) denied() bool {
	return r.is("INSUFFICIENT", "ACCESS_DENIED", "ACCESSDENIED", "INVALID_CREDENTIALS", "USER_ACCESS_ERROR", "WRONG_AUTH_TYPE",
		"METHOD_CONFIRM", "AUTHORIZATION_ERROR", "INVALID_SCOPE") ||
		r.status == http.StatusForbidden || r.status == http.StatusUnauthorized
}

func (r *refusal) absent() bool {
	return r.is("METHOD_NOT_FOUND", "MANIFEST_IS_NOT_AVAILABLE", "METHODNOTFOUND") || r.code == "" && r.status == http.StatusNotFound
}

// badArguments: the method is there, it only does not take the question in this form.
func (r *refusal) badArguments() bool { return r.status == http.StatusBadRequest && !r.denied() }

// errRevoked marks a credential that was accepted at first and is not any more.
var errRevoked = errors.New("the credential was revoked during the collection")

// errStopped marks the end of the time or patience that the audit was given.
var errStopped = errors.New("stopped")

// errNotJSON marks an answer of something that is not the REST interface: a log-in page, a captive portal.
var errNotJSON = errors.New("the answer is not JSON; something other than the REST interface answered")

// reason turns an error into the reason of missing coverage.
func reason(err error) facts.Reason {
	var r *refusal
	switch {
	case !errors.As(err, &r):
		return facts.Failed
	case r.noPlan():
		return facts.NotOnPlan
	case r.absent():
		return facts.NotSupported
	case r.denied():
		return facts.Denied
	}
	return facts.Failed
}

// hopeless tells whether asking further makes no sense.
func hopeless(err error) bool {
	if errors.Is(err, errRevoked) || errors.Is(err, errStopped) {
		return true
	}
	var r *refusal
	if errors.As(err, &r) {
		return r.noPlan() || r.badCredential()
	}
	switch kind, _ := transport.KindOf(err); kind {
	case transport.Cancelled, transport.Budget, transport.TLS:
		return true
	}
	return false
}

const webhookForm = "https://example.bitrix24.ru/rest/USER_ID/SECRET/"

// explain makes of a hopeless error one sentence with a hint.
func explain(err error) error {
	var r *refusal
	switch {
	case errors.Is(err, context.Canceled):
		return fail.New(fail.Interrupted, "", "reading the Bitrix24 portal: %w", err)
	case !errors.As(err, &r):
		if errors.Is(err, errNotJSON) {
			return fail.Wrap(err, fail.Usage, "check the address of the portal; the expected form is "+webhookForm, "reading the Bitrix24 portal")
		}
		return fmt.Errorf("reading the Bitrix24 portal: %w", err)
	case r.noPlan():
		return fail.New(fail.Usage, "choose a commercial plan, or answer the questionnaire instead of collecting",
			"the Bitrix24 plan of this portal has no REST interface, so nothing can be collected from it: %w", err)
	case r.badCredential(), errors.Is(err, errRevoked):
		return notAccepted(err)
	case r.status == http.StatusNotFound:
		return fail.New(fail.Usage, "check the webhook address; the expected form is "+webhookForm, "nothing answers at the webhook address: %w", err)
	}
	return fmt.Errorf("reading the Bitrix24 portal: %w", err)
}

// notAccepted is the sentence for a credential that opens nothing.
func notAccepted(err error) error {
	return fail.New(fail.Usage, "create a new incoming webhook (or renew the application's token) and put it into the configuration",
		"the portal does not accept the credential, it is wrong, expired or revoked: %w", err)
}
