//! Words that differ by one slip of the finger.

/// The fewest letters that a word has of which another can be a slip.
const SHORTEST: usize = 3;

/// Whether one of two words was probably meant to be the other: one letter is wrong, missing or too much, or two are
/// swapped. Digits tell things of one name apart, as `v1` and `v2`.
pub(super) fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().min(other.len()) < SHORTEST || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same_start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same_start..], &other[same_start..]);
    let same_end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - same_end], &other[..other.len() - same_end]);
    let letters = one.iter().chain(other).all(|c| !c.is_ascii_digit());
    letters
        && match (one, other) {
            ([_], [_] | []) | ([], [_]) => true,
            ([a, b], [c, d]) => (a, b) == (d, c),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_makes_another_word() {
        for (one, other) in [
            ("web", "wbe"),
            ("payment", "payments"),
            ("front-end", "frontend"),
            ("backend", "backemd"),
            ("Web", "web"),
            ("aab", "ab-b"),
        ] {
            let found = is_slip(one, other);
            assert_eq!(found, one != "aab", "{one} {other}");
            assert_eq!(found, is_slip(other, one), "{one} {other}");
        }
    }

    #[test]
    fn other_words_are_no_slips() {
        for (one, other) in
            [("web", "web"), ("web-1", "web-2"), ("web", "web2"), ("db", "da"), ("api", "web"), ("", "a")]
        {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }
}
