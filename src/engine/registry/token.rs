//! Tokens: the answer to a `Bearer` challenge. Source: Docker's token authentication specification and its `OAuth2` form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use ureq::http::{Method, header};

use super::RegistryError;
use super::challenge::Challenge;
use super::document::read_limited;
use super::endpoint::{are_related, host_of, is_insecure};
use super::options::Credentials;
use super::transport::{Ask, AskBody, Transport};

/// No token is longer.
const TOKEN_BYTES_MAX: u64 = 1 << 20;

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
}

/// The `Authorization` header that answers a challenge of `asked` (an address); `None` when a name and a password are
/// wanted and there are none.
///
/// # Errors
/// A realm that has nothing to do with the registry, or that refuses.
pub(super) fn authorization(
    transport: &Transport<'_>,
    asked: &str,
    challenge: &Challenge,
    scope: &str,
    credentials: Option<&Credentials>,
) -> Result<Option<String>, RegistryError> {
    let Challenge::Bearer { realm, service, scope: asked_scope } = challenge else {
        return Ok(credentials.map(basic));
    };
    check_realm(transport, asked, realm)?;
    let scope = if scope.is_empty() { asked_scope.as_deref().unwrap_or_default() } else { scope };
    let service = service.as_deref().unwrap_or_default();
    let ask = match credentials {
        Some(credentials) if credentials.username == Credentials::TOKEN_USER => {
            let form = form(&[
                ("grant_type", "refresh_token"),
                ("service", service),
                ("scope", scope),
                ("client_id", "moussaillon"),
                ("refresh_token", &credentials.secret),
            ]);
            return post(transport, realm, &form).map(Some);
        }
        _ => {
            let query = form(&[("service", service), ("scope", scope)]);
            let joint = if realm.contains('?') { '&' } else { '?' };
            Ask::new(Method::GET, format!("{realm}{joint}{query}"))
        }
    };
    let password = credentials.map(basic);
    read(transport, &ask, password.as_deref()).map(Some)
}

/// `Basic …`.
pub(super) fn basic(credentials: &Credentials) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", credentials.username, credentials.secret)))
}

/// A realm is of the registry's own house, and spoken to as carefully as the registry itself: else whoever answers for a
/// registry could collect our passwords.
fn check_realm(transport: &Transport<'_>, asked: &str, realm: &str) -> Result<(), RegistryError> {
    let refused = |reason| Err(RegistryError::UnsafeTarget { from: asked.to_owned(), to: realm.to_owned(), reason });
    match realm.split_once("://") {
        Some(("https", _)) => {}
        Some(("http", _)) if is_insecure(transport.options, host_of(realm)) && asked.starts_with("http:") => {}
        Some(("http", _)) => return refused("an authentication server over plain HTTP"),
        _ => return refused("an authentication server that speaks neither HTTP nor HTTPS"),
    }
    if are_related(host_of(asked), host_of(realm)) {
        Ok(())
    } else {
        refused("an authentication server of another house")
    }
}

fn post(transport: &Transport<'_>, realm: &str, form: &str) -> Result<String, RegistryError> {
    let ask = Ask::new(Method::POST, realm)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(AskBody::Bytes(form.as_bytes()));
    read(transport, &ask, None)
}

fn read(transport: &Transport<'_>, ask: &Ask<'_>, authorization: Option<&str>) -> Result<String, RegistryError> {
    let response = transport.send(ask, authorization)?;
    let status = response.status();
    if status.as_u16() == 401 || status.as_u16() == 403 {
        let message = "incorrect username or password".to_owned();
        return Err(RegistryError::Unauthorized { verb: ask.verb(), url: ask.url.clone(), message });
    }
    if !status.is_success() {
        return Err(super::document::failure(ask, response));
    }
    let body = read_limited(response, &ask.url, TOKEN_BYTES_MAX)?;
    let bad = |reason: &str| RegistryError::BadAnswer { url: ask.url.clone(), reason: reason.to_owned() };
    let answer: Answer = serde_json::from_slice(&body).map_err(|error| bad(&error.to_string()))?;
    let token = if answer.token.is_empty() { answer.access_token } else { answer.token };
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("authorization server did not include a token in the response"));
    }
    Ok(format!("Bearer {token}"))
}

/// `name=value&…`, values escaped, empty ones left out.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    pairs.map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

/// Percent-encodes all but what RFC 3986 calls unreserved.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(byte.into()),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::options::RegistryOptions;
    use super::*;

    #[test]
    fn realms_of_another_house_are_refused() {
        let options = RegistryOptions::default();
        let transport = Transport::new(&options, None);
        let check = |asked: &str, realm: &str| check_realm(&transport, asked, realm).is_ok();
        assert!(check("https://registry-1.docker.io/v2/", "https://auth.docker.io/token"));
        assert!(check("http://127.0.0.1:5000/v2/", "http://127.0.0.1:5001/token"));
        assert!(!check("http://127.0.0.1:5000/v2/", "http://localhost:5001/token"));
        assert!(!check("https://registry.example.org/v2/", "https://evil.example.com/token"));
        assert!(!check("https://registry.example.org/v2/", "http://registry.example.org/token"));
        assert!(!check("https://127.0.0.1/v2/", "http://127.0.0.1/token"));
        assert!(!check("https://registry.example.org/v2/", "gopher://registry.example.org/"));
    }

    #[test]
    fn what_is_sent_is_escaped() {
        assert_eq!(
            form(&[("scope", "repository:a/b:pull,push"), ("service", "")]),
            "scope=repository%3Aa%2Fb%3Apull%2Cpush"
        );
    }
}
