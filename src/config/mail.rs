//! Where mails go.

use secrecy::SecretString;

/// Mail.
#[derive(Clone, Debug, Default)]
pub struct MailConfig {
    /// The mail server; none keeps every mail here.
    pub smtp_host: Option<String>,
    /// Its port; none takes the usual one.
    pub smtp_port: Option<u16>,
    /// How the connection is protected.
    pub smtp_security: Security,
    /// Login, if it wants one.
    pub smtp_user: Option<String>,
    /// Password of that login.
    pub smtp_password: Option<SecretString>,
    /// Sender; none takes `crosstalk@` this server's name.
    pub from: Option<String>,
}

impl MailConfig {
    /// Who mails come from: an address, perhaps behind a name.
    pub fn sender(&self, server_name: &str) -> String {
        self.from.clone().unwrap_or_else(|| format!("crosstalk@{server_name}"))
    }

    /// The address alone.
    pub fn sender_address(&self, server_name: &str) -> String {
        let sender = self.sender(server_name);
        match sender.rsplit_once('<') {
            Some((_, address)) => address.trim_end_matches('>').to_owned(),
            None => sender,
        }
    }
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// TLS after a plain beginning (port 587).
    #[default]
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// Not at all (port 25): only for a server on the same machine or network.
    None,
}

impl Security {
    /// The usual port.
    pub fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}
