//! The top of a file: what has to stay there, and where the first import goes.
//!
//! ```ts
//! #!/usr/bin/env node
//! // @ts-nocheck
//!
//! // The health of the service.      <- belongs to what follows
//! export default …
//! ```

use swc_core::ecma::ast::{ModuleItem, Stmt};

use super::{Module, Span, literal_str, span_of};

/// What a comment begins with that speaks for the whole file, and works at its top only.
const FOR_THE_FILE: [&str; 11] = [
    "@flow",
    "@jsx",
    "@license",
    "@preserve",
    "@ts-check",
    "@ts-nocheck",
    "eslint ",
    "eslint-disable",
    "eslint-env",
    "global",
    "istanbul ignore file",
];

/// Where the first line of the file may stand, in bytes: behind a byte order mark, a shebang and directives.
pub fn head(module: &Module) -> usize {
    let directive =
        |item: &&ModuleItem| matches!(item, ModuleItem::Stmt(Stmt::Expr(e)) if literal_str(&e.expr).is_some());
    let last = module.ast.body.iter().take_while(directive).last();
    let mark = if module.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let shebang = module.text[mark..].starts_with("#!").then(|| module.text.find('\n')).flatten();
    match last {
        Some(directive) => line_behind(&module.text, span_of(directive)).0,
        None => shebang.map_or(mark, |end| end + 1),
    }
}

/// Where the first import of a file without any goes, in bytes: behind the comments of the file, before those of its
/// first statement. And what stands between the two.
pub fn first_import(module: &Module) -> (usize, &'static str) {
    let text = &*module.text;
    let space = |at: usize| &text[at..][..text[at..].len() - text[at..].trim_start().len()];
    let start = head(module);
    let (mut at, mut rest) = (start, start);
    for comment in module.comments.iter().filter(|comment| comment.start >= start) {
        if comment.start != rest + space(rest).len() {
            break;
        }
        rest = comment.end;
        if is_for_file(comment.text(text)) || space(rest).matches('\n').count() > 1 {
            at = rest;
        }
    }
    let space = space(at);
    if text[..at].trim_start_matches('\u{feff}').is_empty() {
        // Imports that went leave the blank line behind them.
        return (at, if space.contains('\n') { "" } else { "\n" });
    }
    (at + space.rfind('\n').map_or(0, |end| end + 1), "\n")
}

/// Where a new line goes behind the statement at `span`, in bytes, and what has to stand before it. A comment behind the
/// statement belongs to it: `import { db } from './db'; // the connection`.
pub fn line_behind(text: &str, span: Span) -> (usize, &'static str) {
    let line_end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
    let mut rest = text[span.end..line_end].trim();
    while let Some((_, behind)) = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
        rest = behind.trim_start();
    }
    if rest.is_empty() || rest.starts_with("//") {
        return (line_end, if text[..line_end].ends_with('\n') { "" } else { "\n" });
    }
    (span.end, "\n")
}

fn is_for_file(comment: &str) -> bool {
    let says = comment.trim_start_matches(|c: char| c.is_whitespace() || "/*".contains(c));
    let known = FOR_THE_FILE.iter().any(|mark| says.starts_with(mark)) || comment.starts_with("/*!");
    known && !says.contains("-next-line")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_import(text: &str) -> String {
        let module = Module::parse("a.ts", text.into()).unwrap();
        let (at, behind) = first_import(&module);
        format!("{}import\n{behind}{}", &text[..at], &text[at..])
    }

    #[test]
    fn imports_stand_behind_what_speaks_for_the_file() {
        for (text, expected) in [
            ("f()", "import\n\nf()"),
            ("\nf()", "import\n\nf()"),
            ("\u{feff}f()", "\u{feff}import\n\nf()"),
            ("// does it\nf()", "import\n\n// does it\nf()"),
            ("// @ts-nocheck\nf()", "// @ts-nocheck\nimport\n\nf()"),
            ("/* (c) */\n\n// does it\nf()", "/* (c) */\n\nimport\n\n// does it\nf()"),
            ("// eslint-disable-next-line a\nf()", "import\n\n// eslint-disable-next-line a\nf()"),
            ("/* eslint-disable a */\n/** Does it. */\nf()", "/* eslint-disable a */\nimport\n\n/** Does it. */\nf()"),
            ("#!/bin/node\n\nf()", "#!/bin/node\n\nimport\n\nf()"),
            ("'use strict';\n\n// (c)\n\nf()", "'use strict';\n\n// (c)\n\nimport\n\nf()"),
        ] {
            assert_eq!(with_import(text), expected, "{text:?}");
        }
    }
}
