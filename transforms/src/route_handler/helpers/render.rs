//! The edits of a helper's file: in place, or for a copy of the function ([`super::copies`]).

use std::collections::BTreeMap;

use super::commonjs::exports;
use super::{File, Helpers, Key, Placement, statement_of};
use crate::finding::Finding;
use crate::pages_api::declared_id;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::body::Names;
use crate::route_handler::compat::Helper;
use crate::route_handler::connect::option_types;
use crate::route_handler::doc_comment::copied_tags;
use crate::route_handler::handed::map_types;
use crate::route_handler::helper_form::HelperForm;
use crate::route_handler::keyed::key_types;
use crate::route_handler::mentions::renamed_mentions;
use crate::route_handler::needs::indices_of;
use crate::route_handler::overloads::has_overloads;
use crate::route_handler::request_type::stays;
use crate::route_handler::wrapped::written_out;
use crate::route_handler::wrapper_form::cast_edits;
use crate::syntax::ast::Id;
use crate::syntax::{Span, span_of};

/// The edits of one helper's file, and the generated helpers that it needs.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The edits.
    pub edits: Vec<Edit>,
    /// The generated helpers.
    pub helpers: Vec<Helper>,
}

impl<'m> Helpers<'m> {
    /// The edits of all files that hold a helper of `placement`.
    pub fn render<'p>(
        &'p self,
        placement: &'p Placement,
    ) -> Result<BTreeMap<&'p str, Rendered>, (String, Vec<Finding>)> {
        let mut rendered: BTreeMap<&str, Rendered> = BTreeMap::new();
        for (path, file) in &self.files {
            let taking_part: Vec<usize> = (0..file.unit.carriers.list.len())
                .filter(|at| placement.reached.contains(&file.key(path, *at)))
                .collect();
            if !taking_part.is_empty() {
                let own = self.render_file(path, file, &taking_part, placement);
                rendered.insert(path.as_str(), own.map_err(|findings| (path.clone(), findings))?);
            }
        }
        for (path, place) in &placement.waited {
            let own = Edit::of(place.call, vec![Piece::Source(place.argument)]);
            rendered.entry(path).or_default().edits.push(own);
        }
        Ok(rendered)
    }

    fn render_file(
        &self,
        path: &str,
        file: &File<'m>,
        taking_part: &[usize],
        placement: &Placement,
    ) -> Result<Rendered, Vec<Finding>> {
        let module = file.unit.module;
        let callees = self.callees(&file.unit, &placement.copies);
        let renamed: BTreeMap<usize, String> = taking_part
            .iter()
            .filter_map(|at| Some((*at, placement.copies.get(&file.key(path, *at))?.clone())))
            .collect();
        let dialect = file.dialect();
        let names = Names::fresh(module, &file.unit.carriers);
        let form = HelperForm {
            module,
            carriers: &file.unit.carriers,
            needs: &file.needs,
            dialect: &dialect,
            names: &names,
            optional: &file.unit.optional,
            leaves: 0,
        };
        let mut rendered = Rendered::default();
        // Whoever is called by new code has its new form, too; nothing else would be right.
        for at in taking_part {
            let calls = &file.unit.carriers.list[*at].calls;
            let left = calls
                .iter()
                .find(|call| indices_of(&file.unit.carriers, call).iter().any(|callee| !taking_part.contains(callee)));
            if let Some(call) = left {
                let message = "this function would be called in its new form, and keeps the old one";
                return Err(vec![Finding::manual("not-rewritable", path, call.span, message)]);
            }
        }
        let is_there = |at: &usize| placement.reused.contains(&file.key(path, *at));
        let taking_part: Vec<usize> = taking_part.iter().copied().filter(|at| !is_there(at)).collect();
        let taking_part = taking_part.as_slice();
        if taking_part.is_empty() {
            return Ok(rendered);
        }
        let mut covered = Vec::new();
        let mut bodies = file.bodies(&callees, &renamed);
        for at in taking_part {
            let body = std::mem::replace(&mut bodies[*at], Err(Vec::new()))?;
            if stays(module, &file.unit.carriers.list[*at]) {
                continue;
            }
            let edits = form.edits(*at, &body);
            let function = file.unit.carriers.list[*at].function.span();
            let statement = statement_of(module, function).map_or(function, span_of);
            rendered.helpers.extend(body.helpers.iter().map(|(helper, _)| *helper));
            match renamed.get(at) {
                Some(name) if has_overloads(module, &file.unit.carriers.list[*at]) => {
                    let message = format!("this helper has overloads, and others still need it beside `{name}`");
                    let place = self.place_of(&file.key(path, *at));
                    let finding = Finding::manual("helper-form", path, place, message);
                    return Err(vec![finding.help("give the rest a function of its own")]);
                }
                Some(name) => {
                    // The comment above is that of the old form.
                    let tags = copied_tags(module, file.unit.carriers.list[*at].function, &edits);
                    let inside = edits.into_iter().filter(|edit| statement.contains(edit.span()));
                    // What is put before the statement belongs to the copy alone.
                    let (before, inside): (Vec<_>, Vec<_>) =
                        inside.partition(|edit| edit.span() == Span::at(statement.start));
                    rendered.edits.extend(inside);
                    rendered.edits.extend(file.copy(*at, name, !before.is_empty(), &tags));
                }
                None => {
                    rendered.edits.extend(edits);
                    covered.push(statement);
                }
            }
        }
        let copied = renamed.iter().filter(|(at, _)| taking_part.contains(at)).filter_map(|(at, name)| {
            let carrier = &file.unit.carriers.list[*at];
            Some((carrier.name.as_ref().map(declared_id).or(carrier.outer.clone())?, name.as_str()))
        });
        rendered.edits.extend(exports(module, &copied.collect::<Vec<_>>()));
        let functions: Vec<Span> = taking_part.iter().map(|at| file.unit.carriers.list[*at].function.span()).collect();
        rendered.edits.extend(map_types(&file.unit, &|call| functions.iter().any(|own| own.contains(call))));
        let new_inside = |object: Span| functions.iter().any(|own| object.contains(*own));
        rendered.edits.extend(option_types(module, &new_inside));
        let named = file.unit.wraps.iter().filter_map(|wrap| {
            let taken = wrap.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner)));
            let name = callees.get(&wrap.call.callee)?.name.clone().filter(|_| taken)?;
            Some((wrap.call.name, name))
        });
        rendered.edits.extend(renamed_mentions(module, named.collect()));
        let is_new = |owner: &usize| placement.reached.contains(&(path.to_owned(), *owner));
        let composed = file.unit.composed.iter().filter(|composed| composed.owner.as_ref().is_some_and(is_new));
        rendered.edits.extend(composed.flat_map(|composed| written_out(module, composed, &dialect)));
        let casts = file
            .unit
            .casts
            .iter()
            .filter(|cast| functions.iter().any(|own| own.contains(cast.span) || cast.span.contains(*own)));
        // What other wrappers put on the request is their affair.
        rendered.edits.extend(cast_edits(&file.unit, &casts.cloned().collect::<Vec<_>>(), &dialect, true));
        for around in &file.unit.around {
            let taken = around.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner)));
            if let Some(helper) = around.helper().filter(|_| taken) {
                rendered.edits.push(Edit::replace(around.name, names.helper(helper)));
                rendered.helpers.push(helper);
            }
        }
        if renamed.is_empty() {
            rendered.edits.extend(crate::route_handler::cors::unused_middlewares(module, file.unit.carriers.cors()));
        }
        // The old form of a copied statement still needs what it mentions.
        let copied = |at: &usize| file.unit.carriers.list[*at].function.span();
        covered.retain(|own| !renamed.keys().map(copied).any(|function| own.contains(function)));
        let covers = |mention: Span| covered.iter().any(|function| function.contains(mention));
        let functions: Vec<Span> = taking_part.iter().map(|at| file.unit.carriers.list[*at].function.span()).collect();
        let is_new = |place: Span| functions.iter().any(|function| function.contains(place));
        rendered.edits.extend(key_types(&file.unit, &is_new, &covers));
        // The name of a wrapper stands outside of the function that it is put around.
        let around = file
            .unit
            .wraps
            .iter()
            .filter(|wrap| wrap.owner.is_some_and(|owner| placement.reached.contains(&(path.to_owned(), owner))));
        let around: Vec<Span> = around.map(|wrap| wrap.call.name).collect();
        let calls =
            |_: &Id, call: Span| around.contains(&call) || functions.iter().any(|function| function.contains(call));
        rendered.edits.extend(self.import_edits(&file.unit, path, placement, (&calls, &covers)));
        Ok(rendered)
    }
}

impl File<'_> {
    fn key(&self, path: &str, at: usize) -> Key {
        (path.to_owned(), self.unit.carriers.list[at].function.span().start)
    }
}
