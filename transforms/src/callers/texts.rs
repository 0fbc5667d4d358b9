//! Every text of a module that holds a URL below `/api`, and what stands around it: a link, a form, a key, a client.

use std::collections::{BTreeSet, HashMap};

use super::client::{Sends, property};
use super::fetch::Obstacle;
use super::form;
use super::mention::{Kind, Mention};
use super::path::url_text;
use super::site::Site;
use super::url::{Part, below_base, open_hosts, urls_in};
use super::via::Via;
use super::worker::leaves_unless_get;
use crate::project::Method;
use crate::syntax::ast::{
    BinExpr, BinaryOp, CallExpr, Callee, CondExpr, Expr, ExprOrSpread, JSXAttr, JSXAttrOrSpread, JSXAttrValue,
    JSXElement, JSXExpr, JSXOpeningElement, JSXText, KeyValueProp, Lit, NewExpr, ObjectLit, PropName, Regex, Stmt,
    TaggedTpl, TsLitType, TsTypeRef,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, function_of, literal_str, member_name, prop_name, span_of};

/// Finds the texts.
pub struct Texts<'m> {
    pub module: &'m Module,
    /// The calls of `fetch` by their URLs.
    pub kinds: HashMap<Span, Vec<Kind>>,
    pub skipped: BTreeSet<Span>,
    /// The calls by their URLs.
    pub calls: HashMap<Span, Vec<&'m Site>>,
    /// What takes the place of another value that is missing: `env.URL ?? 'https://app.example/api'`.
    pub fallbacks: BTreeSet<Span>,
    /// What a client is given, and may put behind a base.
    pub relative: BTreeSet<Span>,
    /// The module is a test or a script.
    pub is_test: bool,
    /// It tells crawlers where to look: `app/robots.ts`.
    pub is_for_crawlers: bool,
    /// It is a service worker that sees the requests of the pages.
    pub listens: bool,
    /// It has left all requests but those by `GET` to the browser.
    pub only_gets: bool,
    /// What is known of other places.
    pub contexts: HashMap<Span, (Via, Sends)>,
    pub found: Vec<Mention>,
}

/// A place that mentions URLs; see [`Mention`].
struct Mentioned {
    span: Span,
    urls: Vec<Vec<Part>>,
    hosts: Vec<String>,
    via: Via,
}

impl Texts<'_> {
    /// Adds the URLs of a text, or of the call whose URL stands there.
    pub fn add(&mut self, span: Span, text: &str, what: &str) {
        if let Some(sites) = self.calls.remove(&span) {
            let kinds = self.kinds.remove(&span);
            for site in sites {
                let urls = site.urls();
                if urls.is_empty() {
                    continue;
                }
                let is_read = matches!(site.via, Via::Fetch | Via::Axios) || site.thin.is_some();
                let own = kinds.clone().filter(|_| is_read);
                let kinds = own.unwrap_or_else(|| kinds_of(site.via, &site.sends, site.call));
                let via = Via::of_file(&self.module.path).unwrap_or(site.via);
                let hosts = site.hosts();
                self.mention(&Mentioned { span, urls, hosts, via }, kinds);
            }
            return;
        }
        if self.skipped.contains(&span) {
            return;
        }
        let context = self.contexts.remove(&span);
        let mut urls = urls_in(text);
        let based = context.as_ref().is_some_and(|(via, _)| *via == Via::Client);
        if urls.is_empty() && based {
            urls = below_base(text);
        }
        if urls.is_empty() && self.relative.contains(&span) {
            urls = below_base(&format!("/{text}"));
        }
        if urls.is_empty() {
            return;
        }
        // `const POSTS = '/api/posts/'`: something is put behind it.
        if context.is_none() && text.ends_with('/') && !self.kinds.contains_key(&span) {
            urls.iter_mut().filter(|url| url.last() != Some(&Part::Rest)).for_each(|url| url.push(Part::Rest));
        }
        // `apiBase="/api/quote"`, a base of a list: nobody knows what is put behind it, or where.
        let may_be_base = context.is_none() && !self.kinds.contains_key(&span) && !self.only_gets;
        if may_be_base && !text.contains(['?', '#']) {
            let open = urls.iter().filter(|url| url.last().is_some_and(|last| *last != Part::Rest));
            let open: Vec<Vec<Part>> = open.cloned().map(|url| url.into_iter().chain([Part::Rest]).collect()).collect();
            urls.extend(open);
        }
        let of_file = Via::of_file(&self.module.path);
        let (via, kinds) = match (self.kinds.remove(&span), context) {
            (Some(kinds), context) => (of_file.or(context.map(|(via, _)| via)).unwrap_or(Via::Fetch), kinds),
            (None, Some((via, sends))) => (of_file.unwrap_or(via), kinds_of(via, &sends, span)),
            (None, None) if self.only_gets => (of_file.unwrap_or(Via::Text), vec![Kind::Get]),
            (None, None) => (of_file.unwrap_or(Via::Text), vec![Kind::Other(None, (span, what.to_owned()))]),
        };
        let hosts = if self.fallbacks.contains(&span) { Vec::new() } else { open_hosts(text) };
        self.mention(&Mentioned { span, urls, hosts, via }, kinds);
    }

    /// One mention for each of `kinds`: by which method the URL is called may be said when the program runs.
    fn mention(&mut self, mentioned: &Mentioned, kinds: Vec<Kind>) {
        let Mentioned { span, via, .. } = *mentioned;
        let file = &self.module.path;
        self.found.extend(kinds.into_iter().map(|kind| Mention {
            file: file.clone(),
            span,
            urls: mentioned.urls.clone(),
            hosts: mentioned.hosts.clone(),
            via,
            kind,
        }));
    }

    /// Messages and comparisons call nobody. But a test that compares waits for such a request.
    fn skip_literals(&mut self, call: &[ExprOrSpread], compares: bool) {
        let waits = |expr: &Expr| compares && self.is_test && url_text(expr).is_some_and(|(text, _)| names_one(&text));
        let skipped: Vec<Span> =
            call.iter().map(|argument| bare(&argument.expr)).filter(|expr| !waits(expr)).map(span_of).collect();
        self.skipped.extend(skipped);
    }

    /// What crawlers are told to leave alone calls nobody.
    fn skip_list(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Array(list) => list.elems.iter().flatten().for_each(|element| self.skip_list(&element.expr)),
            other => drop(self.skipped.insert(span_of(other))),
        }
    }

    /// The requests that a test waits for, or a service worker looks for: `/api\/posts$/`.
    fn pattern(&mut self, pattern: &Regex) {
        if self.is_test || self.listens {
            let text = pattern.exp.replace("\\/", "/");
            let plain = text.trim_start_matches('^').split(['(', '$', '[', '|', '?']).find(|part| names_one(part));
            if let Some(plain) = plain {
                self.add(span_of(pattern), plain, self.use_of());
            }
        }
    }

    /// What the module does with a URL that no call is known to use.
    fn use_of(&self) -> &'static str {
        if self.listens { "a service worker treats requests to this URL in its own way" } else { ELSEWHERE }
    }
}

/// Whether more is known of the URLs in `text` than that they start with `/api`.
fn names_one(text: &str) -> bool {
    urls_in(text).iter().any(|url| url.first() != Some(&Part::Rest))
}

/// What a call that no other call can replace yet does.
fn kinds_of(via: Via, sends: &Sends, at: Span) -> Vec<Kind> {
    let why = match via {
        Via::Wrapper => "it goes through a function of this repository around `fetch`",
        Via::Fetch => "its URL is put together elsewhere",
        Via::Axios | Via::Ky | Via::Ofetch | Via::Client => "another HTTP client than `fetch` calls it",
        Via::Swr | Via::ReactQuery => "its URL is the key of a hook, by which others refer to its data",
        Via::Form => "a form is sent to its URL",
        Via::Redirect => "a redirect leads to its URL, and may repeat a POST",
        Via::Handed => "another service is told its URL",
        Via::Beacon => "it is sent by `sendBeacon`, after the page is left",
        Via::Xhr => "it is sent by `XMLHttpRequest`",
        _ => ELSEWHERE,
    };
    others(sends, &(at, why.to_owned()))
}

/// Calls that no other call can replace, by each method that they may have.
pub fn others(sends: &Sends, obstacle: &Obstacle) -> Vec<Kind> {
    let of = |method| match method {
        Some(Method::Get | Method::Head) => Kind::Get,
        method => Kind::Other(method, obstacle.clone()),
    };
    match sends.all().as_slice() {
        [] => vec![of(None)],
        methods => methods.iter().map(|method| of(Some(*method))).collect(),
    }
}

const ELSEWHERE: &str = "the URL is used outside of a call of `fetch`";

impl Visit for Texts<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match bare(expr) {
            text @ (Expr::Lit(_) | Expr::Tpl(_)) => {
                if let Some((content, _)) = url_text(text) {
                    self.add(span_of(text), &content, self.use_of());
                }
                if let Expr::Lit(Lit::Regex(pattern)) = text {
                    self.pattern(pattern);
                }
                if let Expr::Tpl(template) = text {
                    template.exprs.visit_with(self);
                }
            }
            Expr::Bin(sum) if sum.op == BinaryOp::Add => {
                let sum = bare(expr);
                match url_text(sum) {
                    Some((content, _)) => {
                        self.add(span_of(sum), &content, ELSEWHERE);
                        leaves(sum, self);
                    }
                    None => sum.visit_children_with(self),
                }
            }
            either @ Expr::Bin(BinExpr {
                op: BinaryOp::LogicalOr | BinaryOp::NullishCoalescing, left, right, ..
            })
            | either @ Expr::Cond(CondExpr { cons: left, alt: right, .. }) => {
                self.fallbacks.extend([left, right].map(|side| span_of(bare(side))));
                either.visit_children_with(self);
            }
            other => other.visit_children_with(self),
        }
    }

    fn visit_stmts(&mut self, list: &[Stmt]) {
        let before = self.only_gets;
        for statement in list {
            statement.visit_with(self);
            self.only_gets |= self.listens && leaves_unless_get(statement);
        }
        self.only_gets = before;
    }

    /// What the tag makes of the text is not followed.
    fn visit_tagged_tpl(&mut self, tagged: &TaggedTpl) {
        let template = Expr::Tpl((*tagged.tpl).clone());
        if let Some((content, _)) = url_text(&template) {
            self.add(span_of(&template), &content, ELSEWHERE);
        }
        tagged.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee {
            let (object, name) = match bare(callee) {
                Expr::Member(member) => (self.module.text_of(&*member.obj), member_name(member).unwrap_or_default()),
                Expr::Ident(name) => ("", name.sym.to_string()),
                _ => ("", String::new()),
            };
            let logs = ["console", "logger", "log"].contains(&object);
            let compares = matches!(name.as_str(), "startsWith" | "includes" | "endsWith" | "match" | "test");
            if logs || (compares && !self.listens) {
                self.skip_literals(&call.args, compares);
            }
            let sends = matches!(name.as_str(), "post" | "put" | "patch" | "delete" | "request" | "ajax");
            if let Some(url) = call.args.first().filter(|_| !object.is_empty()) {
                let span = span_of(bare(&url.expr));
                if sends {
                    self.contexts.insert(span, (Via::Client, Sends::Unknown));
                    // `client.post('posts')`; `.delete('posts')` may be that of a map.
                    if matches!(name.as_str(), "post" | "put" | "patch") {
                        self.relative.insert(span);
                    }
                } else if name == "get" {
                    self.contexts.insert(span, (Via::Link, Sends::Known(Method::Get)));
                }
            }
        }
        call.visit_children_with(self);
    }

    /// `success_url: `${origin}/api/done`` is for another service.
    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        let name = prop_name(&pair.key).unwrap_or_default().to_ascii_lowercase().replace('_', "");
        let handed = ["successurl", "cancelurl", "returnurl", "callbackurl", "notifyurl", "webhookurl", "redirecturi"];
        if handed.contains(&name.as_str()) {
            self.contexts.insert(span_of(bare(&pair.value)), (Via::Handed, Sends::Unknown));
        }
        if self.is_for_crawlers && ["allow", "disallow", "exclude"].contains(&name.as_str()) {
            self.skip_list(&pair.value);
        }
        pair.visit_children_with(self);
    }

    /// The keys of React Query: with a function of its own, a query asks nothing of its key.
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        let function = property(object, "queryFn").or(property(object, "mutationFn"));
        for (name, sends) in [("queryKey", Sends::Known(Method::Get)), ("mutationKey", Sends::Unknown)] {
            let Some(Expr::Array(key)) = property(object, name).map(bare) else { continue };
            for part in key.elems.iter().flatten() {
                let span = span_of(bare(&part.expr));
                match function.map(function_of) {
                    None => drop(self.contexts.insert(span, (Via::ReactQuery, sends.clone()))),
                    Some(Some(function)) if function.params().is_empty() => drop(self.skipped.insert(span)),
                    Some(_) => drop(self.contexts.insert(span, (Via::ReactQuery, Sends::Unknown))),
                }
            }
        }
        object.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if matches!(bare(&new.callee), Expr::Ident(name) if name.sym.ends_with("Error")) {
            self.skip_literals(new.args.as_deref().unwrap_or_default(), false);
        }
        new.visit_children_with(self);
    }

    fn visit_jsx_element(&mut self, element: &JSXElement) {
        self.kinds.extend(form::read(self.module, element).map(|(url, kind)| (url, vec![kind])));
        element.visit_children_with(self);
    }

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        let attribute = |name: &str| {
            element.attrs.iter().find_map(|attribute| match attribute {
                JSXAttrOrSpread::JSXAttr(attribute) if self.module.text_of(&attribute.name) == name => Some(attribute),
                _ => None,
            })
        };
        if self.module.text_of(&element.name) == "form"
            && let Some(url) = attribute("action").and_then(attribute_value)
        {
            let spread = element.attrs.iter().any(|attribute| matches!(attribute, JSXAttrOrSpread::SpreadElement(_)));
            let sends = match attribute("method") {
                None if spread => Sends::Unknown,
                None => Sends::Known(Method::Get),
                Some(method) => match &method.value {
                    Some(JSXAttrValue::Str(text))
                        if text.value.as_str().is_some_and(|m| m.eq_ignore_ascii_case("post")) =>
                    {
                        Sends::Known(Method::Post)
                    }
                    _ => Sends::Unknown,
                },
            };
            self.contexts.insert(url, (Via::Form, sends));
        }
        element.visit_children_with(self);
    }

    fn visit_jsx_attr(&mut self, attribute: &JSXAttr) {
        let name = self.module.text_of(&attribute.name);
        let context = match name {
            "href" | "src" => Some((Via::Link, Sends::Known(Method::Get))),
            "formAction" => Some((Via::Form, Sends::Unknown)),
            _ => None,
        };
        if let (Some(context), Some(url)) = (context, attribute_value(attribute)) {
            self.contexts.insert(url, context);
        }
        match &attribute.value {
            Some(JSXAttrValue::Str(text)) => {
                let content = text.value.as_str().unwrap_or_default().to_owned();
                self.add(span_of(text), &content, "the URL is an attribute");
            }
            other => other.visit_with(self),
        }
    }

    fn visit_jsx_text(&mut self, text: &JSXText) {
        let content = text.value.as_str().unwrap_or_default().to_owned();
        self.add(span_of(text), &content, "the URL is shown to people, who may use it");
    }

    // `RouteContext<'/api/posts/[id]'>`: what Next.js calls the types of the handler itself.
    fn visit_ts_type_ref(&mut self, reference: &TsTypeRef) {
        if reference.type_name.as_ident().is_none_or(|name| &*name.sym != "RouteContext") {
            reference.visit_children_with(self);
        }
    }

    fn visit_ts_lit_type(&mut self, literal: &TsLitType) {
        if let crate::syntax::ast::TsLit::Str(text) = &literal.lit {
            let content = text.value.as_str().unwrap_or_default().to_owned();
            self.add(span_of(text), &content, "the URL is part of a type, as of a client");
        }
        literal.visit_children_with(self);
    }

    fn visit_prop_name(&mut self, name: &PropName) {
        if let PropName::Str(text) = name
            && let Some(content) = prop_name(name)
        {
            self.add(span_of(text), &content, "the URL is the key of an object");
        }
        name.visit_children_with(self);
    }
}

/// The value of an attribute.
fn attribute_value(attribute: &JSXAttr) -> Option<Span> {
    match attribute.value.as_ref()? {
        JSXAttrValue::Str(text) => Some(span_of(text)),
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(expr) => Some(span_of(bare(expr))),
            JSXExpr::JSXEmptyExpr(_) => None,
        },
        _ => None,
    }
}

/// Visits what is no text in a sum of texts.
fn leaves(expr: &Expr, visitor: &mut Texts<'_>) {
    match bare(expr) {
        Expr::Bin(sum) if sum.op == BinaryOp::Add => {
            leaves(&sum.left, visitor);
            leaves(&sum.right, visitor);
        }
        Expr::Tpl(template) => template.exprs.visit_with(visitor),
        other if literal_str(other).is_some() => {}
        other => other.visit_with(visitor),
    }
}
