/// Finds the candidate that `word` was probably meant to be: the nearest one within a third of its length.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = 1 + word.chars().count() / 3;
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(word, candidate, far)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many slips make `word` of `candidate`, in any case, if they are no more than `far`.
pub(crate) fn distance(word: &str, candidate: &str, far: usize) -> Option<usize> {
    // A text of any length may stand where a word is expected.
    if word.chars().count().abs_diff(candidate.chars().count()) > far {
        return None;
    }
    let distance = strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase());
    (distance <= far).then_some(distance)
}

/// The words of a help text for a suggestion, if there is one.
pub(crate) fn did_you_mean(suggestion: Option<&str>) -> Option<String> {
    suggestion.map(|word| format!("did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let known = ["cluster1", "cluster2", "edge"];
        assert_eq!(nearest("clutser2", known), Some("cluster2"));
        assert_eq!(nearest("Edge", known), Some("edge"));
        assert_eq!(nearest("payments", known), None);
    }
}
