//! The last pass over a new Route Handler file: what the rewriting left unused goes, what it needs is
//! imported, what became too long is broken over lines. It works on the finished text, so that it cannot disagree
//! with what is there.

mod additions;
mod folds;
mod lasting;
mod requires;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::additions::additions;
use self::folds::folds;
use super::cases::braces;
use super::clash::clash;
use super::expected_errors::relax;
use super::fit::fit;
use super::lasting::FileLasting;
use super::responses::is_pure;
use crate::rewrite::{Conflict, Edit, Rewrite};
use crate::settings::GLOBALS;
use crate::syntax::ast::{Decl, Id, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem, Pat, Stmt};
use crate::syntax::{Module, Span, SyntaxError, full_statement, is_commonjs, span_of, with_line_directives};

/// What goes wrong when our own output is no valid module. Never expected; checked all the same.
#[derive(Debug)]
pub enum Invalid {
    /// The text does not parse.
    Syntax(SyntaxError),
    /// Edits contradict each other.
    Conflict(Conflict),
    /// Names are used that nothing declares.
    Undeclared(Vec<String>),
    /// A name is declared twice.
    Twice(String),
    /// New code means a global by a name that the module gives to something else.
    Taken(String),
}

/// Finishes `text`, the rewritten form of `original`. `imports` maps a specifier to names that the new code
/// may use from there; those that it does use are imported. What is `lasting` of what
/// `original` imports is imported still when nothing uses it any more.
pub fn tidy(
    path: &str,
    text: String,
    original: &Module,
    imports: &BTreeMap<String, BTreeSet<&str>>,
    lasting: Option<FileLasting<'_>>,
) -> Result<String, Invalid> {
    finished(path, text, original, imports, &BTreeSet::new(), lasting)
}

/// The same for code that came from elsewhere with `globals`, which `original` may not mention.
pub fn tidy_with(
    path: &str,
    text: String,
    original: &Module,
    imports: &BTreeMap<String, BTreeSet<&str>>,
    globals: &BTreeSet<&str>,
) -> Result<String, Invalid> {
    finished(path, text, original, imports, globals, None)
}

fn finished(
    path: &str,
    text: String,
    original: &Module,
    imports: &BTreeMap<String, BTreeSet<&str>>,
    globals: &BTreeSet<&str>,
    lasting: Option<FileLasting<'_>>,
) -> Result<String, Invalid> {
    let used_before = used_names(original);
    let names = lasting.map(|lasting| lasting::names(original, &lasting.specifiers())).unwrap_or_default();
    let mut module = parse(path, &text.into())?;
    // Removing one declaration can leave another one unused; chains are short.
    for _ in 0..8 {
        let edits = removals(&module, &used_before, &names);
        if edits.is_empty() {
            break;
        }
        module = edited(module, edits)?;
    }
    if let Some(lasting) = lasting.filter(|_| !names.is_empty()) {
        module = lasting::without_needless(module, original, lasting)?;
    }
    let edits = additions(&module, original, imports);
    let module = edited(module, edits)?;
    let shorter = folds(&module, original);
    let module = edited(module, shorter)?;
    let mut edits = fit(&module, original);
    edits.extend(braces(&module, original));
    let finished = edited(module, edits)?;
    if let Some(name) = clash(&finished).filter(|_| clash(original).is_none()) {
        return Err(Invalid::Twice(name));
    }
    if let Some(name) = captured(&finished, original) {
        return Err(Invalid::Taken(name));
    }
    let known = original.free_names();
    let ours = ["File", "FormData", "NodeJS", "Omit", "Parameters", "Partial", "Pick", "Record", "ReturnType"];
    let commonjs = is_commonjs(original);
    let of_commonjs = |name: &str| commonjs && matches!(name, "require" | "module" | "exports");
    let is_ours =
        |name: &str| ours.contains(&name) || GLOBALS.contains(&name) || globals.contains(name) || of_commonjs(name);
    let undeclared: Vec<String> =
        finished.free_names().into_iter().filter(|name| !known.contains(name) && !is_ours(name)).collect();
    // An import that went from the top leaves the blank line behind it, a function from the bottom the one before it.
    let start = if original.text.starts_with(['\n', '\r']) { "" } else { "\r\n" };
    let text = finished.text.trim_start_matches(|char| start.contains(char));
    let (end, before) = (blank_end(text), blank_end(&original.text));
    let text = match text.strip_suffix(end) {
        Some(code) if end.len() > before.len() && !before.is_empty() => format!("{code}{before}"),
        _ => text.to_owned(),
    };
    if undeclared.is_empty() { Ok(relax(text, &original.text)) } else { Err(Invalid::Undeclared(undeclared)) }
}

/// The line ends behind the last line of `text`.
fn blank_end(text: &str) -> &str {
    &text[text.trim_end_matches(['\n', '\r']).len()..]
}

/// `module` with `edits`, parsed again if that changes anything.
fn edited(module: Module, edits: Vec<Edit>) -> Result<Module, Invalid> {
    if edits.is_empty() {
        return Ok(module);
    }
    let mut rewrite = Rewrite::new();
    rewrite.extend(edits).map_err(Invalid::Conflict)?;
    let text = rewrite.render(&module.text).map_err(Invalid::Conflict)?;
    parse(&module.path, &text.into())
}

/// A global that new code uses where the module means something of its own by the name.
fn captured(finished: &Module, original: &Module) -> Option<String> {
    let globals =
        ["Headers", "Error", "FormData", "Response", "Promise", "Object", "Buffer", "NextRequest", "NextResponse"];
    let count = |module: &Module, name: &str| -> usize {
        let all = module.references();
        all.iter().filter(|((own, _), _)| &**own == name).map(|(_, mentions)| mentions.len()).sum()
    };
    let free = original.free_names();
    let own = |name: &str| {
        let declared = count(original, name) > 0 && !free.contains(name);
        declared && !(name.starts_with("Next") && original.text.contains("next/server"))
    };
    globals.into_iter().find(|name| own(name) && count(finished, name) > count(original, name)).map(str::to_owned)
}

fn parse(path: &str, text: &Arc<str>) -> Result<Module, Invalid> {
    Module::parse(path, Arc::clone(text)).map_err(Invalid::Syntax)
}

/// Names that are mentioned somewhere besides their declaration.
fn used_names(module: &Module) -> BTreeSet<String> {
    module.references().iter().filter(|(_, spans)| spans.len() > 1).map(|((name, _), _)| name.to_string()).collect()
}

/// Tells which names were used and are not any more. A type of Pages API routes that was imported for nothing goes
/// with the last of them.
fn unused<'m>(module: &'m Module, used_before: &'m BTreeSet<String>) -> impl Fn(&Id) -> bool + 'm {
    let references = module.references();
    let pages = |name: &str| matches!(name, "NextApiRequest" | "NextApiResponse" | "NextApiHandler");
    let leaves_pages = !references.iter().any(|((name, _), mentions)| pages(name) && mentions.len() > 1)
        && used_before.iter().any(|name| pages(name));
    move |id| {
        let counts = used_before.contains(&*id.0) || leaves_pages && pages(&id.0);
        counts && references.get(id).is_none_or(|mentions| mentions.len() <= 1)
    }
}

/// Edits that remove imports and declarations that were used before and are not any more.
fn removals(module: &Module, used_before: &BTreeSet<String>, lasting: &BTreeSet<String>) -> Vec<Edit> {
    let (references, unused) = (module.references(), unused(module, used_before));
    let mut edits = requires::removed(module, &unused, lasting);
    let mut run: Option<Span> = None;
    for item in &module.ast.body {
        match item {
            // It makes room for the import that takes its place; see `additions`.
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if is_replaceable(import, &unused) => {}
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => {
                edits.extend(trim_import(module, import, &unused, lasting));
            }
            ModuleItem::Stmt(Stmt::Decl(declaration)) => {
                let gone = match declaration {
                    Decl::Fn(function) => {
                        // A function that calls itself mentions itself.
                        let id = function.ident.to_id();
                        let inside = span_of(&*function.function);
                        let outside = references.get(&id).into_iter().flatten();
                        let outside = outside.filter(|span| !inside.contains(**span)).count();
                        used_before.contains(&*id.0)
                            && outside <= usize::from(!inside.contains(span_of(&function.ident)))
                    }
                    Decl::TsInterface(interface) => unused(&interface.id.to_id()),
                    Decl::TsTypeAlias(alias) => unused(&alias.id.to_id()),
                    Decl::Var(variable) => match variable.decls.as_slice() {
                        [declarator] => match (&declarator.name, declarator.init.as_deref()) {
                            (Pat::Ident(binding), Some(init)) => unused(&binding.id.to_id()) && is_pure(init),
                            _ => false,
                        },
                        _ => false,
                    },
                    _ => false,
                };
                if gone {
                    let whole = with_comment(&module.text, span_of(item));
                    let before = run.filter(|run| run.end == whole.start);
                    let start = before.map_or(whole.start, |run| run.start);
                    run = Some(Span::new(start, whole.end));
                    edits.push(Edit::delete(parting(&module.text, start, whole)));
                }
            }
            _ => {}
        }
    }
    edits
}

/// What goes of `whole`, where all from `start` on goes: not the blank line behind it, if that parts what stands before
/// it from the rest.
fn parting(text: &str, start: usize, whole: Span) -> Span {
    let is_blank = |before: &str| before.ends_with("\n\n") || before.ends_with("\n\r\n");
    if start == 0 || is_blank(&text[..start]) || !is_blank(&text[..whole.end]) {
        return whole;
    }
    let line = if text[..whole.end].ends_with("\r\n") { 2 } else { 1 };
    Span::new(whole.start, whole.end - line)
}

/// An import of Next's types of which nothing is used any more.
fn is_replaceable(import: &ImportDecl, unused: &dyn Fn(&Id) -> bool) -> bool {
    import.src.value.as_str() == Some("next")
        && !import.specifiers.is_empty()
        && import.specifiers.iter().all(|specifier| unused(&specifier.local().to_id()))
}

/// A statement's lines together with the comment lines right above it.
pub(crate) fn with_leading_comment(text: &str, span: Span) -> Span {
    let mut whole = full_statement(text, span);
    while let Some(line) = text[..whole.start].strip_suffix('\n').map(|b| b.rsplit('\n').next().unwrap_or_default()) {
        let trimmed = line.trim();
        if !(trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*')) {
            break;
        }
        whole = Span::new(whole.start - line.len() - 1, whole.end);
    }
    whole
}

/// The same with the blank line behind it.
pub(crate) fn with_line_behind(text: &str, span: Span) -> Span {
    let whole = with_leading_comment(text, span);
    let blank = ["\n", "\r\n"].into_iter().find(|blank| text[whole.end..].starts_with(blank));
    Span::new(whole.start, whole.end + blank.map_or(0, str::len))
}

/// The same with one blank line around it.
pub(crate) fn with_comment(text: &str, span: Span) -> Span {
    let whole = with_line_behind(text, span);
    if text[..whole.end].ends_with("\n\n") || text[..whole.end].ends_with("\n\r\n") {
        return whole;
    }
    // The last thing in the file takes the blank line before it along.
    if text[whole.end..].trim().is_empty() {
        let kept = text[..whole.start].trim_end().len();
        let line_end = text[kept..].find('\n').map_or(whole.start, |at| kept + at + 1);
        return Span::new(line_end.min(whole.start), whole.end);
    }
    whole
}

/// What goes with the statement at `span`: its line, and between two blank lines one of them.
fn without_statement(text: &str, span: Span) -> Span {
    let whole = full_statement(text, span);
    let blank_before = text[..whole.start].ends_with("\n\n") || text[..whole.start].ends_with("\n\r\n");
    if !blank_before && whole.start != 0 {
        return whole;
    }
    let next = &text[whole.end..];
    let line = if next.starts_with("\r\n") { 2 } else { usize::from(next.starts_with('\n')) };
    Span::new(whole.start, whole.end + line)
}

fn trim_import(
    module: &Module,
    import: &ImportDecl,
    unused: &dyn Fn(&Id) -> bool,
    lasting: &BTreeSet<String>,
) -> Option<Edit> {
    let gone: Vec<bool> = import.specifiers.iter().map(|specifier| unused(&specifier.local().to_id())).collect();
    if !gone.iter().any(|gone| *gone) {
        return None;
    }
    let span = span_of(import);
    let lasts = |specifier: &ImportSpecifier| lasting.contains(specifier.local().sym.as_str());
    if gone.iter().all(|gone| *gone) && !import.type_only && import.specifiers.iter().any(lasts) {
        return Some(Edit::replace(span, import_text(module, import, std::iter::empty(), &[])));
    }
    if gone.iter().all(|gone| *gone) {
        return Some(Edit::delete(without_statement(&module.text, with_line_directives(module, span))));
    }
    let kept = import.specifiers.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(specifier, _)| specifier);
    Some(Edit::replace(span, import_text(module, import, kept, &[])))
}

/// The import with the given specifiers and more names, on one line or, as it was, on several.
fn import_text<'a>(
    module: &Module,
    import: &ImportDecl,
    kept: impl Iterator<Item = &'a ImportSpecifier>,
    more: &[String],
) -> String {
    let (mut heads, mut names) = (Vec::new(), Vec::new());
    for specifier in kept {
        let text = module.text_of(specifier).to_owned();
        match specifier {
            ImportSpecifier::Named(_) => names.push(text),
            ImportSpecifier::Default(_) | ImportSpecifier::Namespace(_) => heads.push(text),
        }
    }
    names.extend(more.iter().cloned());
    if !names.is_empty() {
        let line = module.style.braces(&names.join(", "));
        let broken = module.text_of(import).contains('\n') && line.len() > 60;
        let indent = &module.style.indent;
        heads.push(if broken { format!("{{\n{indent}{},\n}}", names.join(&format!(",\n{indent}"))) } else { line });
    }
    let keyword = if import.type_only { "import type" } else { "import" };
    let source = module.text_of(&*import.src);
    let end = if module.text_of(import).ends_with(';') { ";" } else { "" };
    if heads.is_empty() {
        return format!("{keyword} {source}{end}");
    }
    format!("{keyword} {} from {source}{end}", heads.join(", "))
}
