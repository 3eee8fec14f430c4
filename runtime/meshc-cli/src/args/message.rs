use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;

use clap::error::{Error, ErrorKind};
use clap::{CommandFactory, ValueEnum};

use super::{Args, Command};

/// The option that has them.
const OPTION: &str = "--message-format";

/// A form of diagnostics, and where they are written in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageOutput {
    pub(crate) format: MessageFormat,
    /// The file; stderr if there is none.
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// With the lines of the file and both sides of a contradiction
    Human,
    /// One line each: path, line, column, code, words
    Short,
    /// One JSON object a line; `meshc schema diagnostic` describes it
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub Actions shows at the lines of a change
    Github,
    /// A Code Quality report, which GitLab shows in a merge request
    Gitlab,
    /// JUnit's XML: what a CI system shows as failed tests
    Junit,
}

impl FromStr for MessageOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, file) = match text.split_once('=') {
            Some((word, file)) => (word, Some(file)),
            None => (text, None),
        };
        let format = MessageFormat::from_str(word, false).map_err(|_| {
            let forms: Vec<_> = MessageFormat::value_variants().iter().map(|format| format.word()).collect();
            format!("there is no format `{word}`; the formats are {}", forms.join(", "))
        })?;
        match file {
            Some("") => Err(format!("a file has to follow `{word}=`; for stderr write `{word}`")),
            Some("-") => Err(format!("stdout is for data; for stderr write `{word}`")),
            file => Ok(Self { format, file: file.map(PathBuf::from) }),
        }
    }
}

impl MessageFormat {
    /// The word for it.
    fn word(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Args {
    /// The form in which stderr has diagnostics.
    pub(crate) fn stderr_format(&self) -> MessageFormat {
        let asked = self.message_format.iter().find(|output| output.file.is_none());
        asked.map_or_else(|| self.command.stderr_format(), |output| output.format)
    }

    /// Refuses two forms for one place, and forms that would go unheard.
    pub(crate) fn checked(self, given: impl Iterator<Item = OsString>) -> Result<Self, Error> {
        // Of an option that stands on both sides of a command, clap takes what stands behind it.
        let given = given.take_while(|argument| argument != "--").filter(|argument| is_option(argument)).count();
        if given != self.message_format.len() {
            let message = format!("write every `{OPTION}` behind the command");
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        for (at, output) in self.message_format.iter().enumerate() {
            if self.message_format[..at].iter().all(|other| other.file != output.file) {
                continue;
            }
            let place = match &output.file {
                Some(file) => format!("`{}` can have", file.display()),
                None => "stderr can have".to_owned(),
            };
            let word = output.format.word();
            let message = format!("{place} one format only; write another to a file of its own: `{word}=FILE`");
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

impl Command {
    /// The form in which stderr has diagnostics where nobody says. What another program shows has little room.
    fn stderr_format(&self) -> MessageFormat {
        if matches!(self, Self::Argocd(_) | Self::Krm(_)) { MessageFormat::Short } else { MessageFormat::Human }
    }
}

fn is_option(argument: &OsStr) -> bool {
    let rest = argument.to_str().and_then(|argument| argument.strip_prefix(OPTION));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}
