//! Endpoints whose handler is another module's. For the transform, they are written out:
//!
//! ```ts
//! export { default } from '../../lib/items'
//! // is read as
//! import handler from '../../lib/items'
//!
//! export default function (req, res) {
//!   return handler(req, res)
//! }
//! ```

use super::exports::{NoHandler, find_handler};
use crate::syntax::ast::{ExportSpecifier, Expr, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Span, free_name, span_of};

/// The text of `module` with its handler written out, if that is another module's, and the statement that
/// was replaced. `takes_nothing` knows the functions without parameters.
pub fn written_out(module: &Module, takes_nothing: &dyn Fn(&Id) -> bool) -> Option<(String, Span)> {
    match find_handler(module) {
        Err(NoHandler::Elsewhere(_)) => {}
        Err(NoHandler::Wrapped(_)) => {
            return super::micro_cors::written_out(module).or_else(|| super::trpc::written_out(module, takes_nothing));
        }
        _ => return None,
    }
    let style = &module.style;
    let semi = style.semi();
    let (statement, import, name) = module.ast.body.iter().find_map(|item| {
        let statement = span_of(item);
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => match &*export.expr {
                Expr::Ident(name) => Some((statement, String::new(), name.sym.to_string())),
                _ => None,
            },
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
                let [ExportSpecifier::Named(specifier)] = export.specifiers.as_slice() else { return None };
                let ModuleExportName::Ident(own) = &specifier.orig else { return None };
                let exported = specifier.exported.as_ref().unwrap_or(&specifier.orig);
                if !matches!(exported, ModuleExportName::Ident(name) if &*name.sym == "default") {
                    return None;
                }
                let Some(source) = &export.src else {
                    return Some((statement, String::new(), own.sym.to_string()));
                };
                let name = free_name(&module.ast, &["handler"]);
                let list = match &*own.sym {
                    "default" => name.clone(),
                    named if named == name => style.braces(&name),
                    named => style.braces(&format!("{named} as {name}")),
                };
                let from = module.text_of(&**source);
                Some((statement, format!("import {list} from {from}{semi}\n\n"), name))
            }
            _ => None,
        }
    })?;
    let text = &module.text;
    let call = handing_over(module, &name, &["req", "res"]);
    let import = if text.contains("\r\n") { import.replace('\n', "\r\n") } else { import };
    Some((format!("{}{import}{call}{}", &text[..statement.start], &text[statement.end..]), statement))
}

/// A handler that hands everything over to the function `name`, which takes as many parameters as `given` are.
pub fn handing_over(module: &Module, name: &str, given: &[&str]) -> String {
    let (indent, semi) = (&module.style.indent, module.style.semi());
    let call = format!("{name}({})", given.join(", "));
    let text = format!("export default function (req, res) {{\n{indent}return {call}{semi}\n}}");
    if module.text.contains("\r\n") { text.replace('\n', "\r\n") } else { text }
}
