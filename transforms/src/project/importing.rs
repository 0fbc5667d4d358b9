//! Who imports a file. Parsing every file for that would be slow, so the text says first which files may: every quoted
//! text that stands where a specifier can is followed to the file that it means.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::{Modules, Project};
use crate::syntax::{Span, Specifier};

/// The files in which a specifier for a file may stand, by the file that it means.
#[derive(Debug, Default)]
pub(super) struct Importing {
    of: BTreeMap<String, Vec<String>>,
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
}

impl Importing {
    pub(super) fn of(project: &Project) -> Importing {
        let found: Vec<(&str, BTreeSet<String>)> = project
            .files
            .par_iter()
            .filter_map(|(path, text)| {
                let text = text.as_ref().ok()?;
                let values: HashSet<&str> = quoted(text).map(|span| span.text(text)).collect();
                let targets = values.into_iter().filter_map(|value| project.resolver.resolve(path, value));
                Some((path.as_str(), targets.collect()))
            })
            .collect();
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, targets) in found {
            for target in targets {
                of.entry(target).or_default().push(path.to_owned());
            }
        }
        Importing { of }
    }

    /// All imports of the files `targets`.
    pub(super) fn imports(
        &self,
        project: &Project,
        modules: &Modules<'_>,
        targets: &BTreeSet<&str>,
    ) -> Vec<FoundImport> {
        let files: BTreeSet<&str> =
            targets.iter().filter_map(|target| self.of.get(*target)).flatten().map(String::as_str).collect();
        let files: Vec<&str> = files.into_iter().collect();
        files
            .into_par_iter()
            .flat_map_iter(|file| {
                let own = match modules.get(file) {
                    Ok(module) => module.specifiers().to_vec(),
                    Err(_) => unknown(project, file),
                };
                own.into_iter().filter_map(|specifier| {
                    let target = project.resolver.resolve(file, &specifier.value)?;
                    let asked = targets.contains(target.as_str());
                    asked.then(|| FoundImport { target, file: file.to_owned(), specifier })
                })
            })
            .collect()
    }
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
