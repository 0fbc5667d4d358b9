//! Looks up what names mean across files, and which of them keep values that some function changes.

use std::collections::{BTreeSet, HashSet};

use super::changes::{Change, Field, Target, Write};
use super::declared;
use super::given::Given;
use super::holders::{Holder, Shape, Value};
use super::makers::Scope;
use crate::project::{Modules, Project};
use crate::route_handler::loads::Loads;
use crate::syntax::ast::Id;

/// Names that were looked at on the way to an answer.
type Seen = HashSet<(String, Id, &'static str)>;

/// How many names that may be. Of what depends on more, nothing is known.
const MOST: usize = 500;

/// Looks up what names mean.
pub struct Meant<'p, 'm> {
    project: &'p Project,
    modules: &'p Modules<'m>,
    loads: &'p Loads,
}

impl<'p, 'm> Meant<'p, 'm> {
    /// Looks up the names of `loads`.
    pub fn of(project: &'p Project, modules: &'p Modules<'m>, loads: &'p Loads) -> Self {
        Meant { project, modules, loads }
    }

    /// The names that keep values which some function changes, with their files.
    pub fn states(&self) -> HashSet<(String, Id)> {
        let mut found = HashSet::new();
        for (path, reached) in self.loads {
            let own = &reached.kept.own;
            let kept =
                own.holders.iter().filter(|(name, holder)| self.keeps(path, own, name, holder, &mut Seen::new()));
            found.extend(kept.map(|(name, _)| (path.clone(), name.clone())));
            for (name, change) in self.changed(path, own, &mut Seen::new()) {
                let Some((file, name, Some(change))) = self.name(path, name, Some(change)) else { continue };
                let holder = self.loads.get(&file).and_then(|home| home.kept.own.holders.get(&name));
                if holder.is_some_and(|holder| self.takes(&file, holder, &change)) {
                    found.insert((file, name));
                }
            }
        }
        found
    }

    /// The names that the functions of `scope` change.
    fn changed<'s>(&self, path: &str, scope: &'s Scope, seen: &mut Seen) -> Vec<(&'s Id, &'s Change)> {
        let calls = scope.changes.found.iter();
        let mut found: Vec<_> = calls.flat_map(|(name, own)| own.iter().map(move |change| (name, change))).collect();
        for (target, writes) in &scope.changes.writes {
            if let Target::Name(name, change) = target
                && self.is_changed(path, scope.changes.tested.contains(name), writes, seen)
            {
                found.push((name, change));
            }
        }
        found
    }

    /// Whether what takes these values is changed, and not only made where it is missing.
    fn is_changed(&self, path: &str, is_tested: bool, writes: &[Write], seen: &mut Seen) -> bool {
        let mut is_set = false;
        for write in writes {
            let is_first = write.is_first || (is_tested && !write.of_parameters);
            let is_harmless = match &write.given {
                Given::Nothing => continue,
                Given::Flag(value) => !write.is_taken_back && (write.of_connection || (*value && is_first)),
                given => is_first && self.is_harmless(path, given, seen),
            };
            is_set = true;
            if !is_harmless {
                return true;
            }
        }
        // What is only ever taken away was there from the start.
        !is_set && !writes.is_empty()
    }

    /// Whether each copy may make the value for itself.
    fn is_harmless(&self, path: &str, given: &Given, seen: &mut Seen) -> bool {
        match given {
            _ if seen.len() > MOST => false,
            Given::Client | Given::Nothing | Given::Flag(_) => true,
            Given::Data => false,
            Given::Any(all) => all.iter().all(|one| self.is_harmless(path, one, seen)),
            Given::Name(name) => self.is_harmless_name(path, name, false, seen),
            Given::Member(name) => self.is_harmless_name(path, name, true, seen),
            Given::New(class) => self.class(path, class).is_some() && !self.instance_keeps(path, class, seen),
            Given::Call(name) => {
                if !seen.insert((path.to_owned(), name.clone(), "call")) {
                    return true;
                }
                let Some(own) = self.loads.get(path) else { return false };
                if let Some(results) = own.kept.own.changes.results.get(name) {
                    return !self.maker_keeps(path, name, seen) && self.is_harmless(path, results, seen);
                }
                self.imported(path, name).is_some_and(|(file, name)| self.is_harmless(&file, &Given::Call(name), seen))
            }
        }
    }

    fn is_harmless_name(&self, path: &str, name: &Id, is_member: bool, seen: &mut Seen) -> bool {
        if !seen.insert((path.to_owned(), name.clone(), if is_member { "member" } else { "name" })) {
            return true;
        }
        let Some(own) = self.loads.get(path) else { return false };
        match own.kept.own.holders.get(name).map(|holder| &holder.value) {
            Some(Value::Collection | Value::Keeper | Value::Class(_)) => return false,
            // What it holds is looked at where it is put there.
            Some(Value::Record(_)) => return is_member,
            Some(Value::Instance(class)) => return self.is_harmless(path, &Given::New(class.clone()), seen),
            Some(Value::Made(_) | Value::Registered | Value::Other) | None => {}
        }
        if let Some(values) = own.kept.own.changes.values.get(name) {
            return values.iter().all(|value| self.is_harmless(path, value, seen));
        }
        let given = if is_member { Given::Member } else { Given::Name };
        self.imported(path, name).is_some_and(|(file, name)| self.is_harmless(&file, &given(name), seen))
    }

    /// Whether the holder called `name` keeps what its own methods, or the functions that it consists of, change.
    fn keeps(&self, path: &str, scope: &Scope, name: &Id, holder: &Holder, seen: &mut Seen) -> bool {
        match &holder.value {
            Value::Registered | Value::Keeper => true,
            Value::Instance(class) => self.instance_keeps(path, class, seen),
            Value::Made(function) => self.maker_keeps(path, function, seen),
            Value::Class(shape) => {
                self.fields_change(path, scope, name, true, &shape.collections, seen)
                    || shape.statics.iter().any(|class| self.instance_keeps(path, class, seen))
            }
            Value::Record(collections) => self.fields_change(path, scope, name, false, collections, seen),
            Value::Collection | Value::Other => false,
        }
    }

    /// Whether what the function `name` gives keeps values.
    fn maker_keeps(&self, path: &str, name: &Id, seen: &mut Seen) -> bool {
        if !seen.insert((path.to_owned(), name.clone(), "made")) {
            return false;
        }
        let Some(own) = self.loads.get(path) else { return false };
        if let Some(scope) = own.kept.makers.get(name)
            && self.scope_keeps(path, scope, seen)
        {
            return true;
        }
        match own.kept.own.changes.results.get(name) {
            Some(results) => self.result_keeps(path, results, seen),
            None => self.imported(path, name).is_some_and(|(file, name)| self.maker_keeps(&file, &name, seen)),
        }
    }

    fn result_keeps(&self, path: &str, results: &Given, seen: &mut Seen) -> bool {
        match results {
            Given::New(class) => self.instance_keeps(path, class, seen),
            Given::Call(name) => self.maker_keeps(path, name, seen),
            Given::Any(all) => all.iter().any(|one| self.result_keeps(path, one, seen)),
            Given::Name(name) => {
                let values = self.loads.get(path).and_then(|own| own.kept.own.changes.values.get(name));
                let is_new = seen.insert((path.to_owned(), name.clone(), "result"));
                is_new && values.is_some_and(|values| values.iter().any(|one| self.result_keeps(path, one, seen)))
            }
            _ => false,
        }
    }

    fn scope_keeps(&self, path: &str, scope: &Scope, seen: &mut Seen) -> bool {
        let changed = self.changed(path, scope, seen);
        changed
            .iter()
            .any(|(name, change)| scope.holders.get(name).is_some_and(|holder| self.takes(path, holder, change)))
            || scope.holders.iter().any(|(name, holder)| self.keeps(path, scope, name, holder, seen))
    }

    /// Whether instances of the class `name` keep what their methods change.
    fn instance_keeps(&self, path: &str, name: &Id, seen: &mut Seen) -> bool {
        let Some((file, name)) = self.class(path, name) else { return false };
        if !seen.insert((file.clone(), name.clone(), "class")) {
            return false;
        }
        let Some((scope, shape)) = self.shape(&file, &name) else { return false };
        shape.keeps
            || self.fields_change(&file, scope, &name, false, &shape.collections, seen)
            || shape.parts.iter().chain(&shape.parent).any(|class| self.instance_keeps(&file, class, seen))
    }

    /// Whether methods change fields of the class or the object `name`.
    fn fields_change(
        &self,
        path: &str,
        scope: &Scope,
        name: &Id,
        is_static: bool,
        collections: &BTreeSet<String>,
        seen: &mut Seen,
    ) -> bool {
        let is_own = |field: &Field| field.class == *name && field.is_static == is_static;
        let calls = scope.changes.called.iter();
        if calls.clone().any(|field| is_own(field) && collections.contains(&field.name)) {
            return true;
        }
        let is_tested = scope.changes.tested.contains(name);
        let own = |target: &Target| matches!(target, Target::Field(field) if is_own(field));
        let mut writes = scope.changes.writes.iter().filter(|(target, _)| own(target));
        writes.any(|(_, writes)| self.is_changed(path, is_tested, writes, seen))
    }

    /// Whether `holder` of the file at `path` keeps what `change` does.
    fn takes(&self, path: &str, holder: &Holder, change: &Change) -> bool {
        match (&holder.value, change) {
            (_, Change::Name) => holder.takes(change),
            (Value::Instance(class), Change::Member(_)) => self.class(path, class).is_some(),
            (Value::Instance(class), Change::Call(Some(field))) => {
                let home = self.class(path, class);
                let shape = home.as_ref().and_then(|(file, name)| self.shape(file, name));
                shape.is_some_and(|(_, shape)| shape.collections.contains(field))
            }
            (Value::Made(function), Change::Member(_) | Change::Call(None)) => {
                !self.is_harmless(path, &Given::Call(function.clone()), &mut Seen::new())
            }
            _ => holder.takes(change),
        }
    }

    /// Where the class `name` of the file at `path` is declared.
    fn class(&self, path: &str, name: &Id) -> Option<(String, Id)> {
        let (file, name, _) = self.name(path, name, None).or_else(|| {
            let own = self.loads.get(path)?;
            let in_maker = own.kept.makers.values().any(|scope| scope.holders.contains_key(name));
            in_maker.then(|| (path.to_owned(), name.clone(), None))
        })?;
        self.shape(&file, &name).is_some().then_some((file, name))
    }

    fn shape(&self, file: &str, name: &Id) -> Option<(&Scope, &Shape)> {
        let kept = &self.loads.get(file)?.kept;
        let mut scopes = std::iter::once(&kept.own).chain(kept.makers.values());
        scopes.find_map(|scope| match &scope.holders.get(name)?.value {
            Value::Class(shape) => Some((scope, shape)),
            _ => None,
        })
    }

    /// Where the imported name is declared.
    fn imported(&self, path: &str, name: &Id) -> Option<(String, Id)> {
        let own = &self.loads.get(path)?.kept.own;
        let is_own = own.holders.contains_key(name) || own.changes.results.contains_key(name);
        let (file, name, _) = self.name(path, name, None).filter(|_| !is_own)?;
        Some((file, name))
    }

    /// Where the name `id` of the file at `path` is declared, and what `change` is there: through `import * as store`,
    /// a change of `store.codes` is one of `codes`.
    fn name(&self, path: &str, id: &Id, change: Option<&Change>) -> Option<(String, Id, Option<Change>)> {
        let own = self.loads.get(path)?;
        if own.kept.own.holders.contains_key(id) {
            return Some((path.to_owned(), id.clone(), change.cloned()));
        }
        let mut taken = own.files().flat_map(|(_, loaded)| loaded.names.iter().map(move |taken| (loaded, taken)));
        let (loaded, taken) = taken.find(|(_, taken)| taken.local.as_ref() == Some(id))?;
        let find = |name| declared(self.project, self.modules, path, &loaded.specifier, name);
        if let Some((file, id)) = find(taken.name.as_deref()) {
            return Some((file, id, change.cloned()));
        }
        let (name, change) = match (&taken.name, change?) {
            (None, Change::Member(Some(name))) => (name, Change::Member(None)),
            (None, Change::Call(Some(name))) => (name, Change::Call(None)),
            _ => return None,
        };
        let (file, id) = find(Some(name))?;
        Some((file, id, Some(change)))
    }
}
