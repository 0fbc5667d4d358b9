//! What is done with a name of a helper in one module: each mention of it is followed, or it is somebody else's use.

use std::collections::BTreeSet;

use super::exports::{declares, exported_names, exported_object};
use super::{Mention, Search, User};
use crate::pages_api::{adds_to_router, aliases, made_after, router_at, waited_aliases};
use crate::route_handler::waited::Makers;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, TypeofUse, holder, home, member_id, this_within, typeof_use};

/// How many objects and routers within each other we look through.
const MAX_HOLDERS: usize = 4;

impl Mention<'_> {
    /// Whether a `typeof` at `mention` asks for something that stays as it is. What a function gives does if it never
    /// answers.
    fn is_only_asked_about(&self, module: &Module, mention: Span) -> bool {
        match typeof_use(module, mention) {
            Some(TypeofUse::Kind | TypeofUse::Keys) => true,
            Some(TypeofUse::Result) => self.same,
            Some(TypeofUse::Type) | None => false,
        }
    }
}

impl Search<'_, '_> {
    /// Every mention of `local` in `module` is a call by a carrier, or somebody else uses it.
    pub(super) fn mentions(
        &self,
        path: &str,
        module: &Module,
        local: &Id,
        what: &Mention<'_>,
        users: &mut BTreeSet<User>,
    ) {
        let unit = self.endpoints.get(path).copied().or_else(|| Some(&self.helpers.files.get(path)?.unit));
        let endpoint = self.endpoints.contains_key(path);
        let all = module.references();
        let mut holders: BTreeSet<(Id, String)> = BTreeSet::new();
        let mut routers: BTreeSet<Id> = BTreeSet::new();
        let aliases = if what.aliased { aliases(module) } else { Vec::new() };
        let makers = what.waited.then(|| Makers::of(self.project, self.modules, module));
        let waited = makers.map(|makers| waited_aliases(module, &|id| makers.find(id))).unwrap_or_default();
        for mention in all.get(local).into_iter().flatten() {
            let declares = module.ast.body.iter().any(|item| declares(module, item, local, *mention));
            if declares || what.is_only_asked_about(module, *mention) {
                continue;
            }
            let callee = match what.member {
                None => what.callee.clone().unwrap_or_else(|| made_after(local, what.made)),
                Some(member) => {
                    let rest = &module.text[mention.end..];
                    let other = rest.strip_prefix('.').is_some_and(|rest| {
                        let name: String =
                            rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
                        !name.is_empty() && name != member
                    });
                    if other {
                        continue;
                    }
                    let id = member_id(local, member);
                    made_after(&id, what.made)
                }
            };
            let computed = (format!("{}[]", local.0).into(), local.1);
            let is_call = |call: &crate::pages_api::Call| {
                (call.callee == callee && call.span.start == mention.start)
                    // `const handler = handlers[key]` and the call of that.
                    || (what.member.is_some()
                        && call.callee == computed
                        && module.text[mention.end..].starts_with('['))
            };
            // A handler that is written out stands elsewhere; the name is mentioned once and called there.
            let written_out = unit.is_some_and(|unit| endpoint && unit.module.text != module.text);
            if written_out && all.get(local).is_some_and(|mentions| mentions.len() == 2) {
                let mut calls =
                    unit.into_iter().flat_map(|unit| &unit.carriers.list).flat_map(|carrier| &carrier.calls);
                let called = calls.any(|call| call.callee.0 == callee.0);
                users.insert(if called { User::Endpoint(path.to_owned()) } else { User::Other });
                continue;
            }
            let caller = unit.and_then(|unit| {
                unit.carriers.list.iter().find(|carrier| {
                    carrier.calls.iter().any(is_call)
                        && (what.member.is_none() || carrier.function.span().contains(*mention))
                })
            });
            let wrap = unit.and_then(|unit| {
                unit.wraps.iter().find(|wrap| wrap.call.callee == callee && wrap.call.name.start == mention.start)
            });
            let waited = waited.iter().find(|alias| alias.mention == *mention);
            if let (None, None, Some(alias), false) = (caller, wrap, waited, endpoint) {
                users.insert(User::Waited(path.to_owned(), alias.place));
                self.by_alias(path, module, (&alias.name, 0), what, &callee, users);
                continue;
            }
            let handed = unit.into_iter().flat_map(|unit| unit.handed.iter().map(move |handed| (unit, handed)));
            let owner = handed.filter(|(_, handed)| handed.mentions(*mention)).find_map(|(unit, handed)| {
                unit.carriers.list.iter().find(|carrier| carrier.function.span().contains(handed.call))
            });
            if let (None, None, Some(owner)) = (caller, wrap, owner) {
                users.insert(if endpoint {
                    User::Endpoint(path.to_owned())
                } else {
                    User::Helper((path.to_owned(), owner.function.span().start))
                });
                continue;
            }
            if caller.is_none()
                && wrap.is_none()
                && let Some(alias) = aliases.iter().find(|alias| what.aliased && alias.mention == *mention)
            {
                self.by_alias(path, module, (&alias.name, alias.calls), what, &callee, users);
                continue;
            }
            users.insert(match (caller, wrap) {
                (None, Some(wrap)) => match wrap.owner {
                    Some(owner) => User::Helper((path.to_owned(), owner)),
                    None => User::Endpoint(path.to_owned()),
                },
                (None, None) => match holder(module, *mention) {
                    Some((object, keys)) if what.hops < MAX_HOLDERS => {
                        holders.extend(keys.into_iter().next().map(|key| (object, key)));
                        continue;
                    }
                    _ => match router_at(module, *mention) {
                        Some(router) if what.hops < MAX_HOLDERS && router != *local => {
                            routers.insert(router);
                            continue;
                        }
                        _ if adds_to_router(module, *mention) => continue,
                        _ => User::Other,
                    },
                },
                (Some(_), _) if endpoint => User::Endpoint(path.to_owned()),
                (Some(carrier), _) => User::Helper((path.to_owned(), carrier.function.span().start)),
            });
        }
        for (object, key) in holders {
            let hops = what.hops + 1;
            let what = Mention { made: what.made, hops, ..Mention::member(&key) };
            self.found_in(path, module, &object, &what, users, User::Alias);
        }
        for router in routers {
            let what = Mention { member: None, hops: what.hops + 1, ..Mention::member("") };
            self.found_in(path, module, &router, &what, users, User::Router);
        }
    }

    /// Whoever finds a helper in `object`, a constant of `module`, as the member that `what` says; `holder` stands for it.
    pub(super) fn found_in(
        &self,
        path: &str,
        module: &Module,
        object: &Id,
        what: &Mention<'_>,
        users: &mut BTreeSet<User>,
        holder: User,
    ) {
        let mut found = BTreeSet::new();
        self.mentions(path, module, object, what, &mut found);
        // Other members may reach it by `this`.
        if home(module, object).is_some_and(|home| !this_within(module, home.span).is_empty()) {
            found.insert(User::Other);
        }
        let exported = exported_object(module, object);
        let mut seen = BTreeSet::new();
        for name in &exported {
            self.imported(path, name, what, &mut found, &mut seen);
        }
        // Nobody imports a module that something else runs, such as a script.
        if found.is_empty() && !exported.is_empty() && !self.importers.contains_key(path) {
            found.insert(User::Other);
        }
        if found.iter().any(|user| *user != User::Other) {
            users.insert(holder);
        }
        users.extend(found);
    }

    /// Whoever uses what is made by another name of `module`, which has it after so many calls.
    fn by_alias(
        &self,
        path: &str,
        module: &Module,
        (name, calls): (&Id, usize),
        what: &Mention<'_>,
        callee: &Id,
        users: &mut BTreeSet<User>,
    ) {
        users.insert(User::Alias);
        // A wrapper that is set up goes by its name alone.
        let made = (what.made + calls).saturating_sub(1);
        let own = Mention {
            member: None,
            made,
            aliased: true,
            waited: false,
            callee: Some(callee.clone()),
            same: false,
            hops: what.hops,
        };
        self.mentions(path, module, name, &own, users);
        let elsewhere = Mention { callee: None, ..own };
        for exported in exported_names(module, Some(name), usize::MAX) {
            self.imported(path, &exported, &elsewhere, users, &mut BTreeSet::new());
        }
    }
}
