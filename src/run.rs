//! From what was typed to an exit status.

use std::ffi::OsString;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Parser;
use routelift_transforms::plan::{Plan, plan, who_runs};
use routelift_transforms::project::{Modules, Project};

use crate::apply::{Applied, apply};
use crate::cli::{Action, Cli, Color, Format, Request};
use crate::discover::{Discovered, discover};
use crate::lookup::find;
use crate::review::{Explained, output, show, write_explanation, write_list};
use crate::{ExitStatus, Problem};

/// Parsing and visiting recurse with the nesting of the source, and source is nested as deeply as
/// somebody (or some bundler) likes. Only address space is set aside; untouched pages cost nothing.
const STACK_SIZE: usize = 512 * 1024 * 1024;

/// Runs the command line `arguments`, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let request = match Cli::try_parse_from(arguments).and_then(Cli::into_request) {
        Ok(request) => request,
        Err(usage) => {
            // Nobody is left to be told if this fails.
            let _ = usage.print();
            return if usage.use_stderr() { ExitStatus::Error } else { ExitStatus::Success };
        }
    };
    carry_out(&request).unwrap_or_else(|error| {
        let _ = tell(&error, request.color);
        ExitStatus::Error
    })
}

fn carry_out(request: &Request) -> Result<ExitStatus> {
    let Discovered { root, project, findings } = discover(&request.paths, request.next.as_ref())?;
    // The process ends when this is done; taking the trees apart takes longer than the system does.
    let modules = ManuallyDrop::new(Modules::new(&project));
    let mut plan = with_deep_stack(|| plan(&project, &modules, &request.options))?;
    plan.findings.splice(..0, findings);
    match &request.action {
        Action::Explain(wanted) => return explain(request, wanted, &root, (&project, &modules), &plan),
        Action::List if request.format == Format::Text => return list(request, &project, &plan),
        Action::List | Action::Preview | Action::Check | Action::Apply(_) => {}
    }
    let changes = plan.changes.changes();
    show(request, &root, &project, &plan, &changes).context("cannot write the report")?;
    let refused = plan.refused_overrides().count();
    match request.action {
        Action::Apply(_) if refused > 0 => return Err(Problem::OverridesRefused(refused).into()),
        _ if refused > 0 => return Ok(ExitStatus::Error),
        Action::Check if !changes.is_empty() => return Ok(ExitStatus::WouldChange),
        Action::Preview | Action::Check | Action::List | Action::Explain(_) => {}
        Action::Apply(_) if changes.is_empty() => {}
        Action::Apply(consent) => {
            let ending = match apply(&root, &changes, consent)? {
                Applied::Written => "All changes are written.",
                Applied::Declined => "Nothing was written.",
            };
            let (mut err, _) = output::stderr(request.color);
            writeln!(err, "{ending}").and_then(|()| err.flush())?;
        }
    }
    Ok(ExitStatus::Success)
}

fn list(request: &Request, project: &Project, plan: &Plan) -> Result<ExitStatus> {
    let (mut out, palette) = output::stdout(request.color);
    write_list(&mut out, project, plan, palette).and_then(|()| out.flush()).context("cannot write the list")?;
    Ok(ExitStatus::Success)
}

fn explain(
    request: &Request,
    wanted: &str,
    root: &Path,
    (project, modules): (&Project, &Modules<'_>),
    plan: &Plan,
) -> Result<ExitStatus> {
    let found = find(plan, root, wanted)?;
    let mut explained = Vec::new();
    for (app, endpoint) in found {
        let files: Vec<&str> = endpoint.callers.iter().map(|caller| caller.file.as_str()).collect();
        let reached = match project.apps.iter().find(|known| known.root == app.root) {
            Some(known) if !files.is_empty() => with_deep_stack(|| who_runs(project, modules, known, &files))?,
            _ => Vec::new(),
        };
        explained.push(Explained { app, endpoint, reached });
    }
    let (mut out, palette) = output::stdout(request.color);
    write_explanation(&mut out, project, &plan.open_callers, &explained, palette)
        .and_then(|()| out.flush())
        .context("cannot write the explanation")?;
    Ok(ExitStatus::Success)
}

fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE).build().context("cannot start threads")?;
    Ok(pool.install(work))
}

/// The error, what caused it, and what to do about it.
fn tell(error: &anyhow::Error, color: Color) -> std::io::Result<()> {
    let (mut err, palette) = output::stderr(color);
    writeln!(err, "{}: {error}", palette.error("error"))?;
    for cause in error.chain().skip(1) {
        writeln!(err, "  because {cause}")?;
    }
    if let Some(help) = error.downcast_ref::<Problem>().map(Problem::help).filter(|help| !help.is_empty()) {
        writeln!(err, "{}: {help}", palette.help("help"))?;
    }
    err.flush()
}
