//! The text of a twin.

use super::call::Passed;
use super::{Given, Member, Twin};
use crate::rewrite::{Conflict, Edit, Piece, Rewrite};
use crate::server_action::data::{Kept, data_of};
use crate::server_action::input_type::is_typescript;
use crate::server_action::text::{Demand, Members};
use crate::server_action::values::Values;
use crate::syntax::ast::{Pat, TsFnOrConstructorType, TsFnParam, TsType, TsTypeElement};
use crate::syntax::{Module, NamedType, Span, declared_names, ident, named_type, span_of};

/// The twin of a wrapper as a declaration.
///
/// # Errors
///
/// If the edits contradict each other, which is not expected.
pub fn twin_text(twin: &Twin<'_>) -> Result<String, Conflict> {
    let Twin { module, body, .. } = twin;
    let text = &module.text;
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    for gone in &twin.gone {
        rewrite.add(Edit::delete(*gone))?;
    }
    let values = Values::of(module);
    // Actions differ in what their callers read.
    let demand = Demand { failure: Some(Members::All), ..Demand::default() };
    for answer in &twin.answers {
        let mut pieces = vec![Piece::Text(format!("{{ ok: false, status: {}", answer.status))];
        if let Some(data) = &answer.data {
            let (before, after) = match data_of(answer, &demand, &values).kept {
                Kept::Whole => ("", ""),
                _ => ("JSON.parse(JSON.stringify(", "))"),
            };
            pieces.push(Piece::Text(format!(", data: {before}")));
            pieces.push(Piece::Source(span_of(data)));
            pieces.push(Piece::Text(after.into()));
        }
        pieces.push(Piece::Text(" }".into()));
        rewrite.add(Edit::of(answer.span, pieces))?;
    }
    rewrite.add(call_edit(twin))?;

    let (step, name) = (&module.style.indent, &twin.name);
    let inner = body.text(text);
    let first = body.start + inner.len() - inner.trim_start().len();
    let kept = Span::new(first, body.start + inner.trim_end().len());
    let line = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let indent = text[line..first].trim_end_matches(|c: char| !c.is_whitespace()).to_owned();
    let mut pieces = vec![
        Piece::Text(format!(
            "/** The checks of `{name}` for Server Actions, with a result in place of the response. */\n{}\n{step}",
            head(twin)
        )),
        Piece::Reindented { span: kept, from: indent, to: step.clone() },
    ];
    pieces.push(Piece::Text("\n}".into()));
    let whole = twin.statement;
    rewrite.add(Edit::of(whole, pieces))?;
    rewrite.render_span(text, whole)
}

/// `handler({ session })`, without what the request gave.
fn call_edit(twin: &Twin<'_>) -> Edit {
    let mut pieces = vec![Piece::Text(format!("{}(", handler_name(twin)))];
    for (at, passed) in twin.passed.iter().enumerate() {
        if at > 0 {
            pieces.push(Piece::Text(", ".into()));
        }
        match passed {
            Passed::Whole(span) => pieces.push(Piece::Source(*span)),
            Passed::Members(spans) => {
                pieces.push(Piece::Text("{ ".into()));
                for (at, span) in spans.iter().enumerate() {
                    if at > 0 {
                        pieces.push(Piece::Text(", ".into()));
                    }
                    pieces.push(Piece::Source(*span));
                }
                pieces.push(Piece::Text(" }".into()));
            }
        }
    }
    pieces.push(Piece::Text(")".into()));
    Edit::of(twin.call, pieces)
}

fn handler_name(twin: &Twin<'_>) -> String {
    match twin.wrapper.params().get(twin.position) {
        Some(Pat::Ident(name)) => name.id.sym.to_string(),
        _ => String::new(),
    }
}

fn head(twin: &Twin<'_>) -> String {
    let module = twin.module;
    let (name, handler, step) = (twin.action_name(), handler_name(twin), &module.style.indent);
    let export = if twin.is_near { "" } else { "export " };
    let params = |handler: String| -> Vec<String> {
        let param = |(at, param)| if at == twin.position { handler.clone() } else { module.text_of(param).to_owned() };
        twin.wrapper.params().into_iter().enumerate().map(param).collect()
    };
    if !is_typescript(&module.path) {
        return format!("{export}async function {name}({}) {{", params(handler).join(", "));
    }
    let adds = |given: &Given| match given {
        Given::Request | Given::Context => false,
        Given::Object(members) => members.iter().any(|(_, member)| matches!(member, Member::Other)),
        Given::Other => true,
    };
    let kept: Vec<String> = twin
        .given
        .iter()
        .enumerate()
        .filter(|(_, given)| adds(given))
        .map(|(at, given)| {
            let (name, kind) = argument(twin, at, given);
            format!("{name}: {kind}")
        })
        .collect();
    // What an action returns; the name is none of the module's own.
    let taken = declared_names(&module.ast);
    let returned = ["Result", "ActionResult", "T"].into_iter().find(|name| !taken.contains(*name)).unwrap_or("R");
    let typed = format!("{handler}: ({}) => Promise<{returned}>", kept.join(", "));
    let params: String = params(typed).into_iter().map(|param| format!("{step}{param},\n")).collect();
    let result = format!("Promise<{returned} | {{ ok: false; status: number; data?: any }}>");
    format!("{export}async function {name}<{returned}>(\n{params}): {result} {{")
}

/// The name and the type of an argument of the handler, without what the request gave.
fn argument(twin: &Twin<'_>, at: usize, given: &Given) -> (String, String) {
    let module = twin.module;
    let unknown = || (format!("given{at}"), "any".to_owned());
    let Some(Pat::Ident(handler)) = twin.wrapper.params().get(twin.position).copied() else { return unknown() };
    let Some(kind) = &handler.type_ann else { return unknown() };
    // These say nothing of parameters.
    if matches!(module.text_of(&*kind.type_ann), "any" | "unknown" | "Function") {
        return unknown();
    }
    let known = parameter(module, &kind.type_ann, at);
    let name = known.as_ref().and_then(|(name, _)| name.clone()).unwrap_or_else(|| format!("given{at}"));
    let gone: Vec<&str> = match given {
        Given::Object(members) => {
            let gone = members.iter().filter(|(_, member)| !matches!(member, Member::Other));
            gone.map(|(name, _)| name.as_str()).collect()
        }
        _ => Vec::new(),
    };
    if let Some((_, TsType::TsTypeLit(literal))) = &known {
        let kept = literal.members.iter().filter(|element| match element {
            TsTypeElement::TsPropertySignature(property) => {
                ident(&property.key).is_none_or(|name| !gone.contains(&&*name.sym))
            }
            _ => true,
        });
        let kept: Vec<&str> = kept.map(|element| module.text_of(element).trim_end_matches([';', ','])).collect();
        return (name, format!("{{ {} }}", kept.join("; ")));
    }
    let whole = match &known {
        Some((_, kind)) => module.text_of(kind).to_owned(),
        None => format!("Parameters<{}>[{at}]", module.text_of(&*kind.type_ann)),
    };
    if gone.is_empty() {
        return (name, whole);
    }
    let names: Vec<String> = gone.iter().map(|name| module.style.string(name)).collect();
    (name, format!("Omit<{whole}, {}>", names.join(" | ")))
}

/// The name and the type of the parameter at `at` of a function type that is written down in the module.
fn parameter(module: &Module, kind: &TsType, at: usize) -> Option<(Option<String>, TsType)> {
    let of = |param: &TsFnParam| {
        let (name, kind) = match param {
            TsFnParam::Ident(name) => (Some(name.id.sym.to_string()), name.type_ann.as_ref()),
            TsFnParam::Object(object) => (None, object.type_ann.as_ref()),
            _ => return None,
        };
        Some((name, (*kind?.type_ann).clone()))
    };
    match kind {
        TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => of(function.params.get(at)?),
        TsType::TsTypeRef(reference) if reference.type_params.is_none() => {
            let name = reference.type_name.as_ident()?.to_id();
            match named_type(module, &name)? {
                NamedType::Alias(alias) if alias.type_params.is_none() => match &*alias.type_ann {
                    TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => {
                        of(function.params.get(at)?)
                    }
                    _ => None,
                },
                NamedType::Alias(_) => None,
                NamedType::Interface(interface) => match interface.body.body.as_slice() {
                    [TsTypeElement::TsCallSignatureDecl(signature)] => of(signature.params.get(at)?),
                    _ => None,
                },
            }
        }
        _ => None,
    }
}
