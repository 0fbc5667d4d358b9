//! Calls of packages that take something else in place of `req` and `res`.
//!
//! ```ts
//! getIronSession(req, res, options)      →   getIronSession(await cookies(), options)
//! setCookie('a', '1', { req, res })      →   setCookie('a', '1', { cookies })
//! createPagesServerClient({ req, res })  →   createRouteHandlerClient({ cookies: () => cookieStore as any })
//! getSession({ req })                    →   getSession({ req: { headers: Object.fromEntries(req.headers) } })
//! getClientIp(req)                       →   getClientIp({ headers: Object.fromEntries(req.headers) } as any)
//! getIronSession(req, res, options)      →   getIronSession(req, { headers } as Response, options)     // version 6
//! new Cookies(req, res, options)         →   new Cookies(...nodeCookies(req, headers), options)
//! ```

use super::{Builder, Line};
use crate::libraries::Held;
use crate::pages_api::{Call, HeldProperty, ObjectCall, Role};
use crate::project::{Import, Imported, imports};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::needs::Handed;
use crate::route_handler::responses::is_pure;
use crate::syntax::ast::{Expr, Stmt};
use crate::syntax::{Function, Span, bare, declared_names, span_of};

/// Where pages of the Pages Router need the file, too, Next refuses `next/headers` at the top of it.
const SOURCE: &str = "next/headers";

impl Builder<'_, '_, '_> {
    pub(super) fn takes_cookies(&self, call: &Call) -> bool {
        self.handed(call) == Handed::Cookies
    }

    /// Whether the call is one of a package that takes something else in place of `req` and `res`.
    pub(super) fn is_package(&self, call: &Call) -> bool {
        self.handed(call) != Handed::Carriers
    }

    fn handed(&self, call: &Call) -> Handed {
        self.cx.callees.get(&call.callee).map_or(Handed::Carriers, |callee| callee.handed)
    }

    /// A package that answers by itself does not see the headers that functions among its options set.
    pub(super) fn options_set_no_headers(&mut self, call: &Call) {
        if self.handed(call) != Handed::Options {
            return;
        }
        let carrier = self.carrier;
        let inside = |span: Span| call.span.contains(span) && span != call.span;
        let write = carrier.writes.iter().map(|write| write.span).find(|span| inside(*span));
        let mut calls = carrier.calls.iter().filter(|other| inside(other.span));
        let setting = |other: &&Call| self.callee_needs(other).is_some_and(|needs| needs.effect.headers);
        let found = write.or_else(|| calls.find(setting).map(|other| other.span));
        if let Some(place) = found {
            let message = "this is called by a package that makes the response, and sets headers of it";
            self.refuse("headers-shared", place, message, "let the package set them, with an option of its own");
        }
    }

    /// What stands in the place of the argument `req` of a call that needs the request.
    pub(super) fn request_argument(&mut self, call: &Call, req: Span) -> Piece {
        match self.handed(call) {
            Handed::NodeCookies => {
                self.out.helpers.push((Helper::NodeCookies, call.span));
                let (names, req) = (self.cx.names, self.req());
                Piece::Text(format!("...{}({req}, {})", names.helper(Helper::NodeCookies), names.headers))
            }
            Handed::Headers => Piece::Text(self.node_headers(true)),
            Handed::Carriers | Handed::Cookies | Handed::CookieHeaders | Handed::Options => Piece::Source(req),
        }
    }

    /// What stands in the place of the argument `res` of a call that is given the headers, if anything does.
    pub(super) fn headers_argument(&self, call: &Call) -> Option<String> {
        let name = &self.cx.names.headers;
        if self.handed(call) == Handed::NodeCookies {
            return None;
        }
        if self.handed(call) != Handed::CookieHeaders {
            return Some(name.clone());
        }
        let typed = if self.cx.dialect.typescript { " as Response" } else { "" };
        let property = if name == "headers" { name.clone() } else { format!("headers: {name}") };
        Some(format!("{{ {property} }}{typed}"))
    }

    /// `{ headers: Object.fromEntries(req.headers) }`.
    fn node_headers(&self, untyped: bool) -> String {
        let typed = if untyped && self.cx.dialect.typescript { " as any" } else { "" };
        format!("{{ headers: Object.fromEntries({}.headers) }}{typed}", self.req())
    }

    /// `req, res` → `await cookies()`.
    pub(super) fn cookie_store(&mut self, call: &Call) {
        let becomes_async = !self.carrier.function.is_async() && gives_only(self.carrier.function, call.span);
        if call.nested || !(self.carrier.function.is_async() || becomes_async) {
            let message = "this call needs `await cookies()`, and the function around it is not async";
            return self.refuse("helper-becomes-async", call.span, message, "make the function async first");
        }
        if !self.cx.in_pages && !self.cookies_is_free(call.span) {
            return;
        }
        if becomes_async {
            self.out.awaits_at.push(call.span);
        }
        let cookies = if self.cx.in_pages { self.imported() } else { "cookies()".to_owned() };
        let of = |role: Role| call.args.iter().find(|(_, own)| *own == Some(role)).map(|(span, _)| *span);
        let (Some(req), Some(res)) = (of(Role::Req), of(Role::Res)) else { return };
        self.edit(Span::new(req.start, res.end), vec![Piece::Text(format!("await {cookies}"))]);
    }

    fn imported(&self) -> String {
        format!("(await import({})).cookies()", self.cx.dialect.style.string(SOURCE))
    }

    /// Objects that hold `req` or `res`.
    pub(super) fn objects(&mut self) {
        let carrier = self.carrier;
        for call in &carrier.objects {
            self.named(call);
            let mut replaced = false;
            for (property, becomes) in call.held.iter().zip(&call.becomes) {
                match becomes {
                    Held::Request => self.out.request_at.push(property.value),
                    Held::Headers { untyped } => self.headers_property(property, *untyped),
                    Held::Cookies | Held::CookieStore if replaced => self.drop_property(call, property),
                    Held::CookieStore => {
                        replaced = true;
                        self.held_store(call, property);
                    }
                    Held::Cookies => {
                        replaced = true;
                        if self.cx.in_pages {
                            let text = format!("cookies: async () => {}", self.imported());
                            self.edit(property.span, vec![Piece::Text(text)]);
                        } else if self.cookies_is_free(call.span) {
                            self.edit(property.span, vec![Piece::Text("cookies".into())]);
                        }
                    }
                }
            }
        }
    }

    /// The function of the package that is called instead.
    fn named(&mut self, call: &ObjectCall) {
        let Some(name) = self.cx.callees.get(&call.callee).and_then(|callee| callee.name.clone()) else { return };
        let start = call.span.start;
        let (object, member) = call.callee.0.split_once('.').unwrap_or(("", &call.callee.0));
        let old = Span::new(start, start + call.callee.0.len());
        let module = self.cx.module;
        let of_package = |import: &Import| import.name == Imported::Name(name.clone());
        let is_ours = imports(module).into_values().any(|import| of_package(&import));
        if self.text_of(old) != &*call.callee.0 {
            let message = "this call cannot be given the name of another function of the package";
            return self.refuse("package-call", call.span, message, "call the function by its plain name");
        }
        if object.is_empty() && !is_ours && declared_names(&module.ast).contains(&name) {
            let message = format!("`{name}` of the package is needed here, and the file uses that name otherwise");
            return self.refuse("name-taken", call.span, message, "rename what has that name");
        }
        self.edit(Span::new(old.end - member.len(), old.end), vec![Piece::Text(name)]);
    }

    /// `req` → `cookies`, or what that gives, read at the top of the function.
    fn held_store(&mut self, call: &ObjectCall, property: &HeldProperty) {
        let promised = self.cx.dialect.params_need_async();
        if !promised && !self.cx.in_pages {
            if self.cookies_is_free(call.span) {
                self.edit(property.span, vec![Piece::Text("cookies".into())]);
            }
            return;
        }
        if !self.carrier.function.is_async() {
            let message = "this call needs `await cookies()`, and the function around it is not async";
            return self.refuse("helper-becomes-async", call.span, message, "make the function async first");
        }
        if !self.cx.in_pages && !self.cookies_is_free(call.span) {
            return;
        }
        let store = self.store_name();
        let cookies = if self.cx.in_pages { self.imported() } else { "cookies()".to_owned() };
        let line = format!("const {store} = await {cookies}{}", self.cx.dialect.style.semi());
        match self.out.prologue.iter_mut().find(|own| matches!(&own.pieces[..], [Piece::Text(text)] if *text == line)) {
            Some(own) => own.used_at.push(call.span),
            None => self.out.prologue.push(Line {
                pieces: vec![Piece::Text(line)],
                used_at: vec![call.span],
                awaits: true,
                request: false,
                params: false,
            }),
        }
        let typed = if promised && self.cx.dialect.typescript { " as any" } else { "" };
        self.edit(property.span, vec![Piece::Text(format!("cookies: () => {store}{typed}"))]);
    }

    /// A name that the file does not have.
    fn store_name(&self) -> String {
        let taken = declared_names(&self.cx.module.ast);
        let mut name = "cookieStore".to_owned();
        while taken.contains(&name) {
            name.push('_');
        }
        name
    }

    /// `req` → `req: { headers: Object.fromEntries(req.headers) }`.
    fn headers_property(&mut self, property: &HeldProperty, untyped: bool) {
        let key = if property.is_shorthand() { format!("{}: ", property.key) } else { String::new() };
        let text = format!("{key}{}", self.node_headers(untyped));
        self.out.request_at.push(property.value);
        self.edit(property.value, vec![Piece::Text(text)]);
    }

    /// Takes out a property that another one of its kind precedes, with what stands between it and its neighbour.
    fn drop_property(&mut self, call: &ObjectCall, property: &HeldProperty) {
        let at = call.properties.iter().position(|span| *span == property.span);
        let Some(before) = at.and_then(|at| call.properties.get(at.checked_sub(1)?)) else { return };
        self.out.edits.push(Edit::delete(Span::new(before.end, property.span.end)));
    }

    /// Whether `cookies` can mean that of `next/headers` in this file; says why not.
    fn cookies_is_free(&mut self, span: Span) -> bool {
        let module = self.cx.module;
        let is_ours = imports(module)
            .into_values()
            .any(|import| import.specifier == "next/headers" && import.name == Imported::Name("cookies".into()));
        let free = is_ours || !declared_names(&module.ast).contains("cookies");
        if !free {
            let message = "`cookies` of `next/headers` is needed here, and the file uses that name for something else";
            self.refuse("name-taken", span, message, "rename what has that name");
        }
        free
    }
}

/// Whether all that `function` does is to give what the call at `span` gives, which is a promise, so that nobody can tell
/// whether it is async: `(req, res) => getIronSession(req, res, options)`. What it hands over besides cannot fail.
fn gives_only(function: Function<'_>, span: Span) -> bool {
    let value = function.expression().or_else(|| match function.block()?.stmts.as_slice() {
        [Stmt::Return(statement)] => statement.arg.as_deref(),
        _ => None,
    });
    let Some(Expr::Call(call)) = value.map(bare).filter(|value| span_of(*value) == span) else { return false };
    // Another type than that of a promise would have to become one.
    let typed = function.return_type().is_none_or(|own| {
        own.type_ann
            .as_ts_type_ref()
            .and_then(|own| own.type_name.as_ident())
            .is_some_and(|name| &*name.sym == "Promise")
    });
    typed && call.args.iter().all(|arg| arg.spread.is_none() && (is_pure(&arg.expr) || is_path(&arg.expr)))
}

/// `config.session`
fn is_path(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Ident(_) => true,
        Expr::Member(member) => !member.prop.is_computed() && is_path(&member.obj),
        _ => false,
    }
}
