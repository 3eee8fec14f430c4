//! An expression that can be evaluated: parsed once, bounded, without loops.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cel::common::ast::{EntryExpr, Expr};
use cel::parser::ParseError;
use cel::{Context, ExecutionError, IdedExpr, Value};
use meshc_schema::nearest;

use super::scope::VARIABLES;
use crate::apply::HIGHEST;
use crate::contract::Fault;

/// How many signs of nesting a text may have: brackets, operators and dots, also where they stand in a string. It is
/// counted before the text is parsed, since the parser and the evaluation go as deep as these let them.
pub(super) const MOST_OPERATORS: usize = 128;
/// The stack of the thread that parses and evaluates, in bytes.
const STACK: usize = 64 << 20;
/// How much of the parser's own words is shown, in characters.
const LONGEST_WORDS: usize = 120;

/// The functions that an expression may call, beside operators, which do not begin with a letter.
const FUNCTIONS: [&str; 10] =
    ["bool", "contains", "double", "endsWith", "int", "max", "min", "size", "startsWith", "string"];

/// Why a text is refused.
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) help: String,
}

impl Wrong {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

pub(super) struct Program {
    program: cel::Program,
}

impl Program {
    pub(super) fn new(text: &str) -> Result<Self, Wrong> {
        if operators(text) > MOST_OPERATORS {
            let help = format!("use at most {MOST_OPERATORS} brackets, operators and dots");
            return Err(Wrong::new("has too many operators", help));
        }
        // The parser is not ours: whatever it does with a text, the build goes on.
        let parsed = catch_unwind(AssertUnwindSafe(|| cel::Program::compile(text).map_err(|errors| errors.errors)));
        let program = match parsed {
            Ok(Ok(program)) => program,
            Ok(Err(errors)) => return Err(no_expression(errors.first())),
            Err(_) => return Err(no_expression(None)),
        };
        allowed(program.expression())?;
        Ok(Self { program })
    }

    /// The weight of a cell.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn weight(&self, cell: &Context<'_, '_>) -> Result<u32, String> {
        match catch_unwind(AssertUnwindSafe(|| self.program.execute(cell))) {
            Ok(Ok(value)) => whole(&value),
            Ok(Err(error)) => Err(words(&error)),
            Err(_) => Err("cannot be evaluated".to_owned()),
        }
    }
}

/// Runs what parses or evaluates on a thread of its own: both take much of the stack for each level of nesting.
pub(super) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    let failed = |message: &str| Fault { message: message.to_owned(), detail: String::new(), service: None };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| failed(&format!("there is no thread to evaluate on: {error}")))?;
        thread.join().map_err(|_| failed("it panicked"))
    })
}

fn operators(text: &str) -> usize {
    let signs = text.chars().filter(|c| "()[]{}.+-*/%!?<>=&|".contains(*c)).count();
    let named = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| *word == "in").count();
    signs + named
}

fn no_expression(error: Option<&ParseError>) -> Wrong {
    let help = "write it as `local ? 100 : 10`";
    let Some(error) = error else {
        return Wrong::new("is no expression", help);
    };
    let (line, column) = error.pos;
    let words = parser_words(&error.msg);
    Wrong::new(format!("is no expression: {words} (line {}, column {})", line.max(1), column.max(0)), help)
}

/// What the parser says, in words for people: it lists every token that could stand there.
fn parser_words(said: &str) -> String {
    let said = said.strip_prefix("Syntax error: ").unwrap_or(said);
    let quoted = |after: &str| {
        let (_, rest) = said.split_once(after)?;
        let (token, _) = rest.split_once("' expecting").or_else(|| rest.rsplit_once('\''))?;
        Some(token)
    };
    if let Some((token, _)) = said.strip_prefix("missing '").and_then(|rest| rest.split_once("' at")) {
        return format!("`{token}` is missing");
    }
    let token = quoted("input '").or_else(|| quoted("error at: '"));
    match token {
        Some("<EOF>") => "it ends too early".to_owned(),
        Some(token) => format!("`{}` cannot stand here", token.chars().take(LONGEST_WORDS).collect::<String>()),
        None if said.starts_with("Incomplete") => "it is not complete".to_owned(),
        None => said.chars().take(LONGEST_WORDS).collect(),
    }
}

/// Refuses what is unknown, and what could repeat anything.
fn allowed(expression: &IdedExpr) -> Result<(), Wrong> {
    match &expression.expr {
        Expr::Ident(name) => {
            if VARIABLES.contains(&name.as_str()) {
                return Ok(());
            }
            Err(unknown("names", name, "variable", &VARIABLES))
        }
        Expr::Call(call) => {
            let named = call.func_name.starts_with(|c: char| c.is_ascii_alphabetic());
            if named && !FUNCTIONS.contains(&call.func_name.as_str()) {
                return Err(unknown("calls", &call.func_name, "function", &FUNCTIONS));
            }
            call.target.iter().try_for_each(|target| allowed(target))?;
            call.args.iter().try_for_each(allowed)
        }
        Expr::Select(select) => allowed(&select.operand),
        Expr::List(list) => list.elements.iter().try_for_each(allowed),
        Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) => allowed(&entry.key).and_then(|()| allowed(&entry.value)),
            EntryExpr::StructField(field) => allowed(&field.value),
        }),
        Expr::Literal(_) => Ok(()),
        Expr::Comprehension(_) => Err(Wrong::new(
            "uses `all`, `exists`, `map` or `filter`, which a weight cannot",
            "compare with `==`, `in` or `? :` instead",
        )),
        Expr::Struct(_) | Expr::Unspecified => Err(no_expression(None)),
    }
}

fn unknown(does: &str, name: &str, what: &str, known: &[&str]) -> Wrong {
    let shown: String = name.chars().take(LONGEST_WORDS).collect();
    let all =
        || format!("the {what}s are {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
    let help = nearest(name, known.iter().copied()).map_or_else(all, |name| format!("did you mean `{name}`?"));
    Wrong::new(format!("{does} `{shown}`, which is no {what}"), help)
}

/// A number as a weight: rounded half up, within the range.
fn whole(value: &Value) -> Result<u32, String> {
    let found = match value {
        Value::Int(number) => u32::try_from(*number).map_err(|_| number.to_string()),
        Value::UInt(number) => u32::try_from(*number).map_err(|_| number.to_string()),
        Value::Float(number) => {
            let rounded = (number + 0.5).floor();
            #[expect(clippy::cast_sign_loss, reason = "the range is held first")]
            if (0.0..=f64::from(HIGHEST)).contains(&rounded) { Ok(rounded as u32) } else { Err(number.to_string()) }
        }
        other => return Err(format!("gives a {}, and must give a number", other.type_of())),
    };
    let found = found.and_then(|weight| if weight > HIGHEST { Err(weight.to_string()) } else { Ok(weight) });
    found.map_err(|shown| format!("gives {shown}, and must give 0 to {HIGHEST}"))
}

fn words(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => {
            format!("has no key `{}`", key.chars().take(LONGEST_WORDS).collect::<String>())
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "divides by zero".to_owned(),
        ExecutionError::Overflow(..) => "overflows".to_owned(),
        ExecutionError::NoSuchOverload(error) => format!(
            "cannot be evaluated: {} does not take {}",
            operator(error.function()),
            error.argument_types().join(" and ")
        ),
        other => {
            let words = other.to_string();
            format!("cannot be evaluated: {}", words.chars().take(LONGEST_WORDS).collect::<String>())
        }
    }
}

/// An operator as it is written: `_+_` is `+`.
fn operator(function: &str) -> String {
    format!("`{}`", function.trim_matches('_'))
}
