//! Mails leave: handed to a mail server, or kept here; a readable copy of each lies in `outbox/`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::config::MailConfig;
use crate::domain::{Error, Mail, MailOutcome};
use crate::mail::{Sender, message};
use crate::ops::mail;
use crate::store::Cause;
use crate::world::{Mode, World};

/// Mails handed over at the same time.
const AT_ONCE: i64 = 4;
/// Mails kept in one go.
const KEPT_AT_ONCE: i64 = 100;
/// Copies that stay in `outbox/`.
const COPIES: usize = 10_000;

/// What sends a world's mails.
#[derive(Debug)]
pub struct Post {
    world: Arc<World>,
    sender: Option<Sender>,
    from: String,
    /// Held while mails are under way.
    under_way: Arc<Mutex<()>>,
}

impl Post {
    /// Of a world. A sandbox never connects to anybody.
    pub fn new(world: Arc<World>, config: &MailConfig) -> Self {
        let server_name = world.server_name().to_owned();
        let sender = match world.mode() {
            Mode::Sandbox => None,
            Mode::Office => Sender::new(config, &server_name).unwrap_or_else(|cause| {
                tracing::error!(%cause, "mails can't be sent: the connection to the mail server can't be set up");
                None
            }),
        };
        Self { from: config.sender(&server_name), world, sender, under_way: Arc::default() }
    }

    /// Whoever holds this knows that no mail is under way, and that none sets out.
    pub(super) fn under_way(&self) -> Arc<Mutex<()>> {
        self.under_way.clone()
    }

    /// After a start: what was being sent when the program ended may have arrived, so it is not sent again.
    pub async fn begin(&self) -> Result<(), Error> {
        let unsure = self.world.write(Cause::job("mail"), mail::give_up_sending).await?;
        for id in unsure {
            tracing::warn!(mail = id, "the program ended while this mail was being sent; it may have arrived and is not sent again");
        }
        Ok(())
    }

    /// Handles every mail whose time has come.
    pub async fn deliver(&self) -> Result<(), Error> {
        while self.world.read(mail::has_due)? {
            let _hands = self.under_way.lock().await;
            match &self.sender {
                Some(sender) => self.send(sender).await?,
                None => self.keep().await?,
            }
        }
        Ok(())
    }

    async fn send(&self, sender: &Sender) -> Result<(), Error> {
        let due = self.world.write(Cause::job("mail"), |tx| mail::take_due(tx, AT_ONCE)).await?;
        let sent = futures_util::future::join_all(due.iter().map(|mail| sender.send(mail))).await;
        for (mail, outcome) in due.into_iter().zip(sent) {
            self.copy(&mail).await;
            if outcome != MailOutcome::Sent {
                tracing::warn!(mail = mail.id, ?outcome, "a mail was not taken by the mail server");
            }
            self.world.write(Cause::job("mail"), move |tx| mail::note_outcome(tx, &mail, &outcome)).await?;
        }
        Ok(())
    }

    async fn keep(&self) -> Result<(), Error> {
        let kept = self.world.write(Cause::job("mail"), |tx| mail::keep_due(tx, KEPT_AT_ONCE)).await?;
        for mail in &kept {
            self.copy(mail).await;
        }
        Ok(())
    }

    /// Writes the readable copy. It may be lost: the letter itself is in the database.
    async fn copy(&self, mail: &Mail) {
        let built = message(mail, &self.from, self.world.server_name());
        let (id, folder) = (mail.id, self.world.dir().join("outbox"));
        let written = match built {
            Ok(message) => {
                tokio::task::spawn_blocking(move || write_copy(&folder, id, &message.formatted())).await.map_err(io::Error::other)
            }
            Err(cause) => Ok(Err(io::Error::other(cause))),
        };
        if let Ok(Err(cause)) | Err(cause) = written {
            tracing::warn!(mail = id, %cause, "the readable copy of a mail could not be written");
        }
    }
}

/// Forgets letters that were done with a month ago: first their copies, then the letters, so that a stop in between leaves no copy
/// that nothing knows of.
pub async fn forget_mail(world: Arc<World>) -> Result<(), Error> {
    loop {
        let outdated = world.read(mail::list_outdated)?;
        if outdated.is_empty() {
            return Ok(());
        }
        let (folder, copies) = (world.dir().join("outbox"), outdated.clone());
        let unlinked = tokio::task::spawn_blocking(move || copies.into_iter().try_for_each(|id| remove_copy(&folder, id))).await;
        unlinked.map_err(Error::internal)?.map_err(Error::internal)?;
        world.write(Cause::job("forget-mail"), move |tx| mail::forget(tx, &outdated)).await?;
    }
}

fn write_copy(folder: &Path, id: i64, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!("{id}.partial"));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(bytes)?;
    fs::rename(partial, folder.join(format!("{id}.eml")))?;
    remove_copy(folder, id - COPIES as i64)
}

/// Removes a copy if it is there.
pub(super) fn remove_copy(folder: &Path, id: i64) -> io::Result<()> {
    match fs::remove_file(folder.join(format!("{id}.eml"))) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}
