//! What is written down of the constants that sends mention, wherever they are declared:
//!
//! ```ts
//! import { HTTP } from '@/lib/http';                    // export const HTTP = { CREATED: 201 } as const
//! res.status(HTTP.CREATED).json(user);
//! ```
//!
//! Only modules are looked at from which a send takes something, or a comparison with the method:
//! `req.method === HTTP_METHOD.POST`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::payload::Constants;
use crate::libraries::statuses;
use crate::pages_api::{ANY, Carrier, Carriers, Payload};
use crate::project::{Import, Imported, Literal, Literals, Modules, Project, binding};
use crate::syntax::ast::{BinExpr, BinaryOp, CallExpr, Expr, Id, SwitchStmt};
use crate::syntax::{Module, Visit, VisitWith, bare, known_text, member_name, span_of};

/// The values of names.
pub type Known = HashMap<Id, Literal>;

/// Finds what is known of what the sends of `carriers` mention in `module`, and notes statuses, names of headers, and what
/// the method is compared with.
pub fn settle(
    project: &Project,
    modules: &Modules<'_>,
    module: &Module,
    imports: &HashMap<Id, Import>,
    carriers: &mut Carriers<'_>,
) -> Arc<Known> {
    let constants = Constants::of(module);
    let mut asked = Asked { constants: &constants, names: BTreeSet::new(), seen: HashSet::new() };
    for write in carriers.list.iter().flat_map(|carrier| &carrier.writes) {
        asked.add_all(write.status.as_ref());
        for header in write.headers.iter().filter(|header| header.verb != "cors") {
            asked.add_all([&header.name].into_iter().chain(&header.value));
        }
        match &write.payload {
            Some(Payload::Json(value) | Payload::Send(value) | Payload::End(value)) => asked.add_all(value),
            Some(Payload::Redirect(status, url)) => asked.add_all(status.iter().chain([url])),
            Some(Payload::Stream) | None => {}
        }
    }
    let compared: Vec<Vec<Expr>> = carriers.list.iter().map(Compared::with_method).collect();
    asked.add_all(compared.iter().flatten());
    let names = asked.names;
    if names.is_empty() {
        return Arc::default();
    }
    let mut search = Search { project, modules, module, own: None };
    let mut known = Known::new();
    for (id, member) in names {
        match imports.get(&id) {
            Some(import) if import.name == Imported::Namespace => {
                let Some(member) = member else { continue };
                if let (Some(value), Literal::Object(members)) = (
                    search.imported(import, Some(&member)),
                    known.entry(id).or_insert_with(|| Literal::Object(BTreeMap::new())),
                ) {
                    members.insert(member, value);
                }
            }
            Some(import) => known.extend(search.imported(import, None).map(|value| (id, value))),
            None => known.extend(search.own(&id).map(|value| (id, value))),
        }
    }
    let known = Arc::new(known);
    let constants = constants.with_known(Arc::clone(&known));
    for (carrier, compared) in carriers.list.iter_mut().zip(compared) {
        let words = compared.iter().filter_map(|expr| Some((span_of(expr), constants.as_text(expr)?)));
        carrier.words.extend(words);
    }
    for write in carriers.list.iter_mut().flat_map(|carrier| &mut carrier.writes) {
        let status = write.status.as_ref().and_then(|status| constants.as_number(status));
        write.named_status = status.map(|status| status as u16);
        for header in write.headers.iter_mut().filter(|header| header.verb != "cors") {
            header.named = constants.as_text(&header.name);
        }
    }
    known
}

/// Collects the names whose values decide what an expression is, through the constants and variables of the module, and
/// the first member that is read of each.
struct Asked<'a> {
    constants: &'a Constants,
    names: BTreeSet<(Id, Option<String>)>,
    seen: HashSet<Id>,
}

impl<'a> Asked<'a> {
    fn add_all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>)
    where
        'a: 'e,
    {
        exprs.into_iter().for_each(|expr| self.add(expr));
    }

    fn add(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Ident(name) => self.name(name.to_id(), None),
            Expr::Member(member) => {
                let (mut object, mut name) = (bare(&member.obj), member_name(member));
                while let Expr::Member(inner) = object {
                    (object, name) = (bare(&inner.obj), member_name(inner));
                }
                if let Expr::Ident(root) = object {
                    self.name(root.to_id(), name);
                }
            }
            Expr::Cond(choice) => {
                self.add(&choice.cons);
                self.add(&choice.alt);
            }
            Expr::Bin(bin) => {
                self.add(&bin.left);
                self.add(&bin.right);
            }
            _ => {}
        }
    }

    fn name(&mut self, id: Id, member: Option<String>) {
        let first = self.seen.insert(id.clone());
        let constants = self.constants;
        for value in constants.values_of(&id).into_iter().flatten().filter(|_| first) {
            self.add(value);
        }
        self.names.insert((id, member));
    }
}

/// Collects names, and members of them, that the method is compared with.
struct Compared<'c> {
    is_method: &'c dyn Fn(&Expr) -> bool,
    found: Vec<Expr>,
}

impl Compared<'_> {
    /// Those in `carrier`.
    fn with_method(carrier: &Carrier<'_>) -> Vec<Expr> {
        let known = carrier.known(Some(None));
        let is_method = |expr: &Expr| known_text(expr, &known).as_deref() == Some(ANY);
        let mut search = Compared { is_method: &is_method, found: Vec::new() };
        if let Some(block) = carrier.function.block() {
            block.visit_with(&mut search);
        }
        if let Some(expression) = carrier.function.expression() {
            expression.visit_with(&mut search);
        }
        search.found
    }

    fn add(&mut self, expr: &Expr) {
        if matches!(bare(expr), Expr::Ident(_) | Expr::Member(_)) && !(self.is_method)(expr) {
            self.found.push(bare(expr).clone());
        }
    }
}

impl Visit for Compared<'_> {
    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        if matches!(bin.op, BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq) {
            for (one, other) in [(&bin.left, &bin.right), (&bin.right, &bin.left)] {
                if (self.is_method)(one) {
                    self.add(other);
                }
            }
        }
        bin.visit_children_with(self);
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        if (self.is_method)(&switch.discriminant) {
            switch.cases.iter().filter_map(|case| case.test.as_deref()).for_each(|test| self.add(test));
        }
        switch.visit_children_with(self);
    }

    // `[HTTP_METHOD.GET].includes(req.method)`
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let list = call.callee.as_expr().and_then(|callee| bare(&bare(callee).as_member()?.obj).as_array());
        if let (Some(list), [only]) = (list, call.args.as_slice())
            && (self.is_method)(&only.expr)
        {
            list.elems.iter().flatten().for_each(|element| self.add(&element.expr));
        }
        call.visit_children_with(self);
    }
}

/// Looks values up.
struct Search<'s, 'p> {
    project: &'s Project,
    modules: &'s Modules<'p>,
    module: &'s Module,
    /// Those of the module itself.
    own: Option<Literals>,
}

impl Search<'_, '_> {
    fn own(&mut self, id: &Id) -> Option<Literal> {
        if !self.module.is_top_level(id) {
            return None;
        }
        let (project, modules, module) = (self.project, self.modules, self.module);
        let own = self.own.get_or_insert_with(|| Literals::of(module));
        own.get(project, modules, module, id).cloned()
    }

    /// What `import` brings, or the `member` of all that the module exports.
    fn imported(&self, import: &Import, member: Option<&str>) -> Option<Literal> {
        let Import { specifier, name, type_only: false, required: false, .. } = import else { return None };
        let name = match (name, member) {
            (Imported::Name(name), None) => name,
            (Imported::Namespace, Some(member)) => member,
            _ => return None,
        };
        let file = self.project.resolver.resolve(&self.module.path, specifier);
        if file.is_none_or(|file| file.ends_with(".json")) {
            return packaged(specifier, name);
        }
        let (home, id) = binding(self.project, self.modules, &self.module.path, specifier, name)?;
        // Types say what somebody else has written down.
        if [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| home.path.ends_with(ending)) {
            return None;
        }
        self.modules.literals(&home.path)?.get(self.project, self.modules, home, &id).cloned()
    }
}

/// What a package exports as `name`, or a file that is no source.
fn packaged(specifier: &str, name: &str) -> Option<Literal> {
    if specifier.ends_with(".json") && !specifier.contains('!') && name == "default" {
        return Some(Literal::Data);
    }
    let number = |status: u16| Literal::Number(status.into());
    if let Some(list) = statuses(specifier, Some(name)) {
        let members = list.iter().map(|(name, status)| ((*name).to_owned(), number(*status)));
        return Some(Literal::Object(members.collect()));
    }
    statuses(specifier, None)?.iter().find(|(own, _)| *own == name).map(|(_, status)| number(*status))
}
