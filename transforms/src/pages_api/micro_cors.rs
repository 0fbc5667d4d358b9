//! `micro-cors`, which wraps a handler. For the transform it is written out as what it does:
//!
//! ```ts
//! const cors = Cors({ allowMethods: ['POST'] })
//! export default cors(handler)
//! // is read as
//! export default async function (req, res) {
//!   await NextCors(req, res, { methods: ['POST'], … })
//!   return handler(req, res)
//! }
//! ```
//!
//! It leaves preflight requests to the handler, too (its version 0.1).

use super::exports::default_expression;
use super::wrapped::constant;
use crate::project::{Imported, imports};
use crate::syntax::ast::{Expr, ModuleItem, Prop, PropOrSpread};
use crate::syntax::{
    Module, Span, bare, callee_ident, declared_names, full_statement, ident, module_functions, prop_name, span_of,
};

/// What it takes if it is told nothing else.
const METHODS: [&str; 6] = ["POST", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HEADERS: [&str; 6] = [
    "X-Requested-With",
    "Access-Control-Allow-Origin",
    "X-HTTP-Method-Override",
    "Content-Type",
    "Authorization",
    "Accept",
];

/// The text of `module` with the wrapper written out, and the statement that exported its result.
pub fn written_out(module: &Module) -> Option<(String, Span)> {
    let export = default_expression(module).filter(|export| export.variable.is_none())?;
    let Expr::Call(call) = bare(export.expr) else { return None };
    let [handler] = call.args.as_slice() else { return None };
    let handler = ident(&handler.expr).filter(|name| module_functions(module).contains_key(&name.to_id()))?;
    let holder = callee_ident(call)?.to_id();
    let Expr::Call(made) = bare(constant(module, &holder)?) else { return None };
    let imports = imports(module);
    let import = imports
        .get(&callee_ident(made)?.to_id())
        .filter(|import| import.specifier == "micro-cors" && import.name == Imported::Name("default".into()))?;
    let options = options(module, made.args.first().map(|arg| &*arg.expr))?;
    let all = crate::syntax::references(&module.ast);
    if all.get(&holder).is_some_and(|mentions| mentions.len() > 2) || declared_names(&module.ast).contains("NextCors") {
        return None;
    }
    let made = module.ast.body.iter().map(span_of).find(|item| item.contains(span_of(made)))?;
    let is_import = |item: &&ModuleItem| span_of(*item) == import.statement;
    let import = span_of(module.ast.body.iter().find(is_import)?);
    let style = &module.style;
    let (semi, indent) = (style.semi(), &style.indent);
    let header = format!("import NextCors from {}{semi}", style.string("nextjs-cors"));
    let body = format!(
        "export default async function (req, res) {{\n{indent}await NextCors(req, res, {options}){semi}\n\
         {indent}return {}(req, res){semi}\n}}",
        handler.sym
    );
    let mut made = full_statement(&module.text, made);
    if module.text[made.end..].starts_with('\n') {
        made = Span::new(made.start, made.end + 1);
    }
    let mut changes = [(import, header), (made, String::new()), (export.export, body)];
    changes.sort_by_key(|(span, _)| span.start);
    let crlf = module.text.contains("\r\n");
    let (mut text, mut at) = (String::new(), 0);
    for (span, new) in changes {
        text.push_str(module.text.get(at..span.start)?);
        text.push_str(&if crlf { new.replace('\n', "\r\n") } else { new });
        at = span.end;
    }
    text.push_str(&module.text[at..]);
    Some((text, export.export))
}

/// Its options as those of `cors`; `None` if one of them is not understood.
fn options(module: &Module, given: Option<&Expr>) -> Option<String> {
    let style = &module.style;
    let list = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| style.string(name)).collect();
        format!("[{}]", names.join(", "))
    };
    let mut known = [
        ("allowMethods", "methods", list(&METHODS)),
        ("allowHeaders", "allowedHeaders", list(&HEADERS)),
        ("allowCredentials", "credentials", "true".to_owned()),
        ("maxAge", "maxAge", "86400".to_owned()),
    ];
    if let Some(given) = given {
        let Expr::Object(object) = bare(given) else { return None };
        for property in &object.props {
            let PropOrSpread::Prop(property) = property else { return None };
            let Prop::KeyValue(pair) = &**property else { return None };
            let key = prop_name(&pair.key)?;
            let literal = matches!(bare(&pair.value), Expr::Lit(_))
                || matches!(bare(&pair.value), Expr::Array(array)
                    if array.elems.iter().flatten().all(|element| matches!(bare(&element.expr), Expr::Lit(_))));
            let place = known.iter_mut().find(|(name, ..)| *name == key).filter(|_| literal)?;
            place.2 = module.text_of(&*pair.value).to_owned();
        }
    }
    let fields: Vec<String> = known.iter().map(|(_, name, value)| format!("{name}: {value}")).collect();
    let step = &style.indent;
    let lines: Vec<String> = fields.iter().map(|field| format!("{step}{step}{field},\n")).collect();
    Some(format!("{{\n{}{step}{step}preflightContinue: true,\n{step}}}", lines.concat()))
}
