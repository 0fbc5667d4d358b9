//! What can be read statically from `next.config.*`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::syntax::ast::{
    AssignExpr, AssignTarget, BinaryOp, Expr, Id, KeyValueProp, Lit, MethodProp, Prop, SimpleAssignTarget, VarDecl,
    VarDeclKind,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, member_name, pat_ident, prop_name, span_of};

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
    let mut settings = Settings::default();
    if ["pageExtensions", "cacheComponents", "output", "appDir"].iter().any(|name| text.contains(name)) {
        match Module::parse(path, Arc::from(text)) {
            Ok(module) => module.ast.visit_with(&mut settings),
            Err(_) => settings.config.unreadable = Some("pageExtensions"),
        }
    }
    settings.config
}

#[derive(Default)]
struct Settings {
    config: NextConfig,
    /// Whether names may be `'export'`.
    constants: HashMap<Id, bool>,
}

impl Settings {
    fn output(&mut self, value: &Expr, place: Span) {
        if may_be_export(value, &self.constants) {
            self.config.static_export = Some(place);
        }
    }
}

impl Visit for Settings {
    fn visit_var_decl(&mut self, variable: &VarDecl) {
        for declarator in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const) {
            if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) {
                let may_be = may_be_export(init, &self.constants);
                self.constants.insert(name.to_id(), may_be);
            }
        }
        variable.visit_children_with(self);
    }

    fn visit_prop(&mut self, property: &Prop) {
        if let Prop::Shorthand(name) = property
            && &*name.sym == "output"
        {
            self.output(&Expr::Ident(name.clone()), span_of(name));
        }
        property.visit_children_with(self);
    }

    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        let config = &mut self.config;
        match prop_name(&pair.key).as_deref() {
            Some("pageExtensions") => match string_list(&pair.value) {
                Some(list) => config.page_extensions = Some(list),
                None => config.unreadable = Some("pageExtensions"),
            },
            Some("cacheComponents") => match bare(&pair.value) {
                Expr::Lit(Lit::Bool(literal)) => config.cache_components = literal.value,
                // Off is the default; on is the careful reading of what cannot be read.
                _ => config.cache_components = true,
            },
            Some("appDir") => {
                if let Expr::Lit(Lit::Bool(literal)) = bare(&pair.value) {
                    config.app_dir = Some(literal.value);
                }
            }
            // It has an `output` of its own.
            Some("webpack") => {}
            name => {
                if name == Some("output") {
                    self.output(&pair.value, span_of(pair));
                }
                pair.visit_children_with(self);
            }
        }
    }

    fn visit_method_prop(&mut self, method: &MethodProp) {
        if prop_name(&method.key).as_deref() != Some("webpack") {
            method.visit_children_with(self);
        }
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left
            && member_name(member).as_deref() == Some("output")
        {
            self.output(&assign.right, span_of(assign));
        }
        assign.visit_children_with(self);
    }
}

/// Whether an expression is not certain to be something else than `'export'`; `constants` says so of names.
fn may_be_export(expr: &Expr, constants: &HashMap<Id, bool>) -> bool {
    let may_be = |expr: &Expr| may_be_export(expr, constants);
    match bare(expr) {
        Expr::Cond(choice) => may_be(&choice.cons) || may_be(&choice.alt),
        // What stands before `&&` is only the value if it is false.
        Expr::Bin(both) if both.op == BinaryOp::LogicalAnd => may_be(&both.right),
        Expr::Bin(either) if either.op.precedence() <= 2 => may_be(&either.left) || may_be(&either.right),
        Expr::Ident(name) if &*name.sym == "undefined" => false,
        Expr::Ident(name) => constants.get(&name.to_id()).is_none_or(|may_be| *may_be),
        Expr::Object(_) | Expr::Array(_) | Expr::Arrow(_) | Expr::Fn(_) => false,
        other => match literal_str(other) {
            Some(text) => text == "export",
            None => !matches!(other, Expr::Lit(_)),
        },
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
        assert!(!reads("process.env.DOCKER && 'standalone'") && !reads("null") && !reads("{ path: out() }"));
        assert!(reads("process.env.OUTPUT") && reads("outputOf(mode)") && reads("process.env.OUTPUT ?? 'standalone'"));
    }

    #[test]
    fn the_output_may_be_set_in_other_ways() {
        let reads = |text: &str| read_next_config("next.config.js", text).static_export.is_some();
        assert!(reads("const output = 'export'; module.exports = { output }"));
        assert!(reads("const mode = mobile ? 'export' : undefined; module.exports = { output: mode }"));
        assert!(reads("import { output } from './env.mjs'; export default { output }"));
        assert!(reads("const config = {}; if (mobile) config.output = 'export'; module.exports = config"));
        assert!(!reads("const output = 'standalone'; module.exports = { output }"));
        assert!(!reads("module.exports = { webpack(config) { config.output = patched(config.output) } }"));
        assert!(!reads("module.exports = { webpack: (config) => { config.output.path = out } }"));
    }

    #[test]
    fn computed_extensions_are_unreadable_and_never_assumed() {
        let config = read_next_config("next.config.mjs", "export default { pageExtensions: [...extensions, 'ts'] }");
        assert_eq!((config.page_extensions, config.unreadable), (None, Some("pageExtensions")));
    }
}
