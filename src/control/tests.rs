//! Commands, carried out here and over a socket.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use super::socket::socket_path;
use super::{
    Answer, AskError, Command, Expiry, Fault, Held, Holder, OrganizationCommand, PastCommand, Refusal, ServerSettings, TokenCommand,
    UserCommand, ask, execute, start,
};
use crate::store::{Cause, Clock, Durability, Entropy};
use crate::world::{Mode, World, WorldOptions};

fn office() -> (tempfile::TempDir, Arc<World>) {
    let folder = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        mode: Some(Mode::Office),
        durability: Durability::Off,
        clock: Clock::Real,
        entropy: Entropy::System,
        server_name: "office".to_owned(),
        max_read_steps: None,
    };
    let world = World::open(folder.path(), options).unwrap();
    (folder, world)
}

fn run(world: &World, command: Command) -> Result<Answer, Refusal> {
    execute(world, Cause::command("test"), command)
}

fn add_bob() -> Command {
    let (email, name) = ("Bob@example.org".to_owned(), "Bob".to_owned());
    Command::User(UserCommand::Create { organization: None, email, name, role: "member".to_owned() })
}

fn token(scopes: &[&str], expires: Option<Expiry>) -> Command {
    Command::Token(TokenCommand::Create {
        organization: None,
        dialect: "chatwork".to_owned(),
        user: Some("bob@example.org".to_owned()),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        expires,
        note: "for a test".to_owned(),
    })
}

fn message(result: Result<Answer, Refusal>) -> String {
    result.expect_err("a refusal").message
}

#[test]
fn a_person_gets_a_token_that_is_listed_rotated_and_revoked() {
    let (_folder, world) = office();
    let Ok(Answer::People(people)) = run(&world, add_bob()) else { panic!("no person") };
    assert_eq!((people[0].email.as_str(), people[0].local_part.clone()), ("bob@example.org", format!("u{}", people[0].account_id)));
    let Ok(Answer::Made(made)) = run(&world, token(&["rooms.all:read"], Some(Expiry::AfterSeconds(60)))) else { panic!("no token") };
    let Ok(Answer::Made(newer)) = run(&world, Command::Token(TokenCommand::Rotate { organization: None, id: made.id, overlap_s: 0 }))
    else {
        panic!("no new token")
    };
    assert_ne!(made.secret, newer.secret);
    let Ok(Answer::Tokens(tokens)) = run(&world, Command::Token(TokenCommand::List { organization: None })) else { panic!("no list") };
    let states: Vec<&str> = tokens.iter().map(|token| token.state.as_str()).collect();
    assert_eq!(states, ["revoked", "active"]);
    assert!(tokens[1].expires.is_some() && tokens[1].scopes == "rooms.all:read");
    let Ok(Answer::Status(status)) = run(&world, Command::Status) else { panic!("no status") };
    assert_eq!((status.people, status.tokens, status.organizations, status.has_well_known_tokens), (1, 1, 1, false));
}

#[test]
fn refusals_say_what_to_do() {
    let (_folder, world) = office();
    assert!(message(run(&world, token(&[], None))).contains("crosstalk user list"));
    run(&world, add_bob()).unwrap();
    assert!(message(run(&world, add_bob())).contains("bob@example.org is the address of Bob in the organization office already"));
    let nearest = message(run(&world, token(&["rooms.all:reed"], None)));
    assert!(nearest.contains("Did you mean rooms.all:read?"), "{nearest}");
    let past = run(&world, token(&[], Some(Expiry::AtMs(0)))).expect_err("a refusal");
    assert_eq!((past.fault, past.message.contains("past")), (Fault::Usage, true));
    let organization = OrganizationCommand::Create { slug: "two".to_owned(), name: "Two".to_owned(), time_zone: "Asia/Tokyo".to_owned() };
    run(&world, Command::Organization(organization)).unwrap();
    let list = Command::User(UserCommand::List { organization: None });
    assert!(message(run(&world, list)).contains("--organization SLUG"));
}

#[test]
fn a_running_server_answers_on_its_socket_and_takes_it_away_again() {
    let (folder, world) = office();
    actix_web::rt::System::new().block_on(async move {
        let control = start(world.clone(), Arc::new(ServerSettings::default)).unwrap();
        let path = control.path().to_owned();
        world.describe_holder(&Holder::server(Mode::Office, &[], &path, None).text()).unwrap();
        let dir = folder.path().to_owned();
        let asked = tokio::task::spawn_blocking(move || {
            let Ok(Held::By(holder)) = Holder::of(&dir) else { panic!("nobody holds it") };
            let socket = holder.control.unwrap();
            (ask(&socket, &add_bob()).unwrap(), ask(&socket, &add_bob()).unwrap())
        });
        let (first, second) = asked.await.unwrap();
        assert!(matches!(first, Ok(Answer::People(_))));
        assert!(second.is_err_and(|refusal| refusal.message.contains("already")));
        control.stop().await;
        assert!(!path.exists());
        assert!(matches!(ask(&path, &Command::Status), Err(AskError::NotThere(_))));
    });
}

/// Sends the beginning of a command that is acknowledged by nothing yet.
fn begin(socket: &Path, command: &str) -> UnixStream {
    let mut stream = UnixStream::connect(socket).unwrap();
    let length = command.len();
    write!(stream, "POST /command HTTP/1.1\r\nHost: control\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}", &command[..1])
        .unwrap();
    // One thread takes connections in their order.
    ask(socket, &Command::Status).unwrap().unwrap();
    stream
}

#[test]
fn a_server_that_stops_breaks_off_what_takes_long() {
    let (folder, world) = office();
    let backups = crate::backup::usual_folder(folder.path());
    actix_web::rt::System::new().block_on(async move {
        let control = start(world.clone(), Arc::new(ServerSettings::default)).unwrap();
        let path = control.path().to_owned();
        let command = serde_json::to_string(&Command::Backup { to: None }).unwrap();
        let rest = command[1..].to_owned();
        let mut stream = tokio::task::spawn_blocking(move || begin(&path, &command)).await.unwrap();
        let stopped = tokio::task::spawn_local(control.stop());
        tokio::task::yield_now().await;
        let answer = tokio::task::spawn_blocking(move || {
            stream.write_all(rest.as_bytes()).unwrap();
            std::io::read_to_string(stream).unwrap()
        });
        let answer = answer.await.unwrap();
        assert!(answer.contains("broken off before it was done"), "{answer}");
        stopped.await.unwrap();
    });
    assert_eq!(std::fs::read_dir(backups).unwrap().count(), 0);
}

#[test]
fn a_stale_socket_is_replaced() {
    let (folder, world) = office();
    std::fs::write(folder.path().join("control.sock"), "left behind").unwrap();
    actix_web::rt::System::new().block_on(async move {
        let control = start(world, Arc::new(ServerSettings::default)).unwrap();
        assert_eq!(control.path(), folder.path().join("control.sock"));
        control.stop().await;
    });
}

#[test]
fn a_path_that_is_too_long_for_a_socket_moves() {
    let long = std::path::Path::new("/data").join("x".repeat(90));
    let moved = socket_path(&long).unwrap();
    assert!(moved.as_os_str().len() <= 100 && !moved.starts_with(&long));
}

#[test]
fn what_copies_a_file_that_may_be_large_is_given_time() {
    let recording = PastCommand::AddRecording {
        organization: None,
        room: "1".to_owned(),
        file: "film.mp4".into(),
        name: None,
        started_ms: None,
        duration_s: 1,
    };
    // Whoever asked again after half a minute would have it twice.
    assert!(Command::Past(recording).patience() > std::time::Duration::from_secs(3_600));
    assert!(!AskError::NoAnswer(std::io::ErrorKind::TimedOut.into()).to_string().contains("`list`"), "recordings have none");
}
