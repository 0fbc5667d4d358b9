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

use super::{Module, Span, full_statement, literal_str, required, span_of};

/// What a comment begins with that speaks for the whole file, and works at its top only.
const FOR_THE_FILE: [&str; 12] = [
    "<reference ",
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

/// Tags of doc comments that are about the whole file.
const FILE_TAGS: [&str; 6] = ["@file", "@fileoverview", "@license", "@licence", "@module", "@packageDocumentation"];

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
        let of_modules = rest == start && comment.text(text).contains('\n') && requires_at(module, comment.end);
        rest = comment.end;
        if is_for_file(comment.text(text)) || space(rest).matches('\n').count() > 1 || of_modules {
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

/// Whether the statement behind `offset` is what CommonJS has in place of an import: what a comment of several lines above
/// it says is about the file.
fn requires_at(module: &Module, offset: usize) -> bool {
    let start = module.text.len() - module.text[offset..].trim_start().len();
    required(module).iter().any(|own| own.statement.start == start)
}

/// Where a new import goes beside `first`, the first import of the file, in bytes, and what has to stand before it. No
/// comment is parted from the line that it is about:
///
/// ```ts
/// // @ts-nocheck
/// import a from './a'      // in front of it
///
/// // The users.
/// import b from './b'      // at the top of the file behind it, elsewhere above its comment
/// ```
pub fn beside_import(module: &Module, first: Span) -> (usize, &'static str) {
    let text = &*module.text;
    let about = comments_above(module, first.start);
    match about {
        None => (first.start, ""),
        // It may speak for the file as well.
        Some(start) if text[..start].trim_start_matches('\u{feff}').trim().is_empty() => line_behind(text, first),
        Some(start) => (start, ""),
    }
}

/// Where the comments begin that adjoin what starts at `offset`, but for those of the file.
fn comments_above(module: &Module, offset: usize) -> Option<usize> {
    let text = &*module.text;
    let mut start = offset;
    for comment in before(module, offset).rev() {
        let between = &text[comment.end..start];
        let starts_line = text[..comment.start].trim_end_matches([' ', '\t', '\u{feff}']);
        let starts_line = starts_line.is_empty() || starts_line.ends_with('\n');
        let adjoins = between.trim().is_empty() && between.matches('\n').count() < 2 && starts_line;
        if !adjoins || is_for_file(comment.text(text)) {
            break;
        }
        start = comment.start;
    }
    (start < offset).then_some(start)
}

/// The comments that end before `offset`.
fn before(module: &Module, offset: usize) -> impl DoubleEndedIterator<Item = &Span> {
    module.comments[..module.comments.partition_point(|comment| comment.end <= offset)].iter()
}

/// The statement at `span` with the comments right above that say what tools shall make of just this line, as
/// `// @ts-expect-error` does.
pub fn with_line_directives(module: &Module, span: Span) -> Span {
    let mut whole = Span::new(full_statement(&module.text, span).start, span.end);
    let own = whole.start;
    for comment in before(module, whole.start).rev() {
        let line = full_statement(&module.text, *comment);
        if line.end != whole.start || !is_for_line(comment.text(&module.text)) {
            break;
        }
        whole.start = line.start;
    }
    if whole.start == own { span } else { whole }
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
    let says = said(comment);
    let known = FOR_THE_FILE.iter().any(|mark| says.starts_with(mark)) || comment.starts_with("/*!");
    let tags = comment.lines().map(said).any(|line| FILE_TAGS.iter().any(|tag| line.starts_with(tag)));
    (known || tags && comment.starts_with("/**")) && !says.contains("-next-line")
}

fn is_for_line(comment: &str) -> bool {
    let says = said(comment);
    says.starts_with("@ts-ignore") || says.starts_with("@ts-expect-error") || says.contains("-next-line")
}

/// What a comment says, or a line of it.
fn said(comment: &str) -> &str {
    comment.trim_start_matches(|c: char| c.is_whitespace() || "/*".contains(c))
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
            ("/**\n * @file It.\n */\nf()", "/**\n * @file It.\n */\nimport\n\nf()"),
            ("/*\n * It.\n */\nconst a = require('a')", "/*\n * It.\n */\nimport\n\nconst a = require('a')"),
            ("/*\n * It.\n */\nconst a = 1", "import\n\n/*\n * It.\n */\nconst a = 1"),
            ("// @ts-ignore\nconst a = require('a')", "import\n\n// @ts-ignore\nconst a = require('a')"),
        ] {
            assert_eq!(with_import(text), expected, "{text:?}");
        }
    }

    fn beside(text: &str) -> String {
        let module = Module::parse("a.ts", text.into()).unwrap();
        let (at, before) = beside_import(&module, span_of(&module.ast.body[0]));
        format!("{}{before}import\n{}", &text[..at], &text[at..])
    }

    #[test]
    fn comments_are_not_parted_from_their_lines() {
        for (text, expected) in [
            ("import 'a'\n", "import\nimport 'a'\n"),
            ("// It.\n\nimport 'a'\n", "// It.\n\nimport\nimport 'a'\n"),
            ("// @ts-ignore\nimport 'a' // b\nf()", "// @ts-ignore\nimport 'a' // b\nimport\nf()"),
            ("// @ts-ignore\nimport 'a'", "// @ts-ignore\nimport 'a'\nimport\n"),
            ("// It.\n\n// a\n// b\nimport 'a'\n", "// It.\n\nimport\n// a\n// b\nimport 'a'\n"),
            ("// @ts-nocheck\nimport 'a'\n", "// @ts-nocheck\nimport\nimport 'a'\n"),
            ("// @ts-nocheck\n/* a */\nimport 'a'\n", "// @ts-nocheck\nimport\n/* a */\nimport 'a'\n"),
            ("#!/bin/node\n// a\nimport 'a'\n", "#!/bin/node\nimport\n// a\nimport 'a'\n"),
            ("/// <reference path='a' />\nimport 'a'\n", "/// <reference path='a' />\nimport\nimport 'a'\n"),
        ] {
            assert_eq!(beside(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_said_to_tools_about_a_line_goes_with_it() {
        let with = |text: &str| {
            let module = Module::parse("a.ts", text.into()).unwrap();
            with_line_directives(&module, span_of(&module.ast.body[0])).text(text).to_owned()
        };
        let both = "// @ts-expect-error none\n// eslint-disable-next-line b\nimport 'a'";
        assert_eq!(with(&format!("// It.\n{both}\nf()")), both);
        assert_eq!(with("// @ts-ignore\n\nimport 'a'\n"), "import 'a'");
    }
}
