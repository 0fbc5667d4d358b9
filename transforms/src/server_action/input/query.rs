//! The values that a handler takes from the query, each of which becomes an argument.
//!
//! ```ts
//! const { searchParams } = new URL(request.url);
//! const id = searchParams.get('id');      →      export async function deletePost(id: string)
//! ```
//!
//! Only `get` has a counterpart: `getAll`, `has` and whoever goes through all of the query sees what the signature does
//! not say.

use super::Reader;
use crate::rewrite::Edit;
use crate::syntax::ast::{Expr, Id, ObjectPatProp, Pat, TsType, VarDecl, VarDeclKind, VarDeclarator};
use crate::syntax::{
    Span, bare, full_statement, ident, is_ident, is_name, literal_str, member_name, prop_name, span_of,
};

/// An argument that is a value of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryParam {
    /// What the query calls it.
    pub key: String,
    /// What the action calls it.
    pub name: String,
    /// The handler takes it for granted: `searchParams.get('id')!`.
    pub granted: bool,
    /// A caller leaves it out.
    pub optional: bool,
}

/// One key of the query that the handler reads.
pub(super) struct QueryRead {
    pub key: String,
    /// The constant that holds it, of which the declaration goes.
    pub local: Option<Id>,
    pub granted: bool,
    /// Where it is read otherwise.
    pub places: Vec<Span>,
}

/// Names that stand for the URL of the request, and for its query.
#[derive(Default)]
pub(super) struct Queries {
    pub urls: Vec<Id>,
    pub searches: Vec<Id>,
    pub reads: Vec<QueryRead>,
}

impl Queries {
    /// The names that may not be used otherwise.
    pub fn names(&self) -> impl Iterator<Item = &Id> {
        self.urls.iter().chain(&self.searches)
    }

    fn read(&mut self, key: String) -> &mut QueryRead {
        let at = self.reads.iter().position(|read| read.key == key).unwrap_or_else(|| {
            self.reads.push(QueryRead { key, local: None, granted: false, places: Vec::new() });
            self.reads.len() - 1
        });
        &mut self.reads[at]
    }
}

/// What a key of a query is called as a variable; `None` if it is no name.
pub(super) fn as_name(key: &str) -> Option<String> {
    let mut words = key.split(['-', '_', '.']).filter(|word| !word.is_empty());
    let mut name = words.next()?.to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1)?;
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    // `?new=1`.
    [name.clone(), format!("{name}Param")].into_iter().find(|name| is_name(name))
}

impl Reader<'_> {
    /// The mentions in `new URL(req.url)`, `req.nextUrl`, or a name for one of them.
    fn is_url(&self, expr: &Expr) -> Option<Span> {
        let of_request = |expr: &Expr, member: &str| match bare(expr) {
            Expr::Member(own) if member_name(own).as_deref() == Some(member) => {
                let request = self.request.as_ref()?;
                is_ident(&own.obj, request).then(|| ident(&own.obj).map(span_of))?
            }
            _ => None,
        };
        match bare(expr) {
            Expr::Ident(name) => self.queries.urls.iter().any(|id| is_ident(expr, id)).then(|| span_of(name)),
            Expr::New(new) if ident(&new.callee).is_some_and(|name| &*name.sym == "URL") => {
                match new.args.as_deref()? {
                    [only] if only.spread.is_none() => of_request(&only.expr, "url"),
                    _ => None,
                }
            }
            _ => of_request(expr, "nextUrl"),
        }
    }

    /// The mention in the `searchParams` of one, or in a name for them.
    fn is_search(&self, expr: &Expr) -> Option<Span> {
        match bare(expr) {
            Expr::Ident(name) => self.queries.searches.iter().any(|id| is_ident(expr, id)).then(|| span_of(name)),
            Expr::Member(member) if member_name(member).as_deref() == Some("searchParams") => self.is_url(&member.obj),
            _ => None,
        }
    }

    /// The key in `searchParams.get('key')`, and the mention.
    fn is_query_read(&self, expr: &Expr) -> Option<(String, Span)> {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let [only] = call.args.as_slice() else { return None };
        if member_name(member).as_deref() != Some("get") || only.spread.is_some() {
            return None;
        }
        let key = literal_str(&only.expr)?;
        as_name(&key)?;
        Some((key, self.is_search(&member.obj)?))
    }

    /// A read among other things; true if `expr` is one.
    pub(super) fn query_read(&mut self, expr: &Expr) -> bool {
        // What is around a call, as `!`, stays around the argument.
        if !matches!(expr, Expr::Call(_)) {
            return false;
        }
        let Some((key, mention)) = self.is_query_read(expr) else { return false };
        self.understood.insert(mention);
        self.queries.read(key).places.push(span_of(expr));
        true
    }

    /// A constant for the URL, for the query, or for one of its values.
    pub(super) fn query_declaration(&mut self, statement: Span, variable: &VarDecl, only: &VarDeclarator) -> bool {
        let Some(init) = only.init.as_deref().filter(|_| variable.kind == VarDeclKind::Const) else { return false };
        let mention = match &only.name {
            Pat::Ident(name) if name.type_ann.is_none() => {
                let id = name.id.to_id();
                if let Some(at) = self.is_url(init) {
                    self.queries.urls.push(id);
                    at
                } else if let Some(at) = self.is_search(init) {
                    self.queries.searches.push(id);
                    at
                } else if let Some((granted, (key, at))) =
                    granted(init).and_then(|granted| Some((granted, self.is_query_read(init)?)))
                    && self.queries.reads.iter().all(|read| read.key != key)
                {
                    let read = self.queries.read(key);
                    (read.local, read.granted) = (Some(id), granted);
                    at
                } else {
                    return false;
                }
            }
            Pat::Object(object) if object.type_ann.is_none() => {
                let (Some(at), [property]) = (self.is_url(init), object.props.as_slice()) else { return false };
                let id = match property {
                    ObjectPatProp::Assign(short) if &*short.key.id.sym == "searchParams" && short.value.is_none() => {
                        short.key.id.to_id()
                    }
                    ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("searchParams") => {
                        let Pat::Ident(name) = &*pair.value else { return false };
                        name.id.to_id()
                    }
                    _ => return false,
                };
                self.queries.searches.push(id);
                at
            }
            _ => return false,
        };
        self.understood.insert(mention);
        self.input.gone.push(full_statement(&self.module.text, statement));
        true
    }

    /// The arguments, with the edits of the reads; the names are `chosen` in their order.
    pub(super) fn query_params(&mut self, chosen: &[String]) -> Vec<QueryParam> {
        let mut params = Vec::new();
        for (read, name) in self.queries.reads.iter().zip(chosen) {
            let edits = read.places.iter().map(|place| Edit::replace(*place, name.clone()));
            self.input.edits.extend(edits);
            let (key, name, granted) = (read.key.clone(), name.clone(), read.granted);
            params.push(QueryParam { key, name, granted, optional: false });
        }
        params
    }
}

/// Whether `!` or `as string` says that a value is there; `None` if something else is said of it.
fn granted(init: &Expr) -> Option<bool> {
    match init {
        Expr::Paren(inner) => granted(&inner.expr),
        Expr::TsNonNull(inner) => granted(&inner.expr).map(|_| true),
        Expr::TsAs(cast) => match &*cast.type_ann {
            TsType::TsKeywordType(keyword)
                if keyword.kind == crate::syntax::ast::TsKeywordTypeKind::TsStringKeyword =>
            {
                granted(&cast.expr).map(|_| true)
            }
            _ => None,
        },
        Expr::Call(_) => Some(false),
        _ => None,
    }
}
