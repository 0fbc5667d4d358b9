//! An object parameter that held `req` or `res`.
//!
//! ```ts
//! ({ userId, req, res }: Props) => …
//! // →
//! ({ userId, query }: Omit<Props, 'req' | 'res'> & { query: … }) => …
//! ```

use super::helper_form::HelperForm;
use super::needs::{Body, Needs, Query};
use super::request_type::request_parameter;
use crate::pages_api::{Carrier, Role};
use crate::syntax::ast::{ObjectPatProp, Pat, TsType, TsTypeElement};
use crate::syntax::prop_name;

/// The new text of the parameter at `at`.
pub fn held_parameter(
    form: &HelperForm<'_, '_>,
    carrier: &Carrier<'_>,
    needs: &Needs,
    at: usize,
    param: &Pat,
) -> String {
    let Pat::Object(object) = param else { return form.module.text_of(param).to_owned() };
    let role = |key: &str| carrier.held.iter().find(|held| held.at == at && held.key == key).map(|held| held.role);
    // What is added to the object: its names, and the members of its type.
    let request = request_parameter(form.module, carrier, &needs.extensions, form.dialect);
    let mut given = Vec::new();
    if needs.query == Query::Given {
        given.push((form.names.query.clone(), form.dialect.query(&form.names.query)));
    }
    if needs.body == Body::Given {
        given.push((form.names.body.clone(), format!("{}: any", form.names.body)));
    }
    let mut names: Vec<String> = Vec::new();
    let mut members: Vec<String> = Vec::new();
    for property in &object.props {
        let own = form.module.text_of(property).to_owned();
        let key = match property {
            ObjectPatProp::Assign(short) => Some(short.key.id.sym.to_string()),
            ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
            ObjectPatProp::Rest(_) => None,
        };
        match key.as_deref().and_then(|key| Some((key, role(key)?))) {
            Some((key, Role::Req)) => {
                if needs.request {
                    names.push(own);
                    let kind = request.split_once(": ").map_or("any", |(_, kind)| kind);
                    members.push(format!("{key}: {kind}"));
                }
                names.extend(given.iter().map(|(name, _)| name.clone()));
                members.extend(given.iter().map(|(_, member)| member.clone()));
            }
            Some((_, Role::Res)) => {}
            None => names.push(own),
        }
    }
    let pattern = form.dialect.style.braces(&names.join(", "));
    let Some(annotation) = &object.type_ann else { return pattern };
    let kept = match &*annotation.type_ann {
        TsType::TsTypeLit(literal) => {
            let plain = literal.members.iter().filter(|member| match member {
                TsTypeElement::TsPropertySignature(signature) => {
                    crate::syntax::ident(&signature.key).is_none_or(|name| role(&name.sym).is_none())
                }
                _ => true,
            });
            let own = plain.map(|member| form.module.text_of(member).trim_end_matches([';', ',']).to_owned());
            let all: Vec<String> = own.chain(members).collect();
            return format!("{pattern}: {{ {} }}", all.join("; "));
        }
        named => form.module.text_of(named).to_owned(),
    };
    let gone: Vec<String> =
        carrier.held.iter().filter(|held| held.at == at).map(|held| form.module.style.string(&held.key)).collect();
    let added = if members.is_empty() { String::new() } else { format!(" & {{ {} }}", members.join("; ")) };
    format!("{pattern}: Omit<{kept}, {}>{added}", gone.join(" | "))
}
