//! A look at a file's sizes before the compiler sees it.

use wasmparser::{Parser, Payload};

use crate::error::Error;

/// Core modules; Python brings 38.
const MODULES: u64 = 100;

/// Functions of all modules; Python has 13,484.
const FUNCTIONS: u64 = 50_000;

/// The size of one function; the largest of Python has 416 KiB.
const BODY_BYTES: u64 = 2 << 20;

/// Variables of one function, which compilers take quadratic time for. Script engines have up to 271.
const LOCALS: u64 = 2_000;

/// Refuses what would keep the compiler busy for minutes. What is damaged passes: the compiler says what is wrong.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Error> {
    let (mut modules, mut functions) = (0, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else {
            return Ok(());
        };
        match payload {
            Payload::ModuleSection { .. } => {
                modules += 1;
                hold("core modules", modules, MODULES)?;
            }
            Payload::CodeSectionStart { count, .. } => {
                functions += u64::from(count);
                hold("functions", functions, FUNCTIONS)?;
            }
            Payload::CodeSectionEntry(body) => {
                hold("bytes in one function", body.range().len() as u64, BODY_BYTES)?;
                let Ok(locals) = body.get_locals_reader() else {
                    return Ok(());
                };
                let count = locals.into_iter().map_while(Result::ok).map(|(count, _)| u64::from(count)).sum();
                hold("variables in one function", count, LOCALS)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn hold(what: &'static str, found: u64, limit: u64) -> Result<(), Error> {
    if found > limit { Err(Error::Oversized { what, found, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_variables_are_refused_before_they_are_compiled() {
        let locals = "(local i64) ".repeat(3000);
        let module = wat::parse_str(format!("(module (func {locals}))")).unwrap();
        let refused = check(&module).unwrap_err();
        assert_eq!(refused.to_string(), "the file has 3000 variables in one function, and the limit is 2000");
    }

    #[test]
    fn what_is_damaged_is_left_to_the_compiler() {
        assert!(check(b"\0asm\x01\0\0\0\x0a\xff").is_ok());
    }
}
