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

use crate::rewrite::Edit;
use crate::syntax::{Function, Module, Span, span_of};

/// The edits that take the lines about the parameters called `gone` out of the comment above `function`.
pub fn stale_lines(module: &Module, function: Function<'_>, gone: &[&str]) -> Vec<Edit> {
    let item = module.ast.body.iter().map(span_of).find(|item| item.contains(function.span()));
    let Some(comment) = item.filter(|_| !gone.is_empty()).and_then(|item| comment_above(&module.text, item.start))
    else {
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
