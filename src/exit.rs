//! How a run ends, as the shell sees it.

use std::process::ExitCode;

/// The three ways a run can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All went well, proposals included.
    Success,
    /// `--check`, and something would change.
    WouldChange,
    /// The run could not do what was asked, by an option, a setting or a comment.
    Error,
}

impl ExitStatus {
    /// The number given to the shell.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::WouldChange => 1,
            ExitStatus::Error => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitStatus;

    #[test]
    fn the_numbers_are_part_of_the_interface() {
        let codes = [ExitStatus::Success, ExitStatus::WouldChange, ExitStatus::Error].map(ExitStatus::code);
        assert_eq!(codes, [0, 1, 2]);
    }
}
