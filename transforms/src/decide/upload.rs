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
use crate::syntax::{Module, Span, module_functions};

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
const AS_TEXT: [&str; 2] = ["readAsDataURL", "toDataURL"];

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

/// Where the module itself makes text of a file.
fn makes_text(module: &Module) -> Option<(&'static str, Span)> {
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
