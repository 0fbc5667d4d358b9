//! Other names for the request and the response, which the new code does without.

use std::collections::{HashMap, HashSet};

use super::Builder;
use crate::pages_api::Role;
use crate::rewrite::Edit;
use crate::route_handler::mentions::renamed_mentions;
use crate::syntax::full_statement;

impl Builder<'_, '_, '_> {
    /// Takes out their declarations, and has what they stand for in their place.
    pub(super) fn aliases(&mut self) {
        let carrier = self.carrier;
        for alias in &carrier.aliases {
            if alias.role == Role::Res && !alias.mentions.is_empty() && !carrier.streamed.is_empty() {
                let message = "the response has another name here, and its body is written piece by piece";
                self.refuse("response-form", alias.declarator, message, "give it one name");
                continue;
            }
            let whole = full_statement(&self.cx.module.text, alias.statement);
            self.out.edits.push(Edit::delete(whole));
            if alias.role == Role::Req && !alias.mentions.is_empty() {
                let edited: HashSet<_> = self.out.edits.iter().map(Edit::span).collect();
                let left = alias.mentions.iter().filter(|mention| !edited.contains(mention));
                let mentions: HashMap<_, _> = left.map(|mention| (*mention, self.req().to_owned())).collect();
                self.out.edits.extend(renamed_mentions(self.cx.module, mentions));
            }
        }
    }
}
