//! Says in words why a call has no answer.

use meshc_weigh::contract::Fault;
use wasmtime::{Trap, WasmBacktrace};

use crate::engine::STACK_BYTES;
use crate::limits::{Budget, Limits, Size};
use crate::sandbox::{Cause, Exhausted, Trouble};
use crate::text;
use crate::wasi::Denied;

/// Turns trouble into a fault. Its message continues a sentence that names the plugin.
pub(crate) fn of(trouble: &Trouble, limits: &Limits, budget: Budget) -> Fault {
    let mut fault = match &trouble.cause {
        Cause::Start(error) => in_guest(error, "could not be started", limits, budget),
        Cause::Shape(error) => in_guest(error, "does not keep to the contract that it names", limits, budget),
        Cause::Call(error) => in_guest(error, "broke the calling convention", limits, budget),
        Cause::Host(panic) => {
            let said = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
            new(format!("made meshc itself fail: {}", text::line(said.unwrap_or("no message"))))
        }
    };
    let said = text::block(trouble.output.trim_end());
    if !said.is_empty() {
        let frames = std::mem::take(&mut fault.detail);
        fault.detail =
            if frames.is_empty() { format!("it wrote:\n{said}") } else { format!("it wrote:\n{said}\n{frames}") };
    }
    fault
}

/// A fault that has nothing but a message: the answer could be read and is wrong.
pub(crate) fn new(message: String) -> Fault {
    Fault { message, detail: String::new(), service: None }
}

fn in_guest(error: &wasmtime::Error, otherwise: &str, limits: &Limits, budget: Budget) -> Fault {
    let message = if let Some(exhausted) = error.downcast_ref::<Exhausted>() {
        exhausted_message(*exhausted, limits)
    } else if let Some(denied) = error.downcast_ref::<Denied>() {
        denied.to_string()
    } else if let Some(trap) = error.downcast_ref::<Trap>() {
        trap_message(*trap, budget)
    } else if is_reply_too_large(error) {
        format!("answered with more than {}", Size(budget.reply_bytes))
    } else {
        format!("{otherwise}: {}", text::line(&error.root_cause().to_string()))
    };
    Fault { message, detail: backtrace(error), service: None }
}

fn exhausted_message(exhausted: Exhausted, limits: &Limits) -> String {
    match exhausted {
        Exhausted::Memory => format!("asked for more than its {} of memory", Size(limits.memory_bytes)),
        Exhausted::Table => format!("asked for a table of more than {} elements", limits.table_elements),
        Exhausted::Machine => "asked for memory that this machine does not have".to_owned(),
    }
}

fn trap_message(trap: Trap, budget: Budget) -> String {
    match trap {
        Trap::OutOfFuel => format!("used up its fuel of {}", budget.fuel),
        Trap::StackOverflow => format!("overflowed its stack of {}", Size(STACK_BYTES)),
        Trap::UnreachableCodeReached => "gave up with `unreachable`, as guests do that panic or abort".to_owned(),
        Trap::MemoryOutOfBounds => "reached outside of its memory".to_owned(),
        Trap::TableOutOfBounds | Trap::IndirectCallToNull | Trap::BadSignature => {
            format!("called a function that is not there: {}", words(trap))
        }
        Trap::IntegerDivisionByZero => "divided by zero".to_owned(),
        other => format!("trapped: {}", words(other)),
    }
}

/// The engine's words for a trap, without its headline.
fn words(trap: Trap) -> String {
    trap.to_string().trim_start_matches("wasm trap: ").to_owned()
}

/// The error has no public type.
fn is_reply_too_large(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().contains("fuel allocated for hostcalls has been exhausted")
}

/// The functions of the guest that were active, innermost first.
fn backtrace(error: &wasmtime::Error) -> String {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return String::new();
    };
    // The first line is wasmtime's headline.
    let frames = backtrace.to_string().lines().skip(1).map(str::trim).collect::<Vec<_>>().join("\n");
    text::block(&frames)
}
