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

use crate::rewrite::{Edit, Rewrite};
use crate::syntax::{Function, Module, Span, full_statement, module_functions, pat_ident, span_of};

/// The edits that take the lines about the parameters called `gone` out of the comment above `function`.
pub fn stale_lines(module: &Module, function: Function<'_>, gone: &[&str]) -> Vec<Edit> {
    let item = item_around(module, function).filter(|_| !gone.is_empty());
    let Some(comment) = item.and_then(|item| comment_above(&module.text, item.start)) else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    let mut start = comment.start;
    let mut is_stale = false;
    for line in comment.text(&module.text).split_inclusive('\n') {
        let words = line.trim().trim_start_matches('*').trim_start();
        if let Some(rest) = words.strip_prefix("@param") {
            is_stale = parameter(rest).is_some_and(|name| gone.contains(&name));
        } else if words.is_empty() || words.starts_with(['@', '/']) {
            is_stale = false;
        }
        // What stands on the line of the braces of the comment stays with these.
        if is_stale && line.trim_start().starts_with('*') && !line.contains("*/") {
            edits.push(Edit::delete(Span::new(start, start + line.len())));
        }
        start += line.len();
    }
    edits
}

/// The request of a Route Handler.
const REQUEST: &str = "import('next/server').NextRequest";

/// `text`, a new Route Handler file at `path`, with doc comments that fit its functions `carriers`: the old handler's
/// parameters were called `old`, of which some are gone.
///
/// ```js
/// /** @type {import('next').NextApiHandler} */                  // @param {import('next/server').NextRequest} req
/// /**
///  * @param {import('next').NextApiRequest} req                 // {import('next/server').NextRequest}
///  * @param {import('next').NextApiResponse} res                // goes
///  */
/// ```
pub fn fit_docs(path: &str, text: String, carriers: &BTreeSet<String>, old: &[String]) -> String {
    if !(text.contains("@param") || text.contains("@type")) {
        return text;
    }
    let Ok(module) = Module::parse(path, text.as_str().into()) else { return text };
    let mut rewrite = Rewrite::new();
    let functions = module_functions(&module).into_iter().filter(|(id, _)| carriers.contains(&*id.0));
    for (_, function) in functions {
        let Some(comment) = item_around(&module, function).and_then(|item| comment_above(&text, item.start)) else {
            continue;
        };
        let names: Vec<&str> = function.params().into_iter().filter_map(pat_ident).map(|name| &*name.sym).collect();
        let gone: Vec<&str> = old.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
        let edits = match (handler_type(&text, comment), names.first()) {
            (Some(tag), Some(name)) => vec![Edit::replace(tag, format!("@param {{{REQUEST}}} {name}"))],
            (Some(tag), None) => vec![Edit::delete(without(&text, comment, tag))],
            (None, _) => {
                let stale = stale_lines(&module, function, &gone);
                match is_emptied(&text, comment, &stale) {
                    true => vec![Edit::delete(full_statement(&text, comment))],
                    false => [stale, new_types(&text, comment)].concat(),
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
    let gone: usize = stale.iter().map(|edit| words(edit.span().text(text))).sum();
    gone > 0 && gone == words(comment.text(text))
}

fn words(text: &str) -> usize {
    text.chars().filter(|char| char.is_alphanumeric()).count()
}

/// The type of a request, in the lines that stay.
fn new_types(text: &str, comment: Span) -> Vec<Edit> {
    let olds = ["import('next').NextApiRequest", "import(\"next\").NextApiRequest"];
    let places = olds.iter().flat_map(|old| comment.text(text).match_indices(old));
    let edit = |(at, old): (usize, &str)| {
        let start = comment.start + at;
        let new = old.replace("next", "next/server").replace("NextApiRequest", "NextRequest");
        Edit::replace(Span::new(start, start + old.len()), new)
    };
    places.map(edit).collect()
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

/// The name that `@param {Type} name` is about, or `[name=…]` and `name.member`.
fn parameter(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let mut depth = 0;
    let end = rest.find(|char| {
        depth += i32::from(char == '{') - i32::from(char == '}');
        depth == 0
    })?;
    let name = if rest.starts_with('{') { &rest[end + 1..] } else { rest };
    let name = name.trim_start().trim_start_matches('[');
    name.split(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '$'))).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_other_functions_keep_their_words() {
        let fit = |text: &str| fit_docs("a.js", text.into(), &["GET".to_owned()].into(), &["res".to_owned()]);
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

    #[test]
    fn names_of_parameters() {
        assert_eq!(parameter(" {string} why - the reason"), Some("why"));
        assert_eq!(parameter(" {{ a: string }} res"), Some("res"));
        assert_eq!(parameter(" [res] the response"), Some("res"));
        assert_eq!(parameter(" res.status"), Some("res"));
        assert_eq!(parameter(" {broken"), None);
    }
}
