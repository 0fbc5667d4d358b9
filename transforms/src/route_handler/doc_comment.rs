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

/// `text`, a new Route Handler file at `path`, with doc comments that fit its functions: the old handler's parameters were
/// called `old`, of which some are gone.
///
/// ```js
/// /** @type {import('next').NextApiHandler} */                  // @param {import('next/server').NextRequest} req
/// /**
///  * @param {import('next').NextApiRequest} req                 // {import('next/server').NextRequest}
///  * @param {import('next').NextApiResponse} res                // goes
///  */
/// ```
pub fn fit_docs(path: &str, text: String, old: &[String]) -> String {
    if !(text.contains("@param") || text.contains("NextApiHandler")) {
        return text;
    }
    let Ok(module) = Module::parse(path, text.as_str().into()) else { return text };
    let mut rewrite = Rewrite::new();
    for function in module_functions(&module).into_values() {
        let Some(comment) = item_around(&module, function).and_then(|item| comment_above(&text, item.start)) else {
            continue;
        };
        let names: Vec<&str> = function.params().into_iter().filter_map(pat_ident).map(|name| &*name.sym).collect();
        let gone: Vec<&str> = old.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
        let edits = match one_line(&comment, &text) {
            Some(line) if line.text(&text).contains("NextApiHandler") => match names.first() {
                Some(name) => vec![Edit::replace(comment, format!("/** @param {{{REQUEST}}} {name} */"))],
                None => vec![Edit::delete(line)],
            },
            _ => {
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

/// Whether nothing is left of the comment without `stale`.
fn is_emptied(text: &str, comment: Span, stale: &[Edit]) -> bool {
    let gone: usize = stale.iter().map(|edit| words(edit.span().text(text))).sum();
    gone > 0 && gone == words(comment.text(text))
}

fn words(text: &str) -> usize {
    text.chars().filter(|char| char.is_alphanumeric()).count()
}

/// The whole line of a comment that has only one.
fn one_line(comment: &Span, text: &str) -> Option<Span> {
    let is_line = !comment.text(text).contains('\n') && text[..comment.start].rsplit('\n').next()?.trim().is_empty();
    is_line.then(|| full_statement(text, *comment))
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
    fn names_of_parameters() {
        assert_eq!(parameter(" {string} why - the reason"), Some("why"));
        assert_eq!(parameter(" {{ a: string }} res"), Some("res"));
        assert_eq!(parameter(" [res] the response"), Some("res"));
        assert_eq!(parameter(" res.status"), Some("res"));
        assert_eq!(parameter(" {broken"), None);
    }
}
