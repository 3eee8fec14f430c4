//! Asks a plugin what it is.

use meshc_weigh::contract::{Descriptor, Fault};

use crate::abi::v1_0::{Instance, Prepared};
use crate::engine::Engine;
use crate::error::Error;
use crate::limits::{Budget, Limits, Size};
use crate::sandbox::{self, Cause, Trouble};
use crate::{fault, text};

/// Names and versions stand in front of every message of the plugin.
const NAME_BYTES: usize = 64;

/// A schema is parsed by editors and by meshc.
const SCHEMA_BYTES: usize = 64 << 10;

/// Each key is looked up for each service.
const READS: usize = 256;

/// An annotation's key has at most 317 bytes: a DNS name of 253, a slash, and 63.
const READ_BYTES: usize = 317;

/// Calls `describe` and checks the answer.
pub(crate) fn ask(engine: &Engine, prepared: &Prepared, limits: &Limits) -> Result<Descriptor, Error> {
    let budget = limits.budget(0);
    let answer = sandbox::run(engine, prepared, limits, budget, Instance::describe)
        .map_err(|trouble| refusal(&trouble, limits, budget))?;
    check(&answer.value).map_err(|what| Error::Descriptor { what })?;
    Ok(answer.value)
}

fn refusal(trouble: &Trouble, limits: &Limits, budget: Budget) -> Error {
    if let Cause::Shape(error) = &trouble.cause {
        return Error::Shape { cause: text::line(&format!("{error:#}")) };
    }
    let Fault { message, detail, service: _ } = fault::of(trouble, limits, budget);
    Error::Describe { message, detail }
}

fn check(descriptor: &Descriptor) -> Result<(), String> {
    let Descriptor { name, version, config_schema, reads } = descriptor;
    for (what, text) in [("name", name), ("version", version)] {
        if text.is_empty() {
            return Err(format!("its {what} is empty"));
        }
        if text.len() > NAME_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("its {what} is not at most {NAME_BYTES} letters, digits and signs of ASCII"));
        }
    }
    if config_schema.len() > SCHEMA_BYTES {
        return Err(format!("its config schema has more than {}", Size(SCHEMA_BYTES)));
    }
    if reads.len() > READS {
        return Err(format!("it reads more than {READS} keys"));
    }
    if let Some(key) = reads.iter().find(|key| !is_key(key)) {
        return Err(format!("`{}` in its `reads` is no key of a label or annotation", text::line(key)));
    }
    Ok(())
}

/// A key, or the start of one and a `*`. Keys of the host's own have the same form.
fn is_key(key: &str) -> bool {
    let stem = key.strip_suffix('*').unwrap_or(key);
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    !key.is_empty() && key.len() <= READ_BYTES && stem.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor() -> Descriptor {
        Descriptor {
            name: "nearest-first".into(),
            version: "1.0.0+local".into(),
            config_schema: String::new(),
            reads: vec!["app.kubernetes.io/name".into(), "example.com/*".into(), "*".into()],
        }
    }

    #[test]
    fn an_honest_descriptor_passes() {
        assert_eq!(check(&descriptor()), Ok(()));
    }

    #[test]
    fn a_wrong_descriptor_is_told_where() {
        type Damage = fn(&mut Descriptor);
        let table: [(Damage, &str); 6] = [
            (|it| it.name.clear(), "its name is empty"),
            (|it| it.name = "a\u{1b}[31m".into(), "its name is not at most 64 letters, digits and signs of ASCII"),
            (|it| it.version = "v".repeat(65), "its version is not at most 64 letters, digits and signs of ASCII"),
            (|it| it.config_schema = " ".repeat(SCHEMA_BYTES + 1), "its config schema has more than 64 KiB"),
            (|it| it.reads = vec!["a".into(); READS + 1], "it reads more than 256 keys"),
            (|it| it.reads = vec!["a b".into()], "`a b` in its `reads` is no key of a label or annotation"),
        ];
        for (damage, expected) in table {
            let mut broken = descriptor();
            damage(&mut broken);
            assert_eq!(check(&broken).unwrap_err(), expected);
        }
    }
}
