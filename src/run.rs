//! x
use crate::ExitStatus;
use std::ffi::OsString;
/// x
pub fn run(_args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    ExitStatus::Success
}
