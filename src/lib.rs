//! The command around the pure `routelift-transforms`: everything that touches the disk, the terminal
//! or git.
//!
//! 1. [`cli`]: what was typed becomes a [`cli::Request`].
//! 2. [`discover`]: the disk becomes a `Project`.
//! 3. `transforms::plan` decides, in memory.
//! 4. [`review`]: the plan becomes a patch, a summary or JSON.
//! 5. [`apply`]: the one module that writes, all or nothing.

pub mod apply;
pub mod cli;
pub mod discover;
mod exit;
mod lookup;
mod problem;
pub mod review;
mod run;

pub use exit::ExitStatus;
pub use problem::Problem;
pub use run::run;
