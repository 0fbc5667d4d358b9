//! The repository's own functions around `fetch` and other clients: what they are given as a URL, or as a part of it,
//! is followed to their calls, through as many functions and files as it takes.
//!
//! ```ts
//! export const post = (path: string, body: unknown) => fetch(`/api${path}`, { method: 'POST', body });
//! post('/posts', draft);   // calls POST /api/posts
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::client::Sends;
use super::param::place;
use super::site::{Site, Targets, target_sites};
use super::thin::Thin;
use super::url::HOLE;
use super::value::{Bit, Evaluator, Known};
use crate::project::Imported;
use crate::syntax::Span;
use crate::syntax::ast::{Expr, Id, Pat};
use crate::syntax::{bare, ident};

/// A function that calls a URL which it is given.
#[derive(Clone, Debug)]
pub struct Wrapper {
    pub file: String,
    pub id: Id,
    pub params: Vec<Pat>,
    /// The parameter that is the URL, or the last part of it.
    pub param: (Id, Option<String>),
    pub known: Known,
    pub sends: Sends,
    pub based: bool,
    /// The call inside of it.
    pub inner: (String, Span),
    /// The function of that call, if it is one that does nothing but call a URL, and the whole call.
    pub around: Option<(Arc<Thin>, Span)>,
    /// It does nothing else.
    pub thin: Option<Arc<Thin>>,
    /// It calls one URL and gives the response to its callers: it is followed for what they read.
    pub passes: bool,
}

/// A wrapper around a wrapper around a wrapper is where it ends.
const MAX_ROUNDS: usize = 6;

/// Everything that calls a URL: `direct`, and the calls of the functions around those.
pub fn follow(evaluator: &Evaluator<'_>, direct: Vec<Site>) -> (Vec<Site>, Vec<Wrapper>) {
    let mut wrappers: Vec<Wrapper> = Vec::new();
    let mut seen: BTreeSet<(String, String, Vec<String>)> = BTreeSet::new();
    let mut all = direct;
    let mut from = 0;
    for _ in 0..MAX_ROUNDS {
        let found = all[from..].iter().flat_map(wrappers_of);
        let (mut fresh, others): (Vec<Wrapper>, Vec<Wrapper>) = found.partition(|wrapper| {
            let bits = wrapper.known.bits.iter().map(|bit| format!("{bit:?}")).collect();
            seen.insert((wrapper.file.clone(), format!("{:?}{:?}", wrapper.id, wrapper.sends), bits))
        });
        wrappers.extend(others);
        if fresh.is_empty() {
            break;
        }
        for wrapper in &mut fresh {
            wrapper.thin = Thin::of(evaluator, wrapper).map(Arc::new);
        }
        from = all.len();
        all.extend(calls_of(evaluator, &fresh));
        wrappers.extend(fresh);
    }
    (all, wrappers)
}

/// The functions around a call that hand it a part of its URL.
fn wrappers_of(site: &Site) -> Vec<Wrapper> {
    let mut found = Vec::new();
    for known in &site.texts {
        for (at, bit) in known.bits.iter().enumerate() {
            let Bit::Value(Some(param)) = bit else { continue };
            let owner = site.owners.iter().rev().find(|owner| place(&owner.params, &param.0).is_some());
            let Some((owner, id)) = owner.and_then(|owner| Some((owner, owner.id.clone()?))) else { continue };
            if !names_endpoint(&known.bits[..at]) {
                continue;
            }
            found.push(Wrapper {
                file: site.file.clone(),
                id,
                params: owner.params.clone(),
                param: param.clone(),
                known: known.clone(),
                sends: site.sends.clone(),
                based: site.based,
                inner: (site.file.clone(), site.url),
                around: site.thin.clone().map(|thin| (thin, site.call)),
                thin: None,
                passes: false,
            });
            break;
        }
    }
    found
}

/// Whether what follows behind `before` says which endpoint is meant: `${path}`, `/api${path}`, `/api/${path}`. In
/// `/api/posts/${id}` or `/api/posts?id=${id}`, it is a value as any other.
fn names_endpoint(before: &[Bit]) -> bool {
    let text = Known { bits: before.to_vec(), ..Known::default() }.text();
    let in_path = !text.contains('?');
    in_path && (!text.ends_with('/') || text.ends_with("/api/") || text.trim_end_matches('/').ends_with(HOLE))
}

/// Wrappers by the file and the name that declare them, or the object that they are a member of.
type BySymbol<'w> = BTreeMap<(String, Id), Vec<(Option<String>, &'w Wrapper)>>;

fn by_symbol(wrappers: &[Wrapper]) -> BySymbol<'_> {
    let mut found: BySymbol<'_> = BTreeMap::new();
    for wrapper in wrappers {
        let (id, member) = match wrapper.id.0.rsplit_once('.') {
            Some((object, member)) => ((object.into(), wrapper.id.1), Some(member.to_owned())),
            None => (wrapper.id.clone(), None),
        };
        found.entry((wrapper.file.clone(), id)).or_default().push((member, wrapper));
    }
    found
}

/// The calls of `wrappers`.
pub fn calls_of(evaluator: &Evaluator<'_>, wrappers: &[Wrapper]) -> Vec<Site> {
    let words: BTreeSet<&str> = wrappers.iter().map(|wrapper| word(&wrapper.file, &wrapper.id)).collect();
    let by_symbol = by_symbol(wrappers);
    let files = evaluator.project.files.par_iter();
    files
        .filter_map(|(path, text)| Some((path, text.as_ref().ok()?)))
        .filter(|(_, text)| words.iter().any(|word| text.contains(word)))
        .flat_map_iter(|(path, _)| {
            let Ok(module) = evaluator.modules.get(path) else { return Vec::new() };
            let targets = targets(evaluator, path, &by_symbol);
            if targets.is_empty() { Vec::new() } else { target_sites(evaluator, module, &targets) }
        })
        .collect()
}

/// What a file has to mention to use a declaration of the file at `path`: its name, or that of the file if it is the
/// default export and may have any name.
pub fn word<'w>(path: &'w str, id: &'w Id) -> &'w str {
    let name = id.0.rsplit('.').next().unwrap_or(&id.0);
    if id.0.starts_with("default") { file_word(path) } else { name }
}

/// The part of a path that imports of the file spell.
pub fn file_word(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    if stem == "index" { folder.rsplit('/').next().unwrap_or(folder) } else { stem }
}

/// What the wrappers are called in the file at `path`.
fn targets<'w>(evaluator: &Evaluator<'_>, path: &str, by_symbol: &BySymbol<'w>) -> Targets<'w> {
    let mut targets: Targets<'w> = HashMap::new();
    let mut add = |local: &Id, file: &str, id: &Id| {
        if let Some(found) = by_symbol.get(&(file.to_owned(), id.clone())) {
            targets.entry(local.clone()).or_default().extend(found.iter().cloned());
        }
    };
    for (file, id) in by_symbol.keys().filter(|(file, _)| *file == path) {
        add(id, file, id);
    }
    for local in evaluator.names(path) {
        let Some((file, id)) = evaluator.symbol(path, local) else { continue };
        if file != path {
            add(local, file, &id);
        }
        // `const api = new Client()` has the members of the class.
        if let Some(Expr::New(new)) = evaluator.held(file, &id).map(bare)
            && let Some((file, class)) = ident(&new.callee).and_then(|name| evaluator.symbol(file, &name.to_id()))
        {
            add(local, file, &class);
        }
    }
    for (local, import) in evaluator.imports(path).into_iter().flatten() {
        if import.name != Imported::Namespace {
            continue;
        }
        let mentioned = |id: &Id| evaluator.modules.get(path).is_ok_and(|module| module.text.contains(&*id.0));
        for ((file, id), found) in by_symbol.iter().filter(|((_, id), _)| mentioned(id)) {
            let exported = evaluator.exported(path, &import.specifier, &id.0);
            let same = exported.is_some_and(|(of, name)| of == file && name == *id);
            let whole = found.iter().filter(|(member, _)| member.is_none() && same);
            let named = whole.map(|(_, wrapper)| (Some(id.0.to_string()), *wrapper));
            targets.entry(local.clone()).or_default().extend(named);
        }
    }
    targets.retain(|_, found| !found.is_empty());
    targets
}
