/// A moment, to the second, as Kubernetes writes it: RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970 began, in UTC.
    seconds: i64,
}

impl Timestamp {
    /// Reads `2026-01-31T12:00:00Z`, with an offset instead of the `Z`, and with a fraction, which does not count.
    /// `None` if it is no such text. A day that its month does not have runs over into the next month.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let (date, time) = text.split_once(['T', 't'])?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let clock = time.get(..8)?;
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
        let sane = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
        let offset = offset(without_fraction(&time[8..])?)?;
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        sane.then_some(Self { seconds })
    }
}

/// Three numbers, each with so many digits.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut found = [0; 3];
    for (number, width) in found.iter_mut().zip(widths) {
        let part = parts.next()?;
        let digits = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = digits.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(found)
}

fn without_fraction(zone: &str) -> Option<&str> {
    let Some(fraction) = zone.strip_prefix('.') else {
        return Some(zone);
    };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// How far a zone is ahead of UTC, in seconds.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, clock) =
        if let Some(clock) = zone.strip_prefix('+') { (1, clock) } else { (-1, zone.strip_prefix('-')?) };
    let [hour, minute, _] = numbers(&format!("{clock}:00"), ':', [2, 2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

/// The days from the first of 1970. Years begin in March here, so that the odd day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Timestamp::parse(text).map(|found| found.seconds)
    }

    #[test]
    fn moments_are_counted_from_1970() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T12:00:01Z"), Some(951_825_601));
        assert_eq!(seconds("2026-01-31T12:00:00.75+02:30"), seconds("2026-01-31T09:30:00Z"));
        assert!(seconds("1999-12-31T23:59:59Z") < seconds("2000-01-01T00:00:00Z"));
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in ["", "2026-01-31", "2026-13-01T00:00:00Z", "2026-1-31T00:00:00Z", "2026-01-31T00:00:00", "now"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds("2026-01-31T00:00:00.Z"), None);
        assert_eq!(seconds("2026-01-31T00:00:é0Z"), None);
    }
}
