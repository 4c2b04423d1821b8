//! Mails leave: handed to a mail server, or kept here; a readable copy of each lies in `outbox/`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::Mutex;

use crate::config::MailConfig;
use crate::domain::{Error, Mail, MailOutcome};
use crate::mail::{Sender, message};
use crate::ops::mail;
use crate::store::Cause;
use crate::world::{Mode, World};

/// Mails handed over at the same time, and of which it may not be noted yet what came.
const AT_ONCE: usize = 4;
/// Mails kept in one go.
const KEPT_AT_ONCE: i64 = 100;
/// Copies that stay in `outbox/`.
const COPIES: usize = 10_000;

/// What sends a world's mails.
#[derive(Debug)]
pub struct Post {
    copier: Copier,
    sender: Option<Sender>,
    hands: Arc<Mutex<Hands>>,
}

/// Mails that are marked as being sent. Whoever holds this knows that none is under way, and that none sets out.
#[derive(Debug)]
pub(super) struct Hands {
    /// Whether mails may be marked that are not here: after a start, and after sending was broken off.
    is_unsure: bool,
    /// Mails that were handed over. What came of them is kept until it is noted: who was sent a mail must not be sent it again.
    back: Vec<Arc<Handed>>,
}

#[derive(Debug)]
struct Handed {
    mail: Mail,
    outcome: MailOutcome,
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
        let hands = Arc::new(Mutex::new(Hands { is_unsure: true, back: Vec::new() }));
        Self { copier: Copier { from: config.sender(&server_name), world }, sender, hands }
    }

    pub(super) fn hands(&self) -> Arc<Mutex<Hands>> {
        self.hands.clone()
    }

    /// Handles every mail whose time has come.
    pub async fn deliver(&self) -> Result<(), Error> {
        while self.handle_some(&mut *self.hands.lock().await).await? {}
        Ok(())
    }

    /// Handles some of them; says whether there may be more. First what an earlier time left: what can't be noted takes the place of
    /// another one that would set out, so there are never many of them.
    async fn handle_some(&self, hands: &mut Hands) -> Result<bool, Error> {
        let noted = self.note_outcomes(hands).await;
        self.give_up_unsure(hands).await?;
        let free = AT_ONCE.saturating_sub(hands.back.len());
        if free == 0 || !self.copier.world.read(mail::has_due)? {
            return noted.map(|()| false);
        }
        match &self.sender {
            Some(sender) => self.send(sender, hands, free).await?,
            None => self.keep().await?,
        }
        self.note_outcomes(hands).await.map(|()| true)
    }

    /// What is marked, and nobody knows why, may have arrived, so it is not sent again.
    async fn give_up_unsure(&self, hands: &mut Hands) -> Result<(), Error> {
        if !hands.is_unsure {
            return Ok(());
        }
        let known: Vec<i64> = hands.back.iter().map(|handed| handed.mail.id).collect();
        let unsure = self.copier.world.write(Cause::job("mail"), move |tx| mail::give_up_sending(tx, &known)).await?;
        hands.is_unsure = false;
        for id in unsure {
            tracing::warn!(mail = id, "sending this mail was broken off; it may have arrived and is not sent again");
        }
        Ok(())
    }

    async fn send(&self, sender: &Sender, hands: &mut Hands, most: usize) -> Result<(), Error> {
        hands.is_unsure = true;
        let due = self.copier.world.write(Cause::job("mail"), move |tx| mail::take_due(tx, most)).await?;
        let outcomes = join_all(due.iter().map(|mail| sender.send(mail))).await;
        let handed = due.into_iter().zip(outcomes).map(|(mail, outcome)| Arc::new(Handed { mail, outcome }));
        let handed: Vec<Arc<Handed>> = handed.collect();
        hands.back.extend_from_slice(&handed);
        hands.is_unsure = false;
        for Handed { mail, outcome } in handed.iter().map(Arc::as_ref).filter(|handed| handed.outcome != MailOutcome::Sent) {
            tracing::warn!(mail = mail.id, ?outcome, "a mail was not taken by the mail server");
        }
        let copy = move |copier: &Copier, folder: &Path| {
            handed.iter().for_each(|handed| copier.copy(folder, &handed.mail));
            Ok(())
        };
        if let Err(cause) = self.in_outbox(copy).await {
            tracing::warn!(?cause, "readable copies of mails could not be written");
        }
        Ok(())
    }

    /// Notes what came of mails, of each by itself. Where that fails it is kept for the next time.
    async fn note_outcomes(&self, hands: &mut Hands) -> Result<(), Error> {
        let note = |handed: Arc<Handed>| {
            self.copier.world.write(Cause::job("mail"), move |tx| mail::note_outcome(tx, &handed.mail, &handed.outcome))
        };
        let noted = join_all(hands.back.iter().cloned().map(note)).await;
        let mut failed = noted.iter().map(Result::is_err);
        hands.back.retain(|_| failed.next().unwrap_or(true));
        noted.into_iter().collect()
    }

    async fn keep(&self) -> Result<(), Error> {
        self.in_outbox(Copier::keep).await
    }

    async fn in_outbox(&self, work: impl FnOnce(&Copier, &Path) -> Result<(), Error> + Send + 'static) -> Result<(), Error> {
        let copier = self.copier.clone();
        tokio::task::spawn_blocking(move || work(&copier, &copier.world.outbox())).await.map_err(Error::internal)?
    }
}

/// Writes readable copies of letters. They may be lost: the letters themselves are in the database.
#[derive(Clone, Debug)]
struct Copier {
    world: Arc<World>,
    from: String,
}

impl Copier {
    /// Marks letters as kept here and copies them, all while the outbox is held: what is marked so may be erased at any other time.
    fn keep(&self, folder: &Path) -> Result<(), Error> {
        let kept = self.world.write_blocking(Cause::job("mail"), |tx| mail::keep_due(tx, KEPT_AT_ONCE))?;
        kept.iter().for_each(|mail| self.copy(folder, mail));
        Ok(())
    }

    fn copy(&self, folder: &Path, mail: &Mail) {
        let built = message(mail, &self.from, self.world.server_name()).map_err(io::Error::other);
        if let Err(cause) = built.and_then(|message| write_copy(folder, mail.id, &message.formatted())) {
            tracing::warn!(mail = mail.id, %cause, "the readable copy of a mail could not be written");
        }
    }
}

/// Forgets letters that were done with a month ago.
pub async fn forget_mail(world: Arc<World>) -> Result<(), Error> {
    while !world.read(mail::list_outdated)?.is_empty() {
        let world = world.clone();
        tokio::task::spawn_blocking(move || forget_some(&world)).await.map_err(Error::internal)??;
    }
    Ok(())
}

/// First their copies, then the letters, so that a stop in between leaves no copy that nothing knows of. All while the outbox is held: a
/// letter that an administrator lets wait again meanwhile stays, and is copied anew when it was sent.
fn forget_some(world: &World) -> Result<(), Error> {
    let folder = world.outbox();
    let outdated = world.read(mail::list_outdated)?;
    remove_copies(&folder, &outdated)?;
    world.write_blocking(Cause::job("forget-mail"), move |tx| mail::forget(tx, &outdated))
}

/// Removes copies whose letters are gone: a stop may leave one behind.
pub async fn sweep_copies(world: Arc<World>) -> Result<(), Error> {
    let sweep = move || {
        let folder = world.outbox();
        let copied = list_copies(&folder).map_err(Error::internal)?;
        let is_alone = |id: &i64| world.read(|tx| mail::is_gone(tx, *id)).map(|is_gone| is_gone.then_some(*id)).transpose();
        let alone = copied.iter().filter_map(is_alone).collect::<Result<Vec<_>, _>>()?;
        remove_copies(&folder, &alone)
    };
    tokio::task::spawn_blocking(sweep).await.map_err(Error::internal)?
}

/// What copies are called, whole and while they are written.
const ENDINGS: [&str; 2] = ["eml", "partial"];

/// Numbers of the letters that have copies.
fn list_copies(folder: &Path) -> io::Result<Vec<i64>> {
    let number = |path: &Path| {
        let is_copy = path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending));
        path.file_stem().filter(|_| is_copy)?.to_str()?.parse().ok()
    };
    match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed?.filter_map(|entry| entry.map(|entry| number(&entry.path())).transpose()).collect(),
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

/// Removes copies that are there.
pub(super) fn remove_copies(folder: &Path, letters: &[i64]) -> Result<(), Error> {
    letters.iter().try_for_each(|id| remove_copy(folder, *id)).map_err(Error::internal)
}

fn remove_copy(folder: &Path, id: i64) -> io::Result<()> {
    ENDINGS.iter().try_for_each(|ending| match fs::remove_file(folder.join(format!("{id}.{ending}"))) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    })
}
