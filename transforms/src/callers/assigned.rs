//! Responses that are declared before their request, because both sides of a `try` need their name.
//!
//! ```ts
//! let res: Response;
//! try {
//!   res = await fetch('/api/posts', { method: 'POST' });
//! } catch {
//!   return setError('Offline');
//! }
//! if (!res.ok) …
//! ```

use crate::syntax::ast::{ArrowExpr, Decl, Function as AstFunction, Id, Pat, Stmt, VarDeclKind};
use crate::syntax::{Module, Span, Visit, VisitWith, assigned, span_of};

/// Where such a response gets its name.
pub struct Declared {
    /// `res: Response` behind `let`.
    pub name: Span,
    /// `: Response`, which a result is not. Without it, the type checker sees what the name is set to.
    pub annotation: Option<Span>,
}

/// The declaration among `body` of the response `id` in `module`, if `target` is the only place that sets it, and it is
/// set before any loop around it goes on and read by no function inside, of which nobody knows when it runs.
pub fn declared(module: &Module, body: &[Stmt], id: &Id, target: Span) -> Option<Declared> {
    let mut sets = assigned(&module.ast).into_iter().filter(|(name, _)| name == id);
    let only = sets.next().filter(|(_, at)| *at == target).is_some() && sets.next().is_none();
    let (found, behind) =
        (0..body.len()).find_map(|at| Some((declares(module, body.get(at)?, id)?, body.get(at + 1..)?)))?;
    let mut inner = Inner(Vec::new());
    behind.visit_with(&mut inner);
    let mentions = module.references().get(id)?;
    let in_functions = mentions.iter().any(|at| inner.0.iter().any(|function| function.contains(*at)));
    (only && !in_functions && reaches(behind, target)).then_some(found)
}

/// `let res`, `let res: Response`.
fn declares(module: &Module, statement: &Stmt, id: &Id) -> Option<Declared> {
    let Stmt::Decl(Decl::Var(variable)) = statement else { return None };
    let [only] = variable.decls.as_slice() else { return None };
    let Pat::Ident(name) = &only.name else { return None };
    if variable.kind != VarDeclKind::Let || name.id.to_id() != *id || only.init.is_some() {
        return None;
    }
    let told = |annotation: &Span| {
        let kind = annotation.text(&module.text).trim_start_matches([':', ' ']);
        matches!(kind, "Response" | "Response | undefined")
    };
    let annotation = name.type_ann.as_deref().map(span_of);
    annotation.as_ref().is_none_or(told).then_some(Declared { name: span_of(only), annotation })
}

/// Whether `target` stands among `statements`, or in blocks of `try` and of braces.
fn reaches(statements: &[Stmt], target: Span) -> bool {
    statements.iter().find(|statement| span_of(*statement).contains(target)).is_some_and(|statement| match statement {
        Stmt::Expr(_) => true,
        Stmt::Block(block) => reaches(&block.stmts, target),
        Stmt::Try(attempt) => reaches(&attempt.block.stmts, target),
        _ => false,
    })
}

/// The functions inside.
struct Inner(Vec<Span>);

impl Visit for Inner {
    fn visit_function(&mut self, function: &AstFunction) {
        self.0.push(span_of(function));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.0.push(span_of(arrow));
    }
}
