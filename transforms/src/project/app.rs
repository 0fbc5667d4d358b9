//! One Next.js app of a project.

use std::fmt;

use crate::syntax::Span;

/// A Next.js version, as far as behaviour depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NextVersion {
    /// 15 in `15.3.1`.
    pub major: u32,
    /// 3 in `15.3.1`.
    pub minor: u32,
    /// 1 in `15.3.1`.
    pub patch: u32,
}

impl NextVersion {
    /// The first version with Route Handlers.
    pub const ROUTE_HANDLERS: NextVersion = NextVersion { major: 13, minor: 2, patch: 0 };

    /// Reads `15`, `15.3`, `15.3.1`, `^15.3.1`, `~15`, `>=14.2 <16` (the lower bound), `15.x`,
    /// `v15.0.0-canary.3`. `None` for tags such as `latest` and for protocols such as `catalog:`.
    pub fn parse(text: &str) -> Option<NextVersion> {
        let text = text.trim().trim_start_matches(|c: char| "^~>=v ".contains(c));
        let core = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
        let mut parts = core.split('.');
        let major = parts.next()?.parse().ok()?;
        let mut next = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        Some(NextVersion { major, minor: next(), patch: next() })
    }

    /// `ctx.params`, `cookies()`, `headers()` and `draftMode()` are Promises (reference, section 0).
    pub fn has_async_request_apis(self) -> bool {
        self.major >= 15
    }

    /// An endpoint has to have an export called `default`; `module.exports = handler` is none in builds by
    /// webpack (verified with 13.4.19, 13.5.6, 14.2 and 15.5).
    pub fn wants_default_export(self) -> bool {
        (self.major, self.minor) >= (13, 5)
    }

    /// Fetches are kept for later unless the code says otherwise (reference, section 4).
    pub fn keeps_fetches(self) -> bool {
        self.major < 15
    }

    /// React has `useActionState`, and resets a form after its action.
    pub fn has_action_state(self) -> bool {
        self.major >= 15
    }

    /// `after` from `next/server` is stable (since 15.1; reference, section 0).
    pub fn has_after(self) -> bool {
        (self.major, self.minor) >= (15, 1)
    }
}

impl fmt::Display for NextVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// One Next.js app: where its routers live and what its configuration says.
#[derive(Clone, Debug)]
pub struct App {
    /// Its folder relative to the project root; empty if it is the root.
    pub root: String,
    /// The version its `package.json` asks for, or the one given by `--next`.
    pub next: NextVersion,
    /// The version as written, for reports (`15.3.1`).
    pub next_text: String,
    /// `pages` or `src/pages` below the project root, if there is one.
    pub pages_dir: Option<String>,
    /// Where the App Router lives, or would live beside `pages_dir`.
    pub app_dir: String,
    /// Whether `app_dir` is there already.
    pub has_app_dir: bool,
    /// Without dots, in the order of the configuration: `tsx`, `ts`, `jsx`, `js` by default.
    pub page_extensions: Vec<String>,
    /// `cacheComponents` is on, which forbids `export const dynamic` (reference, section 4).
    pub cache_components: bool,
    /// `output: 'export'`, possibly: no code runs behind a request. The file that says so, and where.
    pub static_export: Option<(String, Span)>,
    /// `experimental.appDir`, if the configuration has it.
    pub app_dir_setting: Option<bool>,
    /// Whether new files are written in TypeScript.
    pub typescript: bool,
    /// The `tsconfig.json` in which Next.js sets `strictNullChecks` as soon as there is an `app` folder beside `pages`
    /// (`writeConfigurationDefaults` of Next.js: if neither it nor `strict` is set).
    pub null_checks_set_in: Option<String>,
    /// The app has TypeScript and no `tsconfig.json`: Next.js writes one when it builds, with `strict` off
    /// (`verifyTypeScriptSetup` of Next.js).
    pub tsconfig_is_written: bool,
    /// The `tsconfig.json` whose `lib` has `dom` without `dom.iterable`, so that `Object.fromEntries(req.headers)` does not
    /// compile.
    pub iterables_lacking_in: Option<String>,
    /// Whether its TypeScript checks for `null`. Where it does not, `if (!res.ok)` tells the members of a union apart no
    /// more.
    pub checks_nulls: bool,
}

impl App {
    /// The files that may be its configuration.
    pub fn config_files(&self) -> Vec<String> {
        let root = if self.root.is_empty() { String::new() } else { format!("{}/", self.root) };
        ["js", "mjs", "cjs", "ts", "mts"].map(|extension| format!("{root}next.config.{extension}")).into()
    }
}
