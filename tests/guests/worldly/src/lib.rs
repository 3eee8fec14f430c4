//! A guest that asks the world for things. Built for WASI, it says in a finding what it got; what the config asks for
//! is done first, and is denied.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use meshc_plugin::{Descriptor, Finding, Guest, Mesh, Options, Outcome, Service};

struct Worldly;

impl Guest for Worldly {
    fn describe() -> Descriptor {
        Descriptor { name: "worldly".into(), version: "1.0.0".into(), config_schema: String::new(), reads: vec![] }
    }

    fn check(_: String, _: Mesh) -> Vec<Finding> {
        vec![]
    }

    fn weigh(config: String, _: Mesh, services: Vec<Service>, _: Options) -> Vec<Outcome> {
        let seen = seen();
        act(&config);
        services.iter().map(|_| Outcome::baseline().with_finding(Finding::note("SEEN", seen.clone()))).collect()
    }
}

meshc_plugin::export!(Worldly);

/// Everything that could differ from one run to the next.
fn seen() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let instant = Instant::now();
    std::thread::sleep(Duration::from_hours(1));
    let slept = instant.elapsed().as_secs();
    let order: String = (0..10).collect::<HashSet<u32>>().iter().map(u32::to_string).collect();
    let (variables, arguments) = (std::env::vars().count(), std::env::args().count());
    let file = std::fs::read("/etc/passwd").is_ok();
    let mut text = format!("now {now} slept {slept} variables {variables} arguments {arguments} file {file}");
    let _ = write!(text, " order {order}");
    text
}

/// What the config asks for.
#[expect(clippy::print_stderr, reason = "what it writes is looked for in messages")]
fn act(config: &str) {
    if config.contains("exit") {
        std::process::exit(1);
    }
    if config.contains("connect") {
        let _ = std::net::TcpStream::connect(("127.0.0.1", 80));
    }
    assert!(!config.contains("panic"), "the tea is cold");
    if config.contains("flood") {
        loop {
            eprintln!("again");
        }
    }
}
