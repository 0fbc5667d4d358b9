//! Helpers that collect the raw body: `micro`'s `buffer(req)`, the function that Next's documentation of old told people
//! to write, and the same with listeners,
//!
//! ```ts
//! async function buffer(readable: Readable) {
//!   const chunks = [];
//!   for await (const chunk of readable) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
//!   return Buffer.concat(chunks);
//! }
//!
//! const buffer = (req) =>
//!   new Promise((resolve, reject) => {
//!     const chunks = [];
//!     req.on('data', (chunk) => chunks.push(chunk));
//!     req.on('end', () => resolve(Buffer.concat(chunks)));
//!     req.on('error', reject);
//!   });
//! ```
//!
//! What collects the chunks may also be a text, `body += chunk`, or one buffer, `data = Buffer.concat([data, chunk])`.

use std::collections::HashMap;

use crate::syntax::ast::{
    AssignOp, BinaryOp, CallExpr, Callee, Decl, Expr, ForHead, Id, Ident, ImportSpecifier, Lit, ModuleDecl,
    ModuleExportName, ModuleItem, Stmt, UnaryOp,
};
use crate::syntax::{
    Function, Module, bare, function_of, ident, is_ident, literal_str, member_name, module_functions, pat_ident,
};

/// What a reader of the raw body gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// A Promise of a `Buffer`.
    Buffer,
    /// A Promise of a string.
    Text,
}

/// The functions that read the raw body of their one argument, by name.
pub fn raw_body_readers(module: &Module) -> HashMap<Id, RawBody> {
    let mut readers = HashMap::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { continue };
        let source = import.src.value.as_str().unwrap_or_default();
        for specifier in &import.specifiers {
            let imported = match specifier {
                ImportSpecifier::Named(named) => match &named.imported {
                    Some(ModuleExportName::Ident(name)) => name.sym.to_string(),
                    Some(ModuleExportName::Str(_)) => continue,
                    None => named.local.sym.to_string(),
                },
                ImportSpecifier::Default(_) => "default".into(),
                ImportSpecifier::Namespace(_) => continue,
            };
            let reader = match (source, imported.as_str()) {
                ("micro", "buffer") | ("raw-body", "default") => RawBody::Buffer,
                ("micro", "text") => RawBody::Text,
                _ => continue,
            };
            readers.insert(specifier.local().to_id(), reader);
        }
    }
    readers.extend(
        module_functions(module).into_iter().filter_map(|(name, function)| Some((name, own_reader(function)?))),
    );
    readers
}

/// Whether `function` is the well-known loop, or the listeners, and nothing else: it starts from nothing, takes every
/// chunk as it is, and neither counts nor fails by itself.
pub fn own_reader(function: Function<'_>) -> Option<RawBody> {
    looping(function).or_else(|| listening(function))
}

fn looping(function: Function<'_>) -> Option<RawBody> {
    let [parameter] = function.params()[..] else { return None };
    let readable = pat_ident(parameter)?.to_id();
    let (statements, decoded) = without_encoding(&function.block()?.stmts, &readable);
    let [made, Stmt::ForOf(each), Stmt::Return(result)] = statements[..] else { return None };
    if !function.is_async() || !each.is_await || !is_ident(&each.right, &readable) {
        return None;
    }
    let (collected, result) = (Collected::from_nothing(made)?, result.arg.as_deref()?);
    let ForHead::VarDecl(head) = &each.left else { return None };
    let [chunk] = head.decls.as_slice() else { return None };
    let take = match &*each.body {
        Stmt::Expr(take) => take,
        Stmt::Block(block) => match block.stmts.as_slice() {
            [Stmt::Expr(take)] => take,
            _ => return None,
        },
        _ => return None,
    };
    let takes = collected.takes(bare(&take.expr), &pat_ident(&chunk.name)?.to_id());
    (takes && collected.takes_text(decoded)).then(|| collected.given(result)).flatten()
}

fn listening(function: Function<'_>) -> Option<RawBody> {
    let [parameter] = function.params()[..] else { return None };
    let readable = pat_ident(parameter)?.to_id();
    let Expr::New(promise) = only_expression(function)? else { return None };
    ident(&promise.callee).filter(|name| &*name.sym == "Promise")?;
    let executor = function_of(&promise.args.as_deref()?.first()?.expr)?;
    let names: Vec<Id> = executor.params().into_iter().filter_map(|param| Some(pat_ident(param)?.to_id())).collect();
    let (statements, decoded) = without_encoding(&executor.block()?.stmts, &readable);
    let (made, listeners) = statements.split_first()?;
    let collected = Collected::from_nothing(made).filter(|collected| collected.takes_text(decoded))?;
    let (mut collects, mut gives) = (false, None);
    for listener in listeners {
        let (event, handler) = listener_of(listener, &readable)?;
        match event.as_str() {
            "data" if !collects => collects = collected.listens(handler),
            "end" if gives.is_none() => {
                let (resolve, value) = only_call(function_of(handler)?)?;
                gives = collected.given(value).filter(|_| names.first() == Some(&resolve));
                gives?;
            }
            "error" => rejects(handler).filter(|reject| names.get(1) == Some(reject)).map(|_| ())?,
            _ => return None,
        }
    }
    gives.filter(|_| collects)
}

/// The statements but for `readable.setEncoding('utf8')`, and whether that was among them.
fn without_encoding<'s>(statements: &'s [Stmt], readable: &Id) -> (Vec<&'s Stmt>, bool) {
    let sets = |statement: &Stmt| {
        let Stmt::Expr(statement) = statement else { return false };
        let Expr::Call(call) = bare(&statement.expr) else { return false };
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
        let [encoding] = call.args.as_slice() else { return false };
        let on_it = is_ident(&member.obj, readable) && member_name(member).as_deref() == Some("setEncoding");
        on_it && is_utf8(&encoding.expr)
    };
    let others: Vec<&Stmt> = statements.iter().filter(|statement| !sets(statement)).collect();
    let decoded = others.len() < statements.len();
    (others, decoded)
}

/// The variable in which the chunks come together.
enum Collected {
    /// `const chunks = []`
    List(Id),
    /// `let body = ''`
    Text(Id),
    /// `let data = Buffer.alloc(0)`
    Bytes(Id),
}

impl Collected {
    /// The variable that `statement` declares, if there is nothing in it.
    fn from_nothing(statement: &Stmt) -> Option<Self> {
        let Stmt::Decl(Decl::Var(declaration)) = statement else { return None };
        let [only] = declaration.decls.as_slice() else { return None };
        let (name, init) = (pat_ident(&only.name)?.to_id(), bare(only.init.as_deref()?));
        match init {
            Expr::Array(list) => list.elems.is_empty().then_some(Self::List(name)),
            Expr::Call(call) => {
                let [Expr::Lit(Lit::Num(size))] = &call.args.iter().map(|arg| &*arg.expr).collect::<Vec<_>>()[..]
                else {
                    return None;
                };
                let empty = callee_name(call).as_deref() == Some("Buffer.alloc") && size.value == 0.0;
                empty.then_some(Self::Bytes(name))
            }
            text => literal_str(text)?.is_empty().then_some(Self::Text(name)),
        }
    }

    /// Whether the chunks may be strings, as `decoded` says that they are.
    fn takes_text(&self, decoded: bool) -> bool {
        !decoded || matches!(self, Self::Text(_))
    }

    /// Whether `handler`, of `data`, does nothing but take the chunk.
    fn listens(&self, handler: &Expr) -> bool {
        let only = |function: Function<'_>| {
            let [chunk] = function.params()[..] else { return None };
            Some(self.takes(only_expression(function)?, &pat_ident(chunk)?.to_id()))
        };
        function_of(handler).and_then(only) == Some(true)
    }

    /// Whether `expr` adds `chunk` at the end, and all of it.
    fn takes(&self, expr: &Expr, chunk: &Id) -> bool {
        match (self, expr) {
            (Self::List(chunks), expr) => is_push(expr, chunks, chunk),
            (Self::Text(text), Expr::Assign(assigned)) => {
                let target = assigned.left.as_ident().is_some_and(|name| name.to_id() == *text);
                target && assigned.op == AssignOp::AddAssign && is_text(&assigned.right, chunk)
            }
            (Self::Bytes(bytes), Expr::Assign(assigned)) => {
                let target = assigned.left.as_ident().is_some_and(|name| name.to_id() == *bytes);
                let Expr::Call(call) = bare(&assigned.right) else { return false };
                let [joined] = call.args.as_slice() else { return false };
                let Expr::Array(list) = bare(&joined.expr) else { return false };
                let [Some(first), Some(last)] = list.elems.as_slice() else { return false };
                let in_order = is_ident(&first.expr, bytes) && is_whole(&last.expr, chunk);
                let single = [joined, first, last].iter().all(|part| part.spread.is_none());
                let concat = callee_name(call).as_deref() == Some("Buffer.concat");
                target && assigned.op == AssignOp::Assign && concat && in_order && single
            }
            _ => false,
        }
    }

    /// What `value` is, if that is all that was collected.
    fn given(&self, value: &Expr) -> Option<RawBody> {
        match self {
            Self::List(chunks) => (concat(value)? == *chunks).then(|| form(value)),
            Self::Text(text) => is_ident(value, text).then_some(RawBody::Text),
            Self::Bytes(bytes) => match bare(value) {
                Expr::Call(call) if is_to_string(call) => {
                    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
                    is_ident(&member.obj, bytes).then_some(RawBody::Text)
                }
                whole => is_ident(whole, bytes).then_some(RawBody::Buffer),
            },
        }
    }
}

/// The text of a chunk: `chunk`, `chunk.toString()`, `chunk.toString('utf8')`.
fn is_text(expr: &Expr, chunk: &Id) -> bool {
    match bare(expr) {
        Expr::Call(call) if is_to_string(call) => {
            let member = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
            member.is_some_and(|member| is_ident(&member.obj, chunk))
        }
        other => is_ident(other, chunk),
    }
}

/// The `reject` of `reject`, or of `(error) => reject(error)`: another error would tell its catcher more.
fn rejects(handler: &Expr) -> Option<Id> {
    if let Some(reject) = ident(handler) {
        return Some(reject.to_id());
    }
    let function = function_of(handler)?;
    let (reject, value) = only_call(function)?;
    let error = pat_ident(function.params().first()?)?.to_id();
    is_ident(value, &error).then_some(reject)
}

/// `readable.on('data', handler);`
fn listener_of<'s>(statement: &'s Stmt, readable: &Id) -> Option<(String, &'s Expr)> {
    let Stmt::Expr(statement) = statement else { return None };
    let Expr::Call(call) = bare(&statement.expr) else { return None };
    let Expr::Member(on) = bare(call.callee.as_expr()?) else { return None };
    let [event, handler] = call.args.as_slice() else { return None };
    let listens = is_ident(&on.obj, readable) && member_name(on).as_deref() == Some("on");
    listens.then_some((literal_str(&event.expr)?, &*handler.expr))
}

/// `chunks.push(chunk)`.
fn is_push(expr: &Expr, chunks: &Id, chunk: &Id) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Some(Expr::Member(push)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
    let [pushed] = call.args.as_slice() else { return false };
    let pushes = is_ident(&push.obj, chunks) && member_name(push).as_deref() == Some("push");
    pushes && pushed.spread.is_none() && is_whole(&pushed.expr, chunk)
}

/// All bytes of a chunk: `chunk`, `Buffer.from(chunk)`, or one of these, as its type wants it.
fn is_whole(expr: &Expr, chunk: &Id) -> bool {
    match bare(expr) {
        Expr::Call(call) => calls_with(call, "Buffer.from", chunk),
        Expr::Cond(choice) => {
            asks_type(&choice.test, chunk) && is_whole(&choice.cons, chunk) && is_whole(&choice.alt, chunk)
        }
        other => is_ident(other, chunk),
    }
}

/// `typeof chunk === 'string'`, `Buffer.isBuffer(chunk)`, `chunk instanceof Buffer`.
fn asks_type(test: &Expr, chunk: &Id) -> bool {
    match bare(test) {
        Expr::Unary(unary) => matches!(unary.op, UnaryOp::Bang | UnaryOp::TypeOf) && asks_type(&unary.arg, chunk),
        Expr::Bin(bin) if bin.op == BinaryOp::InstanceOf => is_ident(&bin.left, chunk) && ident(&bin.right).is_some(),
        Expr::Bin(bin) => asks_type(&bin.left, chunk) && literal_str(&bin.right).is_some(),
        Expr::Call(call) => calls_with(call, "Buffer.isBuffer", chunk),
        other => is_ident(other, chunk),
    }
}

/// `Buffer.from(chunk)`.
fn calls_with(call: &CallExpr, callee: &str, chunk: &Id) -> bool {
    let [only] = call.args.as_slice() else { return false };
    callee_name(call).as_deref() == Some(callee) && only.spread.is_none() && is_ident(&only.expr, chunk)
}

/// The `Buffer.from` of a call.
fn callee_name(call: &CallExpr) -> Option<String> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    Some(format!("{}.{}", ident(&member.obj)?.sym, member_name(member)?))
}

/// The one expression that a function consists of.
fn only_expression<'f>(function: Function<'f>) -> Option<&'f Expr> {
    let statement = || match function.block()?.stmts.as_slice() {
        [Stmt::Expr(only)] => Some(bare(&only.expr)),
        [Stmt::Return(only)] => only.arg.as_deref().map(bare),
        _ => None,
    };
    function.expression().map(bare).or_else(statement)
}

/// The one call that a function consists of: who is called, with what.
fn only_call<'f>(function: Function<'f>) -> Option<(Id, &'f Expr)> {
    let Expr::Call(call) = only_expression(function)? else { return None };
    let [value] = call.args.as_slice() else { return None };
    Some((ident(call.callee.as_expr()?)?.to_id(), &value.expr))
}

fn form(result: &Expr) -> RawBody {
    match bare(result) {
        Expr::Call(call) if is_to_string(call) => RawBody::Text,
        _ => RawBody::Buffer,
    }
}

/// The `chunks` of `Buffer.concat(chunks)`, with or without `.toString()` behind it.
fn concat(expr: &Expr) -> Option<Id> {
    let Expr::Call(call) = bare(expr) else { return None };
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Member(member) = bare(callee) else { return None };
    if is_to_string(call) {
        return concat(&member.obj);
    }
    let is_concat = matches!(bare(&member.obj), Expr::Ident(name) if &*name.sym == "Buffer")
        && member_name(member).as_deref() == Some("concat");
    match call.args.as_slice() {
        [chunks] if is_concat => ident(&chunks.expr).map(Ident::to_id),
        _ => None,
    }
}

/// `x.toString()` or `x.toString('utf8')`.
fn is_to_string(call: &CallExpr) -> bool {
    let Callee::Expr(callee) = &call.callee else { return false };
    let Expr::Member(member) = bare(callee) else { return false };
    let utf8 = call.args.len() < 2 && call.args.iter().all(|arg| is_utf8(&arg.expr));
    member_name(member).as_deref() == Some("toString") && utf8
}

fn is_utf8(encoding: &Expr) -> bool {
    literal_str(encoding).is_some_and(|name| matches!(name.as_str(), "utf8" | "utf-8"))
}
