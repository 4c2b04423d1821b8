//! Conference rooms ("meetings"): what they are, who may enter, when they are over.

use super::{AccessTokenId, Error, MeetingId, MeetingPassword, MeetingSlug, OrganizationId, Start, TimeZone, Timestamp};

/// How people talk in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingKind {
    /// Everybody may speak.
    Meeting,
    /// Some speak, others listen.
    Webinar,
}

impl MeetingKind {
    /// `meeting` or `webinar`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Webinar => "webinar",
        }
    }
}

/// What it takes to enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// The room's password.
    Password,
    /// An access token of one's own.
    Token,
}

/// When a meeting takes place that is not permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its beginning.
    pub starts: Timestamp,
    /// Its end.
    pub ends: Timestamp,
}

/// What can be switched in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Switch {
    /// The organization's public page lists the room.
    PersonalPage,
    /// Who attended gets a mail afterwards.
    ThankYouMail,
    /// The entry page offers to test the connection.
    ConnectionTester,
    /// Entry page and invitations name telephone numbers.
    PhoneGateway,
    /// Recording begins with the session.
    RecorderAutostart,
    /// People in the room may invite others.
    Invite,
    /// People in the room are shown links to share it.
    Sharing,
    /// People in the room see how good their connection is.
    ConnectionStatus,
}

/// A meeting's switches and the rest of its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingSettings {
    /// One bit for each [`Switch`], by its place in the enum.
    pub bits: u8,
    /// Where a leaving attendee is sent; empty for the page of ours.
    pub thank_you_url: String,
    /// Whether encryption was asked for; none when nobody ever said.
    pub is_encrypted: Option<bool>,
}

impl Default for MeetingSettings {
    /// As rooms of the live vendor that were made without settings.
    fn default() -> Self {
        let mut settings = Self { bits: 0, thank_you_url: String::new(), is_encrypted: None };
        for switch in [Switch::PersonalPage, Switch::ThankYouMail, Switch::Invite, Switch::ConnectionStatus] {
            settings.set(switch, true);
        }
        settings
    }
}

impl MeetingSettings {
    /// Whether a switch is on.
    pub fn is_on(&self, switch: Switch) -> bool {
        self.bits >> (switch as u8) & 1 == 1
    }

    /// Turns a switch.
    pub fn set(&mut self, switch: Switch, is_on: bool) {
        let bit = 1 << (switch as u8);
        if is_on { self.bits |= bit } else { self.bits &= !bit }
    }

    /// Takes over what a patch names.
    pub fn apply(&mut self, patch: &SettingsPatch) {
        for (switch, is_on) in &patch.switches {
            self.set(*switch, *is_on);
        }
        if let Some(url) = &patch.thank_you_url {
            self.thank_you_url.clone_from(url);
        }
        self.is_encrypted = patch.is_encrypted.or(self.is_encrypted);
    }
}

/// Some settings, to be changed key by key.
#[derive(Clone, Debug, Default)]
pub struct SettingsPatch {
    /// Switches that are named.
    pub switches: Vec<(Switch, bool)>,
    /// The address of the thank-you page.
    pub thank_you_url: Option<String>,
    /// Whether encryption is wanted.
    pub is_encrypted: Option<bool>,
}

/// A conference room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// Meeting or webinar.
    pub kind: MeetingKind,
    /// Nine digits that lead to it.
    pub pin: i64,
    /// Name as shown.
    pub name: String,
    /// Its part of an address.
    pub slug: String,
    /// When it takes place; none for a permanent room.
    pub schedule: Option<Schedule>,
    /// What it takes to enter.
    pub access: Access,
    /// The password, exactly when `access` asks for one.
    pub password: Option<MeetingPassword>,
    /// Whether people wait until a host or presenter starts.
    pub has_lobby: bool,
    /// What they read while they wait.
    pub lobby_text: String,
    /// Whether one has to register.
    pub has_registration: bool,
    /// Which form registration shows: 1 to 3.
    pub registration_template: i64,
    /// The zone its times are shown in.
    pub zone: TimeZone,
    /// How it looks, if anybody chose.
    pub skin: Option<i64>,
    /// PIN of presenters at a telephone.
    pub presenter_pin: i64,
    /// PIN of listeners at a telephone.
    pub listener_pin: i64,
    /// Six letters and digits for widgets.
    pub widgets: String,
    /// Switches and the like.
    pub settings: MeetingSettings,
    /// Closed by somebody.
    pub is_closed: bool,
    /// From when on nobody may enter.
    pub inactive_from: Option<Timestamp>,
    /// Recordings there are.
    pub recording_num: i64,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Meeting {
    /// Whether one may enter at this instant.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.inactive_from.is_none_or(|from| from > now)
    }
}

/// Which meetings a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingStatus {
    /// Those one may enter, future ones included.
    Active,
    /// Those that are over or closed, for up to six months.
    Inactive,
}

/// A meeting's name: 1 to 255 characters, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingName(String);

impl MeetingName {
    /// Checks a name. Blanks around it and control characters in it don't belong to it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let clean: String = text.trim().chars().filter(|c| !c.is_control()).collect();
        match clean.chars().count() {
            0 => Err(Error::Missing("name")),
            1..=255 => Ok(Self(clean)),
            _ => Err(Error::Invalid("name", "a name has at most 255 characters")),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A meeting to be made.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    /// Its name.
    pub name: MeetingName,
    /// Meeting or webinar.
    pub kind: MeetingKind,
    /// Whether it never ends.
    pub is_permanent: bool,
    /// What it takes to enter.
    pub access: Access,
    /// Everything that may be left out.
    pub rest: MeetingPatch,
}

/// Changes of a meeting; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct MeetingPatch {
    /// Name as shown.
    pub name: Option<MeetingName>,
    /// Meeting or webinar.
    pub kind: Option<MeetingKind>,
    /// Whether it never ends.
    pub is_permanent: Option<bool>,
    /// Its part of an address.
    pub slug: Option<MeetingSlug>,
    /// When it begins.
    pub starts: Option<Start>,
    /// How long it lasts, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The zone its times are shown in, and in which a start without an offset is meant.
    pub zone: Option<TimeZone>,
    /// What it takes to enter.
    pub access: Option<Access>,
    /// The password.
    pub password: Option<String>,
    /// Whether people wait until a host or presenter starts.
    pub has_lobby: Option<bool>,
    /// What they read while they wait.
    pub lobby_text: Option<String>,
    /// Whether one has to register.
    pub has_registration: Option<bool>,
    /// Which form registration shows.
    pub registration_template: Option<i64>,
    /// How it looks.
    pub skin: Option<i64>,
    /// Opened or closed by hand.
    pub status: Option<MeetingStatus>,
    /// Switches and the like.
    pub settings: SettingsPatch,
}

/// A key that lets one person into a room.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// Its row.
    pub id: AccessTokenId,
    /// Six characters that can't be mistaken for each other.
    pub token: String,
    /// Whom it was sent to.
    pub sent_to: Option<String>,
    /// When somebody first came in with it.
    pub first_use: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::{MeetingName, MeetingSettings, SettingsPatch, Switch};

    #[test]
    fn switches_are_turned_one_by_one() {
        let mut settings = MeetingSettings::default();
        assert!(settings.is_on(Switch::PersonalPage) && !settings.is_on(Switch::ConnectionTester));
        let patch = SettingsPatch { switches: vec![(Switch::ConnectionTester, true), (Switch::PersonalPage, false)], ..Default::default() };
        settings.apply(&patch);
        assert!(!settings.is_on(Switch::PersonalPage) && settings.is_on(Switch::ConnectionTester) && settings.is_on(Switch::Invite));
        assert_eq!((settings.thank_you_url.as_str(), settings.is_encrypted), ("", None));
    }

    #[test]
    fn a_name_has_something_to_show_and_no_more_than_255_characters() {
        assert_eq!(MeetingName::parse(" a\r\nb ").unwrap().as_str(), "ab");
        assert!(MeetingName::parse(" \n").is_err());
        assert!(MeetingName::parse(&"あ".repeat(255)).is_ok() && MeetingName::parse(&"あ".repeat(256)).is_err());
    }
}
