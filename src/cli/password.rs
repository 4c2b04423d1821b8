//! Passwords come from a prompt or from stdin, never from an argument, and leave this process hashed.

use std::io::{IsTerminal, Read};

use secrecy::{ExposeSecret, SecretString};

use super::failure::{Exit, Failure};
use crate::config::is_password;
use crate::web::passwords;

/// Longest input that is read.
const LONGEST: u64 = 16 * 1024;

/// Reads a password from stdin (one line), or asks for it twice.
pub(super) fn read(from_stdin: bool) -> Result<SecretString, Failure> {
    let password = if from_stdin { first_line(std::io::stdin().lock())? } else { prompt()? };
    if is_password(password.expose_secret()) { Ok(password) } else { Err(usage("a password has 8 to 1000 characters. Choose another.")) }
}

fn first_line(input: impl Read) -> Result<SecretString, Failure> {
    let mut text = String::new();
    let read = input.take(LONGEST).read_to_string(&mut text);
    read.map_err(|cause| usage(&format!("no password could be read from stdin: {cause}.")))?;
    Ok(SecretString::from(text.lines().next().unwrap_or_default()))
}

fn prompt() -> Result<SecretString, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(usage("there is no terminal to ask for the password. Write it to stdin and add --password-stdin."));
    }
    let ask = |words: &str| {
        let asked = rpassword::prompt_password(words).map(SecretString::from);
        asked.map_err(|cause| usage(&format!("no password could be read: {cause}. Write it to stdin and add --password-stdin.")))
    };
    let (first, second) = (ask("Password: ")?, ask("The same again: ")?);
    if first.expose_secret() == second.expose_secret() { Ok(first) } else { Err(usage("the two passwords differ. Try again.")) }
}

fn usage(message: &str) -> Failure {
    Failure::new(Exit::Usage, message)
}

/// Argon2id, as a PHC string. Slow on purpose.
pub(super) fn hash(password: &SecretString) -> Result<String, Failure> {
    Ok(passwords::hash_now(password.expose_secret())?.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use argon2::Argon2;
    use argon2::password_hash::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;
    use secrecy::{ExposeSecret, SecretString};

    use super::{first_line, hash};

    #[test]
    fn a_hash_is_argon2id_and_fits_its_password_only() {
        let text = hash(&SecretString::from("correct horse")).unwrap();
        assert!(text.starts_with("$argon2id$v=19$"), "{text}");
        let parsed = PasswordHash::new(&text).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"correct mule", &parsed).is_err());
        assert_ne!(text, hash(&SecretString::from("correct horse")).unwrap());
    }

    #[test]
    fn a_line_break_does_not_belong_to_a_password() {
        assert_eq!(first_line(" two words \r\nmore".as_bytes()).unwrap().expose_secret(), " two words ");
    }
}
