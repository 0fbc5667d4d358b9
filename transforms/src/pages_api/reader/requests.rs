//! Members of the request, and declarations that take it apart.

use std::collections::HashMap;

use super::Reader;
use crate::pages_api::carrier::{EscapeKind, Put, Role, Unpacked};
use crate::pages_api::continuations::is_object_assign;
use crate::pages_api::patterns::picked_keys;
use crate::pages_api::request::{Part, is_extension};
use crate::syntax::ast::{
    self, AssignExpr, AssignOp, BinExpr, BinaryOp, CallExpr, Expr, MemberExpr, MemberProp, ObjectPatProp, OptChainBase,
    Pat,
};
use crate::syntax::{Span, VisitWith, bare, bound_ids, literal_str, member_name, prop_name, span_of};

impl Reader<'_, '_> {
    /// `req.<name>`, or a member of one of its members. True if it was one.
    pub(super) fn request_member(&mut self, object: &Expr, name: Option<String>, span: Span) -> bool {
        if self.role(object) == Some(Role::Req) {
            let part = match name.as_deref() {
                Some("method") => Part::Method,
                Some("url") => Part::Url,
                Some("query") => Part::Query,
                Some("body") => Part::Body,
                Some("headers") => Part::Headers,
                Some("cookies") => Part::Cookies,
                Some(other) if is_extension(other) => Part::Extension(other.into()),
                Some(other) => Part::Other(other.into()),
                None => Part::Other("[computed]".into()),
            };
            self.read(span, part);
            return true;
        }
        let inner = match bare(object) {
            Expr::Member(member) => Some((&*member.obj, member_name(member))),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => Some((&*member.obj, member_name(member))),
                OptChainBase::Call(_) => None,
            },
            _ => None,
        };
        let Some((root, Some(group))) = inner else { return false };
        // What a type says of `(req.query as { id: string }).id` has to be said on.
        if self.role(root) != Some(Role::Req) || is_cast(object) {
            return false;
        }
        let Some(name) = name else { return false };
        let part = match group.as_str() {
            "query" => Part::QueryKey(name),
            // Node's object has lower-case keys only; another spelling was never found there.
            "headers" if name.chars().any(char::is_uppercase) => return false,
            // An array in Node, and no client sends it.
            "headers" if name == "set-cookie" => return false,
            "headers" => Part::Header(name),
            "cookies" => Part::Cookie(name),
            _ => return false,
        };
        self.read(span, part);
        true
    }

    /// Reads `req.cookies[name]` or `req.headers[name]`; false if it is something else.
    pub(super) fn computed_member(&mut self, member: &MemberExpr) -> bool {
        let (MemberProp::Computed(computed), Expr::Member(group)) = (&member.prop, bare(&member.obj)) else {
            return false;
        };
        // Names that are written out, and were never there.
        if self.role(&group.obj) != Some(Role::Req) || literal_str(&computed.expr).is_some() {
            return false;
        }
        let part = match member_name(group).as_deref() {
            Some("cookies") => Part::CookieAt(span_of(group), computed.expr.clone()),
            Some("headers") => Part::HeaderAt(span_of(group), computed.expr.clone()),
            _ => return false,
        };
        self.read(span_of(member), part);
        computed.expr.visit_with(self);
        true
    }

    /// Reads `bin` as `req.url ?? '/'`, or as `scope ?? req.url ?? '/'`; false if it is something else. A request always
    /// has a URL, and in the new form TypeScript knows that, and refuses what is never taken.
    pub(super) fn url_or(&mut self, bin: &BinExpr) -> bool {
        // Not `req?.url`, which may have no request.
        let is_url = |expr: &Expr| match bare(expr) {
            Expr::Member(member) => {
                member_name(member).as_deref() == Some("url") && self.role(&member.obj) == Some(Role::Req)
            }
            _ => false,
        };
        if bin.op != BinaryOp::NullishCoalescing {
            return false;
        }
        let (mut left, mut before) = (&*bin.left, None);
        while let Expr::Bin(inner) = left
            && inner.op == BinaryOp::NullishCoalescing
        {
            if is_url(&inner.right) {
                before = Some((&*inner.left, span_of(&inner.right).start));
            }
            left = &inner.left;
        }
        let end = span_of(bin).end;
        match before {
            _ if is_url(left) => self.read(span_of(bin), Part::Url),
            Some((before, start)) => {
                self.read(Span::new(start, end), Part::Url);
                before.visit_with(self);
            }
            None => return false,
        }
        true
    }

    /// What is written to by `target = …`, if that is a part of the request that its new form has no place for. Headers
    /// and cookies are copied out of it where they are read as objects, so that a change of them would be lost.
    pub(super) fn written_member(&self, target: &MemberExpr) -> Option<String> {
        if self.role(&target.obj) == Some(Role::Req) {
            let name = member_name(target).unwrap_or_else(|| "[computed]".into());
            return (!is_extension(&name)).then_some(name);
        }
        self.copied(&target.obj)
    }

    /// Records `req.body = parsed;` in a function of a router that goes on; false if it is something else.
    pub(super) fn put(&mut self, assign: &AssignExpr, target: &MemberExpr, name: &str) -> bool {
        let plain = assign.op == AssignOp::Assign && self.role(&target.obj) == Some(Role::Req) && target.obj.is_ident();
        let stands = self.depth == 0 && self.marks.dropped.contains(&span_of(assign)) && self.carrier.goes_on();
        let part = ["query", "body"].into_iter().find(|part| *part == name && plain && stands);
        let put = part.map(|part| Put { span: span_of(assign), part, value: span_of(&*assign.right) });
        self.carrier.puts.extend(put);
        part.is_some()
    }

    /// The same for `target++` and `delete target`.
    pub(super) fn written(&self, target: &Expr) -> Option<String> {
        match bare(target) {
            Expr::Member(member) => self.written_member(member),
            _ => None,
        }
    }

    /// The same for `Object.assign(req.headers, …)`.
    pub(super) fn assigned_object(&self, call: &CallExpr) -> Option<String> {
        is_object_assign(call).then(|| self.copied(&call.args.first()?.expr)).flatten()
    }

    /// Reads the statement `Object.assign(req, { user })`, which puts on the request what an application may keep there;
    /// false if it is something else.
    pub(super) fn extended_object(&mut self, call: &CallExpr) -> bool {
        let [target, given @ ..] = call.args.as_slice() else { return false };
        let plain = target.spread.is_none() && target.expr.is_ident() && self.role(&target.expr) == Some(Role::Req);
        if !plain || !is_object_assign(call) || !self.marks.dropped.contains(&span_of(call)) {
            return false;
        }
        let keys = given.iter().map(|arg| own_keys(&arg.expr).filter(|_| arg.spread.is_none()));
        let Some(keys) = keys.collect::<Option<Vec<_>>>().map(|lists| lists.concat()) else { return false };
        if keys.is_empty() || !keys.iter().all(|key| is_extension(key)) {
            return false;
        }
        for key in keys {
            self.read(span_of(&*target.expr), Part::Extension(key));
        }
        given.iter().for_each(|arg| arg.visit_with(self));
        true
    }

    /// `headers` or `cookies` for that member of the request.
    fn copied(&self, object: &Expr) -> Option<String> {
        let Expr::Member(member) = bare(object) else { return None };
        let name = member_name(member).filter(|name| matches!(name.as_str(), "headers" | "cookies"))?;
        (self.role(&member.obj) == Some(Role::Req)).then_some(name)
    }

    /// `const { … } = req`, which is `value`, or the parameter `{ … }`.
    pub(super) fn unpack(&mut self, declarator: Span, object: &ast::ObjectPat, value: Option<&Expr>) {
        let mut unpacked = Unpacked {
            declarator,
            parameter: value.is_none(),
            cast: value.filter(|value| !value.is_ident() && !value.is_member()).map(span_of),
            members: Vec::new(),
            bound: Vec::new(),
            picks: HashMap::new(),
            nested: self.depth > 0,
            constant: true,
        };
        for property in &object.props {
            let (name, target, bound) = match property {
                ObjectPatProp::KeyValue(pair) => {
                    let Some(name) = prop_name(&pair.key) else {
                        return self.escape(span_of(property), Role::Req, EscapeKind::Value);
                    };
                    let Some(pattern) = without_default(&name, &pair.value) else {
                        return self.escape(span_of(property), Role::Req, EscapeKind::Value);
                    };
                    if let (Pat::Object(inner), "query") = (pattern, name.as_str())
                        && let Some(keys) = picked_keys(inner)
                    {
                        unpacked.picks.insert(name.clone(), keys);
                    }
                    (name, span_of(pattern), bound_ids(pattern))
                }
                ObjectPatProp::Assign(short)
                    if short.value.as_deref().is_none_or(|value| has_no_use(&short.key.id.sym, value)) =>
                {
                    (short.key.id.sym.to_string(), span_of(&short.key.id), vec![short.key.id.to_id()])
                }
                _ => return self.escape(span_of(property), Role::Req, EscapeKind::Value),
            };
            if name == "method"
                && let [id] = bound.as_slice()
            {
                self.carrier.method_names.insert(id.clone());
            }
            if is_extension(&name) {
                self.read(target, Part::Extension(name.clone()));
            }
            unpacked.members.push((name.clone(), target));
            unpacked.bound.push((name, bound));
        }
        self.carrier.unpacked.push(unpacked);
    }
}

/// The pattern that a member of the request is taken apart by: of `query: { id } = {}`, `{ id }`.
fn without_default<'a>(member: &str, pattern: &'a Pat) -> Option<&'a Pat> {
    match pattern {
        Pat::Assign(assign) => has_no_use(member, &assign.right).then_some(&*assign.left),
        other => Some(other),
    }
}

/// Whether a default of that member, which is never `undefined`, changes nothing. One with a cast may be there for the
/// type.
fn has_no_use(member: &str, default: &Expr) -> bool {
    matches!(member, "body" | "cookies" | "headers" | "method" | "query" | "url")
        && matches!(default, Expr::Object(_) | Expr::Array(_) | Expr::Lit(_))
}

/// The keys of an object, if all are written out.
fn own_keys(object: &Expr) -> Option<Vec<String>> {
    let Expr::Object(object) = bare(object) else { return None };
    let key = |property: &ast::PropOrSpread| match &**property.as_prop()? {
        ast::Prop::Shorthand(name) => Some(name.sym.to_string()),
        ast::Prop::KeyValue(pair) => prop_name(&pair.key),
        ast::Prop::Method(method) => prop_name(&method.key),
        _ => None,
    };
    object.props.iter().map(key).collect()
}

/// Whether `expr` is `value as Type`, in parentheses or not.
fn is_cast(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_cast(&inner.expr),
        Expr::TsNonNull(inner) => is_cast(&inner.expr),
        other => matches!(other, Expr::TsAs(_) | Expr::TsTypeAssertion(_)),
    }
}
