//! What a handler says about the type of its body.
//!
//! ```ts
//! const body: CreatePost = await req.json();
//! const { title } = (await req.json()) as CreatePost;
//! const { title } = createPostSchema.parse(await req.json());
//! const { title, done = false } = await req.json();
//! ```

use std::collections::BTreeSet;

use crate::syntax::ast::{CallExpr, Decl, Expr, FunctionBody, Id, ObjectPatProp, Pat, Stmt, TsType, VarDeclarator};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, member_name, prop_name, span_of};

/// What is said of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The type stands in the text here.
    Type(Span),
    /// `object.method(body)` or `object.method(schema, body)` checks it.
    Check {
        /// The schema, or the namespace of the library.
        object: Id,
        /// The function.
        method: String,
        /// The schema, if the library takes it as an argument.
        schema: Option<Id>,
    },
    /// These members are read; of each, whether the handler has a value for where it is missing.
    Fields(Vec<(String, bool)>),
}

/// What the function with `block` says about the values at `subjects`, if it says one thing about all of them. With it
/// come the casts, which the type of an argument makes superfluous.
pub fn said(module: &Module, block: &FunctionBody, subjects: &[Span]) -> Option<(Said, Vec<(Span, Span)>)> {
    let mut uses = Uses { subjects: subjects.iter().copied().collect(), found: Vec::new(), casts: Vec::new() };
    block.stmts.visit_with(&mut uses);
    if uses.found.len() != subjects.len() {
        return None;
    }
    let same = |one: &Said, other: &Said| match (one, other) {
        (Said::Type(one), Said::Type(other)) => one.text(&module.text) == other.text(&module.text),
        _ => one == other,
    };
    let mut found = uses.found.into_iter();
    let mut first = found.next()?;
    for next in found {
        match (&mut first, next) {
            (Said::Fields(names), Said::Fields(more)) => {
                for (name, optional) in more {
                    match names.iter_mut().find(|(known, _)| *known == name) {
                        Some(known) => known.1 &= optional,
                        None => names.push((name, optional)),
                    }
                }
            }
            (first, next) if same(first, &next) => {}
            _ => return None,
        }
    }
    let local_types = block.stmts.iter().any(|statement| {
        matches!(statement, Stmt::Decl(Decl::TsInterface(_) | Decl::TsTypeAlias(_) | Decl::TsEnum(_) | Decl::Class(_)))
    });
    let usable = match &first {
        Said::Type(span) => !local_types && is_worth(span.text(&module.text)),
        Said::Check { .. } => true,
        Said::Fields(names) => !names.is_empty(),
    };
    usable.then_some((first, uses.casts))
}

/// Whether a type says anything, and nothing that depends on where it stands.
pub fn is_worth(kind: &str) -> bool {
    !matches!(kind, "any" | "unknown" | "never" | "const") && !kind.contains("//") && !kind.contains("/*")
}

struct Uses {
    subjects: BTreeSet<Span>,
    found: Vec<Said>,
    /// A cast, and what is cast.
    casts: Vec<(Span, Span)>,
}

impl Uses {
    fn is_subject(&self, expr: &Expr) -> bool {
        self.subjects.contains(&span_of(bare(expr)))
    }

    fn annotated(&mut self, kind: &TsType) {
        self.found.push(Said::Type(span_of(kind)));
    }

    fn check(&self, call: &CallExpr) -> Option<Said> {
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let (object, method) = (ident(&member.obj)?.to_id(), member_name(member)?);
        let schema = match call.args.as_slice() {
            [only] if self.is_subject(&only.expr) => None,
            [schema, body] if self.is_subject(&body.expr) => Some(ident(&schema.expr)?.to_id()),
            _ => return None,
        };
        Some(Said::Check { object, method, schema })
    }
}

impl Visit for Uses {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::TsAs(cast) if self.is_subject(&cast.expr) => {
                self.annotated(&cast.type_ann);
                self.casts.push((span_of(cast), span_of(bare(&cast.expr))));
                return;
            }
            Expr::Call(call) => {
                if let Some(check) = self.check(call) {
                    self.found.push(check);
                    return;
                }
            }
            Expr::Member(member) if self.is_subject(&member.obj) => {
                self.found.extend(member_name(member).map(|name| Said::Fields(vec![(name, false)])));
                return;
            }
            _ => {}
        }
        expr.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        // A cast inside is found below.
        let is_init = |init: &Expr| !matches!(init, Expr::TsAs(_)) && self.is_subject(init);
        let kind = match &declarator.name {
            _ if !declarator.init.as_deref().is_some_and(is_init) => return declarator.visit_children_with(self),
            Pat::Ident(name) => name.type_ann.as_deref(),
            Pat::Object(object) => object.type_ann.as_deref(),
            _ => None,
        };
        match (kind, &declarator.name) {
            (Some(kind), _) => self.annotated(&kind.type_ann),
            (None, Pat::Object(object)) => {
                let field = |property: &ObjectPatProp| match property {
                    ObjectPatProp::Assign(short) => Some((short.key.id.sym.to_string(), short.value.is_some())),
                    ObjectPatProp::KeyValue(pair) => {
                        Some((prop_name(&pair.key)?, matches!(&*pair.value, Pat::Assign(_))))
                    }
                    ObjectPatProp::Rest(_) => None,
                };
                self.found.extend(object.props.iter().map(field).collect::<Option<Vec<_>>>().map(Said::Fields));
            }
            _ => {}
        }
    }
}
