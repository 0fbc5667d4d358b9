//! The function that a form is submitted to.

use std::collections::BTreeSet;

use crate::syntax::ast::{
    ArrowExpr, Decl, DefaultDecl, ExportDefaultDecl, ExportDefaultExpr, Expr, FnDecl, Function as AstFunction,
    FunctionBody, Id, Pat, ReturnStmt, Stmt, VarDeclarator,
};
use crate::syntax::exits;
use crate::syntax::{
    Function, Module, References, Span, Visit, VisitWith, bare, function_of, ident, imported, is_ident, member_name,
    span_of,
};

/// A function that a component declares in a statement of its own.
#[derive(Clone)]
pub struct Handler {
    pub id: Id,
    /// Its declaration.
    pub statement: Span,
    /// What stands before its block, and behind it.
    pub head: Span,
    pub tail: Span,
    /// Its statements.
    pub body: Vec<Stmt>,
    /// The event that it is given.
    event: Option<(Id, Span)>,
    /// The statements of the component.
    pub component: Vec<Stmt>,
    /// A component declares it, which may use hooks.
    pub is_in_component: bool,
    /// Some `return` of the component stands before it.
    pub is_behind_return: bool,
    /// Control never gets to its end.
    pub exits: bool,
    /// The white space before its statements, and where its last line begins.
    pub indent: String,
    pub last_line: usize,
}

impl Handler {
    /// What the event is called.
    pub fn event(&self) -> Option<&Id> {
        self.event.as_ref().map(|(event, _)| event)
    }

    /// The statement `event.preventDefault()`; `Err` if the event is used for something else outside of `known`.
    pub fn prevented(&self, all: &References, known: &[Span]) -> Result<Span, Span> {
        let Some((event, declared)) = &self.event else { return Err(self.statement) };
        let prevents = self.body.iter().find(|statement| match statement {
            Stmt::Expr(own) => match bare(&own.expr) {
                Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => {
                        is_ident(&member.obj, event) && member_name(member).as_deref() == Some("preventDefault")
                    }
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        });
        let prevents = prevents.map(span_of).ok_or(*declared)?;
        let mut others = all.get(event).into_iter().flatten();
        let is_known = |at: &Span| [*declared, prevents].iter().chain(known).any(|span| span.contains(*at));
        others.find(|at| !is_known(at)).map_or(Ok(prevents), |at| Err(*at))
    }
}

/// The function around `call`, if a component declares it and the call stands in no other function inside of it.
pub fn handler_of(module: &Module, call: Span) -> Option<Handler> {
    let mut components = Components { module, blocks: BTreeSet::new() };
    module.ast.visit_with(&mut components);
    let mut finder = Finder { module, call, components: components.blocks, found: None };
    module.ast.visit_with(&mut finder);
    finder.found
}

/// The blocks of functions that are named as components are, or that are the default export.
struct Components<'m> {
    module: &'m Module,
    blocks: BTreeSet<Span>,
}

impl Components<'_> {
    fn add(&mut self, name: &str, function: Function<'_>) {
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.blocks.extend(function.block().map(span_of));
        }
    }

    /// The function in `memo(function Form() { … })` and `React.forwardRef((props, ref) => { … })`.
    fn wrapped<'f>(&self, expr: &'f Expr) -> Option<Function<'f>> {
        let Expr::Call(call) = bare(expr) else { return None };
        let is_react = match bare(call.callee.as_expr()?) {
            Expr::Ident(name) => ["memo", "forwardRef"]
                .into_iter()
                .any(|hook| imported(self.module, "react", hook).is_some_and(|id| id == name.to_id())),
            Expr::Member(member) => {
                matches!(member_name(member).as_deref(), Some("memo" | "forwardRef"))
                    && ident(&member.obj).is_some_and(|name| &*name.sym == "React")
            }
            _ => false,
        };
        let function = &call.args.first().filter(|argument| is_react && argument.spread.is_none())?.expr;
        function_of(function).or_else(|| self.wrapped(function))
    }
}

impl Visit for Components<'_> {
    fn visit_fn_decl(&mut self, function: &FnDecl) {
        self.add(&function.ident.sym, Function::Declaration(function));
        function.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let function = declarator.init.as_deref().and_then(|init| function_of(init).or_else(|| self.wrapped(init)));
        if let (Pat::Ident(name), Some(function)) = (&declarator.name, function) {
            self.add(&name.id.sym, function);
        }
        declarator.visit_children_with(self);
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        self.blocks.extend(self.wrapped(&export.expr).and_then(|function| function.block()).map(span_of));
        export.visit_children_with(self);
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        if let DefaultDecl::Fn(function) = &export.decl {
            self.blocks.extend(Function::Expression(function).block().map(span_of));
        }
        export.visit_children_with(self);
    }
}

struct Finder<'m> {
    module: &'m Module,
    call: Span,
    components: BTreeSet<Span>,
    found: Option<Handler>,
}

impl Visit for Finder<'_> {
    fn visit_function_body(&mut self, block: &FunctionBody) {
        let span = span_of(block);
        if !span.contains(self.call) {
            return;
        }
        let at = block.stmts.iter().position(|statement| span_of(statement).contains(self.call));
        let handler = at.and_then(|at| declared(self.module, &block.stmts, at));
        let handler = handler.map(|handler| Handler { is_in_component: self.components.contains(&span), ..handler });
        // A function further inside takes its place.
        self.found = handler.or_else(|| self.found.take().filter(|found| found.tail.start == span.end));
        block.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        if Function::Arrow(arrow).expression().is_some_and(|value| span_of(value).contains(self.call)) {
            self.found = None;
        }
        arrow.visit_children_with(self);
    }
}

fn declared(module: &Module, component: &[Stmt], at: usize) -> Option<Handler> {
    let statement = &component[at];
    let whole = span_of(statement);
    let (id, function) = match statement {
        Stmt::Decl(Decl::Fn(function)) => (function.ident.to_id(), Function::Declaration(function)),
        Stmt::Decl(Decl::Var(variable)) => match variable.decls.as_slice() {
            [only] => match &only.name {
                Pat::Ident(name) if name.type_ann.is_none() => (name.id.to_id(), function_of(only.init.as_deref()?)?),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let block = function.block().filter(|_| function.is_async() && !function.is_generator())?;
    let event = match function.params().as_slice() {
        [] => None,
        [Pat::Ident(name)] => Some((name.id.to_id(), span_of(name))),
        _ => return None,
    };
    let inner = span_of(block);
    let first = span_of(block.stmts.first()?);
    let line = |at: usize| module.text[..at].rfind('\n').map_or(0, |line| line + 1);
    let indent = module.text[line(first.start)..first.start].to_owned();
    let last_line = line(inner.end);
    if !indent.trim().is_empty() || last_line <= first.start {
        return None;
    }
    Some(Handler {
        id,
        statement: whole,
        head: Span::new(whole.start, inner.start),
        tail: Span::new(inner.end, whole.end),
        body: block.stmts.clone(),
        event,
        component: component.to_vec(),
        is_in_component: false,
        is_behind_return: component[..at].iter().any(returns),
        exits: block.stmts.last().is_some_and(exits),
        indent,
        last_line,
    })
}

/// Whether a statement may leave the function it stands in.
fn returns(statement: &Stmt) -> bool {
    struct Returns(bool);
    impl Visit for Returns {
        fn visit_return_stmt(&mut self, _: &ReturnStmt) {
            self.0 = true;
        }
        fn visit_function(&mut self, _: &AstFunction) {}
        fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    }
    let mut found = Returns(false);
    statement.visit_with(&mut found);
    found.0
}
