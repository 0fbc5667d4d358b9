//! The command line: [`Cli`] is what was typed, [`Request`] is what it means.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use routelift_transforms::plan::{Only, Options};
use routelift_transforms::project::NextVersion;

use crate::apply::Consent;

/// Moves Next.js Pages API routes to App Router Route Handlers and Server Actions, as diffs you review first.
///
/// Without a command it prints the patch on stdout and a summary on stderr, and writes nothing.
#[derive(Debug, Parser)]
#[command(name = "routelift", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    shared: Shared,
    /// Folders with Next.js apps, however deep [default: .]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Exit with 1 if something would change
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the changes, ask, and write them, all or nothing
    Apply(Apply),
    /// Show all endpoints in a table: what becomes of them, their methods and callers, and the rule that decided
    List(List),
    /// Show why an endpoint becomes what it becomes: who calls it, what was seen, and what to do by hand
    Explain(Explain),
}

#[derive(Debug, Args)]
struct List {
    /// Folders with Next.js apps, however deep [default: .]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Explain {
    /// Its route (`/api/users/[id]`), a URL (`/api/users/7`) or its file
    #[arg(value_name = "ENDPOINT")]
    endpoint: String,
    /// Folders with Next.js apps, however deep [default: .]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Apply {
    /// Folders with Next.js apps, however deep [default: .]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Write without asking
    #[arg(long, display_order = 0)]
    yes: bool,
    /// Write even if git sees uncommitted changes in the files concerned
    #[arg(long, display_order = 0)]
    allow_dirty: bool,
    /// Write even if the files are not in a git repository
    #[arg(long, display_order = 0)]
    allow_no_vcs: bool,
}

#[derive(Debug, Args)]
struct Shared {
    /// How to report on stdout: as a patch, or as one JSON document
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    /// Also propose what needs a review of behaviour first
    #[arg(long = "unsafe", global = true)]
    allow_review: bool,
    /// Export a handler that answers every method only under those that callers in the repository use
    #[arg(long, global = true)]
    narrow_methods: bool,
    /// Also move endpoints whose handlers tests import; you rewrite these tests by hand
    #[arg(long, global = true)]
    break_tests: bool,
    /// Make the `onSubmit` of a form that calls a Server Action the action of the form
    #[arg(long, global = true)]
    forms: bool,
    /// Run this transform only
    #[arg(long, value_enum, value_name = "TRANSFORM", global = true)]
    only: Option<Transform>,
    /// The Next.js version to plan for, instead of the one in package.json
    #[arg(long, value_name = "VERSION", global = true)]
    next: Option<PinnedVersion>,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    color: Color,
    /// Print only the totals of the summary
    #[arg(short, long, global = true)]
    quiet: bool,
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Command::Apply(_) => "apply",
            Command::List(_) => "list",
            Command::Explain(_) => "explain",
        }
    }
}

/// The shape of what goes to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A patch for people and `git apply`.
    #[default]
    Text,
    /// The document of `schemas/report.schema.json`.
    Json,
}

/// One of the two transforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Transform {
    /// Move files of `pages/api`, and make no actions
    RouteHandlers,
    /// Turn Route Handlers that are there into actions, and leave `pages/api` alone
    ServerActions,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// At a terminal, unless the environment (`NO_COLOR`, `TERM=dumb`) is against it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A Next.js version that somebody wrote down, and what they wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedVersion {
    /// What it means.
    pub version: NextVersion,
    /// What was written, for reports.
    pub text: String,
}

impl std::str::FromStr for PinnedVersion {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let version = NextVersion::parse(text).ok_or("expected a version such as 15 or 15.3.1")?;
        Ok(PinnedVersion { version, text: text.into() })
    }
}

/// What the user wants.
#[derive(Debug)]
pub struct Request {
    /// Where to look; never empty.
    pub paths: Vec<PathBuf>,
    /// What to do with the plan.
    pub action: Action,
    /// What to plan.
    pub options: Options,
    /// The version that overrides those in the manifests.
    pub next: Option<PinnedVersion>,
    /// How to report.
    pub format: Format,
    /// When to use colour.
    pub color: Color,
    /// Whether the summary is only its totals.
    pub quiet: bool,
}

/// What to do with the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Show it.
    Preview,
    /// Show it, and tell by the exit status whether it changes anything.
    Check,
    /// Show it and carry it out.
    Apply(Consent),
    /// Show its endpoints in a table.
    List,
    /// Show why the endpoint with this route, URL or file becomes what it becomes.
    Explain(String),
}

impl Cli {
    /// What was typed means this; an error is one of usage.
    pub fn into_request(self) -> Result<Request, clap::Error> {
        let conflict = |message: String| Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        if let Some(command) = &self.command {
            let name = command.name();
            if self.check {
                return conflict(format!("`--check` is about all changes, `{name}` is not: use one of them"));
            }
            if !self.paths.is_empty() {
                return conflict(format!("`{name}` comes before the paths; a folder of that name is `./{name}`"));
            }
        }
        let (paths, action) = match self.command {
            None if self.check => (self.paths, Action::Check),
            None => (self.paths, Action::Preview),
            Some(Command::Apply(Apply { paths, yes, allow_dirty, allow_no_vcs })) => {
                (paths, Action::Apply(Consent { yes, allow_dirty, allow_no_vcs }))
            }
            Some(Command::List(List { paths })) => (paths, Action::List),
            Some(Command::Explain(_)) if self.shared.format == Format::Json => {
                return conflict("`explain` is for people; `list --format json` says the same for programs".into());
            }
            Some(Command::Explain(Explain { endpoint, paths })) => (paths, Action::Explain(endpoint)),
        };
        Ok(Request {
            paths: if paths.is_empty() { vec![PathBuf::from(".")] } else { paths },
            options: Options {
                allow_review: self.shared.allow_review,
                narrow_methods: self.shared.narrow_methods,
                break_tests: self.shared.break_tests,
                forms: self.shared.forms,
                only: self.shared.only.map(Only::from),
                ask_all_rules: matches!(action, Action::Explain(_)),
            },
            action,
            next: self.shared.next,
            format: self.shared.format,
            color: self.shared.color,
            quiet: self.shared.quiet,
        })
    }
}

impl From<Transform> for Only {
    fn from(transform: Transform) -> Only {
        match transform {
            Transform::RouteHandlers => Only::RouteHandlers,
            Transform::ServerActions => Only::ServerActions,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::{CommandFactory, Parser};

    use super::{Action, Cli, Request};
    use crate::apply::Consent;

    fn request(words: &str) -> Result<Request, clap::Error> {
        Cli::try_parse_from(std::iter::once("routelift").chain(words.split_whitespace()))?.into_request()
    }

    fn paths(words: &str) -> Vec<PathBuf> {
        request(words).expect("valid usage").paths
    }

    #[test]
    fn definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_path_means_here() {
        assert_eq!(paths(""), [PathBuf::from(".")]);
        assert_eq!(paths("apply"), [PathBuf::from(".")]);
    }

    #[test]
    fn paths_need_no_command() {
        let request = request("apps/web packages --unsafe").expect("valid usage");
        assert_eq!(request.paths, [PathBuf::from("apps/web"), PathBuf::from("packages")]);
        assert_eq!(request.action, Action::Preview);
        assert!(request.options.allow_review);
    }

    #[test]
    fn options_may_stand_on_either_side_of_apply() {
        for words in ["--unsafe -q apply web --yes", "apply --unsafe --quiet --yes web"] {
            let request = request(words).expect("valid usage");
            assert!(request.options.allow_review && request.quiet);
            assert_eq!(request.action, Action::Apply(Consent { yes: true, allow_dirty: false, allow_no_vcs: false }));
        }
    }

    #[test]
    fn a_folder_may_be_named_like_a_command() {
        assert_eq!(paths("./apply"), [PathBuf::from("./apply")]);
        assert_eq!(paths("-- apply"), [PathBuf::from("apply")]);
        assert_eq!(paths("apply apply"), [PathBuf::from("apply")]);
        assert_eq!(paths("web apply"), [PathBuf::from("web"), PathBuf::from("apply")]);
        assert_eq!(paths("help"), [PathBuf::from("help")]);
    }

    #[test]
    fn endpoints_are_listed_and_explained() {
        assert_eq!(request("list web --narrow-methods").expect("valid usage").action, Action::List);
        let request = request("explain /api/users/[id] web").expect("valid usage");
        assert_eq!(request.action, Action::Explain("/api/users/[id]".into()));
        assert_eq!(request.paths, [PathBuf::from("web")]);
        assert!(request.options.ask_all_rules && !request.options.narrow_methods);
    }

    #[test]
    fn contradictions_are_usage_errors() {
        for words in [
            "apply --check",
            "--check apply",
            "--check list",
            "explain",
            "explain /api/x --format json",
            "--next newest",
            "--only apps",
            "--yes",
        ] {
            assert!(request(words).is_err(), "{words}");
        }
    }
}
