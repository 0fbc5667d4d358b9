//! Files that are taken apart by hand, in pieces or by a library, or that a caller sends as text. Plain `FormData` can
//! be sent to an action.
//!
//! ```ts
//! const json = await handleUpload({ body, request, onBeforeGenerateToken });
//! reader.readAsDataURL(file);   // in a caller or what it imports: more than the 1 MB of an action, as a rule
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::finding::Finding;
use crate::project::{Imported, all_imports, binding};
use crate::syntax::ast::{CallExpr, Expr};
use crate::syntax::{Module, Span, Specifier, Visit, VisitWith, bare, member_name, module_functions, span_of};

const PACKAGES: [&str; 9] = [
    "formidable",
    "multer",
    "next-connect-multer",
    "busboy",
    "@fastify/busboy",
    "multiparty",
    "uploadthing/next",
    "uploadthing/server",
    "@tus/server",
];

/// Functions that take files: of `@vercel/blob`, and those that read a form as formidable did.
const HELPERS: [&str; 3] = ["handleupload", "readform", "readformlists"];

/// What makes text of a file or an image.
const AS_TEXT: [&str; 5] = ["readAsDataURL", "readAsText", "readAsBinaryString", "readAsArrayBuffer", "toDataURL"];

/// Packages that make rows of a file.
const AS_ROWS: [&str; 4] = ["papaparse", "xlsx", "exceljs", "read-excel-file"];

/// A library for uploads, or a caller that sends files as text.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let package = first(&signs.imports, |import| PACKAGES.contains(&import));
    if let Some((sign, span)) = package.or_else(|| first(&signs.names, |name| HELPERS.contains(&name))) {
        let message = format!("`{sign}` says that files are sent to it by a client of its own");
        return Some(facts.note_in("upload", *span, message));
    }
    let sending = facts.callers().filter(|(_, caller)| caller.sent.body.is_some());
    sending.into_iter().find_map(|(mention, _)| {
        let module = facts.modules.get(&mention.file).ok()?;
        let (name, span) = makes_text(module).or_else(|| imports_such(facts, module))?;
        let message = format!("a caller makes text of a file by `{name}`, maybe more than the 1 MB of an action");
        Some(Finding { span: Some(span), ..facts.note_at("upload", mention, message) })
    })
}

/// Where the module itself makes text or rows of a file.
fn makes_text(module: &Module) -> Option<(&'static str, Span)> {
    let of_package = |own: &Specifier| AS_ROWS.iter().find(|name| own.value == **name && !own.type_only);
    let mut specifiers = module.specifiers().iter();
    let package = specifiers.find_map(|own| Some((*of_package(own)?, own.span)));
    package.or_else(|| reads_file(module)).or_else(|| reads_by_name(module))
}

/// `await file.text()`, by the name of the file.
fn reads_file(module: &Module) -> Option<(&'static str, Span)> {
    struct Search(Option<(&'static str, Span)>);
    impl Visit for Search {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            call.visit_children_with(self);
            let Some(Expr::Member(method)) = call.callee.as_expr().map(|callee| bare(callee)) else { return };
            let named = |name: &str| ["file", "blob", "csv"].iter().any(|part| name.to_lowercase().contains(part));
            let is_file = match bare(&method.obj) {
                Expr::Ident(name) => named(&name.sym),
                Expr::Member(member) => member_name(member).is_some_and(|name| named(&name)),
                _ => false,
            };
            let asked = ["text", "arrayBuffer"].into_iter().find(|own| member_name(method).as_deref() == Some(own));
            if let Some(own) = asked.filter(|_| is_file) {
                self.0.get_or_insert((own, span_of(call)));
            }
        }
    }
    let mut search = Search(None);
    if module.text.contains(".text()") || module.text.contains(".arrayBuffer()") {
        module.ast.visit_with(&mut search);
    }
    search.0
}

fn reads_by_name(module: &Module) -> Option<(&'static str, Span)> {
    // Signs are dear, and hardly any caller has this one.
    AS_TEXT.iter().find(|name| module.text.contains(**name))?;
    let signs = Signs::of(module);
    AS_TEXT.iter().find_map(|own| Some((*own, signs.names.iter().find(|(name, _)| name == own)?.1)))
}

/// The import of a function that does: `import { toBase64 } from '@/lib/files'`.
fn imports_such(facts: &Facts<'_>, module: &Module) -> Option<(&'static str, Span)> {
    all_imports(module).into_values().filter(|import| !import.type_only).find_map(|import| {
        let Imported::Name(name) = &import.name else { return None };
        let (home, id) = binding(facts.project, facts.modules, &module.path, &import.specifier, name)?;
        let function = module_functions(home).get(&id)?.span().text(&home.text);
        let found = AS_TEXT.iter().find(|own| function.contains(**own))?;
        Some((*found, import.statement))
    })
}
