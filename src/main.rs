//! The `routelift` command. See the library's `run`.

use std::process::ExitCode;

fn main() -> ExitCode {
    routelift::run(std::env::args_os()).into()
}
