//! What is the place of a plugin and what is not.

use meshc_registry::{Digest, Reference};

#[test]
fn a_reference_is_shown_as_it_was_written() {
    let digest = Digest::of(b"");
    for (text, registry, repository, tag, is_pinned) in [
        ("oci://ghcr.io/acme/nearest".to_owned(), "ghcr.io", "acme/nearest", None, false),
        ("oci://ghcr.io/acme/nearest:1.2".to_owned(), "ghcr.io", "acme/nearest", Some("1.2"), false),
        (
            "oci://localhost:5000/a_b/c__d/e-f:V1_2-x".to_owned(),
            "localhost:5000",
            "a_b/c__d/e-f",
            Some("V1_2-x"),
            false,
        ),
        ("oci://[::1]:5000/a".to_owned(), "[::1]:5000", "a", None, false),
        (format!("oci://ghcr.io/a/b@{digest}"), "ghcr.io", "a/b", None, true),
        (format!("oci://ghcr.io/a/b:1@{digest}"), "ghcr.io", "a/b", Some("1"), true),
    ] {
        let reference: Reference = text.parse().unwrap();
        assert_eq!(reference.to_string(), text);
        assert_eq!((reference.registry(), reference.repository(), reference.tag()), (registry, repository, tag));
        assert_eq!((reference.is_pinned(), reference.digest().is_some()), (is_pinned, is_pinned));
    }
}

#[test]
fn a_pin_keeps_the_tag_for_the_reader() {
    let reference: Reference = "oci://ghcr.io/a/b:1".parse().unwrap();
    let digest = Digest::of(b"");
    assert_eq!(reference.pinned(&digest).to_string(), format!("oci://ghcr.io/a/b:1@{digest}"));
}

#[test]
fn nonsense_is_refused_with_a_reason() {
    for (text, problem) in [
        ("", "start with `oci://`"),
        ("ghcr.io/acme/nearest", "start with `oci://`"),
        ("https://ghcr.io/acme/nearest", "start with `oci://`"),
        ("oci://ghcr.io", "comes `/` and a repository"),
        ("oci:///acme", "a registry is a host name"),
        ("oci://gh cr.io/acme", "a registry is a host name"),
        ("oci://-ghcr.io/acme", "a registry is a host name"),
        ("oci://luke@ghcr.io/acme", "no user name or password"),
        ("oci://ghcr.io:http/acme", "from 1 to 65535"),
        ("oci://ghcr.io:0/acme", "from 1 to 65535"),
        ("oci://ghcr.io:/acme", "from 1 to 65535"),
        ("oci://ghcr.io:+80/acme", "from 1 to 65535"),
        ("oci://[::1/acme", "ends with `]`"),
        ("oci://[x]/acme", "an IPv6 address"),
        ("oci://ghcr.io/", "a repository is of"),
        ("oci://ghcr.io/Acme", "a repository is of"),
        ("oci://ghcr.io/acme//nearest", "a repository is of"),
        ("oci://ghcr.io/../nearest", "a repository is of"),
        ("oci://ghcr.io/a..b", "a repository is of"),
        ("oci://ghcr.io/a?x=y", "a repository is of"),
        ("oci://ghcr.io/é", "a repository is of"),
        ("oci://ghcr.io/acme:", "a tag is of"),
        ("oci://ghcr.io/acme:-1", "a tag is of"),
        ("oci://ghcr.io/acme:1:2", "a tag is of"),
        ("oci://ghcr.io/acme@", "start with `sha256:`"),
        ("oci://ghcr.io/acme@sha512:00", "start with `sha256:`"),
        ("oci://ghcr.io/acme@sha256:00", "64 lowercase hexadecimal digits"),
    ] {
        let error = text.parse::<Reference>().unwrap_err().to_string();
        assert!(error.contains(problem), "{text}: {error}");
    }
}
