//! What letters say in each language. `{room}`, `{organization}` and `{name}` stand for names.

use crate::domain::{Language, MeetingKind, Occasion};

/// The words of one language.
pub(super) struct Words {
    pub(super) greeting: &'static str,
    pub(super) greeting_named: &'static str,
    pub(super) invitation_subject: &'static str,
    pub(super) invitation_meeting: &'static str,
    pub(super) invitation_webinar: &'static str,
    pub(super) confirmation_subject: &'static str,
    pub(super) confirmation: &'static str,
    pub(super) thanks_subject: &'static str,
    pub(super) thanks: &'static str,
    pub(super) as_presenter: &'static str,
    pub(super) when: &'static str,
    pub(super) any_time: &'static str,
    pub(super) join: &'static str,
    pub(super) visit: &'static str,
    pub(super) token: &'static str,
    pub(super) password: &'static str,
    pub(super) pin: &'static str,
    pub(super) phone: &'static str,
    pub(super) phone_pin: &'static str,
    pub(super) personal: &'static str,
}

const EN: Words = Words {
    greeting: "Hello,",
    greeting_named: "Hello {name},",
    invitation_subject: "Invitation: {room}",
    invitation_meeting: "{organization} invites you to the meeting “{room}”.",
    invitation_webinar: "{organization} invites you to the webinar “{room}”.",
    confirmation_subject: "You are registered: {room}",
    confirmation: "You are registered for “{room}”, held by {organization}.",
    thanks_subject: "Thank you for coming: {room}",
    thanks: "thank you for attending “{room}”. {organization} hopes to see you again.",
    as_presenter: "You take part as a presenter.",
    when: "When",
    any_time: "The room is open at any time.",
    join: "Enter the room",
    visit: "The room",
    token: "Your access token",
    password: "Password",
    pin: "Room PIN",
    phone: "By telephone",
    phone_pin: "PIN at the telephone",
    personal: "This message is for you alone; please don't pass the link on.",
};

const PL: Words = Words {
    greeting: "Dzień dobry,",
    greeting_named: "Dzień dobry, {name},",
    invitation_subject: "Zaproszenie: {room}",
    invitation_meeting: "{organization} zaprasza na spotkanie „{room}”.",
    invitation_webinar: "{organization} zaprasza na webinar „{room}”.",
    confirmation_subject: "Potwierdzenie rejestracji: {room}",
    confirmation: "Rejestracja na wydarzenie „{room}” została przyjęta. Organizator: {organization}.",
    thanks_subject: "Dziękujemy za udział: {room}",
    thanks: "dziękujemy za udział w wydarzeniu „{room}”. {organization} zaprasza ponownie.",
    as_presenter: "Bierzesz udział jako prezenter.",
    when: "Kiedy",
    any_time: "Pokój jest otwarty o każdej porze.",
    join: "Wejdź do pokoju",
    visit: "Pokój",
    token: "Twój token dostępu",
    password: "Hasło",
    pin: "PIN pokoju",
    phone: "Telefonicznie",
    phone_pin: "PIN do połączenia telefonicznego",
    personal: "Ta wiadomość jest przeznaczona tylko dla Ciebie – prosimy nie przekazywać linku dalej.",
};

const JA: Words = Words {
    greeting: "こんにちは。",
    greeting_named: "{name} 様",
    invitation_subject: "ご招待：{room}",
    invitation_meeting: "{organization} から、ミーティング「{room}」へのご招待です。",
    invitation_webinar: "{organization} から、ウェビナー「{room}」へのご招待です。",
    confirmation_subject: "登録完了のお知らせ：{room}",
    confirmation: "「{room}」（主催：{organization}）への登録が完了しました。",
    thanks_subject: "ご参加ありがとうございました：{room}",
    thanks: "「{room}」にご参加いただき、ありがとうございました。{organization} は、またのご参加をお待ちしております。",
    as_presenter: "プレゼンターとしてご参加いただきます。",
    when: "日時",
    any_time: "このルームはいつでもご利用いただけます。",
    join: "ルームに入る",
    visit: "ルーム",
    token: "アクセストークン",
    password: "パスワード",
    pin: "ルーム PIN",
    phone: "お電話での参加",
    phone_pin: "電話用 PIN",
    personal: "このメッセージはご本人専用です。リンクを他の方に転送しないでください。",
};

const VI: Words = Words {
    greeting: "Xin chào,",
    greeting_named: "Xin chào {name},",
    invitation_subject: "Lời mời: {room}",
    invitation_meeting: "{organization} mời bạn tham gia cuộc họp “{room}”.",
    invitation_webinar: "{organization} mời bạn tham gia hội thảo trực tuyến “{room}”.",
    confirmation_subject: "Bạn đã đăng ký: {room}",
    confirmation: "Bạn đã đăng ký tham gia “{room}” do {organization} tổ chức.",
    thanks_subject: "Cảm ơn bạn đã tham gia: {room}",
    thanks: "cảm ơn bạn đã tham gia “{room}”. {organization} mong được gặp lại bạn.",
    as_presenter: "Bạn tham gia với vai trò người trình bày.",
    when: "Thời gian",
    any_time: "Phòng luôn mở cửa.",
    join: "Vào phòng",
    visit: "Phòng",
    token: "Mã truy cập của bạn",
    password: "Mật khẩu",
    pin: "Mã PIN của phòng",
    phone: "Qua điện thoại",
    phone_pin: "Mã PIN khi gọi điện",
    personal: "Thư này chỉ dành cho bạn; vui lòng không chuyển tiếp đường dẫn.",
};

/// The words of a language. Letters in languages that have no words here are in English.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::Pl => &PL,
        Language::Ja => &JA,
        Language::Vi => &VI,
        Language::En | Language::Ru | Language::De | Language::Es => &EN,
    }
}

impl Words {
    pub(super) fn subject(&self, occasion: Occasion) -> &'static str {
        match occasion {
            Occasion::Invitation => self.invitation_subject,
            Occasion::Confirmation => self.confirmation_subject,
            Occasion::ThankYou => self.thanks_subject,
        }
    }

    pub(super) fn opening(&self, occasion: Occasion, kind: MeetingKind) -> &'static str {
        match (occasion, kind) {
            (Occasion::Invitation, MeetingKind::Meeting) => self.invitation_meeting,
            (Occasion::Invitation, MeetingKind::Webinar) => self.invitation_webinar,
            (Occasion::Confirmation, _) => self.confirmation,
            (Occasion::ThankYou, _) => self.thanks,
        }
    }
}
