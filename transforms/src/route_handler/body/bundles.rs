//! Declarations that take an object apart which held `req` or `res`.
//!
//! ```ts
//! const { req, res, session } = ctx      →   const { req, session } = ctx
//! ```

use super::{Builder, Line};
use crate::pages_api::{Bundle, Call, Role};
use crate::rewrite::Piece;
use crate::route_handler::held_parameter::properties_left;
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    pub(super) fn bundles(&mut self) {
        let carrier = self.carrier;
        for bundle in &carrier.bundles {
            self.members_clash(bundle);
            self.headers_of(bundle);
            self.params_of(bundle);
            let Some(apart) = &bundle.apart else { continue };
            let properties = apart.properties.iter().map(|(key, span)| (key.clone(), self.text_of(*span).to_owned()));
            let left = properties_left(carrier, self.needs, self.cx.names, bundle.at, properties);
            if left.is_empty() {
                self.drop_declaration(apart.declarator);
            } else if left.len() != apart.properties.len()
                || !left.iter().zip(&apart.properties).all(|(a, (_, b))| a == self.text_of(*b))
            {
                self.edit(apart.pattern, vec![Piece::Text(self.cx.dialect.style.braces(&left.join(", ")))]);
            }
        }
    }

    /// So are the route's parameters, which a wrapper put there.
    fn params_of(&mut self, bundle: &Bundle) {
        if self.needs.params && bundle.apart.is_none() {
            let used_at = self.carrier.reads.iter().map(|read| read.span).collect();
            self.member_of(bundle, "params", &self.cx.names.params.clone(), used_at);
        }
    }

    /// `const { headers } = ctx`.
    fn member_of(&mut self, bundle: &Bundle, key: &str, name: &str, used_at: Vec<Span>) {
        let property = if name == key { name.to_owned() } else { format!("{key}: {name}") };
        let style = &self.cx.dialect.style;
        let text = format!("const {} = {}{}", style.braces(&property), bundle.name.0, style.semi());
        let (pieces, awaits, request, params) = (vec![Piece::Text(text)], false, false, false);
        self.out.prologue.push(Line { pieces, used_at, awaits, request, params });
    }

    /// Headers are collected under a name, which `ctx.headers` is not.
    fn headers_of(&mut self, bundle: &Bundle) {
        let carrier = self.carrier;
        let dotted = carrier.res.as_ref().is_some_and(|res| res.0.contains('.'));
        let held = carrier.held.iter().any(|held| held.at == bundle.at && held.role == Role::Res);
        if !(self.needs.effect.headers && held && dotted) {
            return;
        }
        let writes = carrier.writes.iter().map(|write| write.span);
        let named = |call: &&Call| call.held.iter().all(|(_, property)| property.whole.as_ref() != Some(&bundle.name));
        let used_at: Vec<Span> = writes.chain(carrier.calls.iter().filter(named).map(|call| call.span)).collect();
        self.member_of(bundle, "headers", &self.cx.names.headers.clone(), used_at);
    }
}
