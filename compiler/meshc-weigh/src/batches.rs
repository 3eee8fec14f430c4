//! Which services are asked about together.
//!
//! Where a batch ends depends on the names around it and on nothing else: not on the number of threads, nor on what a
//! cache knows. So the answers of a plugin that keeps state between services, which it must not, are the same each time,
//! and an edit asks again about the batch that it touches and not about all that follow.

use crate::request::Request;

/// A batch ends behind every service whose name has this many zeros at the end of its hash: one of 64.
const ZEROS: u32 = 6;

/// The most services in a batch.
const MOST: usize = 256;

/// Cuts questions, in their order, into batches.
pub(crate) fn batches(requests: &[Request]) -> Vec<&[Request]> {
    let mut found = Vec::new();
    let mut rest = requests;
    while !rest.is_empty() {
        let end = rest.iter().take(MOST).position(is_last).map_or(rest.len().min(MOST), |last| last + 1);
        let (batch, after) = rest.split_at(end);
        found.push(batch);
        rest = after;
    }
    found
}

fn is_last(request: &Request) -> bool {
    let view = &request.view;
    let hash = [&view.namespace, &view.name, &view.port].into_iter().fold(OFFSET, |hash, part| fnv(hash, part));
    hash.trailing_zeros() >= ZEROS
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Fowler, Noll and Vo's hash, variant 1a: the same on every machine and in every release. A byte that no text has ends
/// each part.
fn fnv(hash: u64, part: &str) -> u64 {
    let bytes = part.bytes().chain([0xff]);
    let hash = bytes.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    // The low bits of a product depend on the low bits of its factors only.
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::ServiceView;

    fn requests(names: impl Iterator<Item = u32>) -> Vec<Request> {
        let request = |name: u32| Request {
            view: ServiceView {
                namespace: "shop".into(),
                name: format!("s{name}"),
                port: "80".into(),
                attrs: vec![],
                groups: vec![],
                clients: vec![],
                baseline: vec![],
            },
            group: 0,
            clients: vec![],
            rows: vec![],
        };
        names.map(request).collect()
    }

    fn names<'r>(batches: &[&'r [Request]]) -> Vec<Vec<&'r str>> {
        batches.iter().map(|batch| batch.iter().map(|request| request.view.name.as_str()).collect()).collect()
    }

    #[test]
    fn nothing_is_lost_and_batches_have_a_middling_size() {
        let all = requests(0..10_000);
        let found = batches(&all);
        assert_eq!(found.iter().map(|batch| batch.len()).sum::<usize>(), 10_000);
        assert!(found.iter().all(|batch| (1..=MOST).contains(&batch.len())));
        assert!((100..=260).contains(&found.len()), "{}", found.len());
        assert!(batches(&[]).is_empty());
    }

    #[test]
    fn a_service_more_changes_the_batches_around_it_only() {
        let (before, after) = (requests(1..5000), requests(0..5000));
        let (before, after) = (batches(&before), batches(&after));
        let (before, after) = (names(&before), names(&after));
        let changed = after.iter().filter(|batch| !before.contains(batch)).count();
        assert!(changed <= 4, "{changed} batches of {}", after.len());
    }
}
