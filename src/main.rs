//! The `routelift` command. See the library's `run`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Syntax trees are a million small pieces, which both threads make and drop.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    routelift::run(std::env::args_os()).into()
}
