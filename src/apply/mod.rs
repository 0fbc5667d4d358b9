//! Carries out a plan: the only module that changes files of the user.
//!
//! First everything that could speak against it is checked ([`git`], [`stale`]), then somebody agrees, then
//! all files are written or none ([`write`]).

mod git;
mod stale;
mod write;

use std::io::{self, IsTerminal};
use std::path::Path;

use dialoguer::Confirm;
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
    let question = match count {
        1 => "Change 1 file?".to_owned(),
        count => format!("Change {count} files?"),
    };
    // Whatever keeps us from understanding the answer is a no.
    Ok(Confirm::new().with_prompt(question).default(false).interact().unwrap_or(false))
}
