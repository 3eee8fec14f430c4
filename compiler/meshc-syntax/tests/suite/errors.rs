//! Syntax errors in words: what, where, and what to type.

use crate::parse;

/// One line per finding: code and headline, then its labels as the text they stand on and what they say, then help.
fn findings(text: &str) -> Vec<String> {
    let (_, findings) = parse(text);
    let render = |finding: &meshc_diag::Diagnostic| {
        let mut lines = vec![format!("{}: {}", finding.code, finding.headline)];
        lines.extend(finding.labels.iter().map(|label| {
            let line = text[..label.span.start as usize].matches('\n').count() + 1;
            let place = &text[label.span.start as usize..label.span.end as usize];
            format!("{line} {place:?} {}", label.text)
        }));
        lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
        lines.join("\n")
    };
    findings.iter().map(render).collect()
}

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(findings(text), [(*expected).to_owned()], "{text}");
    }
}

#[test]
fn tabs_are_named() {
    check(&[
        (
            "a: b\n\tc: d\n",
            "M0101: a tab is used for indentation\n\
             2 \"\\t\" a tab\n\
             help: indent with spaces",
        ),
        (
            "a:\n\tc: d\n",
            "M0101: a tab is used for indentation\n\
             2 \"\\t\" a tab\n\
             help: indent with spaces",
        ),
        (
            "a:\n  - b\n\t- c\n",
            "M0101: a tab is used for indentation\n\
             3 \"\\t\" a tab\n\
             help: indent with spaces",
        ),
        (
            "a: |\n\tb\n",
            "M0101: a tab is used for indentation\n\
             2 \"\\t\" a tab\n\
             help: indent with spaces",
        ),
    ]);
}

#[test]
fn a_space_that_is_none_is_shown() {
    check(&[
        (
            "a:\u{a0}b\nc: 1\n",
            "M0101: a no-break space (U+00A0) stands where a space is needed\n\
             1 \"\\u{a0}\" is no space to YAML\n\
             help: replace it by a space",
        ),
        (
            "a:\n- b\n-\u{2003}c\n",
            "M0101: a special space (U+2003) stands where a space is needed\n\
             3 \"\\u{2003}\" is no space to YAML\n\
             help: replace it by a space",
        ),
        (
            "a: 1\nb\u{a0}c\n",
            "M0101: `b\u{a0}c` is neither a key nor a value\n\
             2 \"b\\u{a0}c\" expected a colon after it\n\
             help: a value of several lines has to be indented deeper than its key",
        ),
    ]);
}

#[test]
fn an_item_in_the_wrong_place_is_compared_with_what_stands_above() {
    check(&[
        (
            "a:\n    - b:\n      - c\n   - d\n",
            "M0101: an item is indented 1 column less than its list\n\
             4 \"-\" in column 4\n\
             2 \"-\" in column 5\n\
             help: start it in column 5",
        ),
        (
            "a: b\n  - c: 1\n",
            "M0101: a list stands below `a`, which has a value already\n\
             2 \"-\" starts an item\n\
             1 \"a\" has a value already\n\
             help: remove the value of `a`, or the dash",
        ),
        (
            "a:\n- b\nc d # e\n",
            "M0101: a list goes on without `-`\n\
             3 \"c d\" expected an item\n\
             2 \"-\" the list it would belong to\n\
             help: write `- c d`",
        ),
        (
            "a:\n  -b: 1\n   c: 2\n",
            "M0101: `-b: 1` has no space after its dash\n\
             2 \"-b: 1\" is not an item of a list\n\
             help: write `- b: 1`",
        ),
        (
            "a:\n-\t- b\n",
            "M0101: a tab is used for indentation\n\
             2 \"\\t\" a tab\n\
             help: indent with spaces",
        ),
    ]);
}

#[test]
fn a_key_below_a_value_may_be_a_part_of_it() {
    check(&[(
        "metadata: x\n  name: y\n",
        "M0101: `name` is indented 2 columns deeper than `metadata`\n\
         2 \"name\" in column 3\n\
         1 \"metadata\" in column 1, and has a value\n\
         help: start `name` in column 1 if both belong together, or remove the value of `metadata`",
    )]);
}

#[test]
fn comments_are_told_what_they_need() {
    check(&[
        (
            "a: \"b\"#c\n",
            "M0101: a comment needs a space before it\n\
             1 \"#c\" starts a comment\n\
             help: write a space before the `#`, or quote the whole value if it is meant as text",
        ),
        (
            "a: b #c\n  d\n",
            "M0101: a comment stands within a value\n\
             1 \"#c\" the value goes on after it\n\
             help: quote the value, or move the comment",
        ),
    ]);
}

#[test]
fn an_alias_without_an_anchor_says_where_one_is() {
    let unknown = "M0104: `*lables` stands for an anchor that does not exist\n\
                   2 \"*lables\" a value that starts with `*` is an alias\n\
                   help: ";
    check(&[
        ("a: &labels 1\nb: *lables\n", &format!("{unknown}did you mean `*labels`?")),
        ("# &lables\nb: *lables\n", &format!("{unknown}if it is meant as text, quote it: `\"*lables\"`")),
        ("--- {a: &labels 1}\n--- [*lables]\n", &format!("{unknown}if it is meant as text, quote it: `\"*lables\"`")),
        (
            "a: *x\nb: &x 1\n",
            "M0104: no anchor `x` stands before its alias\n\
             1 \"*x\" an alias for it\n\
             2 \"&x\" stands after the alias\n\
             help: an anchor must stand before its aliases, in the same document",
        ),
        (
            "a: *x\n---\nb: &x 1\n",
            "M0104: no anchor `x` stands before its alias\n\
             1 \"*x\" an alias for it\n\
             3 \"&x\" stands in another document\n\
             help: an anchor must stand before its aliases, in the same document",
        ),
    ]);
}

#[test]
fn a_block_of_text_that_is_the_whole_document_starts_with_its_mark() {
    for text in ["|\n  b\n", "# c\n| # c\n\n  b\n", "a: 1\n...\n|\n  b\n"] {
        let findings = findings(text);
        assert!(findings[0].contains("\"|"), "{findings:?}");
    }
}

#[test]
fn a_key_in_the_wrong_column_is_compared_with_its_sibling() {
    check(&[
        (
            "metadata:\n  name: x\n   namespace: y\n",
            "M0101: `namespace` is indented 1 column deeper than `name`\n\
             3 \"namespace\" in column 4\n\
             2 \"name\" in column 3, and has a value\n\
             help: start `namespace` in column 3 if both belong together",
        ),
        (
            "metadata:\n  name: x\n namespace: y\n",
            "M0101: `namespace` is indented 1 column less than `name`\n\
             3 \"namespace\" in column 2\n\
             2 \"name\" in column 3\n\
             help: start `namespace` in column 3 if both belong together",
        ),
        (
            "metadata:\n    name: x\n  namespace: y\n",
            "M0101: `namespace` is indented 2 columns less than `name`\n\
             3 \"namespace\" in column 3\n\
             2 \"name\" in column 5\n\
             help: start `namespace` in column 5 if both belong together",
        ),
        (
            "- name: a\n  image: b\n ports: c\n",
            "M0101: `ports` is indented 1 column less than `image`\n\
             3 \"ports\" in column 2\n\
             2 \"image\" in column 3\n\
             help: start `ports` in column 3 if both belong together",
        ),
        (
            "a:\n  b: 1\n\n # c\n   d: 2\n",
            "M0101: `d` is indented 1 column deeper than `b`\n\
             5 \"d\" in column 4\n\
             2 \"b\" in column 3, and has a value\n\
             help: start `d` in column 3 if both belong together",
        ),
        (
            "a:\r\n  b: 1\r\n c: 2\r\n",
            "M0101: `c` is indented 1 column less than `b`\n\
             3 \"c\" in column 2\n\
             2 \"b\" in column 3\n\
             help: start `c` in column 3 if both belong together",
        ),
        (
            "a:\n- b\n c: 1\n",
            "M0101: `c` is indented as a part of the value above it\n\
             3 \"c\" cannot be a key here\n\
             2 \"- b\" this value\n\
             help: start `c` in the column of the keys it belongs to",
        ),
        (
            "---\n b: 1\nc: 2\n",
            "M0101: `c` is indented 1 column less than `b`\n\
             3 \"c\" in column 1\n\
             2 \"b\" in column 2\n\
             help: start `c` in column 2 if both belong together",
        ),
    ]);
}

#[test]
fn what_is_no_key_is_named() {
    check(&[
        (
            "a: 1\nb\nc: 2\n",
            "M0101: `b` is neither a key nor a value\n\
             2 \"b\" expected a colon after it\n\
             help: write `b:`",
        ),
        (
            "a: 1\nb c\nd: 2\n",
            "M0101: `b c` is neither a key nor a value\n\
             2 \"b c\" expected a colon after it\n\
             help: a value of several lines has to be indented deeper than its key",
        ),
        (
            "key:value\nother: 1\n",
            "M0101: `key:value` has no space after its colon\n\
             1 \"key:value\" is not a key and its value\n\
             help: write `key: value`",
        ),
        (
            "a:\n- b\n-c\n",
            "M0101: `-c` has no space after its dash\n\
             3 \"-c\" is not an item of a list\n\
             help: write `- c`",
        ),
        (
            "- a\nb: 1\n",
            "M0101: a list goes on without `-`\n\
             2 \"b\" expected an item\n\
             1 \"-\" the list it would belong to\n\
             help: write `- ` before it, or indent it to the column of what it belongs to",
        ),
        (
            "a: 1\n- b\n",
            "M0101: a list stands below `a`, which has a value already\n\
             2 \"-\" starts an item\n\
             1 \"a\" has a value already\n\
             help: remove the value of `a`",
        ),
        (
            "a: - b\n",
            "M0101: a list cannot start on the line of its key\n\
             1 \"-\" starts a list\n\
             help: write each item on a line of its own, or quote the value if it is meant as text",
        ),
        (
            "a: |\n  b\n c\n",
            "M0101: a line is neither a key nor a part of the value above it\n\
             3 \"c\" expected a key\n\
             help: indent the line as the value above it, or write `key: value`",
        ),
        (
            "a: 1\n--- b: 1\n",
            "M0101: a document starts on the line of its `---`\n\
             2 \":\" makes a mapping\n\
             help: write the document below the `---`",
        ),
        (
            "{a: 1} b\n",
            "M0101: expected `---` before a document\n\
             1 \"b\" starts another document\n\
             help: write `---` on the line before it, or make it part of what stands above",
        ),
    ]);
}

#[test]
fn a_value_that_needs_quotes_is_named() {
    check(&[
        (
            "a: b: c\n",
            "M0101: a value without quotes contains `: `\n\
             1 \":\" would end a second key\n\
             help: quote the value: `a: \"b: c\"`",
        ),
        (
            "cmd: echo: \"x\" # c\n",
            "M0101: a value without quotes contains `: `\n\
             1 \":\" would end a second key\n\
             help: quote the value: `cmd: \"echo: \\\"x\\\"\"`",
        ),
        (
            "a: 1\nb: 2 c: 3\n",
            "M0101: a value without quotes contains `: `\n\
             2 \":\" would end a second key\n\
             help: quote the value: `b: \"2 c: 3\"`",
        ),
        (
            "a: @b\n",
            "M0101: a value without quotes cannot start with `@`\n\
             1 \"@b\" has a meaning of its own\n\
             help: quote the value: `a: \"@b\"`",
        ),
        (
            "a: `b\n",
            "M0101: a value without quotes cannot start with a backtick\n\
             1 \"`b\" has a meaning of its own\n\
             help: quote the value: `a: \"`b\"`",
        ),
        (
            "a: %b\n",
            "M0101: a value without quotes cannot start with `%`\n\
             1 \"%b\" has a meaning of its own\n\
             help: quote the value: `a: \"%b\"`",
        ),
        (
            "a: *\n",
            "M0101: a value without quotes cannot start with `*`\n\
             1 \"*\" has a meaning of its own\n\
             help: quote the value: `a: \"*\"`",
        ),
        (
            "a: {b}c\n",
            "M0101: text follows a value that is complete\n\
             1 \"c\" expected the end of the line\n\
             help: quote the value",
        ),
        (
            "a: |b\n",
            "M0101: expected a line break after `|` or `>`\n\
             1 \"|b\" starts a block of text\n\
             help: quote the value if it is meant as text",
        ),
        (
            "host: *.example.com\n",
            "M0104: `*.example.com` stands for an anchor that does not exist\n\
             1 \"*.example.com\" a value that starts with `*` is an alias\n\
             help: if it is meant as text, quote it: `\"*.example.com\"`",
        ),
        (
            "a: \u{7}\n",
            "M0101: the character U+0007 cannot stand here\n\
             1 \"\\u{7}\" this character\n\
             help: remove it, or write it as an escape in double quotes",
        ),
        (
            "a: b\u{7}c\n",
            "M0101: the character U+0007 cannot stand here\n\
             1 \"\\u{7}\" this character\n\
             help: remove it, or write it as an escape in double quotes",
        ),
        (
            "a: {b: @c, d: e}\n",
            "M0101: a value without quotes cannot start with `@`\n\
             1 \"@c\" has a meaning of its own\n\
             help: quote the value: `\"@c\"`",
        ),
        (
            "- @b c # d\n",
            "M0101: a value without quotes cannot start with `@`\n\
             1 \"@b\" has a meaning of its own\n\
             help: quote the value: `\"@b c\"`",
        ),
    ]);
}

#[test]
fn quotes_are_shown_where_they_open() {
    check(&[
        (
            "a: \"b\nc: 1\n",
            "M0101: a quote is not closed\n\
             1 \"\\\"\" opened here\n\
             2 \"c\" still within the quotes, and indented too little\n\
             help: write another `\"` at the end of the text; within it, `\\\"` stands for one",
        ),
        (
            "a: 'b\nc: 1\n",
            "M0101: a quote is not closed\n\
             1 \"'\" opened here\n\
             2 \"c\" still within the quotes, and indented too little\n\
             help: write another `'` at the end of the text; within it, `''` stands for one",
        ),
        (
            "a: \"b",
            "M0101: a quote is not closed\n\
             1 \"\\\"\" opened here\n\
             help: write another `\"` at the end of the text; within it, `\\\"` stands for one",
        ),
        (
            "a: \"b\n---\nc: 1\n",
            "M0101: a quote is not closed\n\
             1 \"\\\"\" opened here\n\
             2 \"---\" the document ends here\n\
             help: write another `\"` at the end of the text; within it, `\\\"` stands for one",
        ),
        (
            "a: 'it's'\n",
            "M0101: text follows a closing quote\n\
             1 \"s'\" not part of the value\n\
             help: put all of the value between the quotes; `''` stands for a quote within them",
        ),
        (
            "a: \"b\" c\n",
            "M0101: text follows a closing quote\n\
             1 \"c\" not part of the value\n\
             help: put all of the value between the quotes; `\\\"` stands for a quote within them",
        ),
        (
            "a: \"C:\\path\"\n",
            "M0101: `\\p` means nothing in double quotes\n\
             1 \"\\\\p\" unknown escape\n\
             help: write `\\\\` for a backslash, or use single quotes",
        ),
        (
            "a: \"b\\ud83d\"\n",
            "M0101: an escape in double quotes names no character\n\
             1 \"\\\\ud83d\" not a character\n\
             help: write the character itself, or `\\\\` for a backslash",
        ),
    ]);
}

#[test]
fn brackets_are_shown_where_they_open() {
    check(&[
        (
            "a: [1, 2\nb: 3\n",
            "M0101: `[` is not closed\n\
             1 \"[\" opened here\n\
             2 \"b\" expected `,` or `]` before this",
        ),
        (
            "a: [1, 2",
            "M0101: `[` is not closed\n\
             1 \"[\" opened here",
        ),
        (
            "a: {b: 1\nc: 3\n",
            "M0101: `{` is not closed\n\
             1 \"{\" opened here\n\
             2 \"c\" expected `,` or `}` before this",
        ),
        (
            "{\"a\": 1\n\"b\": 2\n}\n",
            "M0101: expected `,` or `}`\n\
             2 \"\\\"b\\\"\" before this\n\
             1 \"{\" `{` is still open",
        ),
        (
            "{\"a\": \"b\" \"c\": 1}",
            "M0101: expected `,` or `:` after a quoted text\n\
             1 \"\\\"c\\\"\" does not belong to it",
        ),
        (
            "a: ]\n",
            "M0101: a bracket closes nothing\n\
             1 \"]\" was never opened\n\
             help: remove it",
        ),
        (
            "a: [1}\n",
            "M0101: `[` is closed by `}`\n\
             1 \"[\" opened here\n\
             help: write `]` before the `}`, or in its place",
        ),
        (
            "a: [1,,2]\n",
            "M0101: nothing stands before a comma\n\
             1 \",\" expected a value before it\n\
             help: remove the comma, or write a value before it",
        ),
    ]);
}

#[test]
fn templates_are_recognized() {
    check(&[
        (
            "a: {{ .Values.b }}\n",
            "M0101: `{{` starts a template, which is not YAML\n\
             1 \"{{ .Values.b }}\" not filled in yet\n\
             help: this looks like a template; render it first, then build the result",
        ),
        (
            "a: {{ .Values.b }}-c\n",
            "M0101: `{{` starts a template, which is not YAML\n\
             1 \"{{ .Values.b }}\" not filled in yet\n\
             help: this looks like a template; render it first, then build the result",
        ),
        (
            "{{- if .b }}\na: 1\n{{- end }}\n",
            "M0101: `{{` starts a template, which is not YAML\n\
             1 \"{{- if .b }}\" not filled in yet\n\
             help: this looks like a template; render it first, then build the result",
        ),
        (
            "{{ define }}\na: 1\n",
            "M0101: `{{` starts a template, which is not YAML\n\
             1 \"{{ define }}\" not filled in yet\n\
             help: this looks like a template; render it first, then build the result",
        ),
        (
            "a: \"b\" {{ c }}\n",
            "M0101: text follows a closing quote\n\
             1 \"{\" not part of the value\n\
             help: this looks like a template; render it first, then build the result",
        ),
    ]);
}

#[test]
fn merge_conflicts_are_recognized() {
    check(&[
        (
            "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n",
            "M0101: a merge conflict is not resolved\n\
             1 \"<<<<<<< HEAD\" left by git\n\
             help: keep one side of the conflict and remove its marks",
        ),
        (
            "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n",
            "M0101: a merge conflict is not resolved\n\
             2 \"<<<<<<< HEAD\" left by git\n\
             help: keep one side of the conflict and remove its marks",
        ),
    ]);
}

#[test]
fn a_key_that_is_too_long_says_how_to_write_it() {
    let key = "k".repeat(1025);
    for text in [format!("{key}: 1\n"), format!("{{\"a\": 1, \"{key}\": 1}}\n")] {
        let findings = findings(&text);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(
            findings[0].starts_with("M0101: a key is longer than 1024 characters\n1 \":\" ends here"),
            "{findings:?}"
        );
    }
}

#[test]
fn one_mistake_is_one_finding_however_many_lines_it_breaks() {
    for text in ["[a]\nb: 1\n", "a: {{ b }}-c\n", "{{ a }}\nb: 1\n{{ c }}\n", "a: [*b, \n"] {
        let findings = findings(text);
        assert_eq!(findings.len(), if text.contains('*') { 2 } else { 1 }, "{findings:?}");
    }
}
