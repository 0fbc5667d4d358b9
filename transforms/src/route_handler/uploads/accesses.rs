//! What is done with the temporary file of an upload: it may be read as a whole, or removed.

use super::beside::is_log;
use super::kinds::Kind;
use super::reading::{Access, access};
use super::uses::Uses;
use crate::libraries::formidable::is_path;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{CallExpr, Callee, Expr, ExprStmt, Id, Lit, Prop, PropOrSpread, Stmt, TryStmt};
use crate::syntax::{Function, Span, bare, bound_ids, function_of, ident, member_name, prop_name, references, span_of};

impl Uses<'_, '_> {
    /// `readFile(file.filepath)`, `unlink(file.filepath)`; false if the call is about another file.
    pub(super) fn file_access(&mut self, call: &CallExpr, access: Access) -> bool {
        let Some((first, rest)) = call.args.split_first() else { return false };
        let Expr::Member(path) = bare(&first.expr) else { return false };
        let Some(Kind::File(major)) = self.kinds.kind(&path.obj) else { return false };
        if !member_name(path).is_some_and(|name| is_path(major, &name)) {
            return false;
        }
        self.taken(&path.obj);
        let span = span_of(call);
        let awaited = self.awaited.get(&span).map(|awaited| self.in_parens(*awaited));
        let encoding = match (access, rest) {
            (Access::Remove, _) => {
                self.trouble(span, "a temporary file is removed here in an expression");
                return true;
            }
            (_, []) => String::new(),
            (_, [options, ..]) => match encoding_of(&options.expr) {
                Some(encoding) => format!(".toString({})", self.module.text_of(encoding)),
                None => {
                    self.trouble(span_of(options), "a temporary file is read with options here");
                    return true;
                }
            },
        };
        let file = Piece::Source(span_of(&*path.obj));
        let bytes = |whole: Span, open: &str, close: &str| {
            let pieces = vec![Piece::Text(open.to_owned()), file.clone(), Piece::Text(format!("{close}{encoding}"))];
            Edit::of(whole, pieces)
        };
        match (access, awaited) {
            (Access::Read, Some(whole)) => {
                self.uploads.edits.push(bytes(whole, "Buffer.from(await ", ".arrayBuffer())"));
            }
            (Access::Read, None) => {
                let close = format!(".arrayBuffer().then((bytes) => Buffer.from(bytes){encoding})");
                let edit = Edit::of(span, vec![file, Piece::Text(close)]);
                self.uploads.edits.push(edit);
            }
            _ => match self.within.as_slice() {
                [_] => {
                    self.uploads.awaits_at.push(span);
                    self.uploads.edits.push(bytes(span, "Buffer.from(await ", ".arrayBuffer())"));
                }
                [.., true] => self.uploads.edits.push(bytes(span, "Buffer.from(await ", ".arrayBuffer())")),
                _ => self.trouble(
                    span,
                    "a file is read at once in a function that cannot wait for it, or that nobody waits for",
                ),
            },
        }
        true
    }

    /// The parentheses around an expression, which what takes its place needs no more.
    fn in_parens(&self, span: Span) -> Span {
        let (before, behind) = (&self.module.text[..span.start], &self.module.text[span.end..]);
        let opens = before.strip_suffix('(').is_some_and(|text| text.ends_with([' ', '(', '\n', '[', '{']));
        match opens && behind.starts_with(").") {
            true => Span::new(span.start - 1, span.end + 1),
            false => span,
        }
    }

    /// A statement that does nothing but remove a temporary file.
    pub(super) fn removes(&self, statement: &ExprStmt) -> bool {
        let call = match bare(&statement.expr) {
            Expr::Await(awaited) => bare(&awaited.arg),
            other => other,
        };
        let Expr::Call(call) = call else { return false };
        let (Callee::Expr(callee), Some(first)) = (&call.callee, call.args.first()) else { return false };
        let Expr::Member(path) = bare(&first.expr) else { return false };
        // What is called back may do more than nothing.
        let silent =
            call.args.iter().skip(1).all(|arg| {
                function_of(&arg.expr).and_then(Function::block).is_some_and(|block| block.stmts.is_empty())
            });
        let path = match (ident(&path.obj), self.kinds.kind(&path.obj)) {
            (Some(_), Some(Kind::File(major))) => member_name(path).is_some_and(|name| is_path(major, &name)),
            _ => false,
        };
        path && silent && access(self.imports, callee) == Some(Access::Remove)
    }

    /// `try { await unlink(file.filepath) } catch {}`, which may say that it failed.
    pub(super) fn only_removes(&self, attempt: &TryStmt) -> bool {
        let removes = |statement: &Stmt| matches!(statement, Stmt::Expr(removed) if self.removes(removed));
        let logs = |statement: &Stmt| matches!(statement, Stmt::Expr(log) if is_log(&log.expr));
        let says = attempt.handler.as_ref().is_none_or(|clause| {
            let error = clause.param.as_ref().map(bound_ids).unwrap_or_default();
            let known = |id: &Id| &*id.0 == "console" || error.contains(id);
            clause.body.stmts.iter().all(logs) && references(&clause.body).keys().all(known)
        });
        says && attempt.finalizer.is_none()
            && attempt.block.stmts.iter().all(removes)
            && !attempt.block.stmts.is_empty()
    }
}

/// `'utf8'`, or `{ encoding: 'utf8' }`.
fn encoding_of(options: &Expr) -> Option<&Expr> {
    match bare(options) {
        literal @ Expr::Lit(Lit::Str(_)) => Some(literal),
        Expr::Object(object) => match object.props.as_slice() {
            [PropOrSpread::Prop(only)] => match &**only {
                Prop::KeyValue(pair) if prop_name(&pair.key)? == "encoding" => encoding_of(&pair.value),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
