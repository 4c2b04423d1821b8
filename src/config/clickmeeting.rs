//! What can be configured about the ClickMeeting API.

/// The ClickMeeting API.
#[derive(Clone, Debug)]
pub struct ClickMeetingConfig {
    /// People that a room holds.
    pub attendees: u32,
    /// Connections into rooms from one network at the same time.
    pub network_connections: usize,
    /// How a report that is being made says so.
    pub in_progress: InProgress,
    /// Whether sizes of recordings are texts in JSON.
    pub sizes_are_texts: bool,
    /// Whether deleting a room answers with a bare text, whoever asks.
    pub deletes_with_text: bool,
    /// Whether inviting somebody to a room with registration signs them up.
    pub invitation_registers: bool,
    /// Telephone numbers.
    pub phone_gateways: Vec<PhoneGateway>,
}

impl Default for ClickMeetingConfig {
    fn default() -> Self {
        Self {
            attendees: 1_000,
            // GUESS: a full room of people behind one address, and as many again.
            network_connections: 2_000,
            in_progress: InProgress::Underscore,
            sizes_are_texts: false,
            deletes_with_text: false,
            invitation_registers: true,
            phone_gateways: Vec::new(),
        }
    }
}

impl ClickMeetingConfig {
    /// Access tokens that a room may have: four for each seat.
    pub fn most_tokens(&self) -> i64 {
        4 * i64::from(self.attendees)
    }
}

/// Two spellings of one state; the vendor's own documents have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InProgress {
    /// `IN_PROGRESS`.
    Underscore,
    /// `IN PROGRESS`.
    Blank,
}

impl InProgress {
    /// As it stands in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Underscore => "IN_PROGRESS",
            Self::Blank => "IN PROGRESS",
        }
    }
}

/// A telephone number that leads into conference rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneGateway {
    /// ISO 3166 code of the country.
    pub country: String,
    /// Place.
    pub location: String,
    /// The number, as people write it.
    pub number: String,
    /// Latitude in degrees.
    pub latitude: String,
    /// Longitude in degrees.
    pub longitude: String,
}

impl PhoneGateway {
    /// Reads `PL; Gdansk; +48 58 000 00 00; 54.35; 18.64`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(';').map(str::trim).collect();
        let [country, location, number, latitude, longitude] = parts[..] else { return None };
        let is_degrees = |text: &str, most: f64| text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
        let is_fine = country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && !location.is_empty()
            && number.bytes().any(|byte| byte.is_ascii_digit())
            && is_degrees(latitude, 90.0)
            && is_degrees(longitude, 180.0);
        is_fine.then(|| Self {
            country: country.to_owned(),
            location: location.to_owned(),
            number: number.to_owned(),
            latitude: latitude.to_owned(),
            longitude: longitude.to_owned(),
        })
    }
}

impl std::fmt::Display for PhoneGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}; {}; {}; {}", self.country, self.location, self.number, self.latitude, self.longitude)
    }
}

#[cfg(test)]
mod tests {
    use super::PhoneGateway;

    #[test]
    fn a_telephone_number_has_five_parts() {
        let text = "PL; Gdańsk; +48 (58) 000-0000; 54.35; 18.64";
        assert_eq!(PhoneGateway::parse(text).unwrap().to_string(), text);
        for bad in ["", "PL;Gdańsk;+48;54.35", "pl;x;1;0;0", "PL;;1;0;0", "PL;x;y;0;0", "PL;x;1;91;0", "PL;x;1;0;north"] {
            assert!(PhoneGateway::parse(bad).is_none(), "{bad}");
        }
    }
}
