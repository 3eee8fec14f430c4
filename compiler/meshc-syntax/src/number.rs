//! The shortest text of a float, in the forms of YAML, of JSON and of keys in Go.

use std::fmt::{LowerExp, Write};

/// A float as its shortest digits and a power of ten: the point stands after the first digit.
struct Decimal {
    negative: bool,
    digits: Digits,
    exponent: i32,
}

/// Up to 17 digits, kept without an allocation.
#[derive(Default)]
struct Digits {
    bytes: [u8; 32],
    len: usize,
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let free = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(std::fmt::Error)?;
        free.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

impl Digits {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("only whole texts are written")
    }
}

impl Decimal {
    /// Takes `number` apart, which must be finite.
    fn new(number: impl LowerExp) -> Self {
        let mut written = Digits::default();
        write!(written, "{number:e}").expect("the longest float has 24 characters");
        let (mantissa, exponent) = written.as_str().split_once('e').expect("the format always has an exponent");
        let unsigned = mantissa.trim_start_matches('-');
        let mut digits = Digits::default();
        for part in unsigned.split('.') {
            digits.write_str(part).expect("the digits are fewer than the text they come from");
        }
        let exponent = exponent.parse().expect("the format has a decimal exponent");
        Self { negative: mantissa.len() > unsigned.len(), digits, exponent }
    }

    fn sign(&self, out: &mut String) {
        if self.negative {
            out.push('-');
        }
    }

    /// How many digits stand before the point; none if the number is smaller than one.
    fn whole(&self) -> Option<usize> {
        usize::try_from(self.exponent).ok().map(|exponent| exponent + 1)
    }

    /// Whether no digit stands behind the point.
    fn is_whole(&self) -> bool {
        self.whole().is_some_and(|whole| self.digits.len <= whole)
    }

    /// Writes it without an exponent, and without a point if it is whole.
    fn positional(&self, out: &mut String) {
        let digits = self.digits.as_str();
        self.sign(out);
        match self.whole() {
            None => {
                out.push_str("0.");
                zeros(self.exponent.unsigned_abs() as usize - 1, out);
                out.push_str(digits);
            }
            Some(whole) if whole < digits.len() => {
                out.push_str(&digits[..whole]);
                out.push('.');
                out.push_str(&digits[whole..]);
            }
            Some(whole) => {
                out.push_str(digits);
                zeros(whole - digits.len(), out);
            }
        }
    }

    /// Writes `1.5e+21`; `point` says what stands after a single digit.
    fn scientific(&self, point: &str, width: usize, out: &mut String) {
        let (first, rest) = self.digits.as_str().split_at(1);
        self.sign(out);
        out.push_str(first);
        if rest.is_empty() {
            out.push_str(point);
        } else {
            out.push('.');
            out.push_str(rest);
        }
        write!(out, "e{}{:0width$}", if self.exponent < 0 { '-' } else { '+' }, self.exponent.unsigned_abs())
            .expect("a String takes any text");
    }
}

fn zeros(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n('0', count));
}

/// Writes `float`, which must be finite, so that every version of YAML, and JSON, reads the same float.
pub(crate) fn write_yaml_float(float: impl LowerExp, out: &mut String) {
    let decimal = Decimal::new(float);
    if !(-6..21).contains(&decimal.exponent) {
        // PyYAML wants the point and the sign.
        return decimal.scientific(".0", 1, out);
    }
    decimal.positional(out);
    if decimal.is_whole() {
        out.push_str(".0");
    }
}

/// Writes `float`, which must be finite, as RFC 8785 wants it: as JavaScript does.
pub(crate) fn write_json_float(float: f64, out: &mut String) {
    if float == 0.0 {
        return out.push('0');
    }
    let decimal = Decimal::new(float);
    if (-6..21).contains(&decimal.exponent) { decimal.positional(out) } else { decimal.scientific("", 1, out) }
}

/// The key that Kubernetes makes of a float: Go's `%g` of the nearest 32-bit float.
pub(crate) fn go_key(float: f64) -> String {
    let small = float as f32;
    if small.is_nan() {
        return ".nan".to_owned();
    }
    if small.is_infinite() {
        return if small > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let mut out = String::new();
    let decimal = Decimal::new(small);
    // Go decides with a precision of 6 when it looks for the shortest text.
    if (-4..6).contains(&decimal.exponent) {
        decimal.positional(&mut out);
    } else {
        decimal.scientific("", 2, &mut out);
    }
    out
}
