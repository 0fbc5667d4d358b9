//! Parsing a file into a tree whose names are resolved.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use swc_core::common::comments::SingleThreadedComments;
use swc_core::common::{BytePos, GLOBALS, Globals, Mark, Spanned, SyntaxContext};
use swc_core::ecma::ast;
use swc_core::ecma::parser::{EsSyntax, Parser, StringInput, Syntax, TsSyntax, lexer::Lexer};
use swc_core::ecma::transforms::base::resolver;
use swc_core::ecma::visit::{Visit, VisitMutWith, VisitWith};

use super::leading::Leading;
use super::{References, Span, Specifier, Style, too_deep};

/// A parsed file. Identifiers that mean the same binding have the same [`ast::Id`].
#[derive(Debug)]
pub struct Module {
    /// Path relative to the project root.
    pub path: String,
    /// The text it was parsed from, every byte of it.
    pub text: Arc<str>,
    /// The tree. Its positions are turned into ours by [`super::span_of`].
    pub ast: ast::Module,
    /// How the file is written.
    pub style: Style,
    /// Parts whose line starts must keep their bytes when code is re-indented: template literals
    /// and strings that continue over a line end.
    pub verbatim: Vec<Span>,
    /// All comments, in their order.
    pub comments: Vec<Span>,
    free: SyntaxContext,
    top: SyntaxContext,
    references: OnceLock<References>,
    specifiers: OnceLock<Vec<Specifier>>,
}

fn in_order(comments: SingleThreadedComments) -> Vec<Span> {
    let (leading, trailing) = comments.take_all();
    let mut all: Vec<Span> = Vec::new();
    for each in [leading, trailing] {
        all.extend(each.borrow().values().flatten().map(super::span_of));
    }
    all.sort();
    all.dedup();
    all
}

/// Why a text is no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The parser's words.
    pub message: String,
    /// Where, in bytes.
    pub span: Span,
}

const BOM: char = '\u{feff}';

impl Module {
    /// Parses `text` by the syntax that the extension of `path` stands for. Errors that the parser
    /// recovered from count as errors: what it made of such a text is a guess.
    pub fn parse(path: &str, text: Arc<str>) -> Result<Module, SyntaxError> {
        if let Some(at) = too_deep(&text) {
            let message = format!("nested deeper than {} levels", super::MAX_DEPTH);
            return Err(SyntaxError { message, span: Span::at(at) });
        }
        // Position 0 means "nowhere" to swc, so byte 0 is position 1; see `span_of`.
        let skipped = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        let (start, end) = (BytePos(1 + skipped as u32), BytePos(1 + text.len() as u32));
        let input = StringInput::new(&text[skipped..], start, end);
        let comments = SingleThreadedComments::default();
        let lexer = Lexer::new(syntax_of(path), ast::EsVersion::EsNext, input, Some(&comments));
        let mut parser = Parser::new_from(lexer);
        let error = |error: swc_core::ecma::parser::error::Error| {
            let span = super::span_of(&error.span());
            let end = span.end.min(text.len());
            let span = Span::new(span.start.min(end), end);
            SyntaxError { message: error.kind().msg().into_owned(), span }
        };
        let program = parser.parse_program().map_err(error)?;
        if let Some(first) = parser.take_errors().into_iter().next() {
            return Err(error(first));
        }
        let mut module = match program {
            ast::Program::Module(module) => module,
            ast::Program::Script(script) => ast::Module {
                span: script.span,
                body: script.body.into_iter().map(ast::ModuleItem::Stmt).collect(),
                shebang: script.shebang,
            },
        };
        let (free, top) = GLOBALS.set(&Globals::new(), || {
            let (unresolved, top) = (Mark::new(), Mark::new());
            module.visit_mut_with(&mut resolver(unresolved, top, true));
            (SyntaxContext::empty().apply_mark(unresolved), SyntaxContext::empty().apply_mark(top))
        });
        module.visit_mut_with(&mut Leading(&text));
        let mut verbatim = Verbatim(Vec::new());
        module.visit_with(&mut verbatim);
        let style = Style::of(&text, &module);
        Ok(Module {
            path: path.into(),
            ast: module,
            style,
            verbatim: verbatim.0,
            comments: in_order(comments),
            free,
            top,
            text,
            references: OnceLock::new(),
            specifiers: OnceLock::new(),
        })
    }

    /// Whether nothing in the module declares the name.
    pub fn is_free(&self, id: &ast::Id) -> bool {
        id.1 == self.free
    }

    /// Whether the module declares the name outside of all functions and blocks.
    pub fn is_top_level(&self, id: &ast::Id) -> bool {
        id.1 == self.top
    }

    /// Names that are used and that nothing in the module declares: globals, or mistakes.
    pub fn free_names(&self) -> BTreeSet<String> {
        let free = self.references().keys().filter(|(_, context)| *context == self.free);
        free.map(|(name, _)| name.to_string()).collect()
    }

    /// Where such names are mentioned.
    pub fn free_references(&self) -> References {
        let free = self.references().iter().filter(|((_, context), _)| *context == self.free);
        free.map(|(id, spans)| (id.clone(), spans.clone())).collect()
    }

    /// Every place a binding of the file is mentioned; see [`super::references`].
    pub fn references(&self) -> &References {
        self.references.get_or_init(|| super::references(&self.ast))
    }

    /// Every place that names another file: `import`, `export … from`, `import()`, `require()`, `import a = require()`,
    /// `import('…')` types, `new URL('…', import.meta.url)`, the modules that test runners mock, and what the type
    /// checker reads in comments: `import('…')` in doc comments, and references to files.
    pub fn specifiers(&self) -> &[Specifier] {
        self.specifiers.get_or_init(|| super::specifiers::specifiers(self))
    }

    /// The text of a node.
    pub fn text_of(&self, node: &impl Spanned) -> &str {
        super::span_of(node).text(&self.text)
    }
}

fn syntax_of(path: &str) -> Syntax {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension {
        "ts" | "mts" | "cts" | "tsx" => Syntax::Typescript(TsSyntax {
            tsx: extension == "tsx",
            decorators: true,
            dts: path.ends_with(".d.ts"),
            ..TsSyntax::default()
        }),
        _ => Syntax::Es(EsSyntax {
            jsx: true,
            decorators: true,
            import_attributes: true,
            explicit_resource_management: true,
            allow_return_outside_function: true,
            ..EsSyntax::default()
        }),
    }
}

struct Verbatim(Vec<Span>);

impl Visit for Verbatim {
    fn visit_tpl_element(&mut self, element: &ast::TplElement) {
        self.0.push(super::span_of(element));
    }

    fn visit_str(&mut self, literal: &ast::Str) {
        if literal.raw.as_ref().is_some_and(|raw| raw.contains('\n')) {
            self.0.push(super::span_of(literal));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str, text: &str) -> Result<Module, SyntaxError> {
        Module::parse(path, text.into())
    }

    #[test]
    fn names_are_told_apart_by_where_they_are_declared() {
        let module =
            parse("a.ts", "import b from 'b';\ntype T = {};\nfunction f(p: T) { const l = b; return { l, p, g }; }");
        let module = module.unwrap();
        let named = |test: &dyn Fn(&ast::Id) -> bool| {
            let ids = module.references().keys().filter(|id| test(id));
            ids.map(|(name, _)| name.to_string()).collect::<BTreeSet<_>>().into_iter().collect::<String>()
        };
        assert_eq!(named(&|id| module.is_top_level(id)), "Tbf");
        assert_eq!(named(&|id| module.is_free(id)), "g");
    }

    #[test]
    fn spans_are_bytes_of_the_text_with_its_bom() {
        let module = parse("a.ts", "\u{feff}const ä = `x`;\nf(ä)").unwrap();
        assert_eq!(module.text_of(&module.ast.body[1]), "f(ä)");
        assert_eq!(module.verbatim.len(), 1);
    }

    #[test]
    fn errors_that_the_parser_recovers_from_are_errors() {
        let error = parse("a.ts", "let b = 1;\nconst a;").map(|_| ()).unwrap_err();
        assert!(error.span.start >= 11, "{error:?}");
        assert!(parse("a.ts", "const = 1").is_err());
        assert!(parse("a.tsx", "<a></b>").is_err());
    }

    #[test]
    fn names_of_one_binding_share_their_id() {
        let module = parse("a.ts", "const a = 1; { const a = 2; a } a").unwrap();
        let mut ids = Vec::new();
        struct Ids<'a>(&'a mut Vec<ast::Id>);
        impl Visit for Ids<'_> {
            fn visit_ident(&mut self, ident: &ast::Ident) {
                self.0.push(ident.to_id());
            }
        }
        module.ast.visit_with(&mut Ids(&mut ids));
        assert_eq!(ids[0], ids[3]);
        assert_eq!(ids[1], ids[2]);
        assert_ne!(ids[0], ids[1]);
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let text = format!("x = {}1{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(parse("a.js", &text).is_err());
    }

    #[test]
    fn scripts_and_empty_files_parse() {
        assert!(parse("a.js", "module.exports = () => {}").is_ok());
        assert!(parse("a.ts", "").is_ok());
    }
}
