//! Running another program with a deadline and a limit on what it may print.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How a program ended.
pub(super) enum Ended {
    /// By itself: exit code, and what it printed.
    Finished(Option<i32>, Vec<u8>),
    /// It printed more than allowed and was stopped.
    TooMuch,
    /// It took longer than allowed and was stopped.
    TooLong,
    /// There is no such program.
    Missing,
    /// It could not be started.
    Refused,
}

/// What to run.
pub(super) struct Run<'a> {
    pub program: &'a str,
    pub arguments: &'a [&'a str],
    /// Its whole environment.
    pub variables: Vec<(&'a str, &'a str)>,
    /// What it reads.
    pub input: &'a [u8],
    /// Most bytes it may print.
    pub limit: u64,
    /// How long it may take.
    pub patience: Duration,
}

impl Run<'_> {
    /// Runs it to its end; what it says on stderr is thrown away.
    pub(super) fn run(&self) -> Ended {
        let started = Instant::now();
        let mut command = Command::new(self.program);
        command.args(self.arguments).env_clear().envs(self.variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ended::Missing,
            Err(_) => return Ended::Refused,
        };
        let Some(stdout) = child.stdout.take() else {
            stop(&mut child);
            return Ended::Refused;
        };
        // The reader ends when the program closes its output, which a stopped program does.
        let (sender, receiver) = mpsc::channel();
        let limit = self.limit;
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stdout.take(limit.saturating_add(1)).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
        });
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read has other trouble, which its exit code tells.
            let _ = stdin.write_all(self.input);
        }
        let Ok(bytes) = receiver.recv_timeout(self.patience) else {
            stop(&mut child);
            return Ended::TooLong;
        };
        if bytes.len() as u64 > self.limit {
            stop(&mut child);
            return Ended::TooMuch;
        }
        while started.elapsed() < self.patience {
            match child.try_wait() {
                Ok(Some(status)) => return Ended::Finished(status.code(), bytes),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(_) => break,
            }
        }
        stop(&mut child);
        Ended::TooLong
    }
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
