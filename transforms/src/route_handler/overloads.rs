//! The overloads of a helper, whose parameters change as those of the helper do.
//!
//! ```ts
//! function fail(res: NextApiResponse): void;                       function fail(): NextResponse;
//! function fail(res: NextApiResponse, status: number): void;   →   function fail(status: number): NextResponse;
//! function fail(res: NextApiResponse, status = 500) { … }          function fail(status = 500) { … }
//! ```
//!
//! What takes the place of a parameter must fit all of them: the request, or nothing.

use super::needs::{Body, Needs, Query};
use super::signature::Dialect;
use crate::pages_api::{Carrier, Role, declared_id};
use crate::rewrite::Edit;
use crate::syntax::ast::{self, Decl, ModuleDecl, ModuleItem, Pat, Stmt};
use crate::syntax::{Module, Span, pat_ident, span_of};

/// Whether `carrier` has overloads.
pub fn has_overloads(module: &Module, carrier: &Carrier<'_>) -> bool {
    overloads(module, carrier).next().is_some()
}

/// Whether the overloads of `carrier`, if it has any, can change with it.
pub fn follow(module: &Module, carrier: &Carrier<'_>, needs: &Needs) -> bool {
    let plain = carrier.held.is_empty() && carrier.answering.is_empty() && !carrier.wraps;
    let given = needs.query == Query::Given || needs.body != Body::Unread || needs.params || needs.effect.headers;
    let typed = needs.extensions.is_empty() && needs.emptied.is_empty();
    let certain = !needs.effect.sends || needs.effect.always;
    overloads(module, carrier).all(|function| {
        let params = function.params.iter().zip(&carrier.roles);
        plain && !given && typed && certain && params.filter(|(_, role)| role.is_some()).all(|(p, _)| named(&p.pat))
    })
}

/// The edits of the overloads.
pub fn edits(module: &Module, carrier: &Carrier<'_>, needs: &Needs, dialect: &Dialect) -> Vec<Edit> {
    if !follow(module, carrier, needs) {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for function in overloads(module, carrier) {
        let spans: Vec<Span> = function.params.iter().map(span_of).collect();
        let mut gone: Vec<usize> = Vec::new();
        for (at, param) in function.params.iter().enumerate() {
            let name = pat_ident(&param.pat).filter(|_| needs.request);
            match (carrier.roles.get(at).copied().flatten(), name) {
                (None, _) => {}
                (Some(Role::Req), Some(name)) => edits.push(Edit::replace(spans[at], dialect.request(&name.sym))),
                (Some(_), _) => gone.push(at),
            }
        }
        let runs = gone.chunk_by(|one, other| one + 1 == *other);
        edits.extend(runs.map(|run| Edit::delete(with_comma(module, &spans, (run[0], run[run.len() - 1])))));
        if let Some(returns) = function.return_type.as_ref().filter(|_| needs.effect.sends) {
            let answer = if carrier.function.is_async() { ": Promise<NextResponse>" } else { ": NextResponse" };
            edits.push(Edit::replace(span_of(&**returns), answer));
        }
    }
    edits
}

/// Parameters, the first and the last of which are given, with the comma between them and a neighbour.
fn with_comma(module: &Module, spans: &[Span], (first, last): (usize, usize)) -> Span {
    let (start, end) = (spans[first].start, spans[last].end);
    match (spans.get(last + 1), first.checked_sub(1)) {
        (Some(next), _) => Span::new(start, next.start),
        (None, Some(before)) => Span::new(spans[before].end, end),
        (None, None) => {
            let behind = &module.text[end..];
            let comma = behind.len() - behind.trim_start().strip_prefix(',').unwrap_or(behind).len();
            Span::new(start, end + comma)
        }
    }
}

fn named(param: &Pat) -> bool {
    pat_ident(param).is_some()
}

fn overloads<'a>(module: &'a Module, carrier: &Carrier<'_>) -> impl Iterator<Item = &'a ast::Function> {
    let name = carrier.name.as_ref().map(declared_id);
    let exported = carrier.function.span();
    let is_default = module.ast.body.iter().any(|item| {
        let default = matches!(item, ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(_)));
        default && span_of(item).contains(exported)
    });
    module.ast.body.iter().filter_map(move |item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                let function = export.decl.as_fn_expr().filter(|_| is_default)?;
                return function.function.body.is_none().then_some(&*function.function);
            }
            _ => return None,
        };
        match declaration {
            Decl::Fn(own) if own.function.body.is_none() => {
                name.as_ref().is_some_and(|name| name.0 == own.ident.sym).then_some(&*own.function)
            }
            _ => None,
        }
    })
}
