package bitrixlog

import "encoding/json"

const (
	methodAs  = "loginAs" // an administrator went on as somebody else
	methodOTP = "otp"     // how some versions write otpUsed
)

// Login is the description of an Authorized row; the portal leaves out keys without a value.
type Login struct {
	User         string // whose account it is, "" when not told
	Previous     string // who worked as the user before, "" when not told
	As           bool   // an administrator went on as the user; nobody signed in
	SecondFactor bool   // a one-time code was asked for and given
}

// ReadLogin reads the description of an Authorized row.
func ReadLogin(description string) Login {
	var l struct {
		User     scalar `json:"userId"`
		Previous scalar `json:"previousUserId"`
		Method   scalar `json:"method"`
		OTP      scalar `json:"otpUsed"`
	}
	_ = json.Unmarshal([]byte(description), &l)
	return Login{
		User: l.User.id(), Previous: l.Previous.id(), As: l.Method == methodAs,
		SecondFactor: l.OTP.yes() || l.Method == methodOTP,
	}
}
