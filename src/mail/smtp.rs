//! The connection to a mail server.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::message;
use crate::config::{MailConfig, Security};
use crate::domain::{Mail, MailOutcome};

/// Longest wait for the mail server.
const PATIENCE: Duration = Duration::from_secs(60);

/// Hands mails to a mail server.
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
    server_name: String,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    /// By configuration; none where no mail server is named.
    pub fn new(config: &MailConfig, server_name: &str) -> Result<Option<Self>, lettre::transport::smtp::Error> {
        let Some(host) = &config.smtp_host else { return Ok(None) };
        let tls = match config.smtp_security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(TlsParameters::new(host.clone())?),
            Security::Tls => Tls::Wrapper(TlsParameters::new(host.clone())?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(config.smtp_port.unwrap_or(config.smtp_security.port()))
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let (Some(user), Some(password)) = (&config.smtp_user, &config.smtp_password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        let from = config.sender(server_name);
        Ok(Some(Self { transport: builder.build(), from, server_name: server_name.to_owned() }))
    }

    /// Connects, signs in and says goodbye; the error is what went wrong, for people.
    pub async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Err(_) => Err("the mail server did not answer in time".to_owned()),
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server hung up".to_owned()),
            Ok(Err(cause)) => Err(words(&cause)),
        }
    }

    /// Hands a mail over and says what came of it.
    pub async fn send(&self, mail: &Mail) -> MailOutcome {
        let message = match message(mail, &self.from, &self.server_name) {
            Ok(message) => message,
            Err(cause) => return MailOutcome::Refused(cause.to_string()),
        };
        // The transport's own limit ends with the connection's beginning.
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Err(_) => MailOutcome::Later("the mail server did not answer in time".to_owned()),
            Ok(Ok(_)) => MailOutcome::Sent,
            Ok(Err(cause)) if cause.is_permanent() && !is_about_login(&cause) => MailOutcome::Refused(words(&cause)),
            Ok(Err(cause)) => MailOutcome::Later(words(&cause)),
        }
    }
}

/// A login that is refused is a mistake in the configuration, not in the mail.
fn is_about_login(cause: &lettre::transport::smtp::Error) -> bool {
    cause.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

/// What went wrong, without the mail server's own words: those name addresses, which are not logged.
fn words(cause: &lettre::transport::smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if cause.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if cause.is_tls() => "the connection could not be protected as configured".to_owned(),
        None => "the mail server could not be reached, or hung up".to_owned(),
    }
}
