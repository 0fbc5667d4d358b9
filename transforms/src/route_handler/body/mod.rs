//! The inside of one carrier: every read of the request and every send becomes an edit, and what has to
//! stand at the top of the function is collected as its [`Prologue`].

mod aliases;
mod asked;
mod bundles;
mod calls;
mod case_block;
mod chains;
mod closed;
mod collected;
mod comments;
mod early;
mod forms;
mod goes_on;
pub mod guards;
pub(super) mod harmless;
mod header_reads;
pub(super) mod held;
mod ignored;
mod late_cookies;
mod names;
mod nexts;
mod packages;
mod prepare;
mod requests;
mod sends;
mod sent;
mod settle;
mod shared;
mod statuses;
mod stops;
mod streamed;
mod taught;
mod unpacked;
mod unreachable;
mod validated;
mod values;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::pages_api::{After, Answers, Call, Carrier, Carriers, Kept, RawBody, RequestUse};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::called_back::CalledBack;
use crate::route_handler::compat::Helper;
use crate::route_handler::effect::Effect;
use crate::route_handler::lists::{Inner, Lists};
use crate::route_handler::narrowed::Narrowed;
use crate::route_handler::needs::{Callees, Needs, index_of};
use crate::route_handler::order::Order;
use crate::route_handler::payload::Constants;
use crate::route_handler::sending::{answers_of, called_back_of, settles_of};
use crate::route_handler::settle::Settle;
use crate::route_handler::signature::Dialect;
use crate::route_handler::unit::MemberTypes;
use crate::syntax::ast::Id;
use crate::syntax::{Module, References, Span, references};

/// Lines for the top of a function, and what makes them necessary there.
#[derive(Clone, Debug)]
pub struct Line {
    /// The code, without indentation; may be several lines.
    pub pieces: Vec<Piece>,
    /// Places that need it. A function that keeps none of them does without the line.
    pub used_at: Vec<Span>,
    /// It awaits something.
    pub awaits: bool,
    /// It mentions the request.
    pub request: bool,
    /// It mentions the route's parameters.
    pub params: bool,
}

/// What happens inside one carrier.
#[derive(Clone, Debug, Default)]
pub struct BodyRewrite {
    /// Edits inside the function's body.
    pub edits: Vec<Edit>,
    /// Lines for its top, in order.
    pub prologue: Vec<Line>,
    /// Places where the request is mentioned afterwards.
    pub request_at: Vec<Span>,
    /// Places where the route's parameters are mentioned afterwards.
    pub params_at: Vec<Span>,
    /// Places outside of inner functions where something new is awaited.
    pub awaits_at: Vec<Span>,
    /// Helpers called, and where.
    pub helpers: Vec<(Helper, Span)>,
    /// `NextResponse` is mentioned.
    pub response: bool,
    /// What a reviewer should know.
    pub notes: Vec<Finding>,
}

/// The names that generated code uses inside one module.
#[derive(Clone, Debug)]
pub struct Names {
    /// The route's parameters.
    pub params: String,
    /// The parsed body.
    pub body: String,
    /// The query.
    pub query: String,
    /// The collected headers.
    pub headers: String,
    /// The headers that the function around a handler has collected.
    pub outer_headers: String,
    /// The context of a route that nothing is read of.
    pub no_context: String,
    /// The status.
    pub status: String,
    /// What the class `Headers` can be called: the module may mean something else by that.
    pub headers_class: &'static str,
    /// Helpers whose names the module uses for something else.
    pub aliased: Vec<Helper>,
}

impl Names {
    /// What the module calls a helper.
    pub fn helper(&self, helper: Helper) -> &'static str {
        if self.aliased.contains(&helper) { helper.alias() } else { helper.name() }
    }
}

/// Everything that rewriting a carrier looks at.
pub struct Context<'c, 'a> {
    /// The file.
    pub module: &'a Module,
    /// All carriers of the file.
    pub carriers: &'c Carriers<'a>,
    /// Their needs, in the same order.
    pub needs: &'c [Needs],
    /// Carriers of other files.
    pub callees: &'c Callees,
    /// Carriers of this file, by index, that are rewritten as a copy of another name.
    pub renamed: &'c BTreeMap<usize, String>,
    /// Constants of the file.
    pub constants: &'c Constants,
    /// How code is written.
    pub dialect: &'c Dialect,
    /// Generated names.
    pub names: &'c Names,
    /// Functions that read the raw body.
    pub readers: &'c std::collections::HashMap<Id, RawBody>,
    /// What follows each send.
    pub after: &'c BTreeMap<Span, After>,
    /// `Data` of `NextApiResponse<Data>`.
    pub body_type: Option<String>,
    /// The type of the query, if the request has one of its own.
    pub query_type: Option<&'c str>,
    /// What the type of its request says of the body and the headers.
    pub member_types: Option<&'c MemberTypes>,
    /// A page of the Pages Router needs the file, too, where `next/headers` may not be imported.
    pub in_pages: bool,
    /// How many of the carriers are handlers of endpoints, the first ones; the others are helpers.
    pub handlers: usize,
    /// Wrappers or helpers take what the carrier returns for a response.
    pub closed: bool,
    /// Next, or a wrapper, takes what the carrier returns for the response.
    pub ends: bool,
    /// A wrapper may answer behind the carrier with the status that this has set.
    pub catches: bool,
    /// A wrapper goes on behind the carrier.
    pub outlast: bool,
}

struct Builder<'b, 'c, 'a> {
    cx: &'b Context<'c, 'a>,
    carrier: &'b Carrier<'a>,
    needs: &'b Needs,
    lists: Lists,
    /// What has to be made before what.
    order: Order<'b>,
    /// The lists of the functions inside it.
    inner: Inner,
    /// Calls whose responses have to be given the headers that were set before.
    shared: BTreeSet<Span>,
    /// Sends in functions inside it that come back as values.
    answers: Answers<'a>,
    /// Functions inside it that guards call back, and that answer.
    called_back: CalledBack,
    /// Promises that callbacks settle with the response, and what a new one calls its `resolve`.
    settles: Vec<Settle>,
    resolve_name: String,
    /// `if`s about what was sent that are dealt with.
    checked: BTreeSet<Span>,
    /// Names made up for this function, by scope.
    given: BTreeSet<(usize, String)>,
    references: References,
    /// Headers that checks have shown to be there.
    narrowed: Narrowed<'b>,
    /// What the query and the body are called in this carrier.
    query_name: String,
    body_name: String,
    out: BodyRewrite,
    findings: Vec<Finding>,
}

/// Rewrites the inside of `carrier`, or says why it cannot be done.
pub fn rewrite_body(cx: &Context<'_, '_>, index: usize) -> Result<BodyRewrite, Vec<Finding>> {
    let carrier = &cx.carriers.list[index];
    let block = carrier.function.block();
    let mut lists = block.map(|block| Lists::of(&block.stmts)).unwrap_or_default();
    let effect = |call: &Call| match index_of(cx.carriers, call) {
        Some(at) => cx.needs[at].effect,
        None => cx.callees.get(&call.callee).map_or(Effect::NONE, |callee| callee.needs.effect),
    };
    let (answers, settles) = (answers_of(carrier, &effect), settles_of(carrier, &effect));
    for block in answers.functions.iter().filter_map(|function| function.block()) {
        lists.join(&block.stmts);
    }
    lists.run_any_time(&answers.locals);
    settles.iter().for_each(|settle| lists.absorb(&settle.lists));
    let called_back = called_back_of(carrier, &effect);
    called_back.lists.iter().for_each(|own| lists.absorb(own));
    let references = match (block, carrier.function.expression()) {
        (Some(block), _) => references(block),
        (None, Some(expression)) => references(expression),
        (None, None) => References::new(),
    };
    let needs = &cx.needs[index];
    let mut builder = Builder {
        cx,
        carrier,
        needs,
        lists,
        order: Order::of(cx.module, cx.constants, carrier),
        inner: block.map(|block| Inner::of(&block.stmts)).unwrap_or_default(),
        shared: BTreeSet::new(),
        answers,
        called_back,
        settles,
        resolve_name: String::new(),
        checked: BTreeSet::new(),
        given: BTreeSet::new(),
        references,
        narrowed: Narrowed::of(block.map_or(&[], |block| &block.stmts), &carrier.reads),
        query_name: cx.names.query.clone(),
        body_name: cx.names.body.clone(),
        out: BodyRewrite::default(),
        findings: Vec::new(),
    };
    builder.settled();
    builder.bundles();
    builder.nexts();
    builder.goes_on();
    if builder.settles.iter().any(|settle| settle.own.is_none()) {
        builder.resolve_name = builder.fresh("resolve", 0);
    }
    builder.requests();
    builder.forms(index);
    builder.peers();
    builder.sends();
    builder.calls();
    builder.asked();
    builder.packed();
    builder.aliases();
    builder.chains();
    builder.promises();
    builder.sent_checks();
    builder.other_statuses();
    builder.objects();
    builder.unreachable();
    builder.finally();
    builder.voids();
    builder.close();
    if builder.findings.is_empty() { Ok(builder.out) } else { Err(builder.findings) }
}

impl<'b> Builder<'b, '_, '_> {
    /// `if (req && res) { … }` without the question.
    fn settled(&mut self) {
        let carrier = self.carrier;
        for settled in &carrier.settled {
            let pieces = match &settled.kept {
                Some(Kept::Inside(span)) => {
                    let (from, to) = (self.indent_at(span.start), self.indent_at(settled.span.start));
                    vec![Piece::Reindented { span: *span, from, to }]
                }
                Some(Kept::Whole(span)) => vec![Piece::Source(*span)],
                Some(Kept::Value(span)) => {
                    // At the start of a statement or of what an arrow function gives it would be something else.
                    let odd =
                        ["{", "function", "class", "async"].iter().any(|start| self.text_of(*span).starts_with(start));
                    let (open, close) = if odd { ("(", ")") } else { ("", "") };
                    vec![Piece::Text(open.into()), Piece::Source(*span), Piece::Text(close.into())]
                }
                None => {
                    let text = &self.cx.module.text;
                    let mut whole = crate::syntax::full_statement(text, settled.span);
                    // At the top of a block the blank line behind it goes, too.
                    if text[..whole.start].trim_end().ends_with('{') && text[whole.end..].starts_with('\n') {
                        whole = Span::new(whole.start, whole.end + 1);
                    }
                    self.out.edits.push(Edit::delete(whole));
                    continue;
                }
            };
            self.edit(settled.span, pieces);
        }
    }

    fn refuse(&mut self, rule: &'static str, span: Span, message: impl Into<String>, help: &str) {
        self.findings.push(Finding::manual(rule, &self.cx.module.path, span, message).help(help));
    }

    fn text_of(&self, span: Span) -> &'b str {
        span.text(&self.cx.module.text)
    }

    fn req(&self) -> &'b str {
        self.carrier.req.as_ref().map_or("req", |id| &id.0)
    }

    fn edit(&mut self, span: Span, pieces: Vec<Piece>) {
        self.out.edits.push(Edit::of(span, pieces));
    }

    /// `text` in place of a read; parenthesised where it would fall apart.
    fn replace(&mut self, read: &RequestUse, text: String, compound: bool) {
        let text = if compound && !read.open { format!("({text})") } else { text };
        self.edit(read.span, vec![Piece::Text(text)]);
    }
}
