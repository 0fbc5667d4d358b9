//! Reads `routelift.toml`: what users decide themselves.
//!
//! A file is for everything below its folder; the nearest one counts. Above the given path it is looked for as far
//! as the repository or the workspace reaches.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use routelift_transforms::settings::{AllSettings, EndpointRule, HelperRule, HelperText, Settings, Wish};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::paths;
use crate::Problem;

/// The name of the file.
pub(super) const FILE: &str = "routelift.toml";

/// Settings of routelift for the files below the folder that they are in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "routelift.toml")]
struct File {
    /// What becomes of calls of functions that routelift does not know or cannot follow. The first rule that fits counts.
    #[serde(default)]
    helper: Vec<Helper>,
    /// What becomes of endpoints. The first rule that fits counts; a comment in the code wins over it.
    #[serde(default)]
    endpoint: Vec<Endpoint>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Endpoint {
    /// The URL pattern of an endpoint, `/api/users/[id]`, or `/api/users/**` for it and all below.
    #[schemars(with = "String", regex(pattern = "^/"))]
    route: Spanned<String>,
    /// What becomes of it.
    becomes: Becomes,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Helper {
    /// The call: `ok(res, data)`. `req` and `res` are those of the Pages Router, other names stand for arguments. A call
    /// with another number of arguments is a rule of its own.
    #[schemars(with = "String")]
    call: Spanned<String>,
    /// The code that takes its place: `NextResponse.json(data)`. `req` is the web `Request` there. A `Response` is
    /// returned; anything else is a value, perhaps with `await`.
    becomes: String,
    /// The module that the function is imported from: the specifier, or any that leads to the same file. Without it, any
    /// function of that name is meant that a file imports or declares.
    from: Option<String>,
    /// An import statement that `becomes` needs. Relative specifiers start at this file.
    import: Option<String>,
    /// What `becomes` gives, where it cannot be seen: code other than `NextResponse.json(…)`, `new Response(…)` and the
    /// like is taken for a value.
    returns: Option<Returns>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Returns {
    /// The answer.
    Response,
    /// A value.
    Value,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Becomes {
    /// A Route Handler, and no action.
    RouteHandler,
    /// Its methods that change something become Server Actions, whatever the rules about who may call say.
    ServerAction,
    /// It stays untouched.
    Stays,
}

/// The JSON schema of the file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(File).to_value()
}

/// The settings in the folders `below` the root, and the nearest above it if the root has none.
pub(super) fn read(root: &Path, below: &BTreeSet<String>) -> Result<AllSettings, Problem> {
    let mut all = AllSettings::default();
    for folder in below {
        let name = paths::join(folder, FILE);
        all.add(folder, read_file(&root.join(&name), name.clone(), Some(&name))?);
    }
    if !below.contains("")
        && let Some(path) = above(root)
    {
        all.add("", read_file(&path, path.display().to_string(), None)?);
    }
    Ok(all)
}

/// The nearest file above `root` within its repository or workspace.
fn above(root: &Path) -> Option<PathBuf> {
    let is_top = |folder: &&Path| folder.join(".git").exists() || folder.join("pnpm-workspace.yaml").is_file();
    let top = root.ancestors().find(is_top)?;
    let between = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    between.map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

/// `inside` is the file's path below the root, if it is there.
fn read_file(path: &Path, name: String, inside: Option<&str>) -> Result<Settings, Problem> {
    let problem = |line: Option<usize>, reason: String, help: String| {
        let place = line.map_or(name.clone(), |line| format!("{name}:{line}"));
        Problem::Settings { place, reason, help }
    };
    let text = fs::read_to_string(path)
        .map_err(|error| problem(None, format!("cannot be read: {error}"), "make it readable, or remove it".into()))?;
    let line = |at: usize| text.get(..at).unwrap_or(&text).matches('\n').count() + 1;
    let file: File = toml::from_str(&text).map_err(|error| {
        let reason = error.message().trim().replace('\n', " ");
        let help = suggestion(&reason);
        problem(error.span().map(|span| line(span.start)), reason, help)
    })?;
    let mut settings = Settings { file: name.clone(), ..Settings::default() };
    for helper in file.helper {
        let line = line(helper.call.span().start);
        let wrong =
            |reason| problem(Some(line), reason, "the README shows rules for helpers under \"Settings\"".into());
        let rule = helper.understood(inside).map_err(wrong)?;
        if let Some(other) = settings.helpers.iter().find(|other| rule.repeats(other)) {
            return Err(wrong(format!("there is a rule for `{}` above", other.call())));
        }
        if let Some(other) = settings.helpers.iter().find(|other| rule.contradicts(other)) {
            return Err(wrong(format!(
                "`{}` and `{}` must both give a `Response`, or neither",
                other.call(),
                rule.call()
            )));
        }
        settings.helpers.push(Arc::new(rule));
    }
    for Endpoint { route, becomes } in file.endpoint {
        let line = line(route.span().start);
        let route = route.into_inner();
        if let Err((reason, help)) = check_route(&route) {
            return Err(problem(Some(line), reason, help));
        }
        settings.endpoints.push(EndpointRule { route, wish: becomes.into(), line });
    }
    Ok(settings)
}

/// A pattern that could never fit would be a wish that nobody hears.
fn check_route(route: &str) -> Result<(), (String, String)> {
    let below = route.strip_suffix("/**").unwrap_or(route);
    let wrong = |help: &str| Err((format!("`{route}` is no route"), help.to_owned()));
    if !route.starts_with('/') || below.ends_with('/') {
        return wrong("write the URL with its parameters, such as `/api/users/[id]`");
    }
    if below.contains('*') || below.split('/').any(|part| part.starts_with(':')) {
        return wrong("write parameters as in the file's name, `[id]`; only a last `/**` stands for everything below");
    }
    Ok(())
}

/// What somebody who wrote an unknown name may have meant, from the words of the error: "unknown field `a`, expected
/// one of `b`, `c`".
fn suggestion(reason: &str) -> String {
    let mut names = reason.split('`').skip(1).step_by(2);
    let general = "schemas/config.schema.json describes the file".to_owned();
    let Some(wrong) = names.next().filter(|_| reason.starts_with("unknown")) else { return general };
    let likeness = |name: &&str| similar::TextDiff::from_chars(wrong, *name).ratio();
    let nearest = names.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    match nearest.filter(|name| likeness(name) > 0.6) {
        Some(name) => format!("did you mean `{name}`?"),
        None => general,
    }
}

impl Helper {
    fn understood(self, inside: Option<&str>) -> Result<HelperRule, String> {
        let Helper { call, becomes, from, import, returns } = self;
        let answers = returns.map(|returns| returns == Returns::Response);
        let text = HelperText { call: call.into_inner(), becomes, from, import, answers };
        HelperRule::parse(&text, inside)
    }
}

impl From<Becomes> for Wish {
    fn from(becomes: Becomes) -> Wish {
        match becomes {
            Becomes::RouteHandler => Wish::Route,
            Becomes::ServerAction => Wish::Action,
            Becomes::Stays => Wish::Stays,
        }
    }
}
