//! Everything a user gets to see: the patch or the JSON document on stdout, the summary on stderr.

mod diff;
mod explain;
mod frame;
mod grouped;
mod json;
mod list;
pub mod output;
mod patch_path;
mod places;
mod style;
mod summary;
mod totals;

use std::io::{self, Write};
use std::path::Path;

use routelift_transforms::plan::Plan;
use routelift_transforms::project::Project;
use routelift_transforms::rewrite::Change;

use crate::cli::{Format, Request};

pub use diff::write_patch;
pub use explain::{Explained, write_explanation};
pub use json::write_json;
pub use list::write_list;
pub use style::Palette;
pub use summary::write_summary;

/// Shows `plan` the way `request` asks for; `changes` are those of the plan.
pub fn show(request: &Request, root: &Path, project: &Project, plan: &Plan, changes: &[Change]) -> io::Result<()> {
    let (mut out, palette) = output::stdout(request.color);
    match request.format {
        Format::Json => write_json(&mut out, project, plan, changes)?,
        Format::Text => write_patch(&mut out, changes, &|path| is_executable(&root.join(path)), palette)?,
    }
    out.flush()?;
    if request.format == Format::Text {
        let (mut err, palette) = output::stderr(request.color);
        write_summary(&mut err, request, project, plan, changes.len(), palette)?;
        err.flush()?;
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}
