//! No plugin can crash its host, hang it, or answer what is not an answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use meshc_plugin_host::{Limits, Plugin};
use meshc_weigh::contract::{Fault, Weigher};

use support::{ENGINE, LIMITS, guest, load, mesh, options, service};

/// Guests that load, and what their fault says when they weigh one service.
const FAULTS: [(&str, &str); 18] = [
    ("bad-discriminant", "broke the calling convention: invalid option discriminant"),
    ("bad-pointer", "broke the calling convention: pointer out of bounds of memory"),
    ("bad-realloc", "broke the calling convention: realloc return: beyond end of memory"),
    ("bad-text", "broke the calling convention: invalid utf-8 sequence of 1 bytes from index 0"),
    ("divide-by-zero", "divided by zero"),
    ("endless-loop", "used up its fuel of 1004000"),
    ("endless-realloc", "used up its fuel of 1004000"),
    ("large-reply", "answered with more than 4194560 bytes"),
    ("long-list", "broke the calling convention: list pointer/length out of bounds of memory"),
    ("many-findings", "has 65 findings about a service, and the limit is 64"),
    ("memory-bomb", "asked for more than its 256 MiB of memory"),
    ("misaligned", "broke the calling convention: list pointer is not aligned"),
    ("no-outcome", "gave 0 outcomes for 1 services"),
    ("null-call", "called a function that is not there: uninitialized element"),
    ("one-outcome-more", "gave 2 outcomes for 1 services"),
    ("out-of-bounds", "reached outside of its memory"),
    ("stack-overflow", "overflowed its stack of 512 KiB"),
    ("table-bomb", "asked for a table of more than 100000 elements"),
];

/// Guests that do not load, and why.
const REFUSED: [(&str, &str); 3] = [
    ("endless-start", "the plugin could not describe itself: it used up its fuel of 1000000"),
    ("huge-memory", "the plugin could not describe itself: it asked for more than its 256 MiB of memory"),
    ("nameless", "the plugin describes itself wrongly: its name is empty"),
];

/// Guests of the other tests in this folder.
const ELSEWHERE: [&str; 20] = [
    "all-equal",
    "all-zero",
    "counts",
    "escapes",
    "fails-in-company",
    "fails-without-groups",
    "frame",
    "gc-struct",
    "good",
    "heavy",
    "imports-a-vault",
    "imports-wasi",
    "lost",
    "loud",
    "nan",
    "one-weight",
    "own-maximum",
    "remembers",
    "two-memories",
    "unreachable",
];

fn fault(name: &str) -> Fault {
    let plugin = load(&guest(name)).unwrap();
    plugin.weigh("{}", &mesh(), &[service("cart", 2)], &options()).unwrap_err()
}

#[test]
fn every_guest_is_told_in_its_own_words() {
    for (name, expected) in FAULTS {
        let fault = fault(name);
        assert_eq!(fault.message, expected, "{name}");
        assert_eq!(fault.service, Some(0), "{name}");
    }
}

#[test]
fn guests_that_fail_before_they_are_asked_are_refused() {
    for (name, expected) in REFUSED {
        assert_eq!(load(&guest(name)).unwrap_err().to_string(), expected, "{name}");
    }
}

#[test]
fn every_guest_has_a_test() {
    let tested = FAULTS.iter().chain(&REFUSED).map(|(name, _)| *name).chain(ELSEWHERE);
    assert_eq!(meshc_guests::names(), tested.map(str::to_owned).collect());
}

#[test]
fn a_fault_says_where_in_the_guest() {
    let fault = fault("unreachable");
    assert_eq!(fault.message, "gave up with `unreachable`, as guests do that panic or abort");
    let frames: Vec<&str> = fault.detail.lines().collect();
    assert_eq!(frames.len(), 2, "{frames:?}");
    assert!(frames[0].ends_with("!panic"), "{frames:?}");
}

#[test]
fn memories_count_together() {
    let fault = fault("two-memories");
    assert_eq!(fault.message, "asked for more than its 256 MiB of memory");
}

#[test]
fn a_guest_may_run_into_its_own_maximum() {
    let plugin = load(&guest("own-maximum")).unwrap();
    assert_eq!(plugin.weigh("{}", &mesh(), &[service("cart", 1)], &options()).unwrap().len(), 1);
}

#[test]
fn a_fault_names_the_service_of_the_batch() {
    let plugin = load(&guest("fails-without-groups")).unwrap();
    let batch = [service("a", 1), service("b", 2), service("c", 0), service("d", 1)];
    let fault = plugin.weigh("{}", &mesh(), &batch, &options()).unwrap_err();
    assert_eq!(fault.service, Some(2));
    assert_eq!(plugin.weigh("{}", &mesh(), &batch[..2], &options()).unwrap().len(), 2);
}

#[test]
fn the_verdict_on_each_service_alone_counts() {
    let plugin = load(&guest("fails-in-company")).unwrap();
    let batch = [service("a", 1), service("b", 2)];
    assert_eq!(plugin.weigh("{}", &mesh(), &batch, &options()).unwrap().len(), 2);
}

#[test]
fn a_fault_leaves_the_plugin_usable() {
    let plugin = load(&guest("fails-without-groups")).unwrap();
    for _ in 0..40 {
        plugin.weigh("{}", &mesh(), &[service("a", 0)], &options()).unwrap_err();
        plugin.weigh("{}", &mesh(), &[service("a", 1)], &options()).unwrap();
    }
}

#[test]
fn nothing_is_remembered_between_calls() {
    let plugin = load(&guest("remembers")).unwrap();
    for _ in 0..3 {
        plugin.weigh("{}", &mesh(), &[service("cart", 1)], &options()).unwrap();
    }
}

#[test]
fn an_endless_loop_ends_under_the_standard_limits() {
    let plugin = Plugin::load(&ENGINE, &guest("endless-loop"), Limits::STANDARD).unwrap();
    let fault = plugin.weigh("{}", &mesh(), &[service("cart", 1)], &options()).unwrap_err();
    assert_eq!(fault.message, "used up its fuel of 1002000000");
}

#[test]
fn more_threads_than_instances_wait_for_each_other() {
    let plugin = load(&guest("good")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                for _ in 0..20 {
                    plugin.weigh("{}", &mesh(), &[service("cart", 4)], &options()).unwrap();
                }
            });
        }
    });
}

#[test]
fn a_proposal_that_is_off_is_refused() {
    let error = load(&guest("gc-struct")).unwrap_err().to_string();
    assert!(error.starts_with("the file is not a valid component: "), "{error}");
}

#[test]
fn a_tighter_limit_on_memory_holds() {
    let limits = Limits { memory_bytes: 64 << 10, ..LIMITS };
    let error = Plugin::load(&ENGINE, &guest("good"), limits).unwrap_err().to_string();
    assert_eq!(error, "the plugin could not describe itself: it asked for more than its 64 KiB of memory");
}
