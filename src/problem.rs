//! Everything that can stop a run, in one place: what went wrong, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use routelift_transforms::finding::Finding;

/// A reason to end with [`crate::ExitStatus::Error`].
#[derive(Debug)]
pub enum Problem {
    /// A given path is not there.
    NoSuchPath(PathBuf),
    /// A given path is a file.
    NotAFolder(PathBuf),
    /// A given path cannot be opened.
    UnreadablePath(PathBuf, io::Error),
    /// The given paths share no folder but the root of the file system.
    NothingInCommon,
    /// There is no Next.js app in a given path.
    NoApp(PathBuf),
    /// A given path is a part of the app in the second one.
    InsideApp(PathBuf, PathBuf),
    /// There are apps, but none that can be planned for, for these reasons.
    NoUsableApp(Vec<Finding>),
    /// `explain` is asked about something else than an endpoint; the routes most like it.
    NoSuchEndpoint {
        /// What was asked for.
        wanted: String,
        /// None if there are no endpoints.
        closest: Vec<String>,
    },
    /// A settings file that cannot be used: where, why, and what to do.
    Settings {
        /// The file, and the line if it is known.
        place: String,
        /// What is wrong with it.
        reason: String,
        /// What to write instead.
        help: String,
    },
    /// So many wishes of comments and settings cannot be met.
    OverridesRefused(usize),
    /// `apply` has nobody to ask.
    NobodyToAsk,
    /// `apply` outside a repository; the second part is git's reason.
    NoVcs(PathBuf, String),
    /// Git sees uncommitted changes in these files.
    Dirty(Vec<String>),
    /// These files are not as they were when they were read.
    Stale(Vec<String>),
    /// These new files would end up outside the given path.
    LeavesRoot(Vec<String>),
    /// Writing failed at a path.
    Write {
        /// Where it failed.
        path: String,
        /// How it failed.
        source: io::Error,
        /// What could not be put back, empty if all is as before.
        lost: Vec<String>,
    },
}

impl Problem {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Problem::NoSuchPath(path) if ["apply", "list", "explain"].iter().any(|name| path.as_os_str() == *name) => {
                format!("the command comes before the paths: `routelift {} PATHS`", path.display())
            }
            Problem::NoSuchPath(_) | Problem::UnreadablePath(..) => "give the folder of a Next.js app, or a folder \
                above several apps"
                .into(),
            Problem::NotAFolder(path) => match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(parent) => format!("give the folder of the app, for example `{}`", parent.display()),
                None => "give the folder of the app, for example `.`".into(),
            },
            Problem::NothingInCommon => "run routelift once for each of them".into(),
            Problem::NoApp(_) => "an app is a folder with `next` in its package.json (or with a next.config file) and \
                a `pages` or `app` folder, here or in `src`; what .gitignore excludes is not searched"
                .into(),
            Problem::InsideApp(_, app) => {
                format!("migrations need the whole app: give `{}` instead", app.display())
            }
            Problem::NoUsableApp(findings) => findings.first().map(|first| first.help.clone()).unwrap_or_default(),
            Problem::NoSuchEndpoint { closest, .. } if closest.is_empty() => {
                "none of the apps there has an endpoint".into()
            }
            Problem::NoSuchEndpoint { closest, .. } => {
                format!("`routelift list` shows all endpoints; the closest are {}", closest.join(", "))
            }
            Problem::Settings { help, .. } => help.clone(),
            Problem::OverridesRefused(_) => {
                "the findings `override-refused` say why; take the wishes back, or do by hand \
                what stands in the way"
                    .into()
            }
            Problem::NobodyToAsk => "pass `--yes` to write without asking".into(),
            Problem::NoVcs(..) => "commit the files first so that you can go back, or pass `--allow-no-vcs`".into(),
            Problem::Dirty(_) => "commit or stash them so that you can go back, or pass `--allow-dirty`".into(),
            Problem::Stale(_) => "run the command again to plan with the files as they are now".into(),
            Problem::LeavesRoot(_) => "replace the symbolic link above them with a folder".into(),
            Problem::Write { lost, .. } if lost.is_empty() => {
                "nothing was changed; try again once this is solved".into()
            }
            Problem::Write { .. } => "restore these files from version control".into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoSuchPath(path) => write!(f, "there is no folder `{}`", path.display()),
            Problem::NotAFolder(path) => write!(f, "`{}` is not a folder", path.display()),
            Problem::UnreadablePath(path, error) => write!(f, "cannot open `{}`: {error}", path.display()),
            Problem::NothingInCommon => f.write_str("the given paths have no folder in common"),
            Problem::NoApp(path) => write!(f, "there is no Next.js app in `{}`", path.display()),
            Problem::InsideApp(path, _) => write!(f, "`{}` is only a part of a Next.js app", path.display()),
            Problem::NoUsableApp(findings) => {
                f.write_str("no app can be planned for")?;
                let reasons = findings.iter().map(|finding| format!("{}: {}", finding.file, finding.message));
                list(f, reasons)
            }
            Problem::NoSuchEndpoint { wanted, .. } => write!(f, "there is no endpoint `{wanted}`"),
            Problem::Settings { place, reason, .. } => write!(f, "{place}: {reason}"),
            Problem::OverridesRefused(count) => {
                let wishes = if *count == 1 { "wish" } else { "wishes" };
                write!(f, "{count} {wishes} of comments or settings cannot be met; nothing was written")
            }
            Problem::NobodyToAsk => f.write_str("not at a terminal, so nobody can be asked; nothing was written"),
            Problem::NoVcs(path, reason) => {
                write!(f, "`{}` is not under version control ({reason}); nothing was written", path.display())
            }
            Problem::Dirty(files) => {
                f.write_str("git sees uncommitted changes in files to be changed; nothing was written")?;
                list(f, files)
            }
            Problem::Stale(files) => {
                f.write_str("files changed on disk since they were read; nothing was written")?;
                list(f, files)
            }
            Problem::LeavesRoot(files) => {
                f.write_str("a symbolic link leads out of the given path; nothing was written")?;
                list(f, files)
            }
            Problem::Write { path, source, lost } => {
                write!(f, "cannot write `{path}`: {source}")?;
                if !lost.is_empty() {
                    f.write_str("; these could not be put back")?;
                    list(f, lost)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Problem {}

/// How many names an error lists before it only counts.
const LISTED: usize = 20;

fn list(f: &mut fmt::Formatter<'_>, items: impl IntoIterator<Item: fmt::Display>) -> fmt::Result {
    let mut items = items.into_iter();
    f.write_str(":")?;
    for item in items.by_ref().take(LISTED) {
        write!(f, "\n  {item}")?;
    }
    match items.count() {
        0 => Ok(()),
        more => write!(f, "\n  … and {more} more"),
    }
}
