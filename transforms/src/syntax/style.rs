//! How a file is written, so that new code can be written the same way.

use swc_core::ecma::ast;
use swc_core::ecma::visit::{Visit, VisitWith};

/// Which quotes its strings have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// `'`.
    Single,
    /// `"`.
    Double,
}

/// The habits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The majority of its string literals.
    pub quote: Quote,
    /// Whether its statements end with `;`.
    pub semicolons: bool,
    /// One level of indentation.
    pub indent: String,
    /// Whether a space stands inside the braces of one-line objects and imports.
    pub brace_spaces: bool,
}

impl Style {
    /// Reads the habits of `text`; where it shows none, those of most Next.js projects.
    pub fn of(text: &str, module: &ast::Module) -> Style {
        let mut seen = Seen { single: 0, double: 0, with: 0, without: 0, text };
        module.visit_with(&mut seen);
        Style {
            quote: if seen.double > seen.single { Quote::Double } else { Quote::Single },
            semicolons: seen.with >= seen.without,
            indent: indent_of(text),
            brace_spaces: !text.contains("import {") || text.contains("import { "),
        }
    }

    /// `value` as a string literal. Meant for specifiers and names; quotes and backslashes are escaped.
    pub fn string(&self, value: &str) -> String {
        let quote = match self.quote {
            Quote::Single => '\'',
            Quote::Double => '"',
        };
        let mut literal = String::from(quote);
        for char in value.chars() {
            if char == quote || char == '\\' {
                literal.push('\\');
            }
            literal.push(char);
        }
        literal.push(quote);
        literal
    }

    /// `;` or nothing.
    pub fn semi(&self) -> &'static str {
        if self.semicolons { ";" } else { "" }
    }

    /// `names` between braces, as in an import.
    pub fn braces(&self, names: &str) -> String {
        if self.brace_spaces { format!("{{ {names} }}") } else { format!("{{{names}}}") }
    }
}

/// The smallest indentation step that occurs, or two spaces.
fn indent_of(text: &str) -> String {
    let (mut previous, mut counts) = ("", [0usize; 9]);
    let mut tabs = 0;
    for line in text.lines() {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        // Comment blocks are indented by one more space than the code around them.
        if line.trim().is_empty() || line.trim_start().starts_with('*') {
            continue;
        }
        if indent.len() > previous.len() && indent.starts_with(previous) {
            match &indent[previous.len()..] {
                "\t" => tabs += 1,
                step if step.len() < counts.len() && step.bytes().all(|byte| byte == b' ') => counts[step.len()] += 1,
                _ => {}
            }
        }
        previous = indent;
    }
    let spaces = (2..counts.len()).max_by_key(|&step| (counts[step], counts.len() - step)).unwrap_or(2);
    if tabs > counts[spaces] {
        "\t".into()
    } else if counts[spaces] == 0 {
        "  ".into()
    } else {
        " ".repeat(spaces)
    }
}

struct Seen<'a> {
    single: usize,
    double: usize,
    with: usize,
    without: usize,
    text: &'a str,
}

impl Visit for Seen<'_> {
    fn visit_str(&mut self, literal: &ast::Str) {
        match literal.raw.as_ref().and_then(|raw| raw.chars().next()) {
            Some('\'') => self.single += 1,
            Some('"') => self.double += 1,
            _ => {}
        }
    }

    // A JSX attribute's quotes say nothing about the code's.
    fn visit_jsx_attr_value(&mut self, value: &ast::JSXAttrValue) {
        if !matches!(value, ast::JSXAttrValue::Str(_)) {
            value.visit_children_with(self);
        }
    }

    fn visit_module_item(&mut self, item: &ast::ModuleItem) {
        let counts = matches!(
            item,
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::Import(_) | ast::ModuleDecl::ExportDefaultExpr(_))
                | ast::ModuleItem::Stmt(ast::Stmt::Expr(_) | ast::Stmt::Decl(ast::Decl::Var(_)))
        );
        if counts {
            self.count(super::span_of(item));
        }
        item.visit_children_with(self);
    }

    fn visit_stmt(&mut self, statement: &ast::Stmt) {
        if matches!(statement, ast::Stmt::Expr(_) | ast::Stmt::Return(_)) {
            self.count(super::span_of(statement));
        }
        statement.visit_children_with(self);
    }
}

impl Seen<'_> {
    fn count(&mut self, span: super::Span) {
        if span.text(self.text).ends_with(';') { self.with += 1 } else { self.without += 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Module;
    use super::*;

    #[track_caller]
    fn style(text: &str) -> Style {
        Module::parse("a.tsx", text.into()).unwrap().style
    }

    #[test]
    fn quotes_semicolons_and_indent_follow_the_majority() {
        let found = style("import a from \"a\"\nfunction f() {\n\treturn \"x\"\n}\n");
        assert_eq!(found.quote, Quote::Double);
        assert!(!found.semicolons);
        assert_eq!(found.indent, "\t");
        assert_eq!(style("f('a');\nif (x) {\n    g();\n}").indent, "    ");
    }

    #[test]
    fn quotes_of_jsx_attributes_do_not_count() {
        assert_eq!(style("const a = 'a'; <p id=\"x\" title=\"y\" />").quote, Quote::Single);
    }

    #[test]
    fn a_string_is_escaped() {
        assert_eq!(style("f('a')").string("it's"), r"'it\'s'");
    }
}
