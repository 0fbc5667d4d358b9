//! The settings that `vercel.json` has for functions, by the path of their source file or a pattern:
//!
//! ```json
//! { "functions": { "pages/api/render.ts": { "maxDuration": 60 }, "app/api/**": { "memory": 1024 } } }
//! ```

use super::Project;
use super::host_headers::{in_json, json_module};
use crate::syntax::ast::{Expr, ModuleDecl, ModuleItem, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Span, bare, prop_name, span_of};

/// The settings that the Route Handler in `file` has, and a page beside it does not: where, and the pattern.
pub fn function_settings_of<'p>(project: &'p Project, file: &str) -> Option<(&'p str, Span, String)> {
    let folders = file.match_indices('/').map(|(at, _)| &file[..=at]).chain([""]);
    folders.into_iter().find_map(|folder| {
        let (path, text) = project.documents.get_key_value(&format!("{folder}vercel.json"))?;
        let own = &file[folder.len()..];
        let narrow = |key: &str| {
            fits_function(key, own) && key.split(['*', '{']).next().is_some_and(|start| start.contains("api"))
        };
        let (key, span) = function_keys(text).into_iter().find(|(key, _)| narrow(key))?;
        Some((path.as_str(), span, key))
    })
}

/// The paths and patterns that have settings, and where they stand.
pub fn function_keys(text: &str) -> Vec<(String, Span)> {
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
pub fn fits_function(key: &str, file: &str) -> bool {
    key == file || key.find(['*', '{']).is_some_and(|at| file.starts_with(&key[..at]))
}

#[cfg(test)]
mod tests {
    use super::{fits_function, function_keys};

    #[test]
    fn keys_of_functions_only() {
        let text = r#"{ "crons": [{ "path": "/api/x" }], "functions": { "pages/api/a.ts": { "memory": 1 } } }"#;
        let found = function_keys(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].1.start..found[0].1.end], "\"pages/api/a.ts\"");
        assert!(function_keys("{").is_empty());
        assert!(function_keys("[]").is_empty());
        assert!(function_keys(r#"{ "functions": 1 }"#).is_empty());
    }

    #[test]
    fn patterns_fit_what_begins_as_they_do() {
        assert!(fits_function("pages/api/**/*.ts", "pages/api/a/b.ts"));
        assert!(!fits_function("pages/api/**", "app/api/a/route.ts"));
        assert!(fits_function("**", "app/api/a/route.ts"));
        assert!(fits_function("pages/api/[id].ts", "pages/api/[id].ts"));
        assert!(!fits_function("pages/api/a.ts", "pages/api/ab.ts"));
    }
}
