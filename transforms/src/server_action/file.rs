//! The file of the actions, and what is left of the Route Handler.

use std::collections::{BTreeMap, BTreeSet};

use super::result::NoAnswer;
use crate::libraries::next_auth;
use crate::project::Resolve;
use crate::rewrite::{Edit, Rewrite};
use crate::route_handler::moves::specifier_edits;
use crate::route_handler::statements::may_fetch;
use crate::route_handler::tidy::{tidy, with_comment};
use crate::syntax::ast::{Decl, Id, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Span, line_behind, references, span_of};

/// A statement of a module, as far as it can go along.
struct Item {
    span: Span,
    ids: Vec<Id>,
    is_import: bool,
    is_type: bool,
    /// Part of what the module offers, or does when it is loaded.
    is_root: bool,
}

/// How the statements of a Route Handler's file are shared out.
pub struct Division {
    /// Statements that only the actions need.
    pub moved: BTreeSet<Span>,
    /// Types that both sides need.
    pub copied: BTreeSet<Span>,
}

fn items(module: &Module) -> Vec<Item> {
    let item = |item: &ModuleItem| {
        let (mut ids, mut is_type, mut is_import, mut is_root) = (Vec::new(), false, false, false);
        let mut declaration = |declaration: &Decl| match declaration {
            Decl::Fn(function) => ids.push(function.ident.to_id()),
            Decl::Class(class) => ids.push(class.ident.to_id()),
            Decl::Var(variable) => {
                ids.extend(variable.decls.iter().flat_map(|declarator| references(&declarator.name).into_keys()));
            }
            Decl::TsInterface(interface) => {
                ids.push(interface.id.to_id());
                is_type = true;
            }
            Decl::TsTypeAlias(alias) => {
                ids.push(alias.id.to_id());
                is_type = true;
            }
            Decl::TsEnum(list) => ids.push(list.id.to_id()),
            _ => {}
        };
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => {
                ids.extend(import.specifiers.iter().map(|specifier| specifier.local().to_id()));
                is_import = true;
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                declaration(&export.decl);
                is_root = !is_type;
            }
            ModuleItem::Stmt(Stmt::Decl(own)) => declaration(own),
            _ => is_root = true,
        }
        Item { span: span_of(item), ids, is_import, is_type, is_root }
    };
    module.ast.body.iter().map(item).collect()
}

/// Decides what goes along with the functions in `actions`, where `twins` take the place of wrappers. `remains` tells
/// whether other methods stay in the file.
pub fn divide(
    module: &Module,
    actions: &BTreeSet<Span>,
    twins: &BTreeMap<Span, String>,
    remains: bool,
) -> Result<Division, NoAnswer> {
    let items = items(module);
    let all = module.references();
    let of_twin = |item: &Item, twin: &str| item.ids.iter().any(|id| mentions(twin, &id.0));
    let needed_by = |roots: Vec<usize>, moves: bool| {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut next = roots;
        while let Some(at) = next.pop() {
            if !found.insert(at) {
                continue;
            }
            let inside = items[at].span;
            for (other, item) in items.iter().enumerate() {
                let mentions = item.ids.iter().filter_map(|id| all.get(id)).flatten();
                let needs = match twins.get(&inside).filter(|_| moves) {
                    Some(twin) => of_twin(item, twin),
                    None => mentions.into_iter().any(|at| inside.contains(*at)),
                };
                if other != at && needs {
                    next.push(other);
                }
            }
        }
        found
    };
    let of = |wanted: &dyn Fn(&Item) -> bool| {
        items.iter().enumerate().filter(|(_, item)| wanted(item)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let goes = needed_by(of(&|item| actions.contains(&item.span)), true);
    let stays =
        needed_by(of(&|item| remains && item.is_root && !item.is_import && !actions.contains(&item.span)), false);
    let mut division = Division { moved: BTreeSet::new(), copied: BTreeSet::new() };
    for at in goes {
        let item = &items[at];
        if item.is_import || actions.contains(&item.span) {
            continue;
        }
        if !stays.contains(&at) {
            division.moved.insert(item.span);
        } else if twins.contains_key(&item.span) {
            // The wrapper stays, and its twin goes.
        } else if item.is_type {
            division.copied.insert(item.span);
        } else {
            let message = "a method that stays a Route Handler uses this, too".to_owned();
            return Err(("http-contract", item.span, message));
        }
    }
    // Something that the file does when it is loaded would be lost, or done twice.
    if let Some(effect) = module.ast.body.iter().find(
        |item| matches!(item, ModuleItem::Stmt(statement) if !matches!(statement, Stmt::Decl(_) | Stmt::Empty(_))),
    ) {
        return Err(("http-contract", span_of(effect), "the file does something when it is loaded".into()));
    }
    Ok(division)
}

/// Whether `name` is a word of `text`.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').any(|word| word == name)
}

/// The text of a file at `target` with nothing but the actions and what they need.
pub fn standalone(
    module: &Module,
    target: &str,
    actions: &BTreeMap<Span, String>,
    division: &Division,
    resolver: &dyn Resolve,
    imports: &BTreeMap<String, BTreeSet<&str>>,
) -> Option<String> {
    let mut rewrite = Rewrite::new();
    let inside_action = |span: Span| actions.keys().any(|action| action.contains(span));
    let moved = specifier_edits(module, target, &BTreeMap::new(), resolver);
    rewrite.extend(moved.into_iter().filter(|edit| !inside_action(edit.span()))).ok()?;
    let mut gone = Vec::new();
    for item in items(module) {
        let keeps = item.is_import || division.moved.contains(&item.span) || division.copied.contains(&item.span);
        match actions.get(&item.span) {
            Some(text) => rewrite.add(Edit::replace(item.span, text.clone())).ok()?,
            None if keeps => {}
            None => gone.push(item.span),
        }
    }
    rewrite.extend(deletions(module, gone)).ok()?;
    let text = rewrite.render(&module.text).ok()?;
    let text = tidy(target, text, module, imports, None).ok()?;
    let (mark, text) = text.strip_prefix('\u{feff}').map_or(("", text.as_str()), |rest| ("\u{feff}", rest));
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let directive = format!("{}{}", module.style.string("use server"), module.style.semi());
    let text = text.trim_end();
    Some(format!("{mark}{directive}{newline}{newline}{}{newline}", text.trim_start()))
}

/// Takes statements away with the comments above them and the blank lines between; those may touch each other.
fn deletions(module: &Module, statements: impl IntoIterator<Item = Span>) -> Vec<Edit> {
    let mut spans: Vec<Span> = statements.into_iter().map(|span| with_comment(&module.text, span)).collect();
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined.into_iter().map(Edit::delete).collect()
}

/// The Route Handler without the methods that became actions, in the statements `actions`. `dynamic` adds the setting that keeps a `GET` without
/// other methods beside it from being rendered at build time.
pub fn remainder(module: &Module, actions: &BTreeSet<Span>, division: &Division, dynamic: bool) -> Option<String> {
    let mut rewrite = Rewrite::new();
    rewrite.extend(deletions(module, actions.iter().chain(&division.moved).copied())).ok()?;
    if dynamic {
        let import = |item: &&ModuleItem| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::Import(_)));
        let last = module.ast.body.iter().rev().find(import);
        let (at, line) = last.map_or((0, ""), |last| line_behind(&module.text, span_of(last)));
        let before = if at == 0 { "" } else { "\n" };
        let after = if at == 0 { "\n" } else { "" };
        // Beside other methods, fetches without an option were not kept either.
        let fetches = may_fetch(module).then_some(("fetchCache", "default-no-store"));
        let lines: String = [("dynamic", "force-dynamic")]
            .into_iter()
            .chain(fetches)
            .map(|(name, value)| {
                format!("export const {name} = {}{}\n", module.style.string(value), module.style.semi())
            })
            .collect();
        rewrite.add(Edit::insert(at, format!("{line}{before}{lines}{after}"))).ok()?;
    }
    let text = rewrite.render(&module.text).ok()?;
    let text = tidy(&module.path, text, module, &BTreeMap::new(), None).ok()?;
    let newline = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
    Some(format!("{}{newline}", text.trim_end()))
}

/// Adds what is in `new`, a file of actions for the same place, to `existing`. `None` if a name means different
/// things in the two.
pub fn merge(existing: &Module, new: &Module, resolver: &dyn Resolve) -> Option<String> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for item in &existing.ast.body {
        for (name, meaning) in meanings(existing, item, resolver) {
            taken.insert(name, meaning);
        }
    }
    let mut lines = String::new();
    let mut added: BTreeMap<usize, String> = BTreeMap::new();
    let mut code: Option<Span> = None;
    let mut skipped = Vec::new();
    for item in &new.ast.body {
        let span = span_of(item);
        let own = meanings(new, item, resolver);
        if own.iter().any(|(name, meaning)| taken.get(name).is_some_and(|other| other != meaning)) {
            return None;
        }
        let known = !own.is_empty() && own.iter().all(|(name, _)| taken.contains_key(name));
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::Import(_)) if known => {}
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => {
                if let Some((at, names)) = beside(existing, new, import, &taken) {
                    added.entry(at).or_default().push_str(&names);
                } else if own.iter().any(|(name, _)| taken.contains_key(name)) {
                    // Only some of the names are new; a second import of the module brings those.
                    let names = import.specifiers.iter().filter_map(|specifier| match specifier {
                        ImportSpecifier::Named(named) if !taken.contains_key(&*named.local.sym) => {
                            Some(new.text_of(named))
                        }
                        _ => None,
                    });
                    let names: Vec<&str> = names.collect();
                    let keyword = if import.type_only { "import type" } else { "import" };
                    let list = existing.style.braces(&names.join(", "));
                    lines.push_str(&format!(
                        "{keyword} {list} from {}{}\n",
                        existing.style.string(import.src.value.as_str()?),
                        existing.style.semi()
                    ));
                } else {
                    // Moved code keeps its style; an import is new here.
                    let source = span_of(&*import.src);
                    let head = Span::new(span.start, source.start).text(&new.text);
                    let name = existing.style.string(import.src.value.as_str()?);
                    lines.push_str(&format!("{head}{name}{}\n", existing.style.semi()));
                }
            }
            ModuleItem::Stmt(Stmt::Expr(_)) => {}
            _ if known => skipped.push(span),
            _ => code = Some(code.map_or(span, |code| Span::new(code.start, span.end))),
        }
    }
    let code = code?;
    // From the first comment above the code on.
    let start = new.ast.body.iter().map(|item| span_of(item).end).filter(|end| *end <= code.start).max().unwrap_or(0);
    let mut rewrite = Rewrite::new();
    for span in skipped.into_iter().filter(|span| code.contains(*span)) {
        rewrite.add(Edit::delete(with_comment(&new.text, span))).ok()?;
    }
    let code = rewrite.render_span(&new.text, Span::new(start, code.end)).ok()?;
    let mut rewrite = Rewrite::new();
    if !lines.is_empty() {
        let last =
            existing.ast.body.iter().rev().find(|item| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::Import(_))));
        let (at, line) = line_behind(&existing.text, span_of(last.or(existing.ast.body.first())?));
        let before = if last.is_some() { "" } else { "\n" };
        rewrite.add(Edit::insert(at, format!("{line}{before}{lines}"))).ok()?;
    }
    for (at, names) in added {
        rewrite.add(Edit::insert(at, names)).ok()?;
    }
    let end = existing.text.trim_end().len();
    rewrite.add(Edit::replace(Span::new(end, existing.text.len()), format!("\n\n{}\n", code.trim()))).ok()?;
    rewrite.render(&existing.text).ok()
}

/// Where `existing` imports names from the module that `import` is about, and the names of `import` that are new.
fn beside(
    existing: &Module,
    new: &Module,
    import: &ImportDecl,
    taken: &BTreeMap<String, String>,
) -> Option<(usize, String)> {
    let names = import.specifiers.iter().map(|specifier| match specifier {
        ImportSpecifier::Named(named) => Some((named.local.sym.to_string(), new.text_of(named))),
        _ => None,
    });
    let names = names.collect::<Option<Vec<_>>>()?.into_iter().filter(|(local, _)| !taken.contains_key(local));
    let names: String = names.map(|(_, text)| format!(", {text}")).collect();
    existing.ast.body.iter().find_map(|item| {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(own)) = item else { return None };
        let same = own.src.value == import.src.value && own.type_only == import.type_only;
        match own.specifiers.last() {
            Some(last @ ImportSpecifier::Named(_)) if same => Some((span_of(last).end, names.clone())),
            _ => None,
        }
    })
}

/// The names that a statement declares, each with a text that says what it means.
fn meanings(module: &Module, item: &ModuleItem, resolver: &dyn Resolve) -> Vec<(String, String)> {
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => {
            let source = import.src.value.as_str().unwrap_or_default();
            // One module may be spelled in several ways.
            let file = resolver.resolve(&module.path, source);
            let source = file.unwrap_or_else(|| next_auth::entry_point(source).to_owned());
            let one = |specifier: &ImportSpecifier| {
                let imported = match specifier {
                    ImportSpecifier::Named(named) => {
                        named.imported.as_ref().map_or(module.text_of(&named.local), |name| module.text_of(name))
                    }
                    ImportSpecifier::Default(_) => "default",
                    ImportSpecifier::Namespace(_) => "*",
                };
                (specifier.local().sym.to_string(), format!("{source}#{imported}"))
            };
            import.specifiers.iter().map(one).collect()
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(_)) | ModuleItem::Stmt(Stmt::Decl(_)) => {
            let own = items_of(item);
            own.into_iter().map(|id| (id.0.to_string(), module.text_of(item).to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

fn items_of(item: &ModuleItem) -> Vec<Id> {
    let declaration = match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
        ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
        _ => return Vec::new(),
    };
    match declaration {
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Class(class) => vec![class.ident.to_id()],
        Decl::Var(variable) => {
            variable.decls.iter().flat_map(|declarator| references(&declarator.name).into_keys()).collect()
        }
        Decl::TsInterface(interface) => vec![interface.id.to_id()],
        Decl::TsTypeAlias(alias) => vec![alias.id.to_id()],
        Decl::TsEnum(list) => vec![list.id.to_id()],
        _ => Vec::new(),
    }
}
