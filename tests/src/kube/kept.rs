//! Processes that end when we do, however we end.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Runs a command until its standard input ends, which it does when whoever holds the other end is gone. The command is
/// killed rather than asked: what it leaves is what a crash leaves. A folder to go with it is `$0`.
const KEEPER: &str =
    "trap '' INT TERM HUP; \"$@\" & read -r _; kill -9 $!; wait $! 2>/dev/null; [ -z \"$0\" ] || rm -rf \"$0\"";

/// A process that is killed when this is dropped, and also where that never happens, as with what a static holds.
pub(super) struct Kept(Child);

impl Kept {
    /// Starts `program` in `folder`; what it says goes to `<log>.log` there.
    pub(super) fn start(folder: &Path, log: &str, program: &Path, args: &[String]) -> Self {
        Self::start_and_then(folder, log, program, args, Path::new(""))
    }

    /// Starts `program`; when it has ended, `folder` goes too.
    pub(super) fn start_with_folder(folder: &Path, log: &str, program: &Path, args: &[String]) -> Self {
        Self::start_and_then(folder, log, program, args, folder)
    }

    fn start_and_then(folder: &Path, log: &str, program: &Path, args: &[String], forget: &Path) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(folder.join(format!("{log}.log")));
        let log = log.expect("a log can be made");
        let other = log.try_clone().expect("a file can be written from two sides");
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER]).arg(forget).arg(program).args(args).current_dir(folder);
        keeper.stdin(Stdio::piped()).stdout(log).stderr(other);
        Self(keeper.spawn().expect("there is a shell"))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It has killed what it kept when it ends; should it have ended already, there is nothing to wait for.
        let _ = self.0.wait();
    }
}
