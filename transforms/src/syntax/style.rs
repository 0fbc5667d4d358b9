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
    /// Whether arguments and parameters that are broken over lines end with a comma, if it has such.
    pub call_commas: Option<bool>,
}

impl Style {
    /// Reads the habits of `text`; where it shows none, those of most Next.js projects.
    pub fn of(text: &str, module: &ast::Module) -> Style {
        let mut seen = Seen { single: 0, double: 0, with: 0, without: 0, commas: 0, ends: 0, text };
        module.visit_with(&mut seen);
        Style {
            quote: if seen.double > seen.single { Quote::Double } else { Quote::Single },
            semicolons: seen.with >= seen.without,
            indent: indent_of(text),
            brace_spaces: !tight(text) || text.contains("import { "),
            call_commas: (seen.commas + seen.ends > 0).then_some(seen.commas >= seen.ends),
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

/// Whether names stand right behind the brace of an import; where it is broken over lines, that says nothing.
fn tight(text: &str) -> bool {
    text.split("import {").skip(1).any(|rest| !rest.starts_with(char::is_whitespace))
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

/// Whether arguments that are broken over lines end with a comma in `texts`, by what their lines look like: a rough
/// answer for files that show none, and for many of them at once.
pub fn call_commas<'t>(texts: impl Iterator<Item = &'t str>) -> Option<bool> {
    let (mut with, mut without) = (0usize, 0usize);
    for text in texts {
        let mut last = ' ';
        for line in text.lines() {
            if line.trim_start().starts_with(')') {
                match last {
                    ',' => with += 1,
                    // A closing tag or parenthesis ends JSX more often than arguments.
                    '\'' | '"' | '`' | '}' | ']' | '_' | '$' => without += 1,
                    other if other.is_alphanumeric() => without += 1,
                    _ => {}
                }
            }
            last = line.trim_end().chars().next_back().unwrap_or(' ');
        }
    }
    // Conditions that are broken over lines end without one in any style.
    (with + without > 0).then_some(with * 2 >= without)
}

struct Seen<'a> {
    single: usize,
    double: usize,
    with: usize,
    without: usize,
    commas: usize,
    ends: usize,
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

    fn visit_call_expr(&mut self, call: &ast::CallExpr) {
        if !matches!(call.callee, ast::Callee::Import(_)) {
            self.list(call.args.last().map(super::span_of));
        }
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, call: &ast::NewExpr) {
        self.list(call.args.as_ref().and_then(|args| args.last()).map(super::span_of));
        call.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &ast::Function) {
        let last = function.params.last().filter(|last| !matches!(last.pat, ast::Pat::Rest(_)));
        self.list(last.map(super::span_of));
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, function: &ast::ArrowExpr) {
        let last = function.params.last().filter(|last| !matches!(last, ast::Pat::Rest(_)));
        self.list(last.map(super::span_of));
        function.visit_children_with(self);
    }

    fn visit_stmt(&mut self, statement: &ast::Stmt) {
        if matches!(statement, ast::Stmt::Expr(_) | ast::Stmt::Return(_)) {
            self.count(super::span_of(statement));
        }
        statement.visit_children_with(self);
    }
}

impl Seen<'_> {
    /// The end of a list in parentheses, whose last part is `last`.
    fn list(&mut self, last: Option<super::Span>) {
        let Some(behind) = last.and_then(|last| self.text.get(last.end..)) else { return };
        let rest = behind.trim_start_matches(|char: char| char == ',' || char.is_whitespace());
        let gap = &behind[..behind.len() - rest.len()];
        if rest.starts_with(')') && gap.contains('\n') {
            if gap.contains(',') { self.commas += 1 } else { self.ends += 1 }
        }
    }

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
    fn commas_behind_arguments_are_a_habit_of_their_own() {
        assert_eq!(style("f({\n  a,\n});\n").call_commas, None);
        assert_eq!(style("f(\n  a,\n  b\n);\nconst c = {\n  d,\n};\n").call_commas, Some(false));
        assert_eq!(style("function f(\n  a,\n  b,\n) {}\nif (\n  a\n) g();\n").call_commas, Some(true));
        assert_eq!(style("function f(\n  ...rest\n) {}\nitems.map(x => g(\n))\n").call_commas, None);
    }

    #[test]
    fn many_files_have_a_habit_too() {
        assert_eq!(call_commas(["f(\n  a,\n);\n", "if (\n  a\n) g();\n"].into_iter()), Some(true));
        assert_eq!(call_commas(["f(\n  a\n);\n", "const b = {\n  c,\n};\n"].into_iter()), Some(false));
        assert_eq!(call_commas(["return (\n  <p />\n);\n"].into_iter()), None);
    }

    #[test]
    fn a_string_is_escaped() {
        assert_eq!(style("f('a')").string("it's"), r"'it\'s'");
    }
}
