//! Nouns, ids and rules of the product, in neutral words.
//!
//! Plain data: nothing here serialises, talks SQL or HTTP, reads a clock or waits. A value that exists is valid,
//! so inner code never checks it again.

mod account;
mod administration;
mod audit;
mod catalogue;
mod chatroom;
pub mod civil;
mod contact;
mod device;
mod entry;
mod erasure;
mod error;
mod event;
mod file;
mod finding;
mod folding;
mod ids;
mod language;
mod library;
pub mod link;
mod log_page;
mod mail;
mod meeting;
mod message;
mod notation;
mod password;
mod place;
mod quick_call;
mod recurrence;
mod registration;
mod report;
mod request;
mod room;
mod search;
mod session;
mod setting;
mod size;
mod slug;
mod start;
mod task;
mod time;
mod token;
pub mod unread;
mod wording;
pub mod zones;

pub use account::{
    Account, AccountKind, AccountPatch, AccountProfile, Avatar, Email, NO_ADDRESS, NewPerson, Organization, OrganizationPatch,
    OrganizationRole, Person, PersonName, Slug, TimeZone,
};
pub use administration::{AdminLogin, AdminSession, SetUp, TotpKey, checked_password};
pub use audit::{AuditEntry, AuditFilter, Audited, ChainVerdict, SIGN_IN_FAILED, Subject};
pub use catalogue::{
    DueFilter, Exhibit, FileEntry, Inhabitant, ListedMessage, NamePart, RoomCounts, RoomEntry, RoomLabel, TaskEntry, TaskQuery, Witness,
};
pub use chatroom::{Chatroom, NewChatroom, NewRoomForAll, Page, People, Purpose};
pub use contact::{Contact, ContactRequest};
pub use device::{Device, DeviceId, NewClient, Pass, Proof, Proven, SignIn};
pub use entry::{Admission, ChatText, Credentials, Door, LinkKey, NewPoll, PersonKey, Place, Rating, Refusal, Seat, Visitor};
pub use erasure::{ERASED, Erased, Erasure, ErasureProgress, ErasureStage, IS_ERASED, NOBODY_KNOWN};
pub use error::{Error, LimitKind, Noun, Problem, Unauthenticated};
pub use event::Event;
pub use file::{Attachment, BlobHash, FileName, StoredFile};
pub use finding::{Audience, Author, FoundMessage, MessageQuery, Order, Participant, Reach, Reader, RoomSheet, Span};
pub use ids::{
    AccessTokenId, AccountId, AttendeeId, ContactRequestId, ErasureId, EventSeq, ExternalRoomId, FileId, LibraryFileId, MeetingId,
    MessageId, OrganizationId, PlaceId, RecordingId, RegistrationId, ReservationId, RoomId, SessionId, TaskId, TokenId,
};
pub use language::Language;
pub use library::{LibraryFile, Report, ReportState};
pub use log_page::{LogPage, Stretch};
pub use mail::{Composed, Letter, Mail, MailOutcome, MailState, Occasion, OutboxFilter, OutboxMail};
pub use meeting::{
    Access, AccessToken, Meeting, MeetingKind, MeetingName, MeetingPatch, MeetingSettings, MeetingStatus, NewMeeting, Schedule,
    SettingsPatch, Switch,
};
pub use message::{Body, Content, Media, Mentions, Message, Notice, PostGiven, PostMessage, TaskCard};
pub use password::{MeetingPassword, PasswordHash};
pub use place::{Count, Label, MeetingPlace, Memo, NewPlace, NewReservation, Reservation, ReservationMember, ReservedTime, Title};
pub use quick_call::{CallExpiry, CallPassword, NewQuickCall, QuickCall};
pub use recurrence::{Keep, Recurrence};
pub use registration::{Address, NewRegistration, Registration, RegistrationStatus};
pub use report::{ReportAnswer, ReportAttendee, ReportPoll, ReportQuestion, SessionReport};
pub use request::{AnsweredRequest, Caller, Grain, LoggedRequest, RequestCount, RequestFilter};
pub use room::{
    ChosenRoomId, GroupCard, Icon, Invitation, InvitationCode, InvitationView, JoinRequest, Managed, Member, MemberList, Membership,
    NewInvitation, NewRoom, Role, Room, RoomKind, RoomName, RoomPatch, RoomView, Writable,
};
pub use search::{FoundPage, SearchHit, SearchPage, SearchProgress, SearchQuery, Words, index_terms};
pub use session::{
    Attendee, AttendeeRole, ChatArchive, ChatLine, PastAttendee, PastSession, Poll, PollAnswer, PollQuestion, Recording, Session, Vote,
};
pub use setting::Setting;
pub use size::size_in_words;
pub use slug::MeetingSlug;
pub use start::Start;
pub use task::{Deadline, NewTask, Task, TaskFilter, TaskRoom, TaskStatus};
pub use time::Timestamp;
pub use token::{Actor, Dialect, NewToken, Scopes, Token, TokenState, TokenWarning};
