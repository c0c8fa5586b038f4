//! SOAP faults: what a code means, and what to say about it.

use std::fmt;

use super::Class;
use super::excerpt::cut;

/// A SOAP fault. Codes mean different things per method: decide by (method, code) (F19).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The method, or for bulk reads the resource path (`customer.info`), that was called.
    pub method: String,
    /// `faultcode` without a prefix's namespace: a number, or a word such as `SOAP-ENV:Server`.
    pub code: String,
    /// `faultstring`, whole.
    pub text: String,
}

impl Fault {
    /// What to do about it (`spec/magento-soap.md` chapter 8).
    #[must_use]
    pub fn class(&self) -> Class {
        match self.code.as_str() {
            "2" | "WSDL" => Class::Configuration,
            "6" if self.method == "login" => Class::Configuration,
            "5" => Class::Transient,
            "3" | "4" => Class::Protocol,
            "0" | "1" | "6" => Class::Record,
            code if code.bytes().all(|byte| byte.is_ascii_digit()) => Class::Record,
            _ if self.is_unknown_procedure() || self.is_broken_wsdl() => Class::Configuration,
            "Server" | "SOAP-ENV:Server" => Class::Record,
            _ => Class::Protocol,
        }
    }

    /// "Procedure 'x' not present": the store does not know the method (F12), or speaks the other mode (F11).
    #[must_use]
    pub fn is_unknown_procedure(&self) -> bool {
        self.text.contains("Procedure '") && self.text.contains("not present")
    }

    /// The session has expired or is unknown (F16).
    #[must_use]
    pub fn is_expired_session(&self) -> bool {
        self.code == "5"
    }

    /// Access denied: the role lacks the right, or at login user or key are wrong (F14, F15).
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        self.code == "2"
    }

    /// The store could not load its own WSDL (F13).
    #[must_use]
    pub fn is_broken_wsdl(&self) -> bool {
        self.code == "WSDL" || self.text.contains("Parsing WSDL") || self.text.contains("Couldn't load from")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, code, text } = self;
        let text = cut(text, 300);
        if self.is_unknown_procedure() {
            return write!(
                out,
                "The store does not know the method {method}. It speaks the other mode (change WS-I Compliance), or its WSDL cache is stale: delete /tmp/wsdl-* on the store's server."
            );
        }
        if self.is_broken_wsdl() {
            return write!(
                out,
                "The store cannot load its own WSDL (\"{text}\"). Its server must be able to reach its own URL."
            );
        }
        match (method.as_str(), code.as_str()) {
            ("login", "2" | "6") => out.write_str("The store refused user and key. Check SOAP API User and SOAP API Key, that the user is active, and that it has a role."),
            (_, "2") => write!(out, "The SOAP user may not call {method}. Give its role this resource (System > Web Services > SOAP/XML-RPC - Roles)."),
            (_, "3" | "4") => write!(out, "The store does not offer {method} ({text})."),
            (_, "5") => out.write_str("The store ended the session again right after a new login. It is tried again later."),
            _ => write!(out, "The store answered {method} with fault {code}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(method: &str, code: &str, text: &str) -> Fault {
        Fault { method: method.to_owned(), code: code.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn faults_are_classed_by_method_and_code() {
        let check = |method, code, text, class| {
            assert_eq!(fault(method, code, text).class(), class, "{method} {code} {text}")
        };
        check("login", "2", "Access denied.", Class::Configuration);
        check("login", "6", "Required parameter is missing", Class::Configuration);
        check("customerCustomerList", "6", "Required parameter is missing", Class::Record);
        check("customerCustomerList", "1", "SQLSTATE[42S22]", Class::Record);
        check("customerCustomerInfo", "102", "Customer not exists.", Class::Record);
        check("magentoInfo", "5", "Session expired. Try to relogin.", Class::Transient);
        check("oroPing", "SOAP-ENV:Server", "Procedure 'oroPing' not present", Class::Configuration);
        check(
            "globalFaults",
            "SOAP-ENV:Server",
            "SOAP-ERROR: Encoding: object has no 'result' property",
            Class::Record,
        );
        check(
            "magentoInfo",
            "WSDL",
            "SOAP-ERROR: Parsing WSDL: Couldn't load from 'http://…'",
            Class::Configuration,
        );
        check("magentoInfo", "Sender", "Invalid XML", Class::Protocol);
    }

    #[test]
    fn a_fault_with_sql_in_it_is_cut() {
        let said = fault("salesOrderList", "1", &"SELECT `main_table`.* ".repeat(90)).to_string();
        assert!(said.chars().count() < 380, "{said}");
    }
}
