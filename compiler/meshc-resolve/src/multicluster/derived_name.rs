//! The name of the Service that Cilium derives (`derivedName` in `service_controller.go`).

use meshc_model::Name;
use sha2::{Digest, Sha256};

/// The digits of base 32 "with the extended hex alphabet" (RFC 4648, section 7), in lower case.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
/// How many digits of the hash are in the name.
const LENGTH: usize = 10;

/// `derived-` and the first digits of the hash of `namespace/name`.
pub(super) fn derived_name(namespace: Name, name: Name) -> Name {
    let hash = Sha256::digest(format!("{namespace}/{name}"));
    Name::new(&format!("derived-{}", digits(&hash)))
}

/// Each digit stands for five bits, the highest first.
fn digits(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    let digit = |at: usize| (0..5).fold(0, |value, offset| value << 1 | bit(at * 5 + offset));
    (0..LENGTH).map(|at| char::from(DIGITS[usize::from(digit(at))])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `base64.b32hexencode` and `hashlib.sha256` of Python.
    #[test]
    fn names_are_those_that_others_compute() {
        for (namespace, name, derived) in [
            ("default", "web", "derived-gapqrqeg1j"),
            ("default", "rebel-base", "derived-q358ba8kk0"),
            ("test", "echo", "derived-h8gu71nsf1"),
            ("kube-system", "dns", "derived-nv8bss95sh"),
        ] {
            assert_eq!(derived_name(Name::new(namespace), Name::new(name)), derived);
        }
    }
}
