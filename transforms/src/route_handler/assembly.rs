//! Putting the new functions together: heads, prologues, and the statements that each of them keeps.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::body::{BodyRewrite, Line, Names};
use super::chunks::{Chunk, Inner, chunks};
use super::dispatch::Methods;
use super::helper_form::{indent_of, prologue_edit, prologue_pieces};
use super::method_names::renamed_locals;
use super::needs::Extensions;
use super::request_type::exported_request;
use super::signature::Dialect;
use super::statements::export_lines;
use crate::pages_api::{After, Carriers, Handler, HandlerForm, Part};
use crate::project::Method;
use crate::rewrite::{Edit, Piece};
use crate::syntax::{Function, Module, Span, free_name, span_of};

/// What the parts of a new file are made from.
pub struct Assembly<'s, 'a> {
    /// The file.
    pub module: &'a Module,
    /// Its handler.
    pub handler: &'s Handler<'a>,
    /// All carriers.
    pub carriers: &'s Carriers<'a>,
    /// What the application puts on the request.
    pub extensions: &'s Extensions,
    /// How code is written.
    pub dialect: &'s Dialect,
    /// Generated names.
    pub names: &'s Names,
}

impl Assembly<'_, '_> {
    /// The edits that turn the handler into exported functions.
    pub fn handler(&self, methods: &Methods, body: &BodyRewrite) -> Vec<Edit> {
        let mut edits = body.edits.clone();
        let mut body = body.clone();
        body.prologue.splice(0..0, self.request(&body));
        match self.split(methods) {
            Some(copies) => {
                edits.extend(self.renamed(&methods.exported));
                edits.extend(self.copies(&copies, &body));
            }
            None => {
                // Several names for one function take no other away.
                edits.extend(self.renamed(&methods.exported).filter(|_| methods.exported.len() == 1));
                edits.extend(self.whole(methods, &body));
            }
        }
        edits
    }

    /// Other functions of the file are not called as those that it exports.
    fn renamed(&self, methods: &[Method]) -> impl Iterator<Item = Edit> {
        let own = self.handler.name.as_ref().map(|id| &*id.0);
        let others: Vec<Method> = methods.iter().copied().filter(|method| own != Some(method.as_str())).collect();
        renamed_locals(self.module, &others).into_iter()
    }

    /// The line that gives the request its own type, for whatever mentions it.
    fn request(&self, body: &BodyRewrite) -> Option<Line> {
        let (_, line) = exported_request(self.module, &self.carriers.list[0], self.extensions, self.dialect);
        let lines = body.prologue.iter().filter(|line| line.request).flat_map(|line| line.used_at.clone());
        let used_at = lines.chain(body.request_at.clone()).collect();
        line.map(|line| Line { pieces: vec![Piece::Text(line)], used_at, awaits: false, request: true, params: false })
    }

    /// What each method's function keeps, if every method gets its own. `None` if one function serves all.
    fn split(&self, methods: &Methods) -> Option<Vec<(Method, Vec<Chunk>)>> {
        if !methods.tells_apart || methods.exported.len() > 4 {
            return None;
        }
        let block = self.handler.function.block()?;
        let carrier = &self.carriers.list[0];
        let start = span_of(block).start + 1;
        let mut copies = Vec::new();
        for method in &methods.exported {
            let known = carrier.known(Some(Some(*method)));
            let sends = &methods.flows.get(method)?.sends;
            let returned = |span: Span| match sends.get(&span) {
                Some(after) => !matches!(after, After::Work(_)),
                // One that is not reached.
                None => carrier.writes.iter().any(|write| write.span == span && write.payload.is_some()),
            };
            let mut chunks = chunks(&block.stmts, start, &known, &returned, &self.module.text)?;
            chunks.iter_mut().for_each(|chunk| chunk.inner = chunk.inner.take().filter(|inner| self.is_clear(inner)));
            let chunks = self.without_unused_methods(chunks);
            copies.push((*method, chunks));
        }
        // Code that several methods share stays in one function, but for what only reads the request.
        let cheap = |chunk: &Chunk| {
            let declares = carrier.reads.iter().filter_map(|read| read.declares.as_ref().map(|(span, _)| *span));
            let unpacks = carrier.unpacked.iter().map(|unpacked| unpacked.declarator);
            let picks = carrier.reads.iter().filter(|read| read.picks.is_some()).map(|read| read.span);
            let aliases = carrier.aliases.iter().map(|alias| alias.declarator);
            declares
                .chain(unpacks)
                .chain(aliases)
                .chain(picks)
                .any(|span| chunk.statement.contains(span) && chunk.statement.end - span.end <= 2)
        };
        // In the order of the code, so that little of it moves.
        copies.sort_by_key(|(_, chunks)| {
            let own = chunks.iter().filter(|chunk| !cheap(chunk) && !chunk.comment).map(|chunk| chunk.statement.start);
            own.min().unwrap_or(usize::MAX)
        });
        // What is said before a `switch` is said once.
        let mut told = BTreeSet::new();
        for (_, chunks) in &mut copies {
            chunks.retain(|chunk| !chunk.comment || told.insert(chunk.statement));
        }
        let mut seen: BTreeMap<Span, usize> = BTreeMap::new();
        for (_, chunks) in &copies {
            for chunk in chunks.iter().filter(|chunk| !cheap(chunk)) {
                *seen.entry(chunk.statement).or_default() += 1;
            }
        }
        seen.values().all(|count| *count == 1).then_some(copies)
    }

    /// Whether what leaves its block to stand in `inner` hides no other name there.
    fn is_clear(&self, inner: &Inner) -> bool {
        let within = |mentions: &[Span]| mentions.iter().any(|mention| inner.lines.contains(*mention));
        let mut names = HashSet::new();
        let all = self.module.references();
        let mut declared = all.iter().filter(|((name, _), _)| inner.names.contains(&**name));
        declared.all(|((name, _), mentions)| !within(mentions) || names.insert(name))
    }

    /// Takes out `const method = req.method` and `const { method } = req` where nothing that is left mentions it.
    fn without_unused_methods(&self, chunks: Vec<Chunk>) -> Vec<Chunk> {
        let carrier = &self.carriers.list[0];
        let all = self.module.references();
        let declared = carrier.reads.iter().filter(|read| read.part == Part::Method);
        let declared = declared.filter_map(|read| read.declares.as_ref()).map(|(declarator, name)| {
            let ids = carrier.method_names.iter().filter(|id| &*id.0 == name.as_str());
            (*declarator, ids.cloned().collect::<Vec<_>>())
        });
        let unpacked = carrier.unpacked.iter().filter(|unpacked| unpacked.stays()).map(|unpacked| {
            let ids = unpacked.bound.iter().flat_map(|(_, ids)| ids.clone());
            (unpacked.declarator, ids.collect())
        });
        let mut kept = chunks;
        for (declarator, ids) in declared.chain(unpacked) {
            let used = ids
                .iter()
                .flat_map(|id| all.get(id).into_iter().flatten())
                .any(|mention| !declarator.contains(*mention) && kept.iter().any(|chunk| chunk.keeps(*mention)));
            if !used {
                kept.retain(|chunk| {
                    !(chunk.statement.contains(declarator) && chunk.statement.end - declarator.end <= 1)
                });
            }
        }
        kept
    }

    /// One function per method in place of the handler.
    fn copies(&self, copies: &[(Method, Vec<Chunk>)], body: &BodyRewrite) -> Vec<Edit> {
        let mut pieces = Vec::new();
        let mut inner_edits = Vec::new();
        // Statements that go with their whole lines leave nothing to take over but what stands above them.
        let goes = |chunk: &Chunk| {
            let mut gone = body.edits.iter().filter(|edit| edit.is_deletion() && edit.span() != chunk.statement);
            gone.any(|edit| edit.span().contains(chunk.statement))
        };
        // They may take the blank line behind them along, with which the next chunk starts.
        let behind_gone = |chunk: &Chunk| {
            let Span { start, .. } = chunk.lines;
            let gone = body.edits.iter().filter(|edit| edit.is_deletion()).map(|edit| edit.span());
            let end = gone.filter(|gone| gone.start < start && gone.end <= chunk.statement.start).map(|gone| gone.end);
            let lines = Span::new(end.max().map_or(start, |end| end.max(start)), chunk.lines.end);
            Chunk { lines, ..chunk.clone() }
        };
        for (at, (method, chunks)) in copies.iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text("\n\n".into()));
            }
            // What a send took over from a statement before it is still read.
            let kept = |span: Span| chunks.iter().any(|chunk| chunk.keeps(span));
            let left =
                |chunk: &Chunk| if goes(chunk) { chunk.above(&self.module.text) } else { Some(behind_gone(chunk)) };
            let shown = |chunks: &[Chunk]| -> Vec<Chunk> { chunks.iter().filter_map(left).collect() };
            let step = self.dialect.style.indent.clone();
            for (chunk, inner) in chunks.iter().filter_map(|chunk| Some((chunk, chunk.inner.as_ref()?))) {
                let indent = format!("{}{step}", indent_of(self.module, chunk.statement.start));
                inner_edits.push(Edit::of(inner.lines, self.chunk_pieces(&shown(&inner.chunks), &indent, true)));
            }
            let chunks = shown(chunks);
            let prologue: Vec<&Line> =
                body.prologue.iter().filter(|line| line.used_at.iter().any(|s| kept(*s))).collect();
            let head = self.head(method.as_str(), body, &prologue, &kept, true);
            pieces.push(Piece::Text(format!("{head} {{\n")));
            pieces.extend(prologue_pieces(&prologue, &step));
            pieces.extend(self.chunk_pieces(&chunks, &step, prologue.is_empty()));
            pieces.push(Piece::Text("}".into()));
        }
        let (span, export) = self.place();
        let mut edits = vec![Edit::of(Span::new(span.start, self.behind(span)), pieces)];
        edits.extend(inner_edits);
        edits.extend(export.map(|export| Edit::delete(export_lines(self.module, export))));
        edits
    }

    /// The handler's statement, and the statement that exports it if that is another one.
    fn place(&self) -> (Span, Option<Span>) {
        match self.handler.form {
            HandlerForm::Function { export } | HandlerForm::Variable { export } if export != self.handler.statement => {
                (self.handler.statement, Some(export))
            }
            _ => (self.handler.statement, None),
        }
    }

    /// Where the line goes on behind the statement: `function handler() {};` is followed by an empty one.
    fn behind(&self, statement: Span) -> usize {
        statement.end + usize::from(self.module.text[statement.end..].starts_with(';'))
    }

    fn chunk_pieces(&self, chunks: &[Chunk], indent: &str, mut first: bool) -> Vec<Piece> {
        let text = &self.module.text;
        let mut pieces = Vec::new();
        for chunk in joined(chunks, text) {
            let mut span = chunk.lines;
            let whole_lines = text[..span.start].ends_with('\n');
            if first || chunk.dissolved && pieces.is_empty() {
                // No blank lines at the top of a function.
                let skipped = text[span.start..span.end].find(|c: char| !c.is_whitespace()).unwrap_or(0);
                let line = text[..span.start + skipped].rfind('\n').map_or(span.start, |at| at + 1);
                span = Span::new(line.max(span.start), span.end);
            }
            if chunk.blank
                && !pieces.is_empty()
                && !text[span.start..].trim_start_matches([' ', '\t', '\r']).starts_with('\n')
            {
                pieces.push(Piece::Text("\n".into()));
            }
            first = false;
            let from = indent_of(self.module, chunk.statement.start);
            if !whole_lines {
                pieces.push(Piece::Text(indent.to_owned()));
                pieces.push(Piece::Reindented { span, from, to: indent.to_owned() });
            } else {
                // The first line is re-indented by hand: `Reindented` leaves it alone.
                let line =
                    text[span.start..span.end].len() - text[span.start..span.end].trim_start_matches([' ', '\t']).len();
                let own = &text[span.start..span.start + line];
                if own.starts_with(from.as_str()) && !own.is_empty() {
                    let rest = own[from.len()..].to_owned();
                    pieces.push(Piece::Text(format!("{indent}{rest}")));
                    span = Span::new(span.start + line, span.end);
                }
                pieces.push(Piece::Reindented { span, from, to: indent.to_owned() });
            }
            if !text[..span.end].ends_with('\n') {
                pieces.push(Piece::Text("\n".into()));
            }
        }
        pieces
    }

    /// One function for all methods, where the handler stood.
    fn whole(&self, methods: &Methods, body: &BodyRewrite) -> Vec<Edit> {
        let prologue: Vec<&Line> = body.prologue.iter().filter(|line| !line.used_at.is_empty()).collect();
        let everywhere = |_: Span| true;
        let names: Vec<&str> = methods.exported.iter().map(|method| method.as_str()).collect();
        let (span, export) = self.place();
        let single = if let [name] = names.as_slice() { Some(*name) } else { None };
        // `export { POST as GET }` would be a puzzle.
        let told = self.handler.name.as_ref().filter(|id| Method::ALL.iter().all(|method| method.as_str() != &*id.0));
        let own = told.map_or_else(|| fresh_name(self.module), |id| id.0.to_string());
        let name = single.map_or(own.clone(), str::to_owned);
        let mut edits = self.signature(&name, single.is_some(), body, &prologue, &everywhere);
        let semi = self.dialect.style.semi();
        let list: Vec<String> = names.iter().map(|method| format!("{own} as {method}")).collect();
        let exports = format!("export {}{semi}", self.dialect.style.braces(&list.join(", ")));
        match (single, export) {
            (Some(_), Some(export)) => edits.push(Edit::delete(export_lines(self.module, export))),
            (Some(_), None) => {}
            (None, Some(export)) => edits.push(Edit::replace(export, exports)),
            (None, None) => edits.push(Edit::insert(self.behind(span), format!("\n\n{exports}"))),
        }
        edits.extend(prologue_edit(self.module, self.dialect, self.handler.function.block().map(span_of), &prologue));
        edits
    }

    /// Replaces everything before the body: `export default async function handler(req, res) `.
    fn signature(
        &self,
        name: &str,
        exported: bool,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
    ) -> Vec<Edit> {
        let function = self.handler.function;
        let start = self.handler.statement.start;
        let statement_end = self.handler.statement.end;
        if let Some(expression) = function.expression() {
            let head = self.arrow_head(name, body, prologue, kept, exported);
            let expression = span_of(expression);
            // The arrow's parentheses around an object literal belong to its body.
            let open = self.module.text[..expression.start].trim_end();
            let body_start = if open.ends_with("=>") {
                expression.start
            } else {
                open.rfind("=>").map_or(expression.start, |at| at + 2)
            };
            if prologue.is_empty() {
                let head = if open.ends_with("=>") { head } else { head.trim_end().to_owned() };
                let mut edits = vec![Edit::replace(Span::new(start, body_start), head)];
                edits.extend(self.asserted());
                return edits;
            }
            let indent = self.dialect.style.indent.clone();
            let mut pieces = vec![Piece::Text(format!("{head}{{\n"))];
            pieces.extend(prologue_pieces(prologue, &indent));
            let semi = self.dialect.style.semi();
            pieces.push(Piece::Text(format!("{indent}return ")));
            pieces.push(Piece::Source(expression));
            pieces.push(Piece::Text(format!("{semi}\n}}{semi}")));
            return vec![Edit::of(Span::new(start, statement_end), pieces)];
        }
        let Some(block) = function.block().map(span_of) else { return Vec::new() };
        let arrow = matches!(function, Function::Arrow(_));
        let variable = matches!(self.handler.form, HandlerForm::Variable { .. }) && !arrow;
        let head = if arrow {
            self.arrow_head(name, body, prologue, kept, exported)
        } else {
            format!("{} ", self.head(name, body, prologue, kept, exported))
        };
        let mut edits = vec![Edit::replace(Span::new(start, block.start), head)];
        // `const handler = function () {};` and `module.exports = function () {};` become declarations.
        let expression = matches!(self.handler.form, HandlerForm::DefaultExpression) && !arrow;
        if (variable || expression) && statement_end > function.span().end {
            edits.push(Edit::delete(Span::new(function.span().end, statement_end)));
        } else if arrow {
            edits.extend(self.asserted());
        }
        edits
    }

    /// Removes what closes around an arrow function: `) satisfies NextApiHandler`. What it opens goes with the head.
    fn asserted(&self) -> Option<Edit> {
        let behind = Span::new(self.handler.function.span().end, self.handler.statement.end);
        let text = behind.text(&self.module.text);
        let end = if text.ends_with(';') { ";" } else { "" };
        (!matches!(text.trim(), "" | ";")).then(|| Edit::replace(behind, end))
    }

    /// The parameters that a function of the new kind has.
    fn params(&self, body: &BodyRewrite, prologue: &[&Line], kept: &dyn Fn(Span) -> bool) -> (Vec<String>, bool) {
        let any = |spans: &[Span]| spans.iter().any(|span| kept(*span));
        let needs_params = any(&body.params_at) || prologue.iter().any(|line| line.params);
        let needs_request = any(&body.request_at) || prologue.iter().any(|line| line.request);
        let awaits = any(&body.awaits_at) || prologue.iter().any(|line| line.awaits);
        let mut params = Vec::new();
        if needs_request || needs_params {
            let handler = &self.carriers.list[0];
            let (request, _) = exported_request(self.module, handler, self.extensions, self.dialect);
            // Only there because `params` stand behind it: named so that `noUnusedParameters` leaves it alone.
            let unread = if needs_request || request.starts_with('_') { "" } else { "_" };
            params.push(format!("{unread}{request}"));
        }
        if needs_params {
            params.push(self.dialect.context(&self.names.params));
        }
        (params, awaits || self.handler.function.is_async())
    }

    /// `export async function GET(req: NextRequest)`.
    fn head(
        &self,
        name: &str,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
        exported: bool,
    ) -> String {
        let (params, is_async) = self.params(body, prologue, kept);
        let export = if exported { "export " } else { "" };
        let keyword = if is_async { "async function" } else { "function" };
        let before = format!("{export}{keyword} {name}");
        let list = self.dialect.list(&before, &params, " {", "");
        format!("{before}{list}")
    }

    /// `export const GET = async (req: NextRequest) => `.
    fn arrow_head(
        &self,
        name: &str,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
        exported: bool,
    ) -> String {
        let (params, is_async) = self.params(body, prologue, kept);
        let export = if exported { "export " } else { "" };
        let before = format!("{export}const {name} = {}", if is_async { "async " } else { "" });
        let list = self.dialect.list(&before, &params, " => {", "");
        format!("{before}{list} => ")
    }
}

/// The chunks, those together that share a line: `const day = new Date(); day.setHours(0);`.
fn joined(chunks: &[Chunk], text: &str) -> Vec<Chunk> {
    let mut all: Vec<Chunk> = Vec::new();
    for chunk in chunks {
        match all.last_mut() {
            Some(last) if !last.comment && !chunk.comment && share_line(text, last.lines.end, chunk.lines.start) => {
                last.statement.end = chunk.statement.end;
                last.lines.end = chunk.lines.end;
            }
            _ => all.push(chunk.clone()),
        }
    }
    all
}

/// Whether two statements stand on one line with nothing but spaces and a comment between them.
fn share_line(text: &str, end: usize, start: usize) -> bool {
    let Some(between) = text.get(end..start).filter(|between| !between.contains('\n')) else { return false };
    let between = between.trim();
    let comment = between.strip_prefix("/*").and_then(|rest| rest.strip_suffix("*/"));
    end > 0
        && (between.is_empty() || comment.is_some_and(|comment| !comment.contains("*/")))
        && !text[..end].ends_with('\n')
}

/// A name for a handler that has none.
pub fn fresh_name(module: &Module) -> String {
    free_name(&module.ast, &["handler", "route"])
}
