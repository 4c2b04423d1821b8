//! Addresses that lead into meetings, and the secrets in them that are derived instead of stored.
//!
//! Invariant: nothing here is a secret by itself; all of it follows from the world's key, the meeting and, for the
//! hashes of roles, the second in which they were shown.

use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::domain::{AttendeeId, AttendeeRole, MeetingId, OrganizationId, RecordingId, SessionId, Timestamp};

/// How long a role's hash opens its room, in seconds. GUESS: a week; the vendor changes them with every read.
const ROLE_S: i64 = 7 * 24 * 60 * 60;
/// Hexadecimal digits of a role's hash that are its own; ten more are the second in which it was shown.
const ROLE_DIGITS: usize = 22;
/// What hashes in links end in, where other servers have padding.
const TAIL: &str = "__";

/// Derives the secrets of meetings.
#[derive(Clone)]
pub struct MeetingKeys {
    roles: Hmac<Sha512>,
    owners: Hmac<Sha256>,
    recordings: Hmac<Sha256>,
    attendees: Hmac<Sha256>,
}

impl std::fmt::Debug for MeetingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MeetingKeys")
    }
}

impl MeetingKeys {
    /// From the world's key.
    pub fn new(world_key: &[u8]) -> Self {
        Self {
            roles: keyed(world_key, b"meeting-role-v1"),
            owners: keyed(world_key, b"meeting-owner-v1"),
            recordings: keyed(world_key, b"recording-link-v1"),
            attendees: keyed(world_key, b"attendee-pass-v1"),
        }
    }

    /// The hashes of all roles, in the order of [`AttendeeRole::ALL`]: 32 hexadecimal digits each.
    pub fn role_hashes(&self, meeting: MeetingId, at: Timestamp) -> [String; 3] {
        let mut mac = self.roles.clone();
        mac.update(&meeting.get().to_be_bytes());
        mac.update(&at.seconds().to_be_bytes());
        let digits = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        let hash = |place: usize| format!("{}{:010x}", &digits[place * ROLE_DIGITS..(place + 1) * ROLE_DIGITS], at.seconds());
        [hash(0), hash(1), hash(2)]
    }

    /// The role that a hash stands for, if it is ours and not too old.
    pub fn role_of(&self, meeting: MeetingId, hash: &str, now: Timestamp) -> Option<AttendeeRole> {
        let seconds = i64::from_str_radix(hash.get(ROLE_DIGITS..)?, 16).ok()?;
        if hash.len() != ROLE_DIGITS + 10 || seconds > now.seconds() || seconds + ROLE_S < now.seconds() {
            return None;
        }
        let hashes = self.role_hashes(meeting, Timestamp::from_seconds(seconds));
        AttendeeRole::ALL.into_iter().zip(hashes).find(|(_, ours)| is_same(ours, hash)).map(|(role, _)| role)
    }

    /// The hash that lets the owner of a meeting in as its host: letters, digits and `_`.
    pub fn owner_hash(&self, meeting: MeetingId) -> String {
        let mac = self.owners.clone().chain_update(meeting.get().to_be_bytes()).finalize().into_bytes();
        data_encoding::BASE32_NOPAD.encode(&mac).to_ascii_lowercase() + TAIL
    }

    /// Whether a hash is the owner's.
    pub fn is_owner(&self, meeting: MeetingId, hash: &str) -> bool {
        is_same(&self.owner_hash(meeting), hash)
    }

    /// What an attendee shows who rates a session, also after it: session and attendee, signed.
    pub fn attendee_pass(&self, session: SessionId, attendee: AttendeeId) -> String {
        let mac = self.attendees.clone().chain_update(session.get().to_be_bytes()).chain_update(attendee.get().to_be_bytes());
        let signature = data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()[..16]);
        format!("{session}.{attendee}.{signature}")
    }

    /// Who shows a pass, if it is ours.
    pub fn read_attendee_pass(&self, pass: &str) -> Option<(SessionId, AttendeeId)> {
        let mut parts = pass.splitn(3, '.');
        let (session, attendee) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        is_same(&self.attendee_pass(session, attendee), pass).then_some((session, attendee))
    }

    /// A link to a recording that works without a key until an instant.
    pub fn recording_link(&self, base: &str, recording: RecordingId, expires: Timestamp) -> String {
        format!("{base}/files/rec/{recording}?st={}&e={}", self.recording_signature(recording, expires), expires.seconds())
    }

    /// Whether a link to a recording is ours; compared in constant time.
    pub fn is_recording_signed(&self, recording: RecordingId, expires: Timestamp, signature: &str) -> bool {
        is_same(&self.recording_signature(recording, expires), signature)
    }

    fn recording_signature(&self, recording: RecordingId, expires: Timestamp) -> String {
        let mac = self.recordings.clone().chain_update(recording.get().to_be_bytes()).chain_update(expires.seconds().to_be_bytes());
        data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()[..16])
    }
}

/// A keyed hash for one purpose, ready to be copied.
fn keyed<M: KeyInit>(world_key: &[u8], purpose: &[u8]) -> M {
    let mut key = Key::<M>::default();
    for (place, byte) in key.iter_mut().zip(Sha256::new().chain_update(purpose).chain_update(world_key).finalize()) {
        *place = byte;
    }
    M::new(&key)
}

fn is_same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

/// What a new autologin link carries: the random text that is its secret, made to look like the vendor's.
pub fn autologin_hash(random: &str) -> String {
    format!("{random}{TAIL}")
}

/// The address of the script that embeds a room in another page.
pub fn embed_url(base: &str, organization: OrganizationId, meeting: MeetingId) -> String {
    let account = organization.to_string();
    format!("{base}/embed_conference.html?r=1{}{account}{meeting}", account.len())
}

/// Which room of which organization an embedding script is for.
pub fn read_embed(r: &str) -> Option<(OrganizationId, MeetingId)> {
    let digits = r.strip_prefix('1')?;
    let length: usize = digits.get(..1)?.parse().ok()?;
    let (account, room) = digits.get(1..)?.split_at_checked(length)?;
    Some((account.parse().ok()?, room.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{MeetingKeys, embed_url, read_embed};
    use crate::domain::{AttendeeId, AttendeeRole, MeetingId, OrganizationId, RecordingId, SessionId, Timestamp};

    const ROOM: MeetingId = MeetingId::new(1_000_500);

    #[test]
    fn role_hashes_change_every_second_and_open_only_their_room_for_a_week() {
        let keys = MeetingKeys::new(b"key");
        let at = Timestamp::from_seconds(1_800_000_000);
        let hashes = keys.role_hashes(ROOM, at);
        assert!(hashes.iter().all(|hash| hash.len() == 32 && hash.ends_with("006b49d200")));
        for (role, hash) in AttendeeRole::ALL.into_iter().zip(&hashes) {
            assert_eq!(keys.role_of(ROOM, hash, at), Some(role));
            assert_eq!(keys.role_of(MeetingId::new(1), hash, at), None);
            assert_eq!(keys.role_of(ROOM, hash, at.plus_ms(8 * 24 * 3_600_000)), None);
        }
        assert_ne!(hashes, keys.role_hashes(ROOM, at.plus_ms(1_000)));
        for bad in ["", "zz", &"é".repeat(16), &"0".repeat(32)] {
            assert_eq!(keys.role_of(ROOM, bad, at), None, "{bad}");
        }
    }

    #[test]
    fn the_owners_hash_stays_and_fits_an_address() {
        let keys = MeetingKeys::new(b"key");
        let hash = keys.owner_hash(ROOM);
        assert!(keys.is_owner(ROOM, &hash) && !keys.is_owner(MeetingId::new(1), &hash) && !keys.is_owner(ROOM, ""));
        assert!((40..=250).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    }

    #[test]
    fn a_recordings_link_is_bound_to_recording_and_expiry() {
        let keys = MeetingKeys::new(b"key");
        let (id, at) = (RecordingId::new(7), Timestamp::from_seconds(9));
        let link = keys.recording_link("http://x", id, at);
        let signature = link.split("st=").nth(1).unwrap().split('&').next().unwrap();
        assert!(keys.is_recording_signed(id, at, signature));
        assert!(!keys.is_recording_signed(RecordingId::new(8), at, signature));
        assert!(!keys.is_recording_signed(id, Timestamp::from_seconds(10), signature));
    }

    #[test]
    fn a_pass_names_one_attendee_and_cant_be_changed() {
        let keys = MeetingKeys::new(b"key");
        let (session, attendee) = (SessionId::new(7), AttendeeId::new(8));
        let pass = keys.attendee_pass(session, attendee);
        assert_eq!(keys.read_attendee_pass(&pass), Some((session, attendee)));
        for bad in [pass.replace("7.8", "7.9"), pass.replace("7.8", "8.7"), format!("{pass}x"), "7.8".to_owned(), String::new()] {
            assert_eq!(keys.read_attendee_pass(&bad), None, "{bad}");
        }
    }

    #[test]
    fn an_embedding_address_names_account_and_room() {
        let url = embed_url("http://x", OrganizationId::new(1_000_000), ROOM);
        let r = url.split("r=").nth(1).unwrap();
        assert_eq!(r, "1710000001000500");
        assert_eq!(read_embed(r), Some((OrganizationId::new(1_000_000), ROOM)));
        for bad in ["", "1", "17", "19123", "2710000001000500", "1é"] {
            assert_eq!(read_embed(bad), None, "{bad}");
        }
    }
}
