//! What each helper does, worked out over all files until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Helpers;
use crate::finding::{Finding, Safety};
use crate::pages_api::Carrier;
use crate::route_handler::claims::claims;
use crate::route_handler::dispatch::methods;
use crate::route_handler::needs::{Needs, Place, needs};
use crate::route_handler::sending::{effect_of, sends};
use crate::route_handler::unit::Unit;
use crate::route_handler::welcome::welcomed_by_guards;

impl Helpers<'_> {
    /// Summarises until nothing changes.
    pub(super) fn settle(&mut self) {
        loop {
            let settled: Vec<(String, Vec<Needs>)> = self
                .files
                .par_iter()
                .map(|(path, file)| {
                    let callees = self.callees(&file.unit, &BTreeMap::new());
                    let Unit { module, imports, query_types, .. } = &file.unit;
                    let place = Place { segments: None, module, imports, callees: &callees, query_types };
                    (path.clone(), needs(&file.unit.carriers, &place))
                })
                .collect();
            let mut changed = false;
            for (path, needs) in settled {
                let Some(file) = self.files.get_mut(&path) else { continue };
                changed |= file.needs != needs;
                file.needs = needs;
            }
            if !changed {
                break;
            }
        }
    }

    /// Finds out which methods each answers.
    pub(super) fn tell_methods(&mut self) {
        let told: Vec<(String, Vec<_>, Vec<_>)> = self
            .files
            .par_iter()
            .map(|(path, file)| {
                let callees = self.callees(&file.unit, &BTreeMap::new());
                let Unit { module, carriers, .. } = &file.unit;
                let sends = sends(&module.text, carriers, &file.needs, &callees);
                let guards = |carrier: &Carrier<'_>| {
                    welcomed_by_guards(&module.text, carrier, &|call| effect_of(carriers, &file.needs, &callees, call))
                };
                let answers = carriers.list.iter().zip(&sends).map(|(carrier, sends)| {
                    let methods = methods(carrier, sends, guards(carrier));
                    methods.tells_apart.then_some(methods.exported)
                });
                let wrappers = carriers.list.iter().zip(&sends);
                let claims = wrappers.map(|(carrier, sends)| match carrier.continuations.is_empty() {
                    true => BTreeSet::new(),
                    false => claims(carrier, sends, guards(carrier)),
                });
                (path.clone(), answers.collect(), claims.collect())
            })
            .collect();
        for (path, answers, claims) in told {
            if let Some(file) = self.files.get_mut(&path) {
                file.answers = answers;
                file.claims = claims;
            }
        }
    }

    /// Finds out what stands in the way of each.
    pub(super) fn check(&mut self) {
        let findings: Vec<(String, Vec<Vec<Finding>>)> = self
            .files
            .par_iter()
            .map(|(path, file)| {
                let callees = self.callees(&file.unit, &BTreeMap::new());
                let bodies = file.bodies(&callees, &BTreeMap::new());
                let odd = self.odd_calls(&file.unit);
                let findings = bodies.into_iter().enumerate().map(|(at, body)| {
                    let mut findings = file.obstacles(at, &callees);
                    findings.extend(odd.iter().filter(|(of, _)| *of == at).map(|(_, finding)| finding.clone()));
                    if findings.iter().all(|finding| finding.level != Safety::Manual) {
                        findings.extend(body.map_or_else(|why| why, |body| body.notes));
                    }
                    findings
                });
                (path.clone(), findings.collect())
            })
            .collect();
        for (path, findings) in findings {
            if let Some(file) = self.files.get_mut(&path) {
                file.findings = findings;
            }
        }
    }
}
