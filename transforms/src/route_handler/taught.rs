//! Functions that users have rules for: which rules a call may mean, and what they need. The new code is written in
//! `body/taught.rs`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::effect::{Effect, Truthiness};
use super::moves::{is_relative, relative, specifier_target};
use super::needs::{Callee, Handed, Needs};
use super::unit::{Link, Unit, import_of};
use crate::pages_api::{Call, Carrier, Escape, EscapeKind, Form, Role, TaughtCall};
use crate::project::{Import, Imported, MethodSet, Modules, Project, declared};
use crate::settings::{HelperRule, Param, Settings};
use crate::syntax::Module;
use crate::syntax::ast::{Decl, Id, ModuleDecl, ModuleItem, Stmt};

/// The rules of users for one module.
pub struct Taught<'t> {
    project: &'t Project,
    modules: &'t Modules<'t>,
    module: &'t Module,
    imports: &'t HashMap<Id, Import>,
    settings: Option<&'t Settings>,
    /// Names that the module declares at its top.
    own: BTreeSet<Id>,
}

impl<'t> Taught<'t> {
    pub fn new(
        project: &'t Project,
        modules: &'t Modules<'t>,
        module: &'t Module,
        imports: &'t HashMap<Id, Import>,
    ) -> Taught<'t> {
        let settings = project.settings.at(&module.path).filter(|settings| !settings.helpers.is_empty());
        let own = if settings.is_some() { top_level(module) } else { BTreeSet::new() };
        Taught { project, modules, module, imports, settings, own }
    }

    /// The rules for what the module calls `callee`, which may be `object.member`.
    pub fn rules(&self, callee: &Id) -> Vec<Arc<HelperRule>> {
        let all = self.settings.into_iter().flat_map(|settings| &settings.helpers);
        all.filter(|rule| self.fits(rule, callee)).cloned().collect()
    }

    fn fits(&self, rule: &HelperRule, callee: &Id) -> bool {
        let Some((import, member)) = import_of(self.imports, callee) else {
            let base = (callee.0.split('.').next().unwrap_or_default().into(), callee.1);
            let here = || self.project.resolver.resolve(&rule.file, rule.from.as_deref()?);
            return *callee.0 == rule.callee
                && self.own.contains(&base)
                && (rule.from.is_none() || here().is_some_and(|file| file == self.module.path));
        };
        let named = match (&import.name, &member) {
            (Imported::Name(name), None) if name != "default" => *name == rule.callee,
            (Imported::Name(name), Some(member)) if name != "default" => format!("{name}.{member}") == rule.callee,
            (Imported::Namespace, Some(member)) => *member == rule.callee || *callee.0 == rule.callee,
            _ => *callee.0 == rule.callee,
        };
        named && !import.type_only && rule.from.as_ref().is_none_or(|from| self.comes_from(rule, from, import))
    }

    /// Whether `from`, as written in the settings, is the module that the import names, or the one that declares it.
    fn comes_from(&self, rule: &HelperRule, from: &str, import: &Import) -> bool {
        let resolver = &self.project.resolver;
        import.specifier == from
            || resolver.resolve(&rule.file, from).is_some_and(|file| {
                resolver.resolve(&self.module.path, &import.specifier).as_ref() == Some(&file)
                    || declared(self.project, self.modules, &self.module.path, import)
                        .is_some_and(|found| found.module.path == file)
            })
    }
}

fn top_level(module: &Module) -> BTreeSet<Id> {
    let mut names = BTreeSet::new();
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => continue,
        };
        match declaration {
            Decl::Fn(function) => {
                names.insert(function.ident.to_id());
            }
            Decl::Var(variable) => {
                names.extend(variable.decls.iter().flat_map(|d| crate::syntax::bound_ids(&d.name)));
            }
            _ => {}
        }
    }
    names
}

/// The rule for a call, among those for its function.
pub fn rule_for<'r>(rules: &'r [Arc<HelperRule>], call: &Call) -> Option<&'r HelperRule> {
    let fits = |rule: &&Arc<HelperRule>| {
        let same = |(param, (_, role)): (&Param, &(_, Option<Role>))| match role {
            Some(Role::Req) => *param == Param::Request,
            Some(Role::Res) => *param == Param::Response,
            None => *param == Param::Value,
        };
        rule.params.len() == call.args.len() && rule.params.iter().zip(&call.args).all(same)
    };
    rules.iter().find(fits).map(|rule| &**rule)
}

/// Takes out the calls that no rule fits, which are escapes.
pub fn settle(carrier: &mut Carrier<'_>, links: &BTreeMap<Id, Link<'_>>) {
    let taught = std::mem::take(&mut carrier.taught);
    let mut escapes = Vec::new();
    carrier.calls.retain(|call| {
        let Some(Link::Taught(rules)) = links.get(&call.callee) else { return true };
        let why = taught.iter().find(|taught| taught.span == call.span).and_then(|taught| misfit(rules, call, taught));
        if let Some(why) = why {
            escapes.push(Escape { how: EscapeKind::Untaught(why), ..call.unfollowed() });
            return false;
        }
        true
    });
    carrier.taught = taught;
    carrier.escapes.extend(escapes);
}

fn misfit(rules: &[Arc<HelperRule>], call: &Call, taught: &TaughtCall) -> Option<String> {
    if taught.args.iter().any(|arg| arg.spread) {
        return Some(format!("how many arguments this call of `{}` has cannot be told", call.callee.0));
    }
    let Some(rule) = rule_for(rules, call) else {
        return Some(format!("the settings have no rule for a call of `{}` with these arguments", call.callee.0));
    };
    let values = || taught.args.iter().enumerate().filter(|(at, _)| rule.params[*at] == Param::Value);
    let mut active = values().filter(|(_, arg)| arg.form == Form::Active).map(|(at, _)| at);
    // One that does something may stand elsewhere among constants, as long as it is evaluated once.
    let keeps = match (rule.in_order, active.next(), active.next()) {
        (true, ..) | (_, None, _) => true,
        (_, Some(only), None) => {
            rule.once.contains(&only) && values().all(|(at, arg)| at == only || arg.form == Form::Constant)
        }
        (_, Some(_), Some(_)) => false,
    };
    (!keeps).then(|| "an argument of this call does something, and `becomes` would change when or how often".to_owned())
}

/// What callers of a function with these rules see.
pub fn callee(rules: &[Arc<HelperRule>]) -> Callee {
    let answers = rules.iter().any(|rule| rule.answers);
    let settled = rules.iter().all(|rule| rule.settled);
    let sent = Truthiness::Unknown;
    let welcomes = if answers { MethodSet::ALL } else { MethodSet::NONE };
    let effect = Effect { sends: answers, always: answers, settled, sent, own_status: false, welcomes, ..Effect::NONE };
    let needs = Needs { request: rules.iter().any(|rule| rule.takes_request()), effect, ..Needs::none() };
    Callee { needs, is_async: !settled, name: None, answers: None, handed: Handed::Carriers, taught: rules.to_vec() }
}

/// Adds what the file at `path`, the new form of `unit`, may have to import for its rules.
pub fn add_imports<'u>(imports: &mut BTreeMap<String, BTreeSet<&'u str>>, unit: &'u Unit<'_>, path: &str) {
    for link in unit.links.values() {
        let Link::Taught(rules) = link else { continue };
        for rule in rules {
            for import in &rule.imports {
                imports.entry(specifier(&rule.file, &import.specifier, path)).or_default().insert(&import.name);
            }
        }
    }
}

/// A specifier of the settings, which may be relative to their file, for the module at `path`.
pub fn specifier(settings: &str, specifier: &str, path: &str) -> String {
    let target = specifier_target(settings, specifier).filter(|_| is_relative(specifier));
    target.map_or_else(|| specifier.to_owned(), |target| relative(path, &target))
}
