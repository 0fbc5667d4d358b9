//! Who imports a file. Parsing every file for that would be slow, so the text says first which files may: every quoted
//! text that stands where a specifier can is followed to the file that it means.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{Modules, Project, is_relative, specifier_target};
use crate::syntax::{Span, Specifier};

/// The files in which a specifier for a file may stand, by the file that it means.
#[derive(Debug, Default)]
pub(super) struct Importing {
    of: BTreeMap<String, Vec<String>>,
    /// Those in which one stands that leads nowhere, and could mean an endpoint by an alias that only jest, babel or
    /// webpack knows.
    aliased: BTreeSet<String>,
}

/// An import of a file.
#[derive(Clone, Debug)]
pub struct FoundImport {
    /// What is imported.
    pub target: String,
    /// The file that imports.
    pub file: String,
    /// The specifier in it.
    pub specifier: Specifier,
    /// It is spelled by an alias that we do not know, so that what it means is a guess, and it cannot be changed.
    pub by_unknown_alias: bool,
}

impl Importing {
    pub(super) fn of(project: &Project) -> Importing {
        let found: Vec<(&str, BTreeSet<String>, bool)> = project
            .files
            .par_iter()
            .filter_map(|(path, text)| {
                let text = text.as_ref().ok()?;
                let values: HashSet<&str> = quoted(text).map(|span| span.text(text)).collect();
                let mut is_aliased = false;
                let targets = values.into_iter().filter_map(|value| {
                    let target = project.resolver.resolve(path, value);
                    is_aliased |= target.is_none() && aliased_tail(value).is_some();
                    target
                });
                let meant = patterns(path, text).flat_map(|pattern| pattern.files(project));
                let targets = targets.chain(meant).collect();
                Some((path.as_str(), targets, is_aliased))
            })
            .collect();
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut aliased = BTreeSet::new();
        for (path, targets, is_aliased) in found {
            if is_aliased {
                aliased.insert(path.to_owned());
            }
            for target in targets {
                of.entry(target).or_default().push(path.to_owned());
            }
        }
        Importing { of, aliased }
    }

    /// All imports of the files `targets`.
    pub(super) fn imports(
        &self,
        project: &Project,
        modules: &Modules<'_>,
        targets: &BTreeSet<&str>,
    ) -> Vec<FoundImport> {
        let importing = targets.iter().filter_map(|target| self.of.get(*target)).flatten();
        let files: BTreeSet<&str> = importing.chain(&self.aliased).map(String::as_str).collect();
        let files: Vec<&str> = files.into_iter().collect();
        let tails: HashMap<&str, &str> =
            targets.iter().filter_map(|target| Some((file_tail(target)?, *target))).collect();
        files
            .into_par_iter()
            .flat_map_iter(|file| {
                let own = match modules.get(file) {
                    Ok(module) => module.specifiers().to_vec(),
                    Err(_) => unknown(project, file),
                };
                let plain = own.into_iter().filter_map(|specifier| {
                    let file = file.to_owned();
                    let Some(target) = project.resolver.resolve(&file, &specifier.value) else {
                        let target = *tails.get(aliased_tail(&specifier.value)?)?;
                        let is_installed = project.packages.asks(&file, package_of(&specifier.value));
                        let target = target.to_owned();
                        return (!is_installed).then_some(FoundImport {
                            target,
                            file,
                            specifier,
                            by_unknown_alias: true,
                        });
                    };
                    let asked = targets.contains(target.as_str());
                    asked.then_some(FoundImport { target, file, specifier, by_unknown_alias: false })
                });
                let text = project.files.get(file).and_then(|text| text.as_ref().ok());
                let by_pattern = text.into_iter().flat_map(|text| patterns(file, text)).flat_map(|pattern| {
                    let asked = targets.range(pattern.start.as_str()..);
                    let asked = asked.take_while(|target| target.starts_with(&pattern.start));
                    let asked = asked.filter(|target| target.ends_with(&pattern.end));
                    let found = |target: &&str| FoundImport {
                        target: (*target).to_owned(),
                        file: file.to_owned(),
                        specifier: pattern.specifier.clone(),
                        by_unknown_alias: false,
                    };
                    asked.map(found).collect::<Vec<_>>()
                });
                plain.chain(by_pattern).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// A specifier that is put together when the code runs: `` import(`../lib/${name}`) ``. It may mean any file whose path
/// begins and ends like it.
struct Pattern {
    start: String,
    end: String,
    specifier: Specifier,
}

impl Pattern {
    fn files<'p>(&self, project: &'p Project) -> impl Iterator<Item = String> + use<'p> {
        let (start, end) = (self.start.clone(), self.end.clone());
        let all = project.files.range(start.clone()..).map(|(path, _)| path);
        all.take_while(move |path| path.starts_with(&start)).filter(move |path| path.ends_with(&end)).cloned()
    }
}

/// Such specifiers in the file `from`, as far as they begin with a relative path.
fn patterns(from: &str, text: &str) -> impl Iterator<Item = Pattern> {
    quoted(text).filter_map(|inside| {
        let value = inside.text(text);
        let (start, end) = match (value.find("${"), value.rfind('}')) {
            (Some(open), Some(close)) if open < close => (&value[..open], &value[close + 1..]),
            _ if text[inside.end + 1..].trim_start().starts_with('+') => (value, ""),
            _ => return None,
        };
        let mut before = text[..inside.start - 1].trim_end();
        if let Some((head, _)) = before.strip_suffix("*/").and_then(|comment| comment.rsplit_once("/*")) {
            before = head.trim_end();
        }
        let imports = ["import(", "require("].iter().any(|call| before.ends_with(call));
        // `./lib/${name}.json` means no source; `./lib/${name}` and `./lib/${name}/index` leave the extension out.
        let end = if end.contains('.') { end } else { "" };
        let start = from_folder(from, start).filter(|_| imports)?;
        let specifier = Specifier {
            span: Span::new(inside.start - 1, inside.end + 1),
            value: value.to_owned(),
            names: None,
            type_only: false,
            statement: None,
            by_url: false,
        };
        Some(Pattern { start, end: end.to_owned(), specifier })
    })
}

/// What the paths begin with that `start` begins in the file `from`.
fn from_folder(from: &str, start: &str) -> Option<String> {
    let path = specifier_target(from, start).filter(|_| is_relative(start))?;
    Some(if start.ends_with('/') && !path.is_empty() { path + "/" } else { path })
}

/// The package that a specifier names: `next`, `@acme/api`.
fn package_of(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
    &specifier[..end]
}

/// What `~/pages/api/x`, `#api/x.js` or `@/api/x/index` ends with, if an alias may stand before it: `api/x`.
fn aliased_tail(value: &str) -> Option<&str> {
    if value.starts_with(['.', '/']) || value.contains(':') {
        return None;
    }
    let at = value.find("api/").filter(|at| *at > 0)?;
    is_boundary(value, at).then(|| without_ending(&value[at..]))
}

/// The same of an endpoint file.
fn file_tail(file: &str) -> Option<&str> {
    let at = file.find("pages/api/")? + "pages/".len();
    Some(without_ending(&file[at..]))
}

fn is_boundary(value: &str, at: usize) -> bool {
    !value[..at].ends_with(|char: char| char.is_alphanumeric() || matches!(char, '-' | '_'))
}

fn without_ending(path: &str) -> &str {
    let endings = [".tsx", ".ts", ".jsx", ".js", ".mjs", ".cjs"];
    let stem = endings.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
    stem.strip_suffix("/index").unwrap_or(stem)
}

/// What may be specifiers in a file that does not parse. Nobody knows what it does with what it imports.
fn unknown(project: &Project, file: &str) -> Vec<Specifier> {
    let Some(Ok(text)) = project.files.get(file) else { return Vec::new() };
    let specifier = |inside: Span| Specifier {
        span: Span::new(inside.start - 1, inside.end + 1),
        value: inside.text(text).to_owned(),
        names: None,
        type_only: false,
        statement: None,
        by_url: false,
    };
    quoted(text).map(specifier).collect()
}

/// Where specifiers may stand in `text`: quoted, without white space, and first in parentheses or behind `from`,
/// `import` or a comment. It finds too much rather than too little.
fn quoted(text: &str) -> impl Iterator<Item = Span> {
    ['\'', '"', '`'].into_iter().flat_map(move |quote| {
        let mut quotes = text.match_indices(quote).map(|(at, _)| at).peekable();
        std::iter::from_fn(move || Some((quotes.next()?, *quotes.peek()?)))
            .map(|(start, end)| Span::new(start + 1, end))
            .filter(|span| !span.text(text).is_empty() && !span.text(text).contains(char::is_whitespace))
            .filter(|span| leads_to_specifier(&text[..span.start - 1]))
    })
}

fn leads_to_specifier(before: &str) -> bool {
    let trimmed = before.trim_end();
    let begins = ["(", "from", "import", "*/"].iter().any(|end| trimmed.ends_with(end));
    // A comment to the end of the line before.
    let below = || before[trimmed.len()..].contains('\n');
    begins || (below() && trimmed.rsplit('\n').next().is_some_and(|line| line.contains("//")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_that_are_put_together() {
        let text = "import(`../lib/${name}`); require('./' + name); import(/* webpackMode: 'lazy' */ `./a/${b}.json`)
            fetch(`./no/${x}`); import(`${a}/b`); import(`@/lib/${name}`); import('./plain')";
        let mut found: Vec<(String, String)> =
            patterns("app/x/page.ts", text).map(|pattern| (pattern.start, pattern.end)).collect();
        found.sort_unstable();
        let expected = [("app/lib/", ""), ("app/x/", ""), ("app/x/a/", ".json")];
        assert_eq!(found, expected.map(|(start, end)| (start.to_owned(), end.to_owned())));
    }

    #[test]
    fn packages_of_specifiers() {
        let of = ["@acme/api/users", "@acme/api", "lodash/fp", "lodash"].map(package_of);
        assert_eq!(of, ["@acme/api", "@acme/api", "lodash", "lodash"]);
    }

    #[test]
    fn aliases_stand_before_the_path_of_an_endpoint() {
        for value in ["~/pages/api/x", "#api/x", "@/pages/api/x/index.js", "web/api/x.ts"] {
            assert_eq!(
                aliased_tail(value).and_then(|tail| file_tail("src/pages/api/x.ts").filter(|own| *own == tail)),
                Some("api/x")
            );
        }
        for value in ["./pages/api/x", "/api/x", "api/x", "https://a.b/api/x", "@trpc/server-api/x"] {
            assert_eq!(aliased_tail(value), None, "{value}");
        }
    }

    #[test]
    fn quoted_text_where_specifiers_stand() {
        let text = r#"import a from './a'
            import"./b";export*from "./c"
            const t = "don't", d = await import(/* webpackChunkName: "d" */ './d')
            jest.requireActual<any>(
              // as it is
              `./e`)
            say('two words', './no', "it's")
            type F = typeof import('./f')"#;
        let mut found: Vec<&str> = quoted(text).map(|span| span.text(text)).collect();
        found.sort_unstable();
        assert_eq!(found, ["./a", "./b", "./c", "./d", "./e", "./f"]);
    }
}
