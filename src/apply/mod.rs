//! Carries out a plan: the only module that changes files of the user.
//!
//! First everything that could speak against it is checked (`git`, `stale`), then somebody agrees, then
//! all files are written or none (`write`).

mod git;
mod stale;
mod write;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use routelift_transforms::rewrite::Change;

use crate::Problem;
pub use write::write;

/// What the user agreed to beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// To be written without a question.
    pub yes: bool,
    /// To lose track of uncommitted changes.
    pub allow_dirty: bool,
    /// To have no way back.
    pub allow_no_vcs: bool,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Everything is written.
    Written,
    /// The user said no; nothing is written.
    Declined,
}

/// Writes `changes` below `root` if nothing speaks against it.
pub fn apply(root: &Path, changes: &[Change], consent: Consent) -> Result<Applied, Problem> {
    git::check(root, changes, consent)?;
    // Now, so that nobody is asked in vain, and again when the answer has taken its time.
    stale::check(root, changes)?;
    if !consent.yes {
        if !ask(changes.len())? {
            return Ok(Applied::Declined);
        }
        stale::check(root, changes)?;
    }
    write(root, changes)?;
    Ok(Applied::Written)
}

fn ask(count: usize) -> Result<bool, Problem> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Problem::NobodyToAsk);
    }
    let files = if count == 1 { "file" } else { "files" };
    let mut err = io::stderr();
    let mut answer = String::new();
    let asked = write!(err, "Change {count} {files}? [y/N] ").and_then(|()| err.flush());
    // Whatever keeps us from understanding the answer is a no.
    let heard = asked.and_then(|()| io::stdin().read_line(&mut answer));
    Ok(heard.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}
