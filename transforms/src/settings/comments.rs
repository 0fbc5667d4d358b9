//! Comments that decide about an endpoint: `// routelift: route`, `action` or `ignore`, and then anything.
//!
//! Above an exported method they are for that method. Anywhere else between the statements of the file, at its
//! head and above the handler included, they are for the endpoint.

use super::Wish;
use crate::project::Method;
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{Decl, ModuleDecl, ModuleItem};
use crate::syntax::{Module, Span, full_statement, head, span_of};

/// One such comment.
pub(super) struct Comment {
    /// The comment.
    pub span: Span,
    /// What it says; `None` if it cannot be understood.
    pub wish: Option<Wish>,
    /// What it is for.
    pub place: Place,
}

/// Where a comment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Above methods that are exported under their names.
    Methods(Vec<Method>),
    /// Elsewhere between the statements.
    File,
    /// Inside a statement or behind one, where it is above nothing.
    Inside,
}

const MARK: &str = "routelift:";

/// The comments of `module`, in their order.
pub(super) fn comments(module: &Module) -> Vec<Comment> {
    if !module.text.contains(MARK) {
        return Vec::new();
    }
    let items: Vec<Span> = module.ast.body.iter().map(span_of).collect();
    let mut found = Vec::new();
    let mut start = 0;
    for line in module.text.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let Some(at) = line.find("//").filter(|at| line[*at..].contains(MARK)) else { continue };
        let Some(words) = line[at..].trim_start_matches('/').trim_start().strip_prefix(MARK) else { continue };
        let span = Span::new(line_start + at, line_start + line.trim_end().len());
        if module.verbatim.iter().any(|text| text.contains(Span::at(span.start))) {
            continue;
        }
        // The first statement that ends behind the comment is around it, or below it.
        let next = items.partition_point(|item| item.end <= span.start);
        let inside = items.get(next).is_some_and(|item| item.start < span.start);
        let alone = line[..at].trim_start_matches('\u{feff}').trim().is_empty();
        // In a string, or behind the end of a statement in a block comment.
        if inside && !alone {
            continue;
        }
        let word = words.split_whitespace().next().unwrap_or_default();
        let place = match module.ast.body.get(next) {
            _ if inside || !alone => Place::Inside,
            Some(item) => match methods(item) {
                methods if methods.is_empty() => Place::File,
                methods => Place::Methods(methods),
            },
            None => Place::File,
        };
        found.push(Comment { span, wish: wish(word), place });
    }
    found
}

fn wish(word: &str) -> Option<Wish> {
    match word.trim_end_matches([',', ';', ':', '.']) {
        "route" => Some(Wish::Route),
        "action" => Some(Wish::Action),
        "ignore" => Some(Wish::Stays),
        _ => None,
    }
}

/// The methods that a statement exports by declaring them.
fn methods(item: &ModuleItem) -> Vec<Method> {
    let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { return Vec::new() };
    let names = match &export.decl {
        Decl::Fn(function) => vec![function.ident.sym.to_string()],
        Decl::Var(variable) => variable.decls.iter().flat_map(|d| crate::syntax::bound_names(&d.name)).collect(),
        _ => Vec::new(),
    };
    names.iter().filter_map(|name| Method::from_name(name)).collect()
}

/// `text`, the new form of `original` at `path`, asking for the same as that did. A comment above a handler that
/// became several functions would be left above the first of them: it goes to the head of the file.
pub(crate) fn keep_asking(path: &str, text: String, original: &Module) -> String {
    let asking = comments(original);
    let [only] = asking.as_slice() else { return text };
    let Ok(module) = Module::parse(path, text.as_str().into()) else { return text };
    let after = comments(&module);
    let exported = crate::app_routes::exported_methods(&module);
    let for_all = |comment: &Comment| match &comment.place {
        Place::File => true,
        Place::Methods(methods) => exported.iter().all(|method| methods.contains(method)),
        Place::Inside => false,
    };
    if after.len() == 1 && after.iter().all(for_all) {
        return text;
    }
    let mut rewrite = Rewrite::new();
    let line = format!("{}\n\n", only.span.text(&original.text));
    let edits = after.iter().map(|comment| Edit::delete(full_statement(&text, comment.span)));
    let head = Edit::insert(head(&module), line);
    match rewrite.extend(edits.chain([head])).and_then(|()| rewrite.render(&text)) {
        Ok(moved) => moved,
        Err(_) => text,
    }
}

/// `text` without the comments that asked for the actions which are there now.
pub(crate) fn without_served(path: &str, text: String) -> String {
    let Ok(module) = Module::parse(path, text.as_str().into()) else { return text };
    let served = comments(&module).into_iter().filter(|comment| comment.wish == Some(Wish::Action));
    let edits: Vec<Edit> = served.map(|comment| Edit::delete(full_statement(&text, comment.span))).collect();
    let mut rewrite = Rewrite::new();
    match rewrite.extend(edits).and_then(|()| rewrite.render(&text)) {
        Ok(text) => text,
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Wish, comments, keep_asking, without_served};
    use crate::project::Method;
    use crate::syntax::Module;

    fn module(text: &str) -> Module {
        Module::parse("a.ts", text.into()).expect("valid")
    }

    fn places(text: &str) -> Vec<(Option<Wish>, Place)> {
        comments(&module(text)).into_iter().map(|comment| (comment.wish, comment.place)).collect()
    }

    #[test]
    fn a_comment_is_for_what_is_below_it() {
        let text = "// routelift: ignore\nimport a from 'a';\n\n// routelift: action, it is ours\n// more\nexport async function POST() {}\n\
            //routelift: route\nexport const PUT = a, PATCH = a;\n";
        let methods = |methods: &[Method]| Place::Methods(methods.to_vec());
        let expected = [
            (Some(Wish::Stays), Place::File),
            (Some(Wish::Action), methods(&[Method::Post])),
            (Some(Wish::Route), methods(&[Method::Put, Method::Patch])),
        ];
        assert_eq!(places(text), expected);
    }

    #[test]
    fn what_is_above_nothing_is_told_apart_from_text() {
        let text = "const a = `\n// routelift: route\n`;\nconst b = '// routelift: route';\nf(() => {\n  // routelift: rout\n});\n\
            g(); // routelift: action\n";
        assert_eq!(places(text), [(None, Place::Inside), (Some(Wish::Action), Place::Inside)]);
    }

    #[test]
    fn a_comment_follows_into_a_file_of_several_methods() {
        let original = module("// routelift: route for partners\nexport default function handler(req, res) {}\n");
        let comment = "// routelift: route for partners\n";
        let (get, post) = ("export function GET() {}\n", "export function POST() {}\n");
        let keep = |text: String| keep_asking("route.ts", text, &original);
        assert_eq!(keep(format!("import 'a';\n{comment}{get}{post}")), format!("{comment}\nimport 'a';\n{get}{post}"));
        let whole = format!("{comment}{post}");
        assert_eq!(keep(whole.clone()), whole);
    }

    #[test]
    fn only_served_comments_go() {
        let text = "// routelift: action\nexport function GET() {}\n// routelift: route\nexport function PUT() {}\n";
        let left = "export function GET() {}\n// routelift: route\nexport function PUT() {}\n";
        assert_eq!(without_served("route.ts", text.into()), left);
    }
}
