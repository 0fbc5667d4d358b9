//! Declarations that take an object apart which held `req` or `res`.
//!
//! ```ts
//! const { req, res, session } = ctx      →   const { req, session } = ctx
//! ```

use super::Builder;
use crate::pages_api::Role;
use crate::rewrite::Piece;
use crate::route_handler::held_parameter::properties_left;

impl Builder<'_, '_, '_> {
    pub(super) fn bundles(&mut self) {
        let carrier = self.carrier;
        for bundle in &carrier.bundles {
            self.headers_of(bundle.at);
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

    /// Headers are collected under a name, which `ctx.headers` is not.
    fn headers_of(&mut self, at: usize) {
        let carrier = self.carrier;
        let dotted = carrier.res.as_ref().is_some_and(|res| res.0.contains('.'));
        let held = carrier.held.iter().any(|held| held.at == at && held.role == Role::Res);
        if self.needs.effect.headers && held && dotted {
            let message = "this helper sets headers of a response that it finds in an object";
            let help = "take `res` out of the object at the top: `const { res } = …`";
            self.refuse("helper-needs-params", carrier.function.span(), message, help);
        }
    }
}
