//! Lines of a doc comment about parameters that are no more.
//!
//! ```js
//! /**
//!  * Refuses.
//!  * @param {import('next').NextApiResponse} res   // this line goes with the parameter
//!  * @param {string} why
//!  */
//! function deny(res, why) { … }
//! ```

use std::collections::BTreeSet;

use super::doc_tags::{Tag, is_next, names_of, tags};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::Pat;
use crate::syntax::{Function, Module, Span, class_method, full_statement, module_functions, pat_ident, span_of};

/// What becomes of a helper, as far as its doc comment tells of it.
#[derive(Debug, Default)]
pub struct Change<'c> {
    /// Parameters that go.
    pub gone: Vec<&'c str>,
    /// The request that stays, and what the application puts on it.
    pub request: Option<(&'c str, Vec<String>)>,
    /// Parameters that come, as `name: Type`, each with the old one that it comes behind, or in place of.
    pub added: Vec<(&'c str, String)>,
    /// The function gives other values than before: of this type, if it cannot be told from its code.
    pub returns: Option<Option<&'static str>>,
    /// The type of the handlers that a wrapper takes.
    pub handler: Option<String>,
}

/// The edits of the comment above `function` that go with `change`.
pub fn helper_edits(module: &Module, function: Function<'_>, change: &Change<'_>) -> Vec<Edit> {
    let Some(doc) = doc_of(module, function, change.handler.is_some()) else { return Vec::new() };
    let text = &*module.text;
    let javascript = !module.path.ends_with(".ts") && !module.path.ends_with(".tsx");
    let all = tags(text, doc.span);
    let typed = javascript && all.iter().any(|tag| tag.kind.is_some());
    let mut edits = Vec::new();
    for tag in &all {
        let parameter = tag.parameter(text);
        let added = change.added.iter().filter(|(behind, _)| typed && parameter == Some(*behind));
        let added: Vec<String> = added.filter_map(|(_, own)| param_tag(own)).collect();
        let separator = separator(text, tag.span.start);
        match (parameter, tag.name(text)) {
            (Some(name), _) if change.gone.contains(&name) => edits.push(match added.is_empty() {
                true => Edit::delete(tag.with_lines(text)),
                false => Edit::replace(tag.span, added.join(&separator)),
            }),
            (Some(name), _) => {
                edits.extend(type_edits(module, *tag, name, change, javascript));
                edits.extend(
                    (!added.is_empty())
                        .then(|| Edit::insert(tag.span.end, format!("{separator}{}", added.join(&separator)))),
                );
            }
            (None, "returns" | "return") => edits.extend(returned(text, *tag, doc.is_own, change)),
            _ => {}
        }
    }
    if is_emptied(text, doc.span, &edits) {
        return vec![Edit::delete(full_statement(text, doc.span))];
    }
    edits
}

/// What stands between the tag that starts at `start` and one behind it: what stands in front of a tag stands in front of
/// each.
fn separator(text: &str, start: usize) -> String {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = Some(&text[line..start]).filter(|before| before.trim() == "*");
    before.map_or(" ".to_owned(), |before| format!("\n{before}"))
}

/// `name: Type` as a tag.
fn param_tag(parameter: &str) -> Option<String> {
    match parameter.strip_prefix('{') {
        // `{ params }: { params: … }`
        Some(_) => Some(format!("@param {{{}}} context", parameter.split_once("}: ")?.1)),
        None => parameter.split_once(": ").map(|(name, own)| format!("@param {{{own}}} {name}")),
    }
}

/// The new type of the parameter `name`, if it is the request, or a handler of a wrapper.
fn type_edits(module: &Module, tag: Tag, name: &str, change: &Change<'_>, javascript: bool) -> Option<Edit> {
    let text = &*module.text;
    let kind = tag.kind?;
    let old = kind.text(text).trim();
    let is = |own: &str| is_next(old, own) || names_of(module, own).contains(&old);
    if let Some(handler) = change.handler.as_ref().filter(|_| javascript && is("NextApiHandler")) {
        return Some(Edit::replace(kind, handler.replace("NextRequest", REQUEST)));
    }
    let (_, keys) = change.request.as_ref().filter(|(own, _)| *own == name)?;
    let keys: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
    match old {
        "any" | "*" | "Object" | "object" | "unknown" => None,
        // The type of `name.member`.
        _ if tag.rest(text).contains(&format!("{name}.")) => None,
        _ if !javascript => (old == "NextApiRequest").then(|| Edit::replace(kind, "NextRequest")),
        _ if keys.is_empty() || is("NextApiRequest") => Some(Edit::replace(kind, REQUEST)),
        _ => Some(Edit::replace(kind, format!("{REQUEST} & Pick<{old}, {}>", keys.join(" | ")))),
    }
}

/// `@returns {void}` of a function that returns the answer now: its type goes, as annotations do, and the tag with it if it
/// says no more.
fn returned(text: &str, tag: Tag, is_own: bool, change: &Change<'_>) -> Option<Edit> {
    let kind = tag.kind?;
    if let Some(handler) = change.handler.as_ref() {
        let is_handler = kind.text(text).trim().ends_with("NextApiHandler");
        return is_handler.then(|| Edit::replace(kind, handler.replace("NextRequest", REQUEST)));
    }
    match change.returns.filter(|_| is_own) {
        Some(Some(new)) => Some(Edit::replace(kind, new.replace("NextResponse", "import('next/server').NextResponse"))),
        None => None,
        _ if tag.rest(text).trim().is_empty() => Some(Edit::delete(tag.with_lines(text))),
        _ => Some(Edit::delete(Span::new(
            kind.start - 1,
            kind.end + 1 + tag.rest(text).len() - tag.rest(text).trim_start().len(),
        ))),
    }
}

/// The doc comment of a function.
struct Doc {
    span: Span,
    /// It tells of this function, and of none around it.
    is_own: bool,
}

/// The doc comment right above the line on which `function` starts, or above its statement, also if it is what the
/// function there gives and that `wraps`.
fn doc_of(module: &Module, function: Function<'_>, wraps: bool) -> Option<Doc> {
    let (text, start) = (&*module.text, function.span().start);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let is_own = |comment: Span| {
        // `const withAuth = (handler) => async (req, res) => …`
        let between = &text[comment.end..start];
        class_method(module, start).is_some() || !between.contains("=>") && !between.contains('{')
    };
    let here = comment_above(text, line + text[line..].len() - text[line..].trim_start().len());
    let item = || item_around(module, function).and_then(|item| comment_above(text, item.start));
    let span = here.or_else(|| item().filter(|comment| wraps || is_own(*comment)))?;
    Some(Doc { span, is_own: is_own(span) })
}

/// The tags of the comment above `function` as `edits` leave them, for the copy of the function: the lines of a comment,
/// without what stands in front of each. None if no tag has a type.
pub fn copied_tags(module: &Module, function: Function<'_>, edits: &[Edit]) -> Vec<String> {
    let Some(doc) = doc_of(module, function, true).map(|doc| doc.span) else { return Vec::new() };
    let typed = tags(&module.text, doc).iter().any(|tag| tag.kind.is_some());
    if !typed || module.path.ends_with(".ts") || module.path.ends_with(".tsx") {
        return Vec::new();
    }
    let mut rewrite = Rewrite::new();
    let own = edits.iter().filter(|edit| doc.contains(edit.span())).cloned();
    let Some(text) = rewrite.extend(own).and_then(|()| rewrite.render(&module.text)).ok() else { return Vec::new() };
    // A comment that goes as a whole has nothing left.
    let end = (text.len() + doc.end).saturating_sub(module.text.len());
    let comment = Span::new(doc.start, end.max(doc.start));
    if text.get(comment.start..comment.end).is_none_or(|comment| !comment.ends_with("*/")) {
        return Vec::new();
    }
    let lines = tags(&text, comment).into_iter().flat_map(|tag| {
        let lines = tag.span.text(&text).lines();
        lines.map(|line| line.trim().trim_start_matches('*').trim_end().to_owned()).collect::<Vec<_>>()
    });
    lines.map(|line| line.strip_prefix(' ').map_or(line.clone(), str::to_owned)).collect()
}

/// The request of a Route Handler.
const REQUEST: &str = "import('next/server').NextRequest";

/// `text`, a new Route Handler file at `path`, with doc comments that fit its functions `carriers`: the old handler's
/// parameters were called `old`, of which some are gone. Those in `answers` return the answer, and may take a `context`,
/// which is `{ params }: Type`.
///
/// ```js
/// /** @type {import('next').NextApiHandler} */                  // @param {import('next/server').NextRequest} req
/// /**
///  * @param {import('next').NextApiRequest} req                 // {import('next/server').NextRequest}
///  * @param {import('next').NextApiResponse} res                // goes
///  */
/// ```
pub fn fit_docs(
    path: &str,
    text: String,
    carriers: &BTreeSet<String>,
    answers: &BTreeSet<String>,
    (old, context): (&[String], &str),
) -> String {
    if !(text.contains("@param") || text.contains("@type") || text.contains("@return")) {
        return text;
    }
    let Ok(module) = Module::parse(path, text.as_str().into()) else { return text };
    let mut rewrite = Rewrite::new();
    let functions = module_functions(&module).into_iter().filter(|(id, _)| carriers.contains(&*id.0));
    for (id, function) in functions {
        let Some(comment) = item_around(&module, function).and_then(|item| comment_above(&text, item.start)) else {
            continue;
        };
        let names: Vec<&str> = function.params().into_iter().filter_map(pat_ident).map(|name| &*name.sym).collect();
        let gone: Vec<&str> = old.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
        let takes_context = answers.contains(&*id.0) && matches!(function.params().get(1), Some(Pat::Object(_)));
        let context = takes_context.then_some(context);
        let edits = match (handler_type(&text, comment), names.first()) {
            (Some(tag), Some(name)) => {
                let request = format!("@param {{{REQUEST}}} {name}");
                let tags: Vec<String> = std::iter::once(request).chain(context.and_then(param_tag)).collect();
                vec![Edit::replace(tag, tags.join(&separator(&text, tag.start)))]
            }
            (Some(tag), None) => vec![Edit::delete(without(&text, comment, tag))],
            (None, _) => {
                let added = names.first().zip(context).map(|(name, own)| (*name, own.to_owned())).into_iter().collect();
                let returns = answers.contains(&*id.0).then_some(None);
                let edits = helper_edits(&module, function, &Change { gone, returns, added, ..Change::default() });
                match edits.as_slice() {
                    [only] if only.span().contains(comment) => edits,
                    _ => [new_types(&module, comment, &edits), edits].concat(),
                }
            }
        };
        if rewrite.extend(edits).is_err() {
            return text;
        }
    }
    rewrite.render(&text).unwrap_or(text)
}

/// `@type {import('next').NextApiHandler<…>}` in `comment`.
fn handler_type(text: &str, comment: Span) -> Option<Span> {
    let inside = comment.text(text);
    let start = inside.find("@type")?;
    let open = start + inside[start..].find('{')?;
    let mut depth = 0;
    let length = inside[open..].find(|char| {
        depth += i32::from(char == '{') - i32::from(char == '}');
        depth == 0
    })?;
    let is_tag = inside[start + "@type".len()..open].trim().is_empty();
    let kind = inside[open + 1..open + length].trim();
    let handlers = ["import('next').NextApiHandler", "import(\"next\").NextApiHandler"];
    let is_handler = handlers.iter().any(|handler| kind.starts_with(handler));
    (is_tag && is_handler).then(|| Span::new(comment.start + start, comment.start + open + length + 1))
}

/// What goes with `part` of a comment: all of it, its line, or nothing else.
fn without(text: &str, comment: Span, part: Span) -> Span {
    let only = |around: Span| words(around.text(text)) == words(part.text(text));
    let line = full_line(text, part);
    if only(comment) {
        full_statement(text, comment)
    } else if comment.contains(line) && only(line) {
        line
    } else {
        part
    }
}

fn full_line(text: &str, part: Span) -> Span {
    let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end..].find('\n').map_or(text.len(), |at| part.end + at + 1);
    Span::new(start, end)
}

/// Whether nothing is left of the comment without `stale`.
fn is_emptied(text: &str, comment: Span, stale: &[Edit]) -> bool {
    let gone: usize = stale.iter().filter(|edit| edit.is_deletion()).map(|edit| words(edit.span().text(text))).sum();
    gone > 0 && gone == words(comment.text(text))
}

fn words(text: &str) -> usize {
    text.chars().filter(|char| char.is_alphanumeric()).count()
}

/// The type of a request, in what stays of the comment.
fn new_types(module: &Module, comment: Span, edits: &[Edit]) -> Vec<Edit> {
    let text = &*module.text;
    let olds = ["import('next').NextApiRequest", "import(\"next\").NextApiRequest"];
    let written = olds.iter().flat_map(|old| comment.text(text).match_indices(old)).map(|(at, old)| {
        let start = comment.start + at;
        let new = old.replace("next", "next/server").replace("NextApiRequest", "NextRequest");
        Edit::replace(Span::new(start, start + old.len()), new)
    });
    let named = names_of(module, "NextApiRequest");
    let tags = tags(text, comment).into_iter().filter(|tag| tag.parameter(text).is_some());
    let kinds = tags.filter_map(|tag| tag.kind).filter(|kind| named.contains(&kind.text(text)));
    let named = kinds.map(|kind| Edit::replace(kind, REQUEST));
    written.chain(named).filter(|new| !edits.iter().any(|edit| edit.span().contains(new.span()))).collect()
}

fn item_around(module: &Module, function: Function<'_>) -> Option<Span> {
    module.ast.body.iter().map(span_of).find(|item| item.contains(function.span()))
}

/// The doc comment that ends right above `offset`.
fn comment_above(text: &str, offset: usize) -> Option<Span> {
    let above = text[..offset].trim_end();
    let inside = above.strip_suffix("*/")?;
    let start = inside.rfind("/*").filter(|at| inside[*at..].starts_with("/**"))?;
    Some(Span::new(start, above.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_other_functions_keep_their_words() {
        let fit = |text: &str| {
            fit_docs(
                "a.js",
                text.into(),
                &["GET".to_owned()].into(),
                &["GET".to_owned()].into(),
                (&["res".to_owned()], ""),
            )
        };
        let tag = "/** @type {import('next').NextApiHandler<{ a: 1 }>} */\n";
        let get = "export function GET(req) {}\n";
        assert_eq!(fit(&format!("{tag}{get}")), format!("/** @param {{{REQUEST}}} req */\n{get}"));
        assert_eq!(fit(&format!("{tag}export function GET() {{}}\n")), "export function GET() {}\n");
        for kept in [
            "/** Answers as every NextApiHandler here, @type or not. */\nexport function GET() {}\n",
            "/** @type {import('./types').NextApiHandler} */\nexport function GET() {}\n",
            "/**\n * Formats.\n * @param {string} res the result\n */\nfunction format(result) {}\n",
            "/** @type {import('next').NextApiHandler} */\nconst other = (req) => {};\n",
        ] {
            assert_eq!(fit(kept), kept);
        }
        let prose = "/**\n * Answers.\n * @type {import('next').NextApiHandler}\n */\nexport function GET() {}\n";
        assert_eq!(fit(prose), "/**\n * Answers.\n */\nexport function GET() {}\n");
    }
}
