//! An object parameter that held `req` or `res`.
//!
//! ```ts
//! ({ userId, req, res }: Props) => …
//! // →
//! ({ userId, query }: Omit<Props, 'req' | 'res'> & { query: … }) => …
//!
//! (ctx: Context) => ctx.req.query.page
//! // →
//! (ctx: Omit<Context, 'req' | 'res'> & { query: … }) => ctx.query.page
//! ```

use std::collections::BTreeSet;

use super::body::Names;
use super::helper_form::HelperForm;
use super::needs::{Extensions, Needs};
use super::request_type::request_parameter;
use super::signature::Dialect;
use crate::finding::Finding;
use crate::libraries;
use crate::pages_api::{Carrier, Role};
use crate::syntax::ast::{ObjectPatProp, Pat, TsEntityName, TsType, TsTypeElement};
use crate::syntax::{Module, prop_name, span_of};

/// The new text of the parameter at `at`; `asked` is the type of the function, if that of the parameter came from there.
pub fn held_parameter(
    form: &HelperForm<'_, '_>,
    carrier: &Carrier<'_>,
    needs: &Needs,
    at: usize,
    param: &Pat,
    asked: Option<&str>,
) -> String {
    let (pattern, annotation) = match param {
        Pat::Object(object) => {
            let properties = object.props.iter().map(|property| {
                let key = match property {
                    ObjectPatProp::Assign(short) => short.key.id.sym.to_string(),
                    ObjectPatProp::KeyValue(pair) => prop_name(&pair.key).unwrap_or_default(),
                    ObjectPatProp::Rest(_) => String::new(),
                };
                // Who hands it over needs nothing that stands in for it.
                let stands_in = matches!(property, ObjectPatProp::Assign(short) if short.value.is_some());
                let text = form.module.text_of(property);
                let text = if stands_in && role_of(carrier, at, &key).is_some() { &key } else { text };
                let text = text.to_owned();
                (key, text)
            });
            let kept = properties_left(carrier, needs, form.names, at, properties);
            (form.dialect.style.braces(&kept.join(", ")), &object.type_ann)
        }
        Pat::Ident(name) => (name.id.sym.to_string(), &name.type_ann),
        other => return form.module.text_of(other).to_owned(),
    };
    if annotation.is_none() && asked.is_none() {
        return pattern;
    }
    let held: Vec<(&str, Role)> =
        carrier.held.iter().filter(|held| held.at == at).map(|held| (held.key.as_str(), held.role)).collect();
    let left = Left {
        module: form.module,
        carrier,
        extensions: &needs.extensions,
        dialect: form.dialect,
        alone: holds_no_more(carrier, at),
        held,
        request: needs.request,
        params: needs.params,
        given: &|role| needs.given_keys(role),
    };
    let own = match (annotation, asked) {
        (Some(annotation), _) => left.of(&annotation.type_ann),
        (None, asked) => left.of_text(&format!("Parameters<{}>[{at}]", asked.unwrap_or("any"))),
    };
    format!("{pattern}: {own}")
}

fn named(key: &str, name: &str) -> String {
    if name == key { name.to_owned() } else { format!("{key}: {name}") }
}

/// What is left of the type of an object that held `req` or `res`.
pub struct Left<'l> {
    /// The module.
    pub module: &'l Module,
    /// The carrier that it stands in.
    pub carrier: &'l Carrier<'l>,
    /// What the application puts on the request.
    pub extensions: &'l Extensions,
    /// How code is written.
    pub dialect: &'l Dialect,
    /// It holds nothing else.
    pub alone: bool,
    /// What it held: the keys.
    pub held: Vec<(&'l str, Role)>,
    /// The request stays in it.
    pub request: bool,
    /// The route's parameters are in it.
    pub params: bool,
    /// What comes in the place of either.
    pub given: &'l dyn Fn(Role) -> Vec<&'static str>,
}

impl Left<'_> {
    /// The text of the new type.
    pub fn of(&self, annotation: &TsType) -> String {
        let added = self.added();
        let is_held = |key: &str| self.held.iter().any(|(own, _)| *own == key);
        let text = self.module.text_of(annotation);
        match annotation {
            TsType::TsTypeLit(literal) => {
                let plain = literal.members.iter().filter(|member| match member {
                    TsTypeElement::TsPropertySignature(signature) => {
                        crate::syntax::ident(&signature.key).is_none_or(|name| !is_held(&name.sym))
                    }
                    _ => true,
                });
                let own = plain.map(|member| self.module.text_of(member).trim_end_matches([';', ',']).to_owned());
                let all: Vec<String> = own.chain(added).collect();
                return format!("{{ {} }}", all.join("; "));
            }
            named if is_context_options(named) && self.alone => return format!("{{ {} }}", added.join("; ")),
            _ => {}
        }
        self.of_text(text)
    }

    /// The text of the new type where `text` stands for the old one.
    fn of_text(&self, text: &str) -> String {
        let added = self.added();
        let gone: Vec<String> = self.held.iter().map(|(key, _)| self.module.style.string(key)).collect();
        let added = if added.is_empty() { String::new() } else { format!(" & {{ {} }}", added.join("; ")) };
        format!("Omit<{text}, {}>{added}", gone.join(" | "))
    }

    /// The members that the type gets.
    fn added(&self) -> Vec<String> {
        let mut members = Vec::new();
        for (key, role) in &self.held {
            if *role == Role::Req && self.request {
                let request = request_parameter(self.module, self.carrier, self.extensions, self.dialect);
                members.push(format!("{key}: {}", request.split_once(": ").map_or("any", |(_, kind)| kind)));
            }
            members.extend((self.given)(*role).into_iter().map(|key| member(self.dialect, key)));
        }
        if self.params {
            let context = self.dialect.any_context_type();
            members.push(context.trim_matches(['{', ' ', '}']).to_owned());
        }
        members
    }
}

/// The properties of a pattern that took the object at `at` apart: without what it held, with what is given.
pub fn properties_left(
    carrier: &Carrier<'_>,
    needs: &Needs,
    names: &Names,
    at: usize,
    properties: impl Iterator<Item = (String, String)>,
) -> Vec<String> {
    let mut left = Vec::new();
    for (key, text) in properties {
        let role = role_of(carrier, at, &key);
        if role.is_none() || (role == Some(Role::Req) && needs.request) {
            left.push(text);
        }
        for key in role.map(|role| needs.given_keys(role)).unwrap_or_default() {
            let name = match key {
                "query" => &names.query,
                "body" => &names.body,
                _ => &names.headers,
            };
            left.push(named(key, name));
        }
        // They come in the place of the response, or behind the request where there is none.
        if needs.params && role == Some(Role::Res) {
            left.push(named("params", &names.params));
        }
    }
    let params = named("params", &names.params);
    if needs.params && !left.contains(&params) {
        left.push(params);
    }
    left
}

fn member(dialect: &Dialect, key: &str) -> String {
    match key {
        "query" => dialect.query(key),
        "headers" => dialect.headers(key),
        _ => format!("{key}: any"),
    }
}

fn role_of(carrier: &Carrier<'_>, at: usize, key: &str) -> Option<Role> {
    carrier.held.iter().find(|held| held.at == at && held.key == key).map(|held| held.role)
}

/// Whether the object parameter at `at` has no other members, by its type and by what is read of it.
pub fn holds_no_more(carrier: &Carrier<'_>, at: usize) -> bool {
    let is_held = |key: Option<String>| key.is_some_and(|key| role_of(carrier, at, &key).is_some());
    let (alone, annotation) = match carrier.function.params().get(at) {
        Some(Pat::Object(object)) => {
            let alone = object.props.iter().all(|property| match property {
                ObjectPatProp::Assign(short) => is_held(Some(short.key.id.sym.to_string())),
                ObjectPatProp::KeyValue(pair) => is_held(prop_name(&pair.key)),
                ObjectPatProp::Rest(_) => false,
            });
            (alone, &object.type_ann)
        }
        Some(Pat::Ident(name)) => {
            let Some(bundle) = carrier.bundles.iter().find(|bundle| bundle.at == at) else { return false };
            let mut apart = bundle.apart.iter().flat_map(|apart| &apart.properties);
            (bundle.others.is_empty() && apart.all(|(key, _)| is_held(Some(key.clone()))), &name.type_ann)
        }
        _ => return false,
    };
    let typed = annotation.as_ref().is_none_or(|annotation| match &*annotation.type_ann {
        TsType::TsTypeLit(literal) => literal.members.iter().all(|member| match member {
            TsTypeElement::TsPropertySignature(signature) => {
                is_held(crate::syntax::ident(&signature.key).map(|name| name.sym.to_string()))
            }
            _ => false,
        }),
        named => is_context_options(named),
    });
    alone && typed
}

/// tRPC's type for what makes a context.
fn is_context_options(annotation: &TsType) -> bool {
    let TsType::TsTypeRef(reference) = annotation else { return false };
    libraries::trpc::is_context_options(match &reference.type_name {
        TsEntityName::Ident(name) => &name.sym,
        TsEntityName::TsQualifiedName(name) => &name.right.sym,
    })
}

/// A context of tRPC that is made of more than `req` and `res`, which is all that it is given.
pub fn reads_more(module: &Module, carrier: &Carrier<'_>) -> Option<Finding> {
    let places = carrier.held.iter().map(|held| held.at).collect::<BTreeSet<_>>();
    places.into_iter().find_map(|at| {
        let param = *carrier.function.params().get(at)?;
        let annotation = match param {
            Pat::Object(object) => &object.type_ann,
            Pat::Ident(name) => &name.type_ann,
            _ => return None,
        };
        let typed = annotation.as_ref().is_some_and(|annotation| is_context_options(&annotation.type_ann));
        let message = "this function reads more of what tRPC gives it than `req` and `res`";
        let finding = || Finding::manual("package-call", &module.path, span_of(param), message);
        (typed && !holds_no_more(carrier, at)).then(|| {
            finding().help("let it take `FetchCreateContextFnOptions` by hand, and hand it to `createContext`")
        })
    })
}
