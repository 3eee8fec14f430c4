//! Scalars mean what kubectl 1.32 makes of them; every row was printed by it.

use crate::{json, parse};

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (written, read) in rows {
        let text = format!("k: {written}\n");
        assert_eq!(json(&text), [format!("{{\"k\":{read}}}")], "`{written}`");
    }
}

#[test]
fn words_are_booleans_and_null_in_three_cases_only() {
    check(&[
        ("yes", "true"),
        ("Yes", "true"),
        ("YES", "true"),
        ("on", "true"),
        ("On", "true"),
        ("off", "false"),
        ("y", "true"),
        ("Y", "true"),
        ("n", "false"),
        ("NO", "false"),
        ("True", "true"),
        ("TRUE", "true"),
        ("tRue", "\"tRue\""),
        ("yEs", "\"yEs\""),
        ("~", "null"),
        ("null", "null"),
        ("Null", "null"),
        ("nUll", "\"nUll\""),
        ("", "null"),
        ("none", "\"none\""),
    ]);
}

#[test]
fn integers_have_the_prefixes_of_go() {
    check(&[
        ("0o14", "12"),
        ("014", "12"),
        ("-014", "-12"),
        ("0777", "511"),
        ("0O17", "15"),
        ("-0o17", "-15"),
        ("0x1F", "31"),
        ("0X1F", "31"),
        ("0b101", "5"),
        ("+0b11", "3"),
        ("0b-101", "-5"),
        ("0b+1", "1"),
        ("-0b-1", "\"-0b-1\""),
        ("0b2", "\"0b2\""),
        ("0o8", "\"0o8\""),
        ("1_000", "1000"),
        ("1__0", "10"),
        ("1_", "1"),
        ("_1", "\"_1\""),
        ("-_1", "-1"),
        ("0x_1F", "31"),
        ("0_x1", "1"),
        ("0o_7", "7"),
        ("0_7", "7"),
        ("+1", "1"),
        ("-0", "0"),
        ("00", "0"),
        ("0x", "\"0x\""),
        ("+", "\"+\""),
    ]);
}

#[test]
fn integers_keep_all_their_digits() {
    check(&[
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("12345678901234567890", "12345678901234567890"),
        ("18446744073709551615", "18446744073709551615"),
        ("+12345678901234567890", "12345678901234567000"),
        ("-9223372036854775809", "-9223372036854776000"),
        ("99999999999999999999999", "1e+23"),
    ]);
}

#[test]
fn floats_are_those_of_go() {
    check(&[
        ("1e3", "1000"),
        ("1E3", "1000"),
        ("1e+3", "1000"),
        ("1.0", "1"),
        ("1.", "1"),
        ("5.e3", "5000"),
        (".5", "0.5"),
        ("+.5", "0.5"),
        ("-.5", "-0.5"),
        ("0.10", "0.1"),
        ("08", "8"),
        ("685.230_15e+03", "685230.15"),
        ("1_.5", "1.5"),
        ("1e3_0", "1e+30"),
        (".1_5", "0.15"),
        (".5e1_0", "5000000000"),
        (".5_", "\".5_\""),
        ("._5", "\"._5\""),
        ("._", "\"._\""),
        ("1e400", "\"1e400\""),
        ("1e", "\"1e\""),
        ("1.5e", "\"1.5e\""),
        (".e3", "\".e3\""),
        ("0x1p4", "\"0x1p4\""),
        ("-0.0", "0"),
    ]);
}

#[test]
fn everything_else_is_a_string() {
    check(&[
        ("1:20", "\"1:20\""),
        ("190:20:30", "\"190:20:30\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("2024-01-01T10:00:00Z", "\"2024-01-01T10:00:00Z\""),
        ("=", "\"=\""),
        ("<<", "\"<<\""),
        ("\"yes\"", "\"yes\""),
        ("'1'", "\"1\""),
        ("\".inf\"", "\".inf\""),
        ("10.0.0.1", "\"10.0.0.1\""),
        ("1.2.3", "\"1.2.3\""),
        ("250m", "\"250m\""),
        ("1Gi", "\"1Gi\""),
    ]);
}

#[test]
fn tags_decide_what_a_scalar_is() {
    check(&[
        ("!!str yes", "\"yes\""),
        ("!!str 12", "\"12\""),
        ("!!str ~", "\"~\""),
        ("!!str", "\"\""),
        ("!!int \"12\"", "12"),
        ("!!int 0x10", "16"),
        ("!!int 1_0", "10"),
        ("!!bool \"yes\"", "true"),
        ("!!bool on", "true"),
        ("!!float 1", "1"),
        ("!!float \"1e3\"", "1000"),
        ("!!null \"\"", "null"),
        ("!!null ~", "null"),
        ("!<tag:yaml.org,2002:str> 1", "\"1\""),
        ("!!map {a: 1}", "{\"a\":1}"),
        ("!!seq [1]", "[1]"),
    ]);
}

#[test]
fn a_value_that_does_not_fit_its_tag_is_an_error() {
    let misfits = [
        "!!int 1.5",
        "!!int x",
        "!!int",
        "!!null 1",
        "!!bool maybe",
        "!!float 12345678901234567890",
        "!!map [a]",
        "!!str [a]",
        "!!str {a: 1}",
        "!!seq x",
        "!foo 12",
        "! 12",
        "!!binary aGk=",
        "!!set {a}",
        "!e!x 1",
    ];
    for written in misfits {
        let text = format!("k: {written}\n");
        let (tree, findings) = parse(&text);
        assert_eq!(findings.iter().map(|it| it.code.number()).collect::<Vec<_>>(), ["M0108"], "`{written}`");
        assert_eq!(tree.documents(&text).count(), 0);
    }
}

#[test]
fn a_number_without_a_form_in_json_is_an_error() {
    for written in [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "!!float .inf"] {
        let text = format!("k: [{written}]\n");
        let (_, findings) = parse(&text);
        assert_eq!(findings.iter().map(|it| it.code.number()).collect::<Vec<_>>(), ["M0109"], "`{written}`");
    }
}
