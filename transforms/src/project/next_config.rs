//! What can be read statically from `next.config.*`.

use std::sync::Arc;

use crate::syntax::ast::{Expr, KeyValueProp, Lit};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, prop_name, span_of};

/// The settings that decide which files are routes and how they behave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextConfig {
    /// `pageExtensions`, if it is set and can be read.
    pub page_extensions: Option<Vec<String>>,
    /// `cacheComponents`, at the top or under `experimental`.
    pub cache_components: bool,
    /// Where `output` says, or may say, `'export'`.
    pub static_export: Option<Span>,
    /// `experimental.appDir`, which Next 13 has.
    pub app_dir: Option<bool>,
    /// A setting that is there and cannot be read statically: its name.
    pub unreadable: Option<&'static str>,
}

/// Reads the configuration `text` found at `path`. A setting counts wherever it stands in the file, since
/// configurations are passed through variables and plugins; one that is no literal is
/// [`NextConfig::unreadable`]. A file that does not parse says nothing.
pub fn read_next_config(path: &str, text: &str) -> NextConfig {
    let mut config = NextConfig::default();
    if !["pageExtensions", "cacheComponents", "output", "appDir"].iter().any(|name| text.contains(name)) {
        return config;
    }
    match Module::parse(path, Arc::from(text)) {
        Ok(module) => module.ast.visit_with(&mut config),
        Err(_) => config.unreadable = Some("pageExtensions"),
    }
    config
}

impl Visit for NextConfig {
    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        match prop_name(&pair.key).as_deref() {
            Some("pageExtensions") => match string_list(&pair.value) {
                Some(list) => self.page_extensions = Some(list),
                None => self.unreadable = Some("pageExtensions"),
            },
            Some("cacheComponents") => match bare(&pair.value) {
                Expr::Lit(Lit::Bool(literal)) => self.cache_components = literal.value,
                // Off is the default; on is the careful reading of what cannot be read.
                _ => self.cache_components = true,
            },
            Some("output") if may_be_export(&pair.value) => self.static_export = Some(span_of(pair)),
            Some("appDir") => {
                if let Expr::Lit(Lit::Bool(literal)) = bare(&pair.value) {
                    self.app_dir = Some(literal.value);
                }
            }
            _ => pair.visit_children_with(self),
        }
    }
}

/// `'export'`, or a choice with it: `process.env.MOBILE ? 'export' : undefined`.
fn may_be_export(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Cond(choice) => may_be_export(&choice.cons) || may_be_export(&choice.alt),
        Expr::Bin(either) if either.op.precedence() <= 2 => may_be_export(&either.left) || may_be_export(&either.right),
        other => literal_str(other).as_deref() == Some("export"),
    }
}

fn string_list(expr: &Expr) -> Option<Vec<String>> {
    let Expr::Array(list) = bare(expr) else { return None };
    list.elems
        .iter()
        .map(|element| literal_str(&element.as_ref().filter(|element| element.spread.is_none())?.expr))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_settings_are_read_wherever_they_stand() {
        let text = "const c = { pageExtensions: ['page.tsx', 'api.ts'], experimental: { cacheComponents: true } };\nmodule.exports = wrap(c);";
        let config = read_next_config("next.config.js", text);
        assert_eq!(config.page_extensions, Some(vec!["page.tsx".into(), "api.ts".into()]));
        assert!(config.cache_components);
        assert_eq!(config.unreadable, None);
    }

    #[test]
    fn a_static_export_may_depend_on_something() {
        let reads = |value: &str| {
            let text = format!("module.exports = {{ output: {value}, experimental: {{ appDir: true }} }}");
            let config = read_next_config("next.config.js", &text);
            assert_eq!(config.app_dir, Some(true));
            config.static_export.is_some()
        };
        assert!(reads("'export'") && reads("mobile ? 'export' : undefined") && reads("(mobile && 'export') || 'x'"));
        assert!(!reads("'standalone'") && !reads("mobile === 'export2' ? 'standalone' : undefined"));
    }

    #[test]
    fn computed_extensions_are_unreadable_and_never_assumed() {
        let config = read_next_config("next.config.mjs", "export default { pageExtensions: [...extensions, 'ts'] }");
        assert_eq!((config.page_extensions, config.unreadable), (None, Some("pageExtensions")));
    }
}
