//! State that moving takes apart. Next bundles `pages/api` and the App Router apart, so a module that both load exists
//! twice, and what one half puts at the top of it the other does not see:
//!
//! ```ts
//! // lib/codes.ts
//! export const codes = new Map<string, string>();
//! // pages/api/send.ts moves, pages/api/verify.ts stays
//! codes.set(email, code);                      // in one copy
//! if (codes.get(email) === req.body.code) …    // in the other, which is empty
//! ```
//!
//! Seen in Next.js 14, 15 and 16, built and served: all endpoints of `pages/api` share one copy, all Route Handlers
//! another. The other pages (`getServerSideProps`) never shared one with `pages/api`, so nothing changes for them. What
//! hangs on `globalThis` is the same for all, and what is made where it is missing, as a connection is, is made twice.
//!
//! Server Actions have copies of their own; see [`crate::server_action`].

mod changes;
mod given;
mod holders;
mod makers;
mod meant;
mod paths;
mod pieces;
mod search;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use self::given::Imports;
use self::holders::{Value, holders};
use self::makers::{Scope, makers};
use self::meant::Meant;
use self::pieces::Pieces;
use self::search::changes;
use super::loads::Loads;
use super::propose::Proposal;
use crate::finding::{Finding, Safety};
use crate::plan::Outcome;
use crate::project::{Modules, Project, binding};
use crate::syntax::ast::Id;
use crate::syntax::{Exported, Loaded, Module, Span, VisitWith, commonjs, default_object, ident};

/// The name of the finding.
pub const RULE: &str = "module-state";

/// What a module may keep, and what its functions change.
#[derive(Default)]
pub struct Kept {
    /// At its top.
    own: Scope,
    /// What functions make whose results keep values.
    makers: BTreeMap<Id, Scope>,
}

impl Kept {
    /// Reads `module`, which loads `loads`, each with the file of the project that it leads to.
    pub fn by(module: &Module, loads: &[(Option<String>, Loaded)]) -> Kept {
        let imports = Imports::of(module, loads);
        let holders = holders(module, &imports);
        let changes = changes(&holders, &imports, |search| module.ast.visit_with(search));
        Kept { own: Scope { holders, changes }, makers: makers(module, &imports) }
    }
}

/// Values that modules keep between requests, and which pieces of the program use them.
#[derive(Default)]
pub struct ModuleState {
    /// The pieces.
    pub pieces: Pieces,
    /// By the piece that declares it.
    states: HashMap<usize, State>,
}

/// A name whose values are kept.
pub struct State {
    /// The name.
    pub name: String,
    /// The file that declares it.
    pub file: String,
    /// Where.
    pub span: Span,
    /// It is registered with a package that takes it once.
    pub is_registered: bool,
}

impl ModuleState {
    /// Finds the state in what `loads` holds.
    pub fn of(project: &Project, modules: &Modules<'_>, loads: &Loads) -> Self {
        let states = Meant::of(project, modules, loads).states();
        if states.is_empty() {
            return ModuleState::default();
        }
        let files: Vec<&str> =
            states.iter().filter_map(|(file, _)| Some(loads.get_key_value(file)?.0.as_str())).collect();
        let files = loading(loads, files.into_iter());
        let pieces = Pieces::of(project, modules, loads, &files);
        let named = states.into_iter().filter_map(|(file, name)| {
            let piece = pieces.declaring(&file, &name)?;
            let holder = loads.get(&file)?.kept.own.holders.get(&name)?;
            let (span, is_registered) = (holder.span, matches!(holder.value, Value::Registered));
            let shown = if name == default_object() { "default export".to_owned() } else { name.0.to_string() };
            Some((piece, State { name: shown, file, span, is_registered }))
        });
        let states = named.collect();
        ModuleState { pieces, states }
    }

    /// What is taken apart if the pieces `staying` of the files named there stay and `moving` ones move: by moving piece,
    /// the state and the file that stays. With `follow`, these stay, too, and may take others along. Every piece is seen
    /// twice at most.
    pub fn taken_apart<'s>(
        &'s self,
        staying: impl Iterator<Item = (usize, &'s str)>,
        moving: &BTreeMap<usize, &'s str>,
        follow: bool,
    ) -> BTreeMap<usize, (&'s State, &'s str)> {
        let mut found = BTreeMap::new();
        let mut open: VecDeque<(usize, &str)> = staying.collect();
        let (mut used, mut told) = (HashSet::new(), HashSet::new());
        while let Some((entry, stays)) = open.pop_front() {
            for piece in reached(&self.pieces.uses, entry, &mut used) {
                let Some(state) = self.states.get(&piece) else { continue };
                for user in reached(&self.pieces.used_by, piece, &mut told) {
                    let Some(file) = moving.get(&user) else { continue };
                    found.insert(user, (state, stays));
                    if follow {
                        open.push_back((user, file));
                    }
                }
            }
        }
        found
    }
}

impl Proposal<'_> {
    /// Says of the endpoints that move which state they would leave to those that stay; unless it is asked for what is
    /// to be reviewed, these stay, too.
    pub(super) fn keep_state_together(&mut self) {
        let apps: BTreeSet<usize> = self.moving.iter().map(|moving| moving.app).collect();
        let mut apart = BTreeMap::new();
        for app in apps {
            let own = self.endpoints.iter().filter(|(at, _)| *at == app).map(|(_, endpoint)| endpoint);
            let staying = own.filter(|endpoint| endpoint.outcome == Outcome::Stays);
            let moving = self.moving.iter().filter(|moving| moving.app == app);
            let whole = |file| Some((self.state.pieces.whole(file)?, file));
            let moving = moving.filter_map(|moving| whole(moving.candidate.file.as_str())).collect();
            let staying = staying.filter_map(|endpoint| whole(endpoint.file.as_str()));
            let found = self.state.taken_apart(staying, &moving, !self.allow_review);
            apart.extend(
                found.into_iter().map(|(piece, (state, stays))| (moving[&piece].to_owned(), state.finding(stays))),
            );
        }
        if !self.allow_review {
            self.moving.retain(|moving| !apart.contains_key(&moving.candidate.file));
        }
        for (_, endpoint) in &mut self.endpoints {
            let Some(finding) = apart.remove(&endpoint.file) else { continue };
            endpoint.findings.retain(|finding| finding.rule != RULE);
            endpoint.findings.push(finding);
            endpoint.findings.sort_by_key(|finding| finding.level);
            endpoint.safety = endpoint.safety.min(Safety::Review);
            if !self.allow_review {
                endpoint.to = None;
                endpoint.outcome = Outcome::Stays;
                endpoint.decided_by = Some(RULE);
            }
        }
    }
}

impl State {
    fn finding(&self, stays: &str) -> Finding {
        let name = &self.name;
        if self.is_registered {
            let message = format!(
                "`{name}` would be registered twice, here and for `{stays}`, which stays in the Pages Router: the second \
                 time that throws `OverwriteModelError`"
            );
            return Finding::review(RULE, &self.file, self.span, message)
                .help("take the model that is there first: `mongoose.models.Name ?? mongoose.model('Name', schema)`");
        }
        let message = format!(
            "`{name}` keeps values between requests, and `{stays}`, which stays in the Pages Router, would have another \
             copy of it"
        );
        Finding::review(RULE, &self.file, self.span, message).help(format!(
            "move what uses `{name}` at once, put it on `globalThis`, which both routers share, or keep its values in a \
             store outside of the server"
        ))
    }
}

/// All pieces that `edges` lead to from `start` and that are not `seen` yet, `start` among them.
fn reached(edges: &[Vec<usize>], start: usize, seen: &mut HashSet<usize>) -> Vec<usize> {
    let mut found: Vec<usize> = seen.insert(start).then_some(start).into_iter().collect();
    let mut at = 0;
    while let Some(piece) = found.get(at).copied() {
        at += 1;
        found.extend(edges[piece].iter().filter(|next| seen.insert(**next)));
    }
    found
}

/// The file and the name there that declare what the module `specifier` exports as `name`, or as a whole where that is one
/// name of a CommonJS module.
fn declared(
    project: &Project,
    modules: &Modules<'_>,
    from: &str,
    specifier: &str,
    name: Option<&str>,
) -> Option<(String, Id)> {
    let found = name.and_then(|name| binding(project, modules, from, specifier, name));
    if let Some((module, id)) = &found
        && *id != default_object()
    {
        return Some((module.path.clone(), id.clone()));
    }
    let module = modules.get(&project.resolver.resolve(from, specifier)?).ok()?;
    let Some(own) = commonjs(module) else {
        return found.map(|(module, id)| (module.path.clone(), id));
    };
    let id = match name.filter(|name| *name != "default") {
        Some(name) => own.names.iter().find_map(|(exported, value)| match value {
            Exported::Name(id) if exported == name => Some(id.to_id()),
            _ => None,
        }),
        None => own.whole.and_then(ident).map(|name| name.to_id()),
    };
    Some((module.path.clone(), id?))
}

/// Those of `loads` that load one of `files`, directly or through others, and these.
fn loading<'l>(loads: &'l Loads, files: impl Iterator<Item = &'l str>) -> HashSet<&'l str> {
    let mut importers: HashMap<&str, Vec<&'l str>> = HashMap::new();
    for (path, found) in loads {
        for (target, _) in found.files() {
            importers.entry(target).or_default().push(path);
        }
    }
    let mut found: HashSet<&str> = HashSet::new();
    let mut open: Vec<&str> = files.collect();
    while let Some(path) = open.pop() {
        if found.insert(path) {
            open.extend(importers.get(path).into_iter().flatten());
        }
    }
    found
}
