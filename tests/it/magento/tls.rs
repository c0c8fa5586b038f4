//! Certificates: each way to be wrong has its own words, and a CA of the store's own can be added (F2).

use std::io::{BufReader, Read, Write};
use std::sync::Arc;

use cartwright::magento::api::info;
use cartwright::magento::{CallError, Mode, Open, Store, TlsReason, WsdlUrl};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::shop::{fixture, response, settings};

#[tokio::test]
async fn certificates() {
    let check = async |certificate: &str, ca: Option<&str>, expected: Option<TlsReason>| {
        let port = serve(certificate);
        let url = WsdlUrl::parse(&format!("https://localhost:{port}/api/v2_soap?wsdl=1")).expect("a URL").0;
        let mut settings = settings(url, Mode::Rpc);
        settings.ca_pem = ca.map(|file| std::fs::read_to_string(fixture(file)).expect("a certificate"));
        let store = Store::new(settings, Open::gate()).expect("a store");
        match (info::magento_info(&store).await, expected) {
            (Err(CallError::Tls { reason, detail, .. }), Some(expected)) => {
                assert_eq!(reason, expected, "{certificate}: {detail}")
            }
            (Ok(_), None) => {}
            (other, expected) => panic!("{certificate}: {other:?} instead of {expected:?}"),
        }
    };
    check("tls/good.pem", None, Some(TlsReason::UnknownCa)).await;
    check("tls/good.pem", Some("tls/ca.pem"), None).await;
    check("tls/wrong-host.pem", Some("tls/ca.pem"), Some(TlsReason::WrongHost)).await;
    check("tls/expired.pem", Some("tls/ca.pem"), Some(TlsReason::Expired)).await;
}

#[tokio::test]
async fn a_ca_that_is_no_certificate_is_told_at_once() {
    let url = WsdlUrl::parse("https://localhost/api/v2_soap?wsdl=1").expect("a URL").0;
    let mut settings = settings(url, Mode::Rpc);
    settings.ca_pem = Some("my certificate".to_owned());
    let problem = Store::new(settings, Open::gate()).expect_err("a refusal");
    assert!(problem.to_string().starts_with("The CA certificate cannot be read."), "{problem}");
}

/// An HTTPS server on a thread of its own that logs in whoever asks, and knows its version.
fn serve(certificate: &str) -> u16 {
    let chain = vec![CertificateDer::from_pem_file(fixture(certificate)).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(fixture("tls/server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a configuration");
    let config = Arc::new(config);
    let listener = std::net::TcpListener::bind("localhost:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else {
                return;
            };
            answer(StreamOwned::new(connection, socket));
        }
    });
    port
}

/// One request per connection.
fn answer(stream: impl Read + Write) {
    let mut stream = BufReader::new(stream);
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("</SOAP-ENV:Envelope>") {
        let mut chunk = [0; 4_096];
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => seen.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    let is_login = String::from_utf8_lossy(&seen).contains("ns1:login>");
    let body = response(if is_login { "rpc/001-login-ok" } else { "rpc/006-magentoInfo-ok" });
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.get_mut().write_all(format!("{head}{body}").as_bytes());
    let _ = stream.get_mut().flush();
}
