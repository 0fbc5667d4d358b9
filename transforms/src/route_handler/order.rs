//! The order in which the parts of a response are made. `res` took the status and the headers before the body; the
//! arguments of a `Response` come the other way round.
//!
//! ```ts
//! res.status(await code()).json(await list());     const status = await code();
//!                                             →    return NextResponse.json(await list(), { status });
//! ```

mod look;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use look::{Look, Search};

use super::payload::Constants;
use crate::pages_api::{Carrier, HeaderChange, Payload, ResponseUse};
use crate::syntax::ast::{ArrowExpr, Expr, ExprOrSpread, Function, Id, Pat};
use crate::syntax::{self, Assigned, Module, Span, Visit, VisitWith, assigned, bare, bound_ids, is_new, span_of};

/// What is known of the function around the sends.
pub struct Order<'o> {
    module: &'o Module,
    constants: &'o Constants,
    req: Option<Id>,
    function: syntax::Function<'o>,
    names: OnceCell<Inside>,
}

/// Parts of responses that have to be made before the response itself, by where they stand.
pub type Early = BTreeMap<usize, Span>;

impl<'o> Order<'o> {
    /// That of `carrier`.
    pub fn of(module: &'o Module, constants: &'o Constants, carrier: &Carrier<'o>) -> Order<'o> {
        Order { module, constants, req: carrier.req.clone(), function: carrier.function, names: OnceCell::new() }
    }

    fn names(&self) -> &Inside {
        self.names.get_or_init(|| {
            let mut inside = Inside { own: HashSet::new(), shared: HashSet::new(), depth: 0 };
            self.function.params().into_iter().for_each(|param| inside.own.extend(bound_ids(param)));
            if let Some(block) = self.function.block() {
                block.visit_with(&mut inside);
            }
            let elsewhere = assigned(&self.module.ast).into_iter().map(|(name, _)| name);
            let elsewhere: Vec<Id> = elsewhere.filter(|name| !inside.own.contains(name)).collect();
            inside.shared.extend(elsewhere);
            inside
        })
    }

    /// The parts of `send`, with the statements of `run` that would go with it, that have to be made early. `apart` says
    /// that headers are collected elsewhere.
    pub fn early(&self, run: &[&ResponseUse], send: &ResponseUse, apart: bool) -> Early {
        let headers = run.iter().flat_map(|write| &write.headers).chain(&send.headers);
        let headers = headers.flat_map(|change: &HeaderChange| change.value.as_ref());
        let status = run.iter().chain([&send]).rev().find_map(|write| write.status.as_ref());
        let (body, status, url) = match &send.payload {
            Some(Payload::Json(body) | Payload::Send(body) | Payload::End(body)) => (body.as_ref(), status, None),
            Some(Payload::Redirect(status, url)) => (None, status.as_ref(), Some(url)),
            Some(Payload::Stream) | None => (None, status, None),
        };
        let head = if apart { [url, status] } else { [status, url] };
        let parts = body.into_iter().chain(head.into_iter().flatten()).chain(headers);
        let parts: Vec<(Span, Look)> =
            parts.filter(|part| !is_new(part)).map(|part| (span_of(part), Look::at(self, part))).collect();
        let mut early = Early::new();
        for (at, (span, look)) in parts.iter().enumerate() {
            if parts[..at].iter().any(|(other, later)| other.start > span.start && self.clash(look, later)) {
                early.insert(span.start, *span);
            }
        }
        // What has to stay before one of these is made early, too.
        while let Some((span, _)) = parts.iter().find(|(span, look)| {
            let before = |other: &&(Span, Look)| early.contains_key(&other.0.start) && other.0.start > span.start;
            !early.contains_key(&span.start) && parts.iter().filter(before).any(|(_, later)| self.clash(look, later))
        }) {
            early.insert(span.start, *span);
        }
        early
    }

    /// Whether `value` is a constant, or a member of one, that is written down.
    pub fn is_written_down(&self, value: &Expr) -> bool {
        self.constants.literal(value).is_some()
    }

    /// Whether `value` stays what it is if other code runs before it is made.
    pub fn keeps(&self, value: &Expr) -> bool {
        self.keeps_part(value)
    }

    /// The same for what is made of `value` before its part at `place`; `None` if that part may not be made at all.
    ///
    /// ```ts
    /// res.json({ page: 1, rows: await list() })
    /// ```
    pub fn keeps_before(&self, value: &Expr, place: Span) -> Option<bool> {
        let (before, inner) = match bare(value) {
            whole if span_of(whole) == place => return Some(true),
            Expr::Object(object) => {
                let at = object.props.iter().position(|property| span_of(property).contains(place))?;
                let pair = object.props[at].as_prop()?.as_key_value().filter(|pair| !pair.key.is_computed())?;
                (object.props[..at].iter().all(|property| self.keeps_part(property)), &pair.value)
            }
            Expr::Array(list) => {
                let holds =
                    |item: &Option<ExprOrSpread>| item.as_ref().is_some_and(|item| span_of(item).contains(place));
                let at = list.elems.iter().position(holds)?;
                let inner = list.elems[at].as_ref().filter(|item| item.spread.is_none())?;
                (list.elems[..at].iter().flatten().all(|item| self.keeps_part(item)), &inner.expr)
            }
            _ => return None,
        };
        Some(self.keeps_before(inner, place)? && before)
    }

    fn keeps_part<'s, N: VisitWith<Search<'s>> + VisitWith<Assigned>>(&'s self, part: &N) -> bool {
        let look = Look::at(self, part);
        !look.runs() && !self.changes(&Look { acts: true, waits: true, ..Look::default() }, &look)
    }

    /// Whether it matters which of the two is made first.
    fn clash(&self, one: &Look, other: &Look) -> bool {
        (one.runs() && other.runs()) || self.changes(one, other) || self.changes(other, one)
    }

    /// Whether making `one` may change what `other` is.
    fn changes(&self, one: &Look, other: &Look) -> bool {
        // What is called may hold the objects of this function, too. While it waits, code runs that does not know them.
        let reaches = |object: &Id| one.acts || !self.is_own(object);
        one.runs()
            && (other.asks_time
                || other.names.iter().any(|name| one.assigned.contains(name) || self.names().shared.contains(name))
                || other.reads.iter().any(reaches))
    }

    /// Whether the function declares that name.
    fn is_own(&self, name: &Id) -> bool {
        self.names().own.contains(name)
    }
}

/// The names that a function declares, and those that get other values in functions inside it, or elsewhere in the file.
struct Inside {
    own: HashSet<Id>,
    shared: HashSet<Id>,
    depth: usize,
}

impl Inside {
    fn nested<N: VisitWith<Inside> + VisitWith<Assigned>>(&mut self, node: &N) {
        if self.depth == 0 {
            self.shared.extend(assigned(node).into_iter().map(|(name, _)| name));
        }
        self.depth += 1;
        node.visit_children_with(self);
        self.depth -= 1;
    }
}

impl Visit for Inside {
    fn visit_pat(&mut self, pat: &Pat) {
        self.own.extend(bound_ids(pat));
        pat.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.nested(arrow);
    }

    fn visit_function(&mut self, function: &Function) {
        self.nested(function);
    }
}
