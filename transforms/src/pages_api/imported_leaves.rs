//! Wrapped handlers that are functions of other files. For the transform they are written out:
//!
//! ```ts
//! export default withDatabase(login)                          // import { login } from 'server/accounts'
//! export default byMethod({ GET: list })
//! // is read as
//! export default withDatabase((req, res) => login(req, res))
//! export default byMethod({ GET: (req, res) => list(req, res) })
//! ```
//!
//! What the functions become takes the place of the calls again, if that is all that is left: see [`shortened`].

use super::exports::default_expression;
use super::wrapped::constant;
use crate::project::Method;
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{
    ArrowExpr, Expr, ExprOrSpread, Id, Ident, KeyValueProp, ObjectLit, Pat, Prop, PropOrSpread, ReturnStmt, Stmt,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, line_indent, pat_ident,
    prop_name, span_of,
};

/// How deep wrappers are looked into.
const DEPTH: usize = 6;

/// The text of `module` with such functions written out, and the first place that was replaced. `is_handler` tells
/// imported functions that take no more than a request and a response.
pub fn written_out(module: &Module, is_handler: &dyn Fn(&Id) -> bool) -> Option<(String, Span)> {
    let found = Leaves::find(module, is_handler)?.found;
    let first = found.iter().map(Edit::span).min_by_key(|place| place.start)?;
    let mut rewrite = Rewrite::new();
    rewrite.extend(found).ok()?;
    Some((rewrite.render(&module.text).ok()?, first))
}

/// The names of the functions that [`written_out`] writes out.
pub fn names(module: &Module, is_handler: &dyn Fn(&Id) -> bool) -> Vec<Id> {
    Leaves::find(module, is_handler).map(|leaves| leaves.names).unwrap_or_default()
}

/// The changes that write them out.
struct Leaves<'l> {
    module: &'l Module,
    is_handler: &'l dyn Fn(&Id) -> bool,
    names: Vec<Id>,
    found: Vec<Edit>,
}

impl<'l> Leaves<'l> {
    fn find(module: &'l Module, is_handler: &'l dyn Fn(&Id) -> bool) -> Option<Leaves<'l>> {
        let mut leaves = Leaves { module, is_handler, names: Vec::new(), found: Vec::new() };
        leaves.of(default_expression(module)?.expr, DEPTH);
        Some(leaves)
    }

    fn of(&mut self, expr: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let call = match bare(expr) {
            Expr::Call(call) => call,
            // `const handler = withDatabase(login)`
            Expr::Ident(name) => match constant(self.module, &name.to_id()) {
                Some(value) => return self.of(value, depth),
                None => return,
            },
            _ => return,
        };
        let configured = call.callee.as_expr().and_then(|callee| bare(callee).as_call()).and_then(callee_ident);
        if callee_ident(call).or(configured).is_none() {
            return;
        }
        for ExprOrSpread { expr, .. } in &call.args {
            match bare(expr) {
                Expr::Ident(name) if self.is_leaf(name) => {
                    self.add(name, called_by(name));
                    // What stands behind the handler is something else.
                    return;
                }
                Expr::Object(object) => self.properties(object),
                _ => self.of(expr, depth),
            }
        }
    }

    fn is_leaf(&self, name: &Ident) -> bool {
        !matches!(&*name.sym, "req" | "res") && (self.is_handler)(&name.to_id())
    }

    fn add(&mut self, name: &Ident, text: String) {
        self.names.push(name.to_id());
        self.found.push(Edit::replace(span_of(name), text));
    }

    /// The handlers of `{ GET: list, POST }`, each on a line of its own.
    fn properties(&mut self, object: &ObjectLit) {
        let is_method = |name: &str| Method::ALL.iter().any(|method| method.as_str() == name);
        let before = self.found.len();
        for property in object.props.iter().filter_map(PropOrSpread::as_prop) {
            match &**property {
                Prop::Shorthand(name) if is_method(&name.sym) && self.is_leaf(name) => {
                    self.add(name, format!("{}: {}", name.sym, called_by(name)));
                }
                Prop::KeyValue(pair) if prop_name(&pair.key).is_some_and(|name| is_method(&name)) => {
                    if let Some(name) = ident(&pair.value).filter(|name| self.is_leaf(name)) {
                        self.add(name, called_by(name));
                    }
                }
                _ => {}
            }
        }
        if self.found.len() > before && !self.module.text_of(object).contains('\n') {
            self.break_lines(object);
        }
    }

    fn break_lines(&mut self, object: &ObjectLit) {
        let Module { text, style, .. } = self.module;
        let whole = span_of(object);
        let starts = object.props.iter().map(|property| span_of(property).start).chain([whole.end - 1]);
        let ends = [whole.start + 1].into_iter().chain(object.props.iter().map(|property| span_of(property).end));
        let plain = |(end, start)| Span::new(end, start).text(text).chars().all(|c| c.is_whitespace() || c == ',');
        // Comments stay where they are.
        if !ends.zip(starts).all(plain) {
            return;
        }
        let outer = line_indent(text, whole.start);
        let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut end = whole.start + 1;
        for property in &object.props {
            let place = span_of(property);
            let comma = if end == whole.start + 1 { "" } else { "," };
            let line = format!("{comma}{eol}{outer}{}", style.indent);
            self.found.push(Edit::replace(Span::new(end, place.start), line));
            end = place.end;
        }
        self.found.push(Edit::replace(Span::new(end, whole.end - 1), format!(",{eol}{outer}")));
    }
}

fn called_by(name: &Ident) -> String {
    format!("(req, res) => {0}(req, res)", name.sym)
}

/// Whether a statement of `function` itself returns a function, as wrappers do.
pub fn gives_function(function: Function<'_>) -> bool {
    let returns = |statement: &Stmt| match statement {
        Stmt::Return(ReturnStmt { arg: Some(value), .. }) => function_of(value).is_some(),
        _ => false,
    };
    function.expression().is_some_and(|value| function_of(value).is_some())
        || function.block().is_some_and(|block| block.stmts.iter().any(returns))
}

/// Arrows of `module` that do nothing but to hand all of their parameters to one of `names`, and the text that will do
/// in their place: its name.
pub fn shortened(module: &Module, names: &[String]) -> Vec<(Span, String)> {
    struct Arrows<'n> {
        names: &'n [String],
        found: Vec<(Span, String)>,
    }
    impl Arrows<'_> {
        fn name(&self, arrow: &ArrowExpr) -> Option<String> {
            let name = called(Function::Arrow(arrow))?.sym.to_string();
            self.names.contains(&name).then_some(name)
        }
    }
    impl Visit for Arrows<'_> {
        fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
            match self.name(arrow) {
                Some(name) => self.found.push((span_of(arrow), name)),
                None => arrow.visit_children_with(self),
            }
        }

        // `{ GET: GET }`
        fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
            let name = pair.value.as_arrow().and_then(|arrow| self.name(arrow));
            match name.filter(|name| prop_name(&pair.key).as_ref() == Some(name)) {
                Some(name) => self.found.push((span_of(pair), name)),
                None => pair.visit_children_with(self),
            }
        }
    }
    let mut arrows = Arrows { names, found: Vec::new() };
    module.ast.visit_with(&mut arrows);
    arrows.found
}

/// The name that `function` hands all of its parameters to.
fn called(function: Function<'_>) -> Option<&Ident> {
    let value = function.expression()?;
    let Expr::Call(call) = bare(value) else { return None };
    let same = |(param, arg): (&Pat, &ExprOrSpread)| {
        let (param, value) = (pat_ident(param), ident(&arg.expr));
        arg.spread.is_none() && param.zip(value).is_some_and(|(param, value)| param.sym == value.sym)
    };
    let params = function.params();
    let all = params.len() == call.args.len() && params.into_iter().zip(&call.args).all(same);
    callee_ident(call).filter(|_| all)
}
