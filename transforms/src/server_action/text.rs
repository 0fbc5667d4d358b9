//! The text of an action: the function of a Route Handler with another head and other answers.
//!
//! ```ts
//! export async function createPost(body: z.input<typeof postSchema>): Promise<…> {
//!   try {
//!     …
//!     return { ok: true, status: 201, data: { id } };
//!   } catch (error) {
//!     console.error(error);
//!     return { ok: false, status: 500 };
//!   }
//! }
//! ```
//!
//! Where no caller reads `data`, it is left out.

use std::collections::BTreeSet;

use super::absent::Absent;
use super::caller::indent_at;
use super::data::{Data, Kept, data_of};
use super::gaps::without_gaps;
use super::handler::{Analysis, Handler};
use super::input::BodyKind;
use super::result::{Answer, Text};
use super::result_type::ResultType;
use super::twin::Twin;
use super::types::Types;
use super::values::Values;
use crate::rewrite::{Conflict, Edit, Piece, Rewrite};
use crate::syntax::ast::{Decl, Expr, Id, IfStmt, MemberProp, Prop, PropName, PropOrSpread, Stmt};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, full_statement, references, span_of};

/// What callers do with the results of an action.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// What they read of the data of a success; `None` for nothing.
    pub success: Option<Members>,
    /// What they read of the data of a failure.
    pub failure: Option<Members>,
    /// Whether they read a success, or a failure, as text.
    pub success_text: bool,
    pub failure_text: bool,
    /// Whether an error is turned into a result: callers go on after one.
    pub catches: bool,
    /// Where data may be missing, for callers that have another value then.
    pub absent: Absent,
}

/// The members that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Only these.
    These(BTreeSet<String>),
    /// The value goes elsewhere as a whole.
    All,
}

/// How to write an action.
pub struct Spec<'a> {
    /// The file of the handler.
    pub module: &'a Module,
    /// The handler.
    pub handler: Handler<'a>,
    /// What is known of it.
    pub analysis: &'a Analysis,
    /// The name of the action.
    pub name: &'a str,
    /// What callers need.
    pub demand: &'a Demand,
    /// The types of its argument and its result.
    pub types: &'a Types,
    /// The twins of the wrappers around the handler, outermost first.
    pub around: &'a [Twin<'a>],
    /// Edits of imports inside the function, which come from its moving.
    pub moved: &'a [Edit],
    /// Whether there are types.
    pub typescript: bool,
}

/// Writes the action.
///
/// # Errors
///
/// If the edits contradict each other, which is not expected.
pub fn action_text(spec: &Spec<'_>) -> Result<String, Conflict> {
    let Spec { module, analysis, demand, .. } = spec;
    let values = Values::of(module);
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    rewrite.extend(analysis.input.edits.iter().cloned())?;
    for gone in without_gaps(&module.text, analysis.input.gone.clone()) {
        rewrite.add(Edit::delete(gone))?;
    }
    let text = &module.text;
    let (mut dropped, empty) = (Vec::new(), module.style.string(""));
    for answer in &analysis.answers {
        rewrite.add(answer_edit(text, answer, demand, &values, &empty, &mut dropped))?;
    }
    let body = spec.handler.function.block().map(span_of).unwrap_or(spec.handler.statement);
    rewrite.extend(unused(module, spec.handler, &dropped, &analysis.input.gone))?;
    rewrite.extend(spec.moved.iter().filter(|edit| body.contains(edit.span())).cloned())?;

    for gap in short_branches(module, spec.handler, &analysis.answers, &rewrite)? {
        rewrite.add(Edit::replace(gap, " "))?;
    }
    let step = &module.style.indent;
    let semi = module.style.semi();
    let line = &text[..analysis.body.start];
    let own_line = line[line.rfind('\n').map_or(0, |at| at + 1)..].trim().is_empty();
    let inner = &text[analysis.body.start..analysis.body.end];
    let indent = inner[..inner.len() - inner.trim_start_matches([' ', '\t']).len()].to_owned();
    let mut pieces = vec![Piece::Text(format!("{}\n", head(spec)))];
    let mut to = indent.clone();
    if demand.catches {
        pieces.push(Piece::Text(format!("{step}try {{\n{step}")));
        to.push_str(step);
    }
    let mut body = analysis.body;
    if let Some((innermost, outer)) = spec.around.split_last() {
        let wait = if demand.catches { "await " } else { "" };
        let given = analysis.kept.join(", ");
        to = if demand.catches { step.repeat(3) } else { step.repeat(2) };
        body = Span::new(body.start + indent.len(), body.end);
        let outer: String = outer.iter().map(|twin| format!("{}async () => ", before(twin))).collect();
        let start = format!("{step}return {wait}{outer}{}async ({given}) => {{\n{to}", before(innermost));
        pieces.push(Piece::Text(start));
    } else if !own_line {
        pieces.push(Piece::Text(step.clone()));
    }
    pieces.push(Piece::Reindented { span: body, to, from: indent });
    if !spec.around.is_empty() {
        let outer = if demand.catches { step.as_str() } else { "" };
        let behind: String = spec.around.iter().rev().map(behind).collect();
        pieces.push(Piece::Text(format!("\n{outer}{step}}}{behind}{semi}")));
    }
    pieces.push(Piece::Text("\n".into()));
    if demand.catches {
        let deep = format!("{step}{step}");
        // As text, the answer to an uncaught error is empty.
        let data = if demand.failure_text { format!(", data: {empty}") } else { String::new() };
        let result = format!("{{ ok: false, status: 500{data} }}");
        pieces.push(Piece::Text(format!(
            "{step}}} catch (error) {{\n{deep}console.error(error){semi}\n{deep}return {result}{semi}\n{step}}}\n"
        )));
    }
    pieces.push(Piece::Text("}".into()));
    let whole = spec.handler.statement;
    rewrite.add(Edit::of(whole, pieces))?;
    rewrite.render_span(text, whole)
}

/// `withRoleAction({ role: 'owner' }, `.
fn before(twin: &Twin<'_>) -> String {
    let options: String = twin.options.iter().take(twin.position).map(|option| format!("{option}, ")).collect();
    format!("{}({options}", twin.action_name())
}

/// `, { role: 'owner' })`.
fn behind(twin: &Twin<'_>) -> String {
    let options: String = twin.options.iter().skip(twin.position).map(|option| format!(", {option}")).collect();
    format!("{options})")
}

fn head(spec: &Spec<'_>) -> String {
    let Spec { analysis, types, name, .. } = spec;
    let typed = |name: &str, kind: &str| if spec.typescript { format!("{name}: {kind}") } else { name.to_owned() };
    let mut params: Vec<String> = analysis.input.params.iter().flatten().map(|name| typed(name, "string")).collect();
    if let Some(body) = &analysis.input.body {
        let kind = match body.kind {
            BodyKind::Form => "FormData",
            BodyKind::ByType if analysis.answers.iter().any(|answer| answer.redirects) => "FormData",
            BodyKind::Json | BodyKind::ByType => match &types.body {
                Some(known) => &known.text,
                None if types.takes_anything => "unknown",
                None => "any",
            },
        };
        params.push(typed(&body.name, kind));
    }
    params.extend(analysis.input.query.iter().map(|query| {
        // As `get` gave it.
        typed(&query.name, if query.optional { "string | null" } else { "string" })
    }));
    let sides = types.result.as_ref().filter(|_| spec.typescript).map(|ResultType(sides)| sides.as_slice());
    let sides = sides.unwrap_or_default();
    let result = if sides.is_empty() { String::new() } else { format!(": Promise<{}>", sides.join(" | ")) };
    let list = params.join(", ");
    let start = format!("export async function {name}");
    let fits = |line: &str| line.len() <= MAX_WIDTH && !line.contains('\n');
    let line = format!("{start}({list}){result} {{");
    if fits(&line) || (params.is_empty() && sides.len() < 2) {
        return line;
    }
    let step = &spec.module.style.indent;
    let broken = format!("\n{step}{},\n", params.join(&format!(",\n{step}")));
    let short = format!("){result} {{");
    if !params.is_empty() && fits(&short) {
        return format!("{start}({broken}){result} {{");
    }
    let union: String = sides.iter().map(|side| format!("\n{step}| {side}")).collect();
    let result = if sides.len() < 2 { result } else { format!(": Promise<{union}\n>") };
    let list = if fits(&format!("{start}({list}): Promise<")) { list } else { broken };
    format!("{start}({list}){result} {{")
}

/// Where a line is broken.
const MAX_WIDTH: usize = 110;

/// The line breaks in `if (…)\n  return …` where a shorter answer leaves room for both in one line.
fn short_branches(
    module: &Module,
    handler: Handler<'_>,
    answers: &[Answer],
    rewrite: &Rewrite,
) -> Result<Vec<Span>, Conflict> {
    struct Branches(Vec<(Span, Span, Span)>);
    impl Visit for Branches {
        fn visit_if_stmt(&mut self, branch: &IfStmt) {
            if let (Stmt::Return(left), None) = (&*branch.cons, &branch.alt) {
                self.0.push((span_of(branch), span_of(&*branch.test), span_of(left)));
            }
            branch.visit_children_with(self);
        }
    }
    let Some(block) = handler.function.block() else { return Ok(Vec::new()) };
    let mut branches = Branches(Vec::new());
    block.stmts.visit_with(&mut branches);
    let mut gaps = Vec::new();
    for (branch, test, left) in branches.0 {
        let between = &module.text[test.end..left.start];
        let gap = Span::new(left.start - (between.len() - between.trim_end().len()), left.start);
        let answers = answers.iter().any(|answer| left.contains(answer.span));
        if !answers || between.trim() != ")" || !gap.text(&module.text).contains('\n') {
            continue;
        }
        let head = &module.text[..gap.start];
        let line = head.rfind('\n').map_or(0, |at| at + 1);
        let joined = format!("{} {}", &head[line..], rewrite.render_span(&module.text, left)?);
        if line <= branch.start && !joined.contains('\n') && joined.chars().count() <= 80 {
            gaps.push(gap);
        }
    }
    Ok(gaps)
}

fn answer_edit(
    text: &str,
    answer: &Answer,
    demand: &Demand,
    values: &Values,
    empty: &str,
    dropped: &mut Vec<Expr>,
) -> Edit {
    if let (true, Some(path)) = (answer.redirects, &answer.data) {
        let pieces = vec![Piece::Text("redirect(".into()), Piece::Source(span_of(path)), Piece::Text(")".into())];
        return Edit::of(answer.span, pieces);
    }
    let start = format!("{{ ok: {}, status: {}", answer.ok(), answer.status);
    let Data { kept, dropped: gone } = data_of(answer, demand, values);
    dropped.extend(gone);
    let data = answer.data.as_ref().map(span_of);
    let mut pieces = vec![Piece::Text(start)];
    // On a line of its own, it was indented deeper.
    let moved = |data: Span| {
        let (from, to) = (indent_at(text, data.start), indent_at(text, answer.span.start));
        if from == to { Piece::Source(data) } else { Piece::Reindented { span: data, from, to } }
    };
    match (kept, data) {
        (Kept::Text(Text::Empty), _) => pieces.push(Piece::Text(format!(", data: {empty}"))),
        (Kept::Text(Text::Literal(text)), _) => pieces.extend([Piece::Text(", data: ".into()), Piece::Source(text)]),
        (Kept::Whole, Some(data)) => pieces.extend([Piece::Text(", data: ".into()), moved(data)]),
        (Kept::Members(spans), Some(_)) => {
            pieces.push(Piece::Text(", data: { ".into()));
            for (at, span) in spans.into_iter().enumerate() {
                if at > 0 {
                    pieces.push(Piece::Text(", ".into()));
                }
                pieces.push(Piece::Source(span));
            }
            pieces.push(Piece::Text(" }".into()));
        }
        (Kept::Json, Some(data)) => {
            pieces.push(Piece::Text(", data: JSON.parse(JSON.stringify(".into()));
            pieces.push(moved(data));
            pieces.push(Piece::Text("))".into()));
        }
        (Kept::Nothing, _) | (_, None) => {}
    }
    pieces.push(Piece::Text(" }".into()));
    Edit::of(answer.span, pieces)
}

/// Whether evaluating `expr` does nothing that anybody could notice.
pub fn is_harmless(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) | Expr::Ident(_) => true,
        Expr::Tpl(template) => template.exprs.iter().all(|expr| is_harmless(expr)),
        Expr::Member(member) => {
            is_harmless(&member.obj)
                && match &member.prop {
                    MemberProp::Computed(computed) => is_harmless(&computed.expr),
                    _ => true,
                }
        }
        Expr::Unary(unary) => unary.op == crate::syntax::ast::UnaryOp::Bang && is_harmless(&unary.arg),
        Expr::Bin(bin) => is_harmless(&bin.left) && is_harmless(&bin.right),
        Expr::Cond(choice) => is_harmless(&choice.test) && is_harmless(&choice.cons) && is_harmless(&choice.alt),
        Expr::Array(list) => {
            list.elems.iter().flatten().all(|element| element.spread.is_none() && is_harmless(&element.expr))
        }
        Expr::Object(object) => object.props.iter().all(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::Shorthand(_) => true,
                Prop::KeyValue(pair) => !matches!(pair.key, PropName::Computed(_)) && is_harmless(&pair.value),
                _ => false,
            },
            PropOrSpread::Spread(_) => false,
        }),
        _ => false,
    }
}

/// `const post = await create()` of which nobody uses `post` any more becomes `await create()`.
fn unused(module: &Module, handler: Handler<'_>, dropped: &[Expr], gone: &[Span]) -> Vec<Edit> {
    struct Declarations(Vec<(Id, Span, Expr)>);
    impl Visit for Declarations {
        fn visit_stmt(&mut self, statement: &Stmt) {
            if let Stmt::Decl(Decl::Var(variable)) = statement
                && let [only] = variable.decls.as_slice()
                && let (Some(name), Some(init)) = (only.name.as_ident(), &only.init)
            {
                self.0.push((name.id.to_id(), span_of(statement), (**init).clone()));
            }
            statement.visit_children_with(self);
        }
    }
    let Some(block) = handler.function.block() else { return Vec::new() };
    let mut declarations = Declarations(Vec::new());
    block.stmts.visit_with(&mut declarations);
    let all = module.references();
    let mentioned: BTreeSet<Id> = dropped.iter().flat_map(|expr| references(expr).into_keys()).collect();
    let in_dropped = |at: &Span| {
        dropped.iter().any(|expr| span_of(expr).contains(*at)) || gone.iter().any(|gone| gone.contains(*at))
    };
    let mut edits = Vec::new();
    for (id, statement, init) in declarations.0 {
        let left = all.get(&id).into_iter().flatten().filter(|at| !in_dropped(at)).count();
        if !mentioned.contains(&id) || left > 1 || gone.iter().any(|gone| gone.contains(statement)) {
            continue;
        }
        edits.push(if is_harmless(&init) {
            Edit::delete(full_statement(&module.text, statement))
        } else {
            Edit::delete(Span::new(statement.start, span_of(&init).start))
        });
    }
    edits
}
