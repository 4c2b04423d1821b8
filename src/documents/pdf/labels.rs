//! What a report says of itself, in every language of reports.

use crate::domain::{AttendeeRole, Language};

/// The words of one language.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) title: &'static str,
    pub(super) webinar: &'static str,
    pub(super) meeting: &'static str,
    pub(super) started: &'static str,
    pub(super) ended: &'static str,
    pub(super) time_zone: &'static str,
    pub(super) duration: &'static str,
    pub(super) total_visitors: &'static str,
    pub(super) max_visitors: &'static str,
    pub(super) messages: &'static str,
    pub(super) visitors_over_time: &'static str,
    pub(super) attendees: &'static str,
    pub(super) no_attendees: &'static str,
    pub(super) nickname: &'static str,
    pub(super) email: &'static str,
    pub(super) role: &'static str,
    pub(super) joined: &'static str,
    pub(super) left: &'static str,
    pub(super) present: &'static str,
    pub(super) device: &'static str,
    pub(super) rating: &'static str,
    pub(super) listener: &'static str,
    pub(super) presenter: &'static str,
    pub(super) host: &'static str,
    pub(super) ratings: &'static str,
    pub(super) average: &'static str,
    pub(super) no_ratings: &'static str,
    pub(super) comment: &'static str,
    pub(super) polls: &'static str,
    pub(super) no_polls: &'static str,
    pub(super) answer: &'static str,
    pub(super) votes: &'static str,
    pub(super) share: &'static str,
    pub(super) points: &'static str,
    /// With places for `{page}` and `{pages}`.
    pub(super) page: &'static str,
    /// What parts whole from tenths.
    pub(super) point: &'static str,
}

impl Labels {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Pl => &PL,
            Language::Ru => &RU,
            Language::De => &DE,
            Language::Es => &ES,
            Language::Ja => &JA,
            Language::Vi => &VI,
        }
    }

    /// The word for a role.
    pub(super) fn role(&self, role: AttendeeRole) -> &'static str {
        match role {
            AttendeeRole::Listener => self.listener,
            AttendeeRole::Presenter => self.presenter,
            AttendeeRole::Host => self.host,
        }
    }

    /// The foot of a page.
    pub(super) fn page(&self, page: usize, pages: usize) -> String {
        self.page.replace("{page}", &page.to_string()).replace("{pages}", &pages.to_string())
    }

    /// A number with one decimal place, given in tenths.
    pub(super) fn tenths(&self, tenths: u64) -> String {
        format!("{}{}{}", tenths / 10, self.point, tenths % 10)
    }
}

const EN: Labels = Labels {
    title: "Session report",
    webinar: "Webinar",
    meeting: "Meeting",
    started: "Start",
    ended: "End",
    time_zone: "Time zone",
    duration: "Duration",
    total_visitors: "Visitors",
    max_visitors: "Most at once",
    messages: "Chat messages",
    visitors_over_time: "Visitors over time",
    attendees: "Attendees",
    no_attendees: "Nobody took part in this session.",
    nickname: "Name",
    email: "E-mail",
    role: "Role",
    joined: "Joined",
    left: "Left",
    present: "Present",
    device: "Device",
    rating: "Rating",
    listener: "Listener",
    presenter: "Presenter",
    host: "Host",
    ratings: "Ratings",
    average: "Average rating",
    no_ratings: "Nobody rated this session.",
    comment: "Comment",
    polls: "Polls",
    no_polls: "There were no polls in this session.",
    answer: "Answer",
    votes: "Votes",
    share: "Share",
    points: "Points",
    page: "Page {page} of {pages}",
    point: ".",
};

const PL: Labels = Labels {
    title: "Raport z sesji",
    webinar: "Webinar",
    meeting: "Spotkanie",
    started: "Początek",
    ended: "Koniec",
    time_zone: "Strefa czasowa",
    duration: "Czas trwania",
    total_visitors: "Liczba uczestników",
    max_visitors: "Najwięcej jednocześnie",
    messages: "Wiadomości na czacie",
    visitors_over_time: "Liczba uczestników w czasie",
    attendees: "Uczestnicy",
    no_attendees: "Nikt nie wziął udziału w tej sesji.",
    nickname: "Nazwa",
    email: "E-mail",
    role: "Rola",
    joined: "Wejście",
    left: "Wyjście",
    present: "Obecność",
    device: "Urządzenie",
    rating: "Ocena",
    listener: "Słuchacz",
    presenter: "Prezenter",
    host: "Gospodarz",
    ratings: "Oceny",
    average: "Średnia ocena",
    no_ratings: "Nikt nie ocenił tej sesji.",
    comment: "Komentarz",
    polls: "Ankiety",
    no_polls: "W tej sesji nie było ankiet.",
    answer: "Odpowiedź",
    votes: "Głosy",
    share: "Udział",
    points: "Punkty",
    page: "Strona {page} z {pages}",
    point: ",",
};

const RU: Labels = Labels {
    title: "Отчёт о сессии",
    webinar: "Вебинар",
    meeting: "Встреча",
    started: "Начало",
    ended: "Конец",
    time_zone: "Часовой пояс",
    duration: "Длительность",
    total_visitors: "Всего участников",
    max_visitors: "Максимум одновременно",
    messages: "Сообщений в чате",
    visitors_over_time: "Число участников по времени",
    attendees: "Участники",
    no_attendees: "В этой сессии никто не участвовал.",
    nickname: "Имя",
    email: "Эл. почта",
    role: "Роль",
    joined: "Вход",
    left: "Выход",
    present: "В сессии",
    device: "Устройство",
    rating: "Оценка",
    listener: "Слушатель",
    presenter: "Докладчик",
    host: "Ведущий",
    ratings: "Оценки",
    average: "Средняя оценка",
    no_ratings: "Эту сессию никто не оценил.",
    comment: "Комментарий",
    polls: "Опросы",
    no_polls: "В этой сессии опросов не было.",
    answer: "Ответ",
    votes: "Голоса",
    share: "Доля",
    points: "Баллы",
    page: "Страница {page} из {pages}",
    point: ",",
};

const DE: Labels = Labels {
    title: "Sitzungsbericht",
    webinar: "Webinar",
    meeting: "Besprechung",
    started: "Beginn",
    ended: "Ende",
    time_zone: "Zeitzone",
    duration: "Dauer",
    total_visitors: "Teilnehmende",
    max_visitors: "Höchstens gleichzeitig",
    messages: "Chatnachrichten",
    visitors_over_time: "Teilnehmende im Zeitverlauf",
    attendees: "Liste der Teilnehmenden",
    no_attendees: "An dieser Sitzung hat niemand teilgenommen.",
    nickname: "Name",
    email: "E-Mail",
    role: "Rolle",
    joined: "Von",
    left: "Bis",
    present: "Anwesend",
    device: "Gerät",
    rating: "Note",
    listener: "Zuhörer/in",
    presenter: "Referent/in",
    host: "Gastgeber/in",
    ratings: "Bewertungen",
    average: "Durchschnittliche Bewertung",
    no_ratings: "Diese Sitzung hat niemand bewertet.",
    comment: "Kommentar",
    polls: "Umfragen",
    no_polls: "In dieser Sitzung gab es keine Umfragen.",
    answer: "Antwort",
    votes: "Stimmen",
    share: "Anteil",
    points: "Punkte",
    page: "Seite {page} von {pages}",
    point: ",",
};

const ES: Labels = Labels {
    title: "Informe de la sesión",
    webinar: "Seminario web",
    meeting: "Reunión",
    started: "Inicio",
    ended: "Fin",
    time_zone: "Zona horaria",
    duration: "Duración",
    total_visitors: "Asistentes",
    max_visitors: "Máximo simultáneo",
    messages: "Mensajes del chat",
    visitors_over_time: "Asistentes a lo largo del tiempo",
    attendees: "Lista de asistentes",
    no_attendees: "Nadie asistió a esta sesión.",
    nickname: "Nombre",
    email: "Correo",
    role: "Rol",
    joined: "Entrada",
    left: "Salida",
    present: "Presencia",
    device: "Dispositivo",
    rating: "Nota",
    listener: "Oyente",
    presenter: "Presentador",
    host: "Anfitrión",
    ratings: "Valoraciones",
    average: "Valoración media",
    no_ratings: "Nadie valoró esta sesión.",
    comment: "Comentario",
    polls: "Encuestas",
    no_polls: "En esta sesión no hubo encuestas.",
    answer: "Respuesta",
    votes: "Votos",
    share: "Porcentaje",
    points: "Puntos",
    page: "Página {page} de {pages}",
    point: ",",
};

const JA: Labels = Labels {
    title: "セッションレポート",
    webinar: "ウェビナー",
    meeting: "ミーティング",
    started: "開始",
    ended: "終了",
    time_zone: "タイムゾーン",
    duration: "所要時間",
    total_visitors: "参加者数",
    max_visitors: "最大同時参加者数",
    messages: "チャットの件数",
    visitors_over_time: "参加者数の推移",
    attendees: "参加者一覧",
    no_attendees: "このセッションには参加者がいませんでした。",
    nickname: "名前",
    email: "メール",
    role: "役割",
    joined: "入室",
    left: "退室",
    present: "参加時間",
    device: "端末",
    rating: "評価",
    listener: "視聴者",
    presenter: "発表者",
    host: "主催者",
    ratings: "評価",
    average: "平均評価",
    no_ratings: "このセッションは評価されていません。",
    comment: "コメント",
    polls: "アンケート",
    no_polls: "このセッションではアンケートは行われませんでした。",
    answer: "回答",
    votes: "票数",
    share: "割合",
    points: "点数",
    page: "{page} / {pages} ページ",
    point: ".",
};

const VI: Labels = Labels {
    title: "Báo cáo phiên họp",
    webinar: "Hội thảo trực tuyến",
    meeting: "Cuộc họp",
    started: "Bắt đầu",
    ended: "Kết thúc",
    time_zone: "Múi giờ",
    duration: "Thời lượng",
    total_visitors: "Số người tham dự",
    max_visitors: "Đông nhất cùng lúc",
    messages: "Tin nhắn trò chuyện",
    visitors_over_time: "Số người tham dự theo thời gian",
    attendees: "Danh sách người tham dự",
    no_attendees: "Không ai tham dự phiên này.",
    nickname: "Tên",
    email: "Email",
    role: "Vai trò",
    joined: "Vào lúc",
    left: "Rời lúc",
    present: "Có mặt",
    device: "Thiết bị",
    rating: "Điểm",
    listener: "Người nghe",
    presenter: "Diễn giả",
    host: "Chủ trì",
    ratings: "Đánh giá",
    average: "Điểm trung bình",
    no_ratings: "Chưa ai đánh giá phiên này.",
    comment: "Nhận xét",
    polls: "Bình chọn",
    no_polls: "Phiên này không có bình chọn nào.",
    answer: "Trả lời",
    votes: "Số phiếu",
    share: "Tỷ lệ",
    points: "Điểm",
    page: "Trang {page} / {pages}",
    point: ",",
};

#[cfg(test)]
mod tests {
    use super::Labels;
    use crate::domain::Language;

    impl Labels {
        /// Every text.
        pub(in crate::documents::pdf) fn all(&self) -> Vec<&'static str> {
            vec![
                self.title,
                self.webinar,
                self.meeting,
                self.started,
                self.ended,
                self.time_zone,
                self.duration,
                self.total_visitors,
                self.max_visitors,
                self.messages,
                self.visitors_over_time,
                self.attendees,
                self.no_attendees,
                self.nickname,
                self.email,
                self.role,
                self.joined,
                self.left,
                self.present,
                self.device,
                self.rating,
                self.listener,
                self.presenter,
                self.host,
                self.ratings,
                self.average,
                self.no_ratings,
                self.comment,
                self.polls,
                self.no_polls,
                self.answer,
                self.votes,
                self.share,
                self.points,
                self.page,
                self.point,
            ]
        }
    }

    #[test]
    fn no_label_is_empty_and_no_language_borrows_the_words_of_another() {
        for language in Language::OF_REPORTS {
            let labels = Labels::of(language);
            assert!(labels.all().iter().all(|text| !text.is_empty() && text.trim() == *text), "{language:?}");
            for other in Language::OF_REPORTS.into_iter().filter(|other| *other != language) {
                let same =
                    labels.all().into_iter().zip(Labels::of(other).all()).filter(|(left, right)| left == right && left.len() > 1).count();
                // Such as Webinar and Name, and words that German and Spanish share with English.
                assert!(same <= 4, "{language:?} and {other:?} share {same} words");
            }
        }
    }

    #[test]
    fn a_page_is_numbered_in_every_language() {
        for language in Language::OF_REPORTS {
            let text = Labels::of(language).page(3, 14);
            assert!(text.contains('3') && text.contains("14") && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn tenths_are_parted_as_the_language_does() {
        assert_eq!((Labels::of(Language::En).tenths(45), Labels::of(Language::De).tenths(45)), ("4.5".to_owned(), "4,5".to_owned()));
    }
}
