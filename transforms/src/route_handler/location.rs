//! Code that depends on the place of its file, and that cannot be adapted when the file moves.
//!
//! ```ts
//! path.join(__dirname, '../../../public')      // another folder after the move
//! await import(`../../locales/${language}`)    // which file it is shows when it runs
//! require.context('./templates')
//! import text from '!!raw-loader!./text.txt'   // the syntax of a loader
//! ```
//!
//! Literal specifiers and `new URL('./file', import.meta.url)` follow the move; see `moves`.

use crate::finding::Finding;
use crate::project::is_relative;
use crate::syntax::ast::{BinaryOp, CallExpr, Callee, Expr, ImportDecl, MemberExpr, MetaPropKind, NewExpr};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, literal_str, member_name, span_of};

/// What stands in the way of moving `module`, which has such code.
pub fn location(module: &Module) -> Vec<Finding> {
    let free = module.free_references();
    let names = free.iter().filter(|((name, _), _)| matches!(&**name, "__dirname" | "__filename"));
    let mut places = Places(names.flat_map(|(_, spans)| spans.iter().copied()).map(|span| (span, OWN)).collect());
    module.ast.visit_with(&mut places);
    places.0.sort_unstable();
    places.0.into_iter().map(|(span, (message, help))| finding(module, span, message).help(help)).collect()
}

fn finding(module: &Module, span: Span, message: &str) -> Finding {
    Finding::manual("file-location", &module.path, span, message.to_owned())
}

type Why = (&'static str, &'static str);

const OWN: Why = ("this is the place of the file, which moves", "start from `process.cwd()`, the folder of the app");
const OPEN: Why = (
    "the start of this path is known, and not the file that it leads to, so that it cannot follow the move",
    "write it from the root of the app with an alias",
);
const LOADER: Why =
    ("this path is written for a loader, and does not follow the move", "import it in a file beside it");

struct Places(Vec<(Span, Why)>);

impl Visit for Places {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let member = |callee: &Expr| match callee {
            Expr::Member(member) if is_named(&member.obj, "require") => member_name(member),
            _ => None,
        };
        let (loads, folder) = match &call.callee {
            Callee::Import(_) => (true, false),
            Callee::Expr(callee) => {
                let member = member(bare(callee));
                (is_named(callee, "require") || member.is_some(), member.is_some_and(|name| name == "context"))
            }
            Callee::Super(_) => (false, false),
        };
        if let Some(path) = call.args.first().map(|path| bare(&path.expr)).filter(|_| loads) {
            match literal_str(path) {
                Some(text) if is_loader(&text) => self.0.push((span_of(path), LOADER)),
                Some(text) if !folder || !is_relative(&text) => {}
                Some(_) => self.0.push((span_of(path), OPEN)),
                None if is_relative(&start_of(path)) => self.0.push((span_of(path), OPEN)),
                None => {}
            }
        }
        call.visit_children_with(self);
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        if import.src.value.as_str().is_some_and(is_loader) {
            self.0.push((span_of(&*import.src), LOADER));
        }
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        // What it is the base of follows.
        let follows = is_named(&new.callee, "URL")
            && new.args.iter().flatten().next().is_some_and(|path| literal_str(&path.expr).is_some());
        if !follows {
            new.visit_children_with(self);
        }
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let is_meta = matches!(bare(&member.obj), Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta);
        let is_place = || member_name(member).is_some_and(|name| matches!(&*name, "url" | "dirname" | "filename"));
        if is_meta && is_place() {
            self.0.push((span_of(member), OWN));
        }
        member.visit_children_with(self);
    }
}

fn is_named(expr: &Expr, name: &str) -> bool {
    ident(expr).is_some_and(|ident| &*ident.sym == name)
}

fn is_loader(path: &str) -> bool {
    path.rsplit_once('!').is_some_and(|(_, path)| is_relative(path))
}

/// The text that `path` starts with, as far as it is written there.
fn start_of(path: &Expr) -> String {
    match bare(path) {
        Expr::Tpl(template) => template.quasis.first().map_or_else(String::new, |text| text.raw.to_string()),
        Expr::Bin(sum) if sum.op == BinaryOp::Add => start_of(&sum.left),
        path => literal_str(path).unwrap_or_default(),
    }
}
