//! Clients over protected connections, in both versions of HTTP; what they trust is theirs to say.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};

use super::Answer;
use super::app::NOW_S;

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(15);

/// A client of one server.
#[derive(Clone)]
pub struct Secure {
    address: String,
    name: String,
    config: ClientConfig,
}

/// An open connection.
pub type SecureStream = StreamOwned<ClientConnection, TcpStream>;

/// The clock of [`super::TestApp`].
#[derive(Debug)]
struct TestTime;

impl TimeProvider for TestTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(NOW_S.unsigned_abs())))
    }
}

/// Takes whatever comes, to see what it is.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

impl Secure {
    /// One that trusts an authority alone; `authority` is the file of its certificate.
    pub fn trusting(base: &str, authority: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).expect("a certificate")).expect("an authority");
        let builder = ClientConfig::builder_with_details(Arc::new(rustls::crypto::ring::default_provider()), Arc::new(TestTime));
        let builder = builder.with_safe_default_protocol_versions().expect("versions");
        Self::with(base, builder.with_root_certificates(roots).with_no_client_auth())
    }

    /// One that takes every certificate.
    pub fn credulous(base: &str) -> Self {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().expect("versions").dangerous();
        Self::with(base, builder.with_custom_certificate_verifier(Arc::new(Anything)).with_no_client_auth())
    }

    fn with(base: &str, config: ClientConfig) -> Self {
        let address = base.trim_start_matches("https://").to_owned();
        let name = address.rsplit_once(':').expect("a port").0.to_owned();
        Self { address, name, config }
    }

    /// The same, calling the server by another name.
    pub fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// A connection that speaks one protocol of these: `h2`, `http/1.1`.
    pub fn connect(&self, protocols: &[&str]) -> Result<SecureStream, std::io::Error> {
        let mut config = self.config.clone();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let name = ServerName::try_from(self.name.clone()).expect("a name");
        let mut connection = ClientConnection::new(Arc::new(config), name).expect("a client");
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        Ok(StreamOwned::new(connection, stream))
    }

    /// The certificate that a new connection is shown.
    pub fn certificate(&self) -> Vec<u8> {
        let stream = self.connect(&[]).expect("a connection");
        stream.conn.peer_certificates().expect("certificates")[0].to_vec()
    }

    /// A request in HTTP/1.1 over a connection of its own.
    #[track_caller]
    pub fn http1(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect(&["http/1.1"]).expect("a connection");
        let host = [("host", self.address.as_str()), ("connection", "close")];
        let length = body.len().to_string();
        let head: String = host
            .iter()
            .chain(headers)
            .chain(&[("content-length", length.as_str())])
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        stream.write_all(format!("{method} {path} HTTP/1.1\r\n{head}\r\n").as_bytes()).expect("a request");
        stream.write_all(body).expect("a body");
        let mut raw = Vec::new();
        // Some servers close without a goodbye; what came counts.
        let _ = stream.read_to_end(&mut raw);
        let end = raw.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer");
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        Answer {
            status,
            headers: pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            bytes: raw[end + 4..].to_vec(),
        }
    }

    /// A request in HTTP/2 over a connection of its own.
    #[track_caller]
    pub fn http2(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut request = http::Request::builder().method(method).uri(format!(
            "https://{}:{}{path}",
            self.name,
            self.address.rsplit_once(':').expect("a port").1
        ));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (request, body) = (request.body(()).expect("a request"), body.to_vec());
        let asked = async { tokio::time::timeout(PATIENCE, ask(self, request, body)).await };
        runtime.block_on(asked).expect("an answer in time").expect("an answer")
    }
}

/// A request whose body is still to come.
type Begun = (h2::client::ResponseFuture, h2::SendStream<Bytes>);

/// Requests of one connection whose bodies are still to come.
pub struct HeldStreams {
    runtime: tokio::runtime::Runtime,
    streams: Vec<Begun>,
}

impl HeldStreams {
    /// Sends the bodies; says how many requests were answered well.
    pub fn finish(self, body: &'static [u8]) -> usize {
        let finish = async {
            let mut waiting = Vec::new();
            for (response, mut sending) in self.streams {
                sending.send_data(Bytes::from_static(body), true).expect("a body");
                waiting.push(response);
            }
            let mut done = 0;
            for response in waiting {
                done += usize::from(response.await.is_ok_and(|answer| answer.status().is_success()));
            }
            done
        };
        self.runtime.block_on(finish)
    }
}

impl Secure {
    /// Begins so many POST requests on one connection and holds their bodies back; returns when the server has seen all.
    pub fn hold_streams(&self, count: usize, path: &str, headers: &[(&str, &str)]) -> HeldStreams {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let begun = async { tokio::time::timeout(PATIENCE, begin(self, count, path, headers)).await };
        let streams = runtime.block_on(begun).expect("streams in time").expect("streams");
        HeldStreams { runtime, streams }
    }
}

async fn begin(client: &Secure, count: usize, path: &str, headers: &[(&str, &str)]) -> Result<Vec<Begun>, Box<dyn std::error::Error>> {
    let (sender, mut connection) = h2::client::handshake(over_tls(client).await?).await?;
    let mut ping = connection.ping_pong().ok_or("no pings")?;
    tokio::spawn(connection);
    let (mut sender, mut streams) = (sender.ready().await?, Vec::new());
    for _ in 0..count {
        let mut request = http::Request::builder().method("POST").uri(format!("https://{}{path}", client.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        streams.push(sender.send_request(request.body(())?, false)?);
        sender = sender.ready().await?;
    }
    // Its answer comes after everything that was sent before.
    ping.ping(h2::Ping::opaque()).await?;
    Ok(streams)
}

impl Secure {
    /// Asks so often on one connection, and takes nothing of the answers but their heads. Says whether the server ends the connection.
    pub fn is_ended_when_unread(&self, count: usize, path: &str, headers: &[(&str, &str)]) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let ended = async { tokio::time::timeout(PATIENCE, wait_for_end(self, count, path, headers)).await };
        runtime.block_on(ended).is_ok()
    }
}

async fn wait_for_end(client: &Secure, count: usize, path: &str, headers: &[(&str, &str)]) {
    let stream = over_tls(client).await.expect("a connection");
    let (mut sender, connection) =
        h2::client::Builder::new().initial_window_size(0).handshake::<_, Bytes>(stream).await.expect("a connection");
    let ended = tokio::spawn(connection);
    let mut waiting = Vec::new();
    for _ in 0..count {
        let mut request = http::Request::builder().uri(format!("https://{}{path}", client.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        sender = sender.ready().await.expect("a place");
        waiting.push(sender.send_request(request.body(()).expect("a request"), true).expect("a request").0);
    }
    let _ = ended.await;
}

async fn over_tls(client: &Secure) -> Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>, Box<dyn std::error::Error>> {
    let mut config = client.config.clone();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = tokio::net::TcpStream::connect(&client.address).await?;
    let name = ServerName::try_from(client.name.clone())?;
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    Ok(stream)
}

async fn ask(client: &Secure, request: http::Request<()>, body: Vec<u8>) -> Result<Answer, Box<dyn std::error::Error>> {
    let (sender, connection) = h2::client::handshake(over_tls(client).await?).await?;
    let driven = tokio::spawn(connection);
    let (response, mut sending) = sender.ready().await?.send_request(request, body.is_empty())?;
    if !body.is_empty() {
        sending.send_data(body.into(), true)?;
    }
    let (head, mut coming) = response.await?.into_parts();
    let mut bytes = Vec::new();
    while let Some(piece) = coming.data().await {
        let piece = piece?;
        coming.flow_control().release_capacity(piece.len())?;
        bytes.extend_from_slice(&piece);
    }
    driven.abort();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(Answer { status: head.status.as_u16(), headers: headers.collect(), bytes })
}
