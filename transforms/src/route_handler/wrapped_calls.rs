//! Wrapped handlers that the handler of an endpoint calls itself: they become handlers of the new kind, too.
//!
//! ```ts
//! const list = protect(async (req, res) => { … });       const list = protect(async (req) => { … });
//! export default function handler(req, res) {            export function GET(req, { params }) {
//!   if (req.method === 'GET') return list(req, res);  →    return list(req, { params });
//!   …
//!   return protect(create)(req, res);                      return protect(create)(req, { params });
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::handed::Handed;
use super::helpers::declares;
use super::map_form::{is_understood, map_form};
use super::needs::Needs;
use super::signature::Dialect;
use super::unit::Unit;
use super::wrapper_form::{map_annotation, plain_handler_type, wrapper_of};
use super::wraps::{Search, Wrap};
use crate::pages_api::{
    Carrier, Carriers, HandlerCast, Role, Root, Taken, Wrapped, handler_aliases, plain_calls, questions, unwrapped,
};
use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, Expr, Id, ModuleItem, Stmt, VarDeclKind, VarDeclarator};
use crate::syntax::{Module, Span, any_members, asked, bare, pat_ident, references, span_of};

/// What the handlers of one endpoint file may call as a wrapped handler.
#[derive(Default)]
pub struct WrappedCalls<'m> {
    known: BTreeMap<Id, Known<'m>>,
    /// Those that are made where they are called.
    made: HashMap<Span, Id>,
    /// The wrappers around those that are called.
    pub wraps: Vec<Wrap<'m>>,
    /// Where they are called.
    pub handed: Vec<Handed>,
    /// Where they are given another type.
    pub casts: Vec<HandlerCast>,
}

struct Known<'m> {
    found: Wrapped<'m>,
    wraps: Vec<Wrap<'m>>,
    /// Where the value of the constant is.
    value: Option<Span>,
    /// It is a map of handlers.
    map: bool,
    called: bool,
}

impl<'m> WrappedCalls<'m> {
    /// Finds those that `roots`, the handlers, may call, and tells them their names.
    pub fn of(search: &Search<'_, 'm>, roots: &mut [Root<'m>]) -> WrappedCalls<'m> {
        let mut all = WrappedCalls::default();
        if roots.is_empty() {
            return all;
        }
        let places: Vec<Span> = roots.iter().map(|root| root.function.span()).collect();
        for declarator in constants(search.module) {
            let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) else { continue };
            all.add(search, name.to_id(), init, Some(span_of(init)), &places);
        }
        for root in roots.iter() {
            for callee in plain_calls(root.function).filter_map(|call| call.callee.as_expr()) {
                let place = span_of(&**callee);
                let id: Id = (format!("{}#{}", search.module.path, place.start).into(), Default::default());
                if matches!(bare(callee), Expr::Call(_)) && all.add(search, id.clone(), callee, None, &places) {
                    all.made.insert(place, id);
                }
            }
        }
        for root in roots {
            root.continuations.extend(all.known.keys().cloned());
        }
        all
    }

    /// Adds what `expr` makes, if it is wrapped handlers that do not stand in one of `places`.
    fn add(&mut self, search: &Search<'_, 'm>, id: Id, expr: &'m Expr, value: Option<Span>, places: &[Span]) -> bool {
        if !matches!(bare(expr), Expr::Call(_) | Expr::Object(_)) {
            return false;
        }
        let read = search.wrapped(expr).ok();
        let Some((found, wraps)) = read.or_else(|| Some((plain_map(search.module, &id, expr, value)?, Vec::new())))
        else {
            return false;
        };
        let apart = |leaf: &Root<'_>| !places.iter().any(|place| place.contains(leaf.function.span()));
        let own = |wrap: &&Wrap<'_>| wrap.target.file == search.module.path;
        let nested = |wrap: &Wrap<'_>| {
            wrapper_of(search.module, wrap.target.root.function).is_some_and(|(_, shape)| shape.nested.is_some())
        };
        // A package's wrapper would need its new name here; those on which others stand were looked for before.
        let map = bare(expr).is_object();
        let typed = |cast: &HandlerCast| !map || Some(cast.span) != value || is_understood(search.module, &id);
        let plain = found.casts.iter().all(typed) && search.around(&found.calls, None).is_empty();
        let plain = plain && !wraps.iter().filter(own).any(nested);
        if !plain || !found.leaves.iter().all(apart) {
            return false;
        }
        self.known.insert(id, Known { found, wraps, value, map, called: false });
        true
    }

    /// The name of the wrapped handler that is made at `place`.
    pub fn made_at(&self, place: Span) -> Option<Id> {
        self.made.get(&place).cloned()
    }

    /// Adds the handlers that `carriers` call to `roots`, behind the first `handlers` of them. True if there are new ones.
    pub fn follow(
        &mut self,
        module: &Module,
        carriers: &Carriers<'m>,
        roots: &mut Vec<Root<'m>>,
        handlers: &mut usize,
    ) -> bool {
        let mut more = false;
        self.handed.clear();
        let calls = carriers.list.iter().flat_map(|carrier| carrier.calls.iter().map(move |call| (carrier, call)));
        for (carrier, call) in calls {
            let Some(known) = self.known.get_mut(&call.callee) else { continue };
            let leaves: BTreeSet<usize> = known.found.leaves.iter().map(|leaf| leaf.function.span().start).collect();
            let mut constants = known.found.constants.clone();
            constants.extend(known.value.map(|value| (call.callee.clone(), value)));
            let keys = if known.found.keyless { Vec::new() } else { known.found.keys.clone() };
            let callee = call.callee.clone();
            let leaves = leaves.into_iter().collect();
            let looked = looked_into(module, carrier, &call.callee);
            self.handed.push(Handed { call: call.span, callee, leaves, keys, constants, looked, wrapped: true });
            if std::mem::replace(&mut known.called, true) {
                continue;
            }
            more = true;
            self.wraps.extend(known.wraps.iter().cloned());
            // The type of a whole map is told with that of its constant.
            let of_map = |cast: &HandlerCast| known.map && Some(cast.span) == known.value;
            self.casts.extend(known.found.casts.iter().filter(|cast| !of_map(cast)).cloned());
            for leaf in &known.found.leaves {
                if !roots.iter().any(|root| root.function.span() == leaf.function.span()) {
                    roots.insert(*handlers, leaf.clone());
                    *handlers += 1;
                }
            }
        }
        more
    }

    /// Calls that hand over something else than the request and the response are not followed.
    pub fn settle(&self, carriers: &mut Carriers<'m>) {
        for carrier in &mut carriers.list {
            let whole = [Some(Role::Req), Some(Role::Res)];
            let odd = carrier.calls.iter().filter(|call| {
                self.known.contains_key(&call.callee) && !call.args.iter().map(|(_, role)| *role).eq(whole)
            });
            let escapes: Vec<_> = odd.map(|call| call.unfollowed()).collect();
            carrier.escapes.extend(escapes);
        }
    }
}

/// The types of constants that hold such handlers: they speak of the old form.
pub fn types(unit: &Unit<'_>, needs: &[Needs], dialect: &Dialect) -> Vec<Edit> {
    let constants = unit.handed.iter().filter(|handed| handed.wrapped).flat_map(|handed| &handed.constants);
    let constants: BTreeMap<Span, &Id> = constants.map(|(name, value)| (*value, name)).collect();
    let extended = needs.iter().any(|needs| !needs.extensions.is_empty());
    let handler = plain_handler_type(dialect, extended);
    let called: BTreeSet<&Id> = unit.handed.iter().map(|handed| &handed.callee).collect();
    let edits = constants.into_iter().flat_map(|(value, name)| {
        if !value.text(&unit.module.text).starts_with('{') {
            return map_annotation(unit.module, value).into_iter().collect();
        }
        let looks = dialect.typescript && called.contains(name);
        map_form(unit.module, name, &handler, looks)
    });
    edits.collect()
}

/// The map of handlers `name` that no wrapper stands around, if it is looked into for any of them, and not all that it
/// holds is written there with nothing said of its type: functions of a constant object are helpers like others.
fn plain_map<'m>(module: &'m Module, name: &Id, expr: &'m Expr, value: Option<Span>) -> Option<Wrapped<'m>> {
    let found = unwrapped(module, expr, &Taken::handler()).ok().filter(|_| value.is_some())?;
    let handlers = |leaf: &Root<'_>| leaf.function.params().len() <= 2 && !leaf.function.is_generator();
    if found.keyless || found.leaves.is_empty() || !found.leaves.iter().all(handlers) {
        return None;
    }
    let typed = asked(module, name).is_some_and(|asked| asked.is_typed());
    let questions = questions(&module.ast, name);
    let declared = |mention: Span| module.ast.body.iter().any(|item| declares(module, item, name, mention));
    let mentions = module.references().get(name)?.iter();
    let mut mentions = mentions.filter(|mention| !questions.contains(mention) && !declared(**mention));
    // Members of a typed map are handlers by whatever way they are reached.
    let is_looked = |mention: &Span| {
        let behind = module.text[mention.end..].trim_start_matches(['!', '?', ')']);
        behind.trim_start_matches('.').starts_with('[') || (typed && behind.starts_with('.'))
    };
    let plain = !typed && any_members(module).contains_key(&(format!("{}[]", name.0).into(), name.1));
    let known = !typed || is_understood(module, name);
    (known && !plain && mentions.all(is_looked)).then_some(found)
}

/// Where `carrier` looks into the map `handlers` for names that it does nothing with but to test and to call them.
fn looked_into(module: &Module, carrier: &Carrier<'_>, handlers: &Id) -> Vec<Span> {
    let Some(block) = carrier.function.block() else { return Vec::new() };
    let (text, mentions) = (&module.text, references(block));
    let of = |id: &Id| mentions.get(id).cloned().unwrap_or_default();
    let is_called =
        |mention: Span| carrier.calls.iter().any(|call| call.callee == *handlers && call.span.start == mention.start);
    let declared = |mention: Span| text[..mention.start].trim_end().ends_with("const");
    let aliases = handler_aliases(carrier.function, std::slice::from_ref(handlers));
    let plain = aliases.iter().all(|(alias, _)| {
        let asked = questions(block, alias);
        of(alias).into_iter().all(|mention| declared(mention) || is_called(mention) || asked.contains(&mention))
    });
    let looked =
        |mention: &Span| text[..mention.start].trim_end().ends_with('=') && text[mention.end..].starts_with(['[', '.']);
    if plain { of(handlers).into_iter().filter(looked).collect() } else { Vec::new() }
}

/// The constants at the top of the module that it keeps to itself.
fn constants(module: &Module) -> impl Iterator<Item = &VarDeclarator> {
    let declarations = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) if variable.kind == VarDeclKind::Const => Some(variable),
        _ => None,
    });
    declarations.flat_map(|variable| &variable.decls)
}
