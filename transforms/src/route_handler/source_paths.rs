//! Code that names endpoint files by their paths: it reads their source, lists their folder, or sets something up for them.
//! What it names is not there any more when they have moved.
//!
//! ```ts
//! readFileSync(path.join(process.cwd(), 'pages', 'api', 'orders.ts'))
//! outputFileTracingIncludes: { '/pages/api/orders': ['./templates/**'] }    // a key `/api/orders` fits both routers
//! ```
//!
//! Specifiers of imports follow the move, and are no such names.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::candidates::Candidate;
use crate::callers::is_test;
use crate::finding::Finding;
use crate::project::{App, Modules, Project};
use crate::syntax::ast::{CallExpr, ExprOrSpread, Str, Tpl};
use crate::syntax::{Span, Visit, VisitWith, literal_str, span_of};

const FOLDER: &str = "pages/api";

/// The names of endpoint files in a project.
#[derive(Debug, Default)]
pub struct SourcePaths {
    /// Those of one file, by its path below the folder, without its extension.
    exact: HashMap<String, Vec<Place>>,
    /// Those of all files below a path, or of those whose path starts so.
    covers: HashMap<String, Vec<Place>>,
}

/// One of the names.
#[derive(Clone, Debug)]
struct Place {
    file: String,
    span: Span,
    /// What stands there.
    text: String,
    /// The folders before `pages/api`, as far as they are named.
    lead: Vec<String>,
}

impl SourcePaths {
    /// Finds them in all sources.
    pub fn of(project: &Project, modules: &Modules<'_>) -> SourcePaths {
        let may_name = |text: &str| {
            text.contains(FOLDER)
                || (["'pages'", "\"pages\""].iter().any(|own| text.contains(own)) && text.contains("api"))
        };
        let texts: Vec<&String> = (project.files.iter())
            .filter(|(_, text)| text.as_ref().is_ok_and(|text| may_name(text)))
            .map(|(path, _)| path)
            .collect();
        let named: Vec<(&String, Vec<(Span, String)>)> = (texts.into_par_iter())
            .filter_map(|path| {
                let module = modules.get(path).ok()?;
                let specifiers = module.specifiers().iter().map(|specifier| specifier.span).collect();
                let mut texts = Texts { specifiers, found: Vec::new() };
                module.ast.visit_with(&mut texts);
                Some((path, texts.found))
            })
            .collect();
        let mut paths = SourcePaths::default();
        for (file, found) in named {
            found.into_iter().for_each(|(span, text)| paths.add(file, span, text));
        }
        paths
    }

    fn add(&mut self, file: &str, span: Span, text: String) {
        if text.contains("://") || text.contains(char::is_whitespace) {
            return;
        }
        let starts = text.match_indices(FOLDER).map(|(at, _)| at);
        let Some(start) = starts.filter(|at| *at == 0 || text[..*at].ends_with(['/', '\\', '^'])).last() else {
            return;
        };
        let rest = &text[start + FOLDER.len()..];
        if !rest.is_empty() && !rest.starts_with(['/', '.', '*', '{']) {
            return;
        }
        let parts = text[..start].split(['/', '\\', '^']).filter(|part| !matches!(*part, "" | "." | ".." | "~" | "@"));
        let lead = parts.map(str::to_owned).collect();
        let place = Place { file: file.to_owned(), span, text: text.clone(), lead };
        match rest.find(['*', '{', '$', '(']) {
            Some(open) => self.covers.entry(rest[..open].to_owned()).or_default().push(place),
            None => {
                let below = format!("{}/", rest.trim_end_matches('/'));
                self.covers.entry(below).or_default().push(place.clone());
                self.exact.entry(plain(rest).to_owned()).or_default().push(place);
            }
        }
    }

    /// What names the file of `candidate`, an endpoint of `app`.
    pub fn named(&self, app: &App, candidate: &Candidate) -> Option<Finding> {
        let pages = app.pages_dir.as_deref()?;
        let own = candidate.file.strip_prefix(pages)?.strip_prefix("/api")?;
        let fits = |place: &&Place| place.fits(pages);
        let exact = || self.exact.get(plain(own)).into_iter().flatten().filter(fits);
        let ends = || (0..=own.len()).rev().filter(|end| own.is_char_boundary(*end));
        let covers = || ends().filter_map(|end| self.covers.get(&own[..end])).flatten().filter(fits);
        let (file, target) = (&candidate.file, &candidate.target);
        // Without its extension nobody can read it, and it may be a mere name.
        let counts = |place: &&Place| !place.of_tool() && (place.of_next() || plain(&place.text) != place.text);
        let of_app = exact().find(counts).or_else(|| covers().find(|place| !place.of_tool()));
        let place = of_app.or_else(|| exact().next()).or_else(|| covers().next())?;
        let message = match exact().any(|own| own.span == place.span && own.file == place.file) {
            true => format!("`{}` stands for `{file}` here, which moves to `{target}`", place.text),
            // One place is about many endpoints, of which the same is said.
            false => format!("`{}` stands for files here that move to the `app` folder", place.text),
        };
        let finding = match of_app {
            Some(_) => Finding::review("file-named", &place.file, place.span, message),
            None => Finding::note("file-named", &place.file, place.span, message),
        };
        Some(finding.help("name the new place here, too, if what reads this has to find it"))
    }
}

impl Place {
    /// Whether it may be about the folder `pages` of an app: the folders that are named are those around it.
    fn fits(&self, pages: &str) -> bool {
        let around: Vec<&str> = pages.split('/').collect();
        let around = &around[..around.len() - 1];
        let root = around.strip_suffix(&["src"]).unwrap_or(around);
        let same = self.lead.iter().rev().zip(around.iter().rev()).all(|(one, other)| one == other);
        let inside = self.file.split('/').zip(root).filter(|(one, other)| one == *other).count() == root.len();
        same && (inside || self.lead.len() >= around.len())
    }

    /// Whether a test, a script or the settings of a tool names the file, and nothing that runs with the app.
    fn of_tool(&self) -> bool {
        let name = self.name();
        (name.contains(".config.") && !self.of_next()) || name.starts_with('.') || is_test(&self.file)
    }

    /// Whether it is in the settings of Next.js.
    fn of_next(&self) -> bool {
        self.name().starts_with("next.config.")
    }

    fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }
}

/// The path of a file without its extension, and `index`: what names it in any way has the same.
fn plain(path: &str) -> &str {
    let extension =
        ["tsx", "ts", "jsx", "js", "mjs", "cjs"].iter().find_map(|end| path.strip_suffix(end)?.strip_suffix('.'));
    let path = extension.unwrap_or(path);
    path.strip_suffix("/index").unwrap_or(path).trim_end_matches('/')
}

/// Collects texts that may be paths.
struct Texts {
    specifiers: HashSet<Span>,
    found: Vec<(Span, String)>,
}

impl Texts {
    fn add(&mut self, span: Span, text: String) {
        if text.contains(FOLDER) && !self.specifiers.contains(&span) {
            self.found.push((span, text));
        }
    }
}

impl Visit for Texts {
    fn visit_str(&mut self, text: &Str) {
        self.add(span_of(text), text.value.to_string_lossy().into_owned());
    }

    fn visit_tpl(&mut self, template: &Tpl) {
        // What is put in between may be anything.
        let parts: Vec<&str> = template.quasis.iter().map(|part| part.raw.as_str()).collect();
        if let Some(at) = parts.iter().position(|part| part.contains(FOLDER)) {
            let open = if at + 1 < parts.len() { "${" } else { "" };
            self.add(span_of(template), format!("{}{open}", parts[at]));
        }
        template.visit_children_with(self);
    }

    /// `path.join(root, 'pages', 'api', 'orders.ts')`
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let part = |arg: &ExprOrSpread| literal_str(&arg.expr).filter(|_| arg.spread.is_none());
        let parts: Vec<Option<String>> = call.args.iter().map(part).collect();
        let own = |at: usize| parts.get(at).and_then(Option::as_deref);
        for at in (0..parts.len()).filter(|at| own(at + 1) == Some("api")) {
            let Some(first) = own(at).filter(|first| *first == "pages" || first.ends_with("/pages")) else { continue };
            let behind = parts[at + 1..].iter().map_while(Option::as_deref);
            let known: Vec<&str> = std::iter::once(first).chain(behind).collect();
            let open = if at + known.len() < parts.len() { "/${" } else { "" };
            let before: Vec<&str> = parts[..at].iter().rev().map_while(Option::as_deref).collect();
            let before: String = before.iter().rev().map(|part| format!("{part}/")).collect();
            let span =
                Span::new(span_of(&*call.args[at].expr).start, span_of(&*call.args[at + known.len() - 1].expr).end);
            self.add(span, format!("{before}{}{open}", known.join("/")));
        }
        call.visit_children_with(self);
    }
}
