//! What is left of a function's body for one method: branches that are not taken go, and those that are taken lose
//! their braces.
//!
//! ```ts
//! if (req.method === 'GET') {                            return NextResponse.json(await list());
//!   return res.json(await list());                  →
//! }
//! res.status(405).end();
//! ```

use std::collections::HashSet;

use super::chunk_lines::{apart, lines, own_lines, starts_blank};
use crate::pages_api::{chosen_case, operand};
use crate::syntax::ast::{BlockStmt, Decl, Expr, FnDecl, IfStmt, Stmt, SwitchStmt};
use crate::syntax::{Span, Truth, line_indent, span_of, truth};

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
    /// What it keeps of the block of a `try`, if that is not all.
    pub inner: Option<Inner>,
}

/// What is kept of a block that stays.
#[derive(Clone, Debug)]
pub struct Inner {
    /// The lines between its braces.
    pub lines: Span,
    /// What stays of them.
    pub chunks: Vec<Chunk>,
    /// The names that are declared there then.
    pub names: HashSet<String>,
}

impl Chunk {
    /// The comment that `leading` ends with.
    fn comment(text: &str, leading: Span, dissolved: bool) -> Chunk {
        let end = leading.start + leading.text(text).trim_end().len();
        let line_end = text[end..].find('\n').map_or(end, |at| end + at + 1);
        let span = Span::new(leading.start, line_end.min(leading.end));
        let first = span.end - span.text(text).trim_start().len();
        Chunk {
            statement: Span::new(first, span.end),
            lines: span,
            dissolved,
            blank: false,
            comment: true,
            inner: None,
        }
    }

    /// Whether the code at `span` is kept.
    pub fn keeps(&self, span: Span) -> bool {
        let left_out = |inner: &Inner| inner.lines.contains(span) && !inner.chunks.iter().any(|own| own.keeps(span));
        self.lines.contains(span) && !self.inner.as_ref().is_some_and(left_out)
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
pub fn chunks<'c>(
    list: &'c [Stmt],
    start: usize,
    known: &'c dyn Fn(&Expr) -> Option<String>,
    returned: &'c dyn Fn(Span) -> bool,
    text: &'c str,
) -> Option<Vec<Chunk>> {
    collect(list, start, known, returned, text).map(|(chunks, _)| chunks)
}

/// The same with the names that are declared in the list then.
fn collect<'c>(
    list: &'c [Stmt],
    start: usize,
    known: &'c dyn Fn(&Expr) -> Option<String>,
    returned: &'c dyn Fn(Span) -> bool,
    text: &'c str,
) -> Option<(Vec<Chunk>, HashSet<String>)> {
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
        behind: Vec::new(),
    };
    collector.list(list, start, false);
    collector.called_behind();
    let clash = collector.clash;
    (!clash).then_some((chunks, names))
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
    /// Functions that are declared where nothing runs any more, and can be called all the same.
    behind: Vec<(&'c FnDecl, Chunk)>,
}

impl<'c> Collector<'c> {
    /// False if nothing behind the list runs.
    fn list(&mut self, list: &'c [Stmt], mut before: usize, dissolved: bool) -> bool {
        for (at, statement) in list.iter().enumerate() {
            let goes_on = self.statement(statement, before, dissolved);
            before = span_of(statement).end;
            if !goes_on {
                self.left_behind(&list[at + 1..], before, dissolved);
                return false;
            }
        }
        true
    }

    /// Remembers the functions in what is left of a list.
    fn left_behind(&mut self, list: &'c [Stmt], mut before: usize, dissolved: bool) {
        for statement in list {
            let span = span_of(statement);
            if let Stmt::Decl(Decl::Fn(function)) = statement {
                let lines = lines(self.text, before, span);
                self.behind.push((
                    function,
                    Chunk { statement: span, lines, dissolved, blank: false, comment: false, inner: None },
                ));
            }
            before = span.end;
        }
    }

    /// Keeps those of the functions left behind whose names stand in what is kept.
    fn called_behind(&mut self) {
        let mut behind = std::mem::take(&mut self.behind);
        let names =
            |span: Span| span.text(self.text).split(|char: char| !(char.is_alphanumeric() || "_$".contains(char)));
        let mut said: HashSet<&str> = self.chunks.iter().flat_map(|chunk| names(chunk.statement)).collect();
        let mut kept = Vec::new();
        while let Some(at) = behind.iter().position(|(function, _)| said.contains(&*function.ident.sym)) {
            let (function, chunk) = behind.remove(at);
            said.extend(names(chunk.statement));
            self.clash |= !self.names.insert(function.ident.sym.to_string());
            kept.push(chunk);
        }
        kept.sort_by_key(|chunk| chunk.statement.start);
        self.chunks.extend(kept);
    }

    fn statement(&mut self, statement: &'c Stmt, before: usize, dissolved: bool) -> bool {
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
                    let mut before = chosen.first().map_or(0, |first| self.case(switch, first));
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
                                let open = self.block(block);
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
            return sent;
        }
        self.answered |= sent;
        let blank = std::mem::take(&mut self.blank);
        self.chunks.push(Chunk {
            statement: span,
            lines: lines(self.text, before, span),
            dissolved,
            blank,
            comment: false,
            inner: self.inner(statement),
        });
        !always_leaves(statement, self.returned)
    }

    /// The branch that is taken stands for the whole statement, comments before it included.
    fn chosen(&mut self, branch: &'c Stmt, whole: &Stmt, before: usize, dissolved: bool) -> bool {
        self.comments(span_of(whole), before, dissolved);
        if let Stmt::If(choice) = whole {
            self.before_else(choice, branch);
        }
        match branch {
            Stmt::Block(block) => self.block(block),
            Stmt::If(_) => self.statement(branch, span_of(branch).start, true),
            other => self.statement(other, span_of(other).start, true),
        }
    }

    /// A block that is dissolved, with the comments below its last statement.
    fn block(&mut self, block: &'c BlockStmt) -> bool {
        let start = span_of(block).start + 1;
        self.opening(start);
        let goes_on = self.list(&block.stmts, start, true);
        let last = block.stmts.last().map_or(start, |last| span_of(last).end);
        if let Some(below) = own_lines(self.text, last, span_of(block).end - 1) {
            self.blank = self.text[last..below.start].matches('\n').count() > 1;
            self.comment(below, true);
        }
        goes_on
    }

    /// Keeps the comments of the case that `first` is the first statement of: those above it, which are as deep as it
    /// is, and one behind its colon. Says where the colon ends.
    fn case(&mut self, switch: &SwitchStmt, first: &Stmt) -> usize {
        let start = span_of(first).start;
        let Some(at) = switch.cases.iter().position(|case| span_of(case).contains(span_of(first))) else {
            return start;
        };
        let case = span_of(&switch.cases[at]);
        let label = switch.cases[at].test.as_ref().map_or(case.start, |test| span_of(&**test).end);
        let Some(colon) = self.text[label..start].find(':').map(|colon| label + colon + 1) else { return start };
        let before = match at {
            0 => {
                let discriminant = span_of(&*switch.discriminant).end;
                discriminant + self.text[discriminant..case.start].find('{').map_or(0, |brace| brace + 1)
            }
            _ => span_of(&switch.cases[at - 1]).end,
        };
        let above = own_lines(self.text, before, case.start);
        if let Some(above) =
            above.filter(|above| line_indent(self.text, above.start) == line_indent(self.text, case.start))
        {
            self.comment(above, true);
        }
        self.opening(colon);
        colon
    }

    /// Keeps the comments before an `else` that is taken: behind the `}` above it, and on lines of their own.
    fn before_else(&mut self, choice: &IfStmt, branch: &Stmt) {
        let taken = match branch {
            Stmt::If(inner) => truth(&inner.test, self.known) != Truth::False,
            _ => true,
        };
        let end = span_of(&*choice.cons).end;
        if !taken || end > span_of(branch).start {
            return;
        }
        self.opening(end);
        if let Some(above) = own_lines(self.text, end, span_of(branch).start) {
            self.comment(above, true);
        }
    }

    /// Keeps a comment behind what opens a list of statements, on its line: `case 'POST': // writes`, `} /* writes */ else {`.
    fn opening(&mut self, start: usize) {
        let line = self.text[start..].lines().next().unwrap_or_default();
        let said = line.trim();
        let whole = said.strip_prefix("/*").and_then(|comment| comment.split_once("*/"));
        let behind = whole.map(|(_, behind)| behind.len()).filter(|length| {
            let behind = &said[said.len() - length..];
            behind.is_empty() || behind.trim_start().starts_with("else")
        });
        if let Some(behind) = behind.or(said.starts_with("//").then_some(0)) {
            let start = start + line.len() - line.trim_start().len();
            self.comment(Span::new(start, start + said.len() - behind), true);
        }
    }

    /// What is left of the block of a `try` in which something is decided.
    fn inner(&self, statement: &Stmt) -> Option<Inner> {
        let Stmt::Try(attempt) = statement else { return None };
        let decided = |statement: &Stmt| match statement {
            Stmt::If(choice) => truth(&choice.test, self.known) != Truth::Unknown,
            Stmt::Switch(switch) => chosen_case(switch, self.known, self.returned).is_some(),
            _ => false,
        };
        let list = &attempt.block.stmts;
        list.iter().find(|statement| decided(statement))?;
        let block = span_of(&attempt.block);
        let first = self.text[block.start..span_of(list.first()?).start].find('\n')?;
        let last = span_of(list.last()?).end;
        let end = last + self.text[last..block.end - 1].rfind('\n')?;
        if own_lines(self.text, last, block.end - 1).is_some() {
            return None;
        }
        let lines = Span::new(block.start + first + 1, end + 1);
        let (chunks, names) = collect(list, block.start + 1, self.known, self.returned, self.text)?;
        let shown = chunks.iter().any(|chunk| !chunk.comment);
        (shown && chunks.iter().all(|chunk| lines.contains(chunk.lines))).then_some(Inner { lines, chunks, names })
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
        let blank = std::mem::take(&mut self.blank);
        self.chunks.push(Chunk { blank, ..Chunk::comment(self.text, leading, dissolved) });
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
