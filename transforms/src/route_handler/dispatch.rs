//! One handler for all methods → one function per method, where that reads well.
//!
//! ```ts
//! export default async function handler(req, res) {     export async function GET(req) {
//!   if (req.method === 'GET') {                            return NextResponse.json(await list());
//!     return res.json(await list());                →    }
//!   }
//!   res.status(405).end();
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::pages_api::{After, Carrier, Dispatch, Flow, analyse, chosen_case, operand, residual, returned_sends};
use crate::project::{Method, MethodSet};
use crate::syntax::ast::{Decl, Expr, Stmt};
use crate::syntax::{Span, Truth, span_of, truth};

/// Which methods a handler answers, and what happens in it for each.
#[derive(Debug)]
pub struct Methods {
    /// The methods to export, in the order of [`Method::ALL`].
    pub exported: Vec<Method>,
    /// The code tells methods apart.
    pub tells_apart: bool,
    /// What happens for each exported method.
    pub flows: BTreeMap<Method, Flow>,
    /// What happens for a method that is not mentioned.
    pub other: Flow,
    /// Those that the code tells apart from all that it does not mention.
    pub named: Vec<Method>,
    /// Those that the handler refuses, and a guard that it calls may have answered before.
    pub welcomed: Vec<Method>,
}

impl Methods {
    /// Those of a handler that answers any, and whose ways are not told apart.
    pub fn any() -> Methods {
        let exported = Method::ALL.into_iter().filter(|method| *method != Method::Head).collect();
        Methods {
            exported,
            tells_apart: false,
            flows: BTreeMap::new(),
            other: Flow::default(),
            named: Vec::new(),
            welcomed: Vec::new(),
        }
    }
}

/// What a send is, for [`methods`]: its status, if it is written out, or that it is another function's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendKind {
    /// A response with that literal status, or an unknown one.
    Status(Option<u16>),
    /// A call of a helper that answers.
    Helper {
        /// The one status that it answers with, if it is written out.
        status: Option<u16>,
        /// It answers in any case.
        always: bool,
    },
}

impl SendKind {
    /// The status, if it is written out.
    pub fn status(self) -> Option<u16> {
        match self {
            SendKind::Status(status) | SendKind::Helper { status, .. } => status,
        }
    }
}

/// Evaluates `carrier` for every method. `sends` holds its sends by span, `welcomed` the methods that guards may answer
/// in its place, and not to refuse them.
pub fn methods(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>, welcomed: MethodSet) -> Methods {
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let end = carrier.function.span();
    let is_send = |span: Span| sends.contains_key(&span);
    let inside = |span: Span| sends.keys().copied().find(|send| span.contains(*send));
    let evaluate = |method: Dispatch| {
        let known = carrier.known(Some(method));
        let mut flow = analyse(body, end, &is_send, &inside, &known);
        if let Some(expression) = carrier.function.expression() {
            let (returned, all) = returned_sends(expression, &is_send);
            flow.silent.clear();
            flow.sends.extend(returned.into_iter().filter(|_| all).map(|send| (send, After::Returned)));
        }
        let left: Vec<Span> = residual(body, &known).into_iter().map(span_of).collect();
        (left, flow)
    };
    let (other_left, other) = evaluate(None);
    let mut flows = BTreeMap::new();
    let mut lefts = BTreeMap::new();
    for method in Method::ALL {
        let (left, flow) = evaluate(Some(method));
        let apart = left != other_left || !flow.sends.keys().eq(other.sends.keys());
        lefts.insert(method, (left, apart));
        flows.insert(method, flow);
    }
    let mut exported: BTreeSet<Method> = Method::ALL.into_iter().filter(|method| lefts[method].1).collect();
    let named: Vec<Method> = exported.iter().copied().collect();
    let tells_apart = !named.is_empty();
    let open = !refuses(&other, sends);
    if open || exported.is_empty() {
        exported.extend(Method::ALL.into_iter().filter(|method| *method != Method::Head));
    }
    // Where nothing names the methods that a guard answers, these are all.
    let answers = |method: &Method| welcomed.holds(Some(*method)) && (*method != Method::Head || !welcomed.holds(None));
    let refused = |method: &Method| !exported.contains(method);
    let welcomed: Vec<Method> = Method::ALL.into_iter().filter(answers).filter(refused).collect();
    exported.extend(&welcomed);
    // Next serves HEAD by GET.
    let same = |one: Method, two: Method| {
        lefts[&one].0 == lefts[&two].0 && flows[&one].sends.keys().eq(flows[&two].sends.keys())
    };
    if exported.contains(&Method::Get) && same(Method::Head, Method::Get) {
        exported.remove(&Method::Head);
    }
    flows.retain(|method, _| exported.contains(method));
    Methods { exported: exported.into_iter().collect(), tells_apart, flows, other, named, welcomed }
}

/// Whether all that `flow` sends is a refusal.
pub fn refuses(flow: &Flow, sends: &BTreeMap<Span, SendKind>) -> bool {
    flow.sends.keys().all(|span| sends[span].status().is_some_and(|status| status >= 400))
}

/// A stretch of a function's body that one of the new functions keeps.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The statements themselves, without the comments before the first.
    pub statement: Span,
    /// From the start of the first line, comments included, to the end of the last line, its line
    /// end included; the same as `statement` if it shares its lines with other code.
    pub lines: Span,
    /// It came out of a block that is dissolved.
    pub dissolved: bool,
    /// A blank line stood before the statement that the block belonged to.
    pub blank: bool,
    /// It is the comment before a statement that is dissolved.
    pub comment: bool,
}

impl Chunk {
    /// The comment that `leading` ends with.
    fn comment(text: &str, leading: Span, dissolved: bool) -> Chunk {
        let end = leading.start + leading.text(text).trim_end().len();
        let line_end = text[end..].find('\n').map_or(end, |at| end + at + 1);
        let span = Span::new(leading.start, line_end.min(leading.end));
        let first = span.end - span.text(text).trim_start().len();
        Chunk { statement: Span::new(first, span.end), lines: span, dissolved, blank: false, comment: true }
    }

    /// The comments above it, where its statement goes.
    pub fn above(&self, text: &str) -> Option<Chunk> {
        let leading = Span::new(self.lines.start, self.statement.start);
        let said = leading.text(text);
        (said.contains("//") || said.contains("/*"))
            .then(|| Chunk { blank: self.blank, ..Chunk::comment(text, leading, self.dissolved) })
    }
}

/// The body of the function for one method: what is left of `list` when the method is known. `None` if
/// blocks cannot be dissolved because their names would clash.
///
/// `returned` tells whether an expression is a response that is sent, and returned now.
pub fn chunks(
    list: &[Stmt],
    start: usize,
    known: &dyn Fn(&Expr) -> Option<String>,
    returned: &dyn Fn(Span) -> bool,
    text: &str,
) -> Option<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut names = HashSet::new();
    let mut collector = Collector {
        known,
        returned,
        text,
        chunks: &mut chunks,
        names: &mut names,
        clash: false,
        blank: false,
        answered: false,
    };
    collector.list(list, start, false);
    let clash = collector.clash;
    (!clash).then_some(chunks)
}

struct Collector<'c> {
    known: &'c dyn Fn(&Expr) -> Option<String>,
    returned: &'c dyn Fn(Span) -> bool,
    text: &'c str,
    chunks: &'c mut Vec<Chunk>,
    names: &'c mut HashSet<String>,
    clash: bool,
    /// The next chunk is separated from what is before it.
    blank: bool,
    /// What is before returns a response now, so that no other one is sent.
    answered: bool,
}

impl Collector<'_> {
    /// False if nothing behind the list runs.
    fn list(&mut self, list: &[Stmt], mut before: usize, dissolved: bool) -> bool {
        for statement in list {
            if !self.statement(statement, before, dissolved) {
                return false;
            }
            before = span_of(statement).end;
        }
        true
    }

    fn statement(&mut self, statement: &Stmt, before: usize, dissolved: bool) -> bool {
        match statement {
            Stmt::If(choice) => match truth(&choice.test, self.known) {
                Truth::True => return self.chosen(&choice.cons, statement, before, dissolved),
                Truth::False => match choice.alt.as_deref() {
                    Some(alt) => return self.chosen(alt, statement, before, dissolved),
                    None => {
                        self.comments_apart(span_of(statement), before, dissolved);
                        return true;
                    }
                },
                Truth::Unknown => {}
            },
            Stmt::Switch(switch) => {
                if let Some(chosen) = chosen_case(switch, self.known, self.returned) {
                    self.comments(span_of(switch), before, dissolved);
                    let mut before = chosen.first().map_or(0, |first| span_of(*first).start);
                    for statement in chosen {
                        if matches!(statement, Stmt::Break(_)) {
                            return true;
                        }
                        let start = span_of(statement).start;
                        let gap = &self.text[before.min(start)..start];
                        // Falling into the next case: its label stays behind.
                        if gap.contains("case ") || gap.contains("default") {
                            before = self.text[..start].rfind('\n').unwrap_or(start);
                        }
                        let goes_on = match statement {
                            Stmt::Block(block) => {
                                let open = self.list(&block.stmts, span_of(block).start + 1, true);
                                open || matches!(block.stmts.last(), Some(Stmt::Break(_)))
                            }
                            other => self.statement(other, before, true),
                        };
                        if !goes_on {
                            return false;
                        }
                        before = span_of(statement).end;
                    }
                    return true;
                }
            }
            Stmt::Break(_) => return false,
            _ => {}
        }
        if let Stmt::Decl(declaration) = statement {
            self.declare(declaration);
        }
        let span = span_of(statement);
        let sent = matches!(statement, Stmt::Expr(expression) if (self.returned)(span_of(operand(&expression.expr))));
        let is_bare = matches!(statement, Stmt::Return(value) if value.arg.is_none());
        if self.answered && (sent || is_bare) {
            return true;
        }
        self.answered |= sent;
        let blank = std::mem::take(&mut self.blank);
        self.chunks.push(Chunk {
            statement: span,
            lines: lines(self.text, before, span),
            dissolved,
            blank,
            comment: false,
        });
        !always_leaves(statement, self.returned)
    }

    /// The branch that is taken stands for the whole statement, comments before it included.
    fn chosen(&mut self, branch: &Stmt, whole: &Stmt, before: usize, dissolved: bool) -> bool {
        self.comments(span_of(whole), before, dissolved);
        match branch {
            Stmt::Block(block) => self.list(&block.stmts, span_of(block).start + 1, true),
            Stmt::If(_) => self.statement(branch, span_of(branch).start, true),
            other => self.statement(other, span_of(other).start, true),
        }
    }

    /// Keeps the comments before a statement that is dissolved.
    fn comments(&mut self, whole: Span, before: usize, dissolved: bool) {
        let leading = Span::new(lines(self.text, before, whole).start, whole.start);
        let text = leading.text(self.text);
        if !text.contains("//") && !text.contains("/*") {
            self.blank = starts_blank(text);
            return;
        }
        self.comment(leading, dissolved);
    }

    /// Keeps the comments before a statement that goes, but for those right above it, which speak of it.
    fn comments_apart(&mut self, whole: Span, before: usize, dissolved: bool) {
        let leading = Span::new(lines(self.text, before, whole).start, whole.start);
        let Some(end) = apart(leading.text(self.text)) else { return };
        self.comment(Span::new(leading.start, leading.start + end), dissolved);
        self.blank = true;
    }

    /// Keeps the comment that `leading` ends with.
    fn comment(&mut self, leading: Span, dissolved: bool) {
        self.chunks.push(Chunk::comment(self.text, leading, dissolved));
    }

    fn declare(&mut self, declaration: &Decl) {
        let names: Vec<String> = match declaration {
            Decl::Var(variable) => variable.decls.iter().flat_map(|d| crate::syntax::bound_names(&d.name)).collect(),
            Decl::Fn(function) => vec![function.ident.sym.to_string()],
            Decl::Class(class) => vec![class.ident.sym.to_string()],
            _ => Vec::new(),
        };
        for name in names {
            self.clash |= !self.names.insert(name);
        }
    }
}

/// Where the last blank line of `text` begins that has a comment above it.
fn apart(text: &str) -> Option<usize> {
    let mut blank = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && line.ends_with('\n') {
            blank = Some(at);
        }
        at += line.len();
    }
    blank.filter(|blank| !text[..*blank].trim().is_empty())
}

/// Whether the first line of `text` is empty, and ends.
fn starts_blank(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// Whether every way through `statement` ends in `return` or `throw`, or in a response that is returned now, so that
/// nothing behind it runs.
fn always_leaves(statement: &Stmt, returned: &dyn Fn(Span) -> bool) -> bool {
    let leaves = |statement: &Stmt| always_leaves(statement, returned);
    let sends = |statement: &Stmt| matches!(statement, Stmt::Expr(sent) if returned(span_of(operand(&sent.expr))));
    let all = |list: &[Stmt]| list.iter().any(|statement| leaves(statement) || sends(statement));
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) => true,
        Stmt::Block(block) => all(&block.stmts),
        Stmt::If(choice) => {
            let leaves = |branch: &Stmt| leaves(branch) || sends(branch);
            leaves(&choice.cons) && choice.alt.as_deref().is_some_and(leaves)
        }
        Stmt::Try(attempt) => {
            attempt.finalizer.as_ref().is_some_and(|block| all(&block.stmts))
                || (all(&attempt.block.stmts)
                    && attempt.handler.as_ref().is_none_or(|handler| all(&handler.body.stmts)))
        }
        _ => false,
    }
}

/// The lines of a statement that starts behind `before`: from the first line after the one `before` is
/// on, if the statement begins its line, to the end of its last line, if nothing else is on that.
pub fn lines(text: &str, before: usize, statement: Span) -> Span {
    let newline = text[before..statement.start].find('\n');
    let start = newline.map_or(statement.start, |newline| before + newline + 1);
    let tail = &text[statement.end..];
    let line_end = tail.find('\n').map_or(text.len(), |at| statement.end + at + 1);
    let rest = text[statement.end..line_end].trim();
    let comment = rest.starts_with("//") || (rest.starts_with("/*") && rest.ends_with("*/"));
    let ends = comment || (rest.is_empty() && newline.is_some());
    if ends { Span::new(start, line_end) } else { Span::new(start, statement.end) }
}
