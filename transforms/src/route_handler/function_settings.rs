//! `vercel.json` has settings for functions by the path of their source file:
//!
//! ```json
//! { "functions": { "pages/api/render.ts": { "maxDuration": 60 } } }
//! ```
//!
//! A deploy fails on settings for a file that is gone (reference, section 1.5), and the new file has none.

use super::candidates::Candidate;
use crate::finding::Finding;
use crate::project::{Project, in_json, json_module};
use crate::syntax::ast::{Expr, ModuleDecl, ModuleItem, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Span, bare, prop_name, span_of};

/// The settings in every `vercel.json` of a project.
pub struct FunctionSettings<'p>(Vec<Settings<'p>>);

struct Settings<'p> {
    /// The folder of the file, with a slash behind it, unless it is the root.
    folder: &'p str,
    path: &'p str,
    keys: Vec<(String, Span)>,
}

impl<'p> FunctionSettings<'p> {
    /// Reads them.
    pub fn of(project: &'p Project) -> FunctionSettings<'p> {
        let files = project.documents.iter().filter_map(|(path, text)| {
            let folder =
                path.strip_suffix("vercel.json").filter(|folder| folder.is_empty() || folder.ends_with('/'))?;
            Some(Settings { folder, path, keys: keys(text) })
        });
        FunctionSettings(files.collect())
    }

    /// The settings that are lost where `candidate` moves.
    pub fn lost(&self, candidate: &Candidate) -> Option<Finding> {
        self.0.iter().find_map(|settings| {
            let file = candidate.file.strip_prefix(settings.folder)?;
            let target = candidate.target.strip_prefix(settings.folder)?;
            let (key, span) = settings.keys.iter().find(|(key, _)| matches(key, file) && !matches(key, target))?;
            let message =
                format!("`{key}` has settings for `{}`; a deploy fails if no file is left for them", candidate.file);
            let finding = Finding::review("function-settings", settings.path, *span, message);
            Some(finding.help(format!("give them to `{target}`")))
        })
    }
}

/// The paths and patterns that have settings, and where they stand.
fn keys(text: &str) -> Vec<(String, Span)> {
    let Some(module) = json_module(text) else { return Vec::new() };
    let settings = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
            value(bare(&export.expr).as_object()?, "functions")
        }
        _ => None,
    });
    let Some(Expr::Object(settings)) = settings else { return Vec::new() };
    let pairs = settings.props.iter().filter_map(|property| property.as_prop()?.as_key_value());
    pairs.filter_map(|pair| Some((prop_name(&pair.key)?, in_json(span_of(&pair.key))))).collect()
}

fn value<'o>(object: &'o ObjectLit, key: &str) -> Option<&'o Expr> {
    object.props.iter().find_map(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(key) => Some(bare(&pair.value)),
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    })
}

/// Whether `key` is the file, or a pattern that begins as its path does.
fn matches(key: &str, file: &str) -> bool {
    key == file || key.find(['*', '{']).is_some_and(|at| file.starts_with(&key[..at]))
}

#[cfg(test)]
mod tests {
    use super::{keys, matches};

    #[test]
    fn keys_of_functions_only() {
        let text = r#"{ "crons": [{ "path": "/api/x" }], "functions": { "pages/api/a.ts": { "memory": 1 } } }"#;
        let found = keys(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].1.start..found[0].1.end], "\"pages/api/a.ts\"");
        assert!(keys("{").is_empty());
        assert!(keys("[]").is_empty());
        assert!(keys(r#"{ "functions": 1 }"#).is_empty());
    }

    #[test]
    fn patterns_fit_what_begins_as_they_do() {
        assert!(matches("pages/api/**/*.ts", "pages/api/a/b.ts"));
        assert!(!matches("pages/api/**", "app/api/a/route.ts"));
        assert!(matches("**", "app/api/a/route.ts"));
        assert!(matches("pages/api/[id].ts", "pages/api/[id].ts"));
        assert!(!matches("pages/api/a.ts", "pages/api/ab.ts"));
    }
}
