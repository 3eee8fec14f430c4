//! The life of a connection: what comes in, from the client and from the compiler, one after the other.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use lsp_types::ErrorCodes;
use lsp_types::json_rpc::{Error, Id};
use serde_json::Value;

use crate::Loader;
use crate::message::{Incoming, answer, fault};
use crate::session::Session;
use crate::transport::{self, Frame};
use crate::worker::Done;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The client said that it would end, and ended it.
    Closed,
    /// It ended without a word.
    Dropped,
}

/// What the server reacts to.
pub(crate) enum Event {
    /// Something came in.
    Frame(Frame),
    /// Nothing more will come in.
    End(io::Result<()>),
    /// A project was compiled.
    Compiled(Box<Done>),
}

/// Serves one client until it ends.
///
/// # Errors
/// If the streams fail.
pub fn serve(input: impl BufRead + Send + 'static, mut output: impl Write, load: Box<Loader>) -> io::Result<Outcome> {
    let (sender, events) = channel();
    let done = sender.clone();
    thread::spawn(move || read_all(input, &sender));
    let mut server = Server { phase: Phase::Fresh(Some((load, done))), outbox: Vec::new() };
    loop {
        let outcome = match next(&events, server.due()) {
            Some(Event::Frame(frame)) => server.frame(frame),
            Some(Event::End(result)) => return result.map(|()| Outcome::Dropped),
            Some(Event::Compiled(done)) => {
                server.compiled(*done);
                None
            }
            None => None,
        };
        for text in server.turn() {
            transport::write(&mut output, &text)?;
        }
        if let Some(outcome) = outcome {
            return Ok(outcome);
        }
    }
}

fn read_all(mut input: impl BufRead, events: &Sender<Event>) {
    loop {
        let event = match transport::read(&mut input) {
            Ok(Some(frame)) => Event::Frame(frame),
            Ok(None) => Event::End(Ok(())),
            Err(error) => Event::End(Err(error)),
        };
        let ends = matches!(event, Event::End(_));
        if events.send(event).is_err() || ends {
            return;
        }
    }
}

/// The next event; `None` if something is due before one comes.
fn next(events: &Receiver<Event>, due: Option<Instant>) -> Option<Event> {
    let gone = || Event::End(Ok(()));
    match due {
        None => Some(events.recv().unwrap_or_else(|_| gone())),
        Some(due) => match events.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(gone()),
        },
    }
}

/// How far a connection has come.
enum Phase {
    /// `initialize` has not come. What a session is made of waits for it.
    Fresh(Option<(Box<Loader>, Sender<Event>)>),
    /// The client and the server work together.
    Open(Box<Session>),
    /// `shutdown` has come, and `exit` should.
    ShutDown,
}

struct Server {
    phase: Phase,
    outbox: Vec<String>,
}

impl Server {
    /// When something has to be done although nothing comes in.
    fn due(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Open(session) => session.due(),
            Phase::Fresh(_) | Phase::ShutDown => None,
        }
    }

    /// Does what is due, and gives what is to be sent.
    fn turn(&mut self) -> Vec<String> {
        let mut texts = std::mem::take(&mut self.outbox);
        if let Phase::Open(session) = &mut self.phase {
            session.start_due(Instant::now());
            texts.append(&mut session.take_outbox());
        }
        texts
    }

    fn compiled(&mut self, done: Done) {
        if let Phase::Open(session) = &mut self.phase {
            session.compiled(done);
        }
    }

    /// Takes what came in. Gives how the connection ended, if it did.
    fn frame(&mut self, frame: Frame) -> Option<Outcome> {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Malformed(why) => {
                self.answer(Id::Null, Err(fault(ErrorCodes::ParseError, why)));
                return None;
            }
        };
        match Incoming::read(&text) {
            Incoming::Request { id, method, params } => self.request(id, &method, params),
            Incoming::Notification { method, .. } if method == "exit" => {
                let expected = matches!(self.phase, Phase::ShutDown);
                return Some(if expected { Outcome::Closed } else { Outcome::Dropped });
            }
            Incoming::Notification { method, params } => {
                if let Phase::Open(session) = &mut self.phase {
                    session.notified(&method, params);
                }
            }
            Incoming::Response => {}
            Incoming::Invalid(id, error) => self.answer(id, Err(error)),
        }
        None
    }

    fn request(&mut self, id: Id, method: &str, params: Value) {
        match (&mut self.phase, method) {
            (Phase::Fresh(parts), "initialize") => {
                if let Some((load, done)) = parts.take() {
                    let session = Session::new(&params, load, done);
                    let result = session.introduce();
                    self.phase = Phase::Open(Box::new(session));
                    self.answer(id, result);
                }
            }
            (Phase::Fresh(_), _) => {
                self.answer(id, Err(fault(ErrorCodes::ServerNotInitialized, "`initialize` comes first")));
            }
            (Phase::Open(_), "initialize") => {
                self.answer(id, Err(fault(ErrorCodes::InvalidRequest, "`initialize` comes once")));
            }
            (Phase::Open(_), "shutdown") => {
                self.phase = Phase::ShutDown;
                self.answer(id, Ok(Value::Null));
            }
            (Phase::Open(session), _) => session.asked(id, method, params),
            (Phase::ShutDown, _) => {
                self.answer(id, Err(fault(ErrorCodes::InvalidRequest, "nothing but `exit` comes after `shutdown`")));
            }
        }
    }

    fn answer(&mut self, id: Id, result: Result<Value, Error>) {
        self.outbox.push(answer(id, result));
    }
}
