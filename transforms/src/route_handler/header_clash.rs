//! Headers of an endpoint that do not reach the client as they did: those that `next.config.*` sets as well, and those
//! that Next takes away (reference, sections 1.5 and 3.1).

use std::collections::BTreeMap;

use super::candidates::Neighbours;
use super::helpers::Helpers;
use super::unit::{Link, Unit};
use crate::finding::{Finding, Safety};
use crate::pages_api::{Carrier, Connect, Payload};
use crate::project::{App, ConfigHeader, NextVersion};
use crate::syntax::{literal_str, span_of};

/// What a package that makes the whole handler may set.
const OF_PACKAGES: [&str; 4] = ["cache-control", "content-type", "location", "set-cookie"];

/// The headers that an endpoint may set.
#[derive(Debug, Default)]
pub struct Answered {
    /// By name in lower case, with the value that it always has, if that is written out.
    values: BTreeMap<String, Option<String>>,
    /// `setHeader(name, …)` with a name that is not written out.
    any: bool,
    cors: bool,
}

impl Answered {
    /// Those of the handler in `unit` and the helpers that it reaches.
    pub fn by(unit: &Unit<'_>, helpers: &Helpers<'_>) -> Answered {
        let cors = unit.router.as_ref().is_some_and(Connect::sets_cors);
        let mut found = Answered { cors, ..Answered::default() };
        for (unit, carrier) in around(unit, helpers) {
            let mut headers = carrier.writes.iter().flat_map(|write| &write.headers);
            found.any |= headers.any(|header| header.verb != "cors" && header.literal_name().is_none());
            found.cors |= !carrier.cors.is_empty();
            for write in &carrier.writes {
                for header in &write.headers {
                    let value = header.value.as_ref().filter(|_| header.verb == "set").and_then(literal_str);
                    header.literal_name().into_iter().for_each(|name| found.add(name, value.clone()));
                }
                let implied = match write.payload {
                    Some(Payload::Json(_) | Payload::Send(_)) => "content-type",
                    Some(Payload::Redirect(..)) => "location",
                    Some(Payload::End(_) | Payload::Stream) | None => continue,
                };
                found.add(implied.to_owned(), None);
            }
            let mut called = carrier.calls.iter().filter_map(|call| unit.links.get(&call.callee));
            if called.any(|link| matches!(link, Link::Library(_))) {
                found.add("set-cookie".to_owned(), None);
            }
        }
        found
    }

    /// Those that a package may set which makes the whole handler.
    pub fn by_package() -> Answered {
        Answered { values: OF_PACKAGES.map(|name| (name.to_owned(), None)).into(), ..Answered::default() }
    }

    fn add(&mut self, name: String, value: Option<String>) {
        let known = self.values.entry(name).or_insert_with(|| value.clone());
        if *known != value {
            *known = None;
        }
    }

    /// Whether `header` of the configuration and the endpoint come together, and how sure that is.
    fn meets(&self, header: &ConfigHeader, next: NextVersion) -> Option<Safety> {
        // These come together from both (reference, section 1.5).
        if matches!(header.name.as_str(), "vary" | "www-authenticate" | "proxy-authenticate") {
            return None;
        }
        let cors = self.cors && header.name.starts_with("access-control-");
        match self.values.get(&header.name) {
            // One of two that are the same arrives from 15 on. Next puts parameters of the source into what it sets.
            Some(Some(value))
                if !cors && next.major >= 15 && header.value.as_ref() == Some(value) && !value.contains(':') => {}
            Some(_) => return Some(Safety::Manual),
            None if cors => return Some(Safety::Manual),
            None => {}
        }
        self.any.then_some(Safety::Review)
    }
}

/// The header of the configuration that stands in the way of an endpoint with these headers; `review` where the endpoint
/// may set others.
pub fn config_clash(app: &App, route: &str, set: &Answered, around: &Neighbours) -> Option<Finding> {
    let others = || around.aliases.iter().filter(|alias| alias.leads_to(route)).map(|alias| alias.source.as_str());
    let is_for = |header: &ConfigHeader| [route].into_iter().chain(others()).any(|url| header.is_for(url));
    let met = |level: Safety| {
        around.headers.iter().find(|(_, header)| set.meets(header, app.next) == Some(level) && is_for(header))
    };
    let effect = match app.next.major {
        ..15 => "a Route Handler would send both values",
        _ => "in a Route Handler this one wins",
    };
    if let Some((file, header)) = met(Safety::Manual) {
        let message = format!("this sets `{}` for {route}, which sets it, too; {effect}", header.name);
        return Some(
            Finding::manual("config-headers", file, header.span, message).help("set it in one of the two places"),
        );
    }
    let (file, header) = met(Safety::Review)?;
    let message = format!(
        "this sets headers such as `{}`, and the endpoint some whose names are not written out: for those of both, {effect}",
        header.name
    );
    Some(Finding::review("config-headers", file, header.span, message))
}

/// A body that is packed by hand: from 15 on Next takes the header away that says so.
pub fn encoded(unit: &Unit<'_>, helpers: &Helpers<'_>, next: NextVersion) -> Option<Finding> {
    if next.major < 15 {
        return None;
    }
    around(unit, helpers).into_iter().find_map(|(unit, carrier)| {
        let mut headers = carrier.writes.iter().flat_map(|write| &write.headers);
        let header = headers.find(|header| {
            header.verb != "delete"
                && matches!(header.literal_name().as_deref(), Some("content-encoding" | "transfer-encoding"))
        })?;
        let message = "Next drops this header from what a Route Handler answers, so that clients cannot read the body";
        let help = "leave the encoding to Next or the proxy in front of it, or keep this endpoint in pages/api";
        Some(Finding::manual("content-encoding", &unit.module.path, span_of(&header.name), message).help(help))
    })
}

/// All carriers of an endpoint, each with the unit that it belongs to.
pub(super) fn around<'a, 'm>(unit: &'a Unit<'m>, helpers: &'a Helpers<'m>) -> Vec<(&'a Unit<'m>, &'a Carrier<'m>)> {
    let own = unit.carriers.list.iter().map(|carrier| (unit, carrier));
    own.chain(helpers.reached_carriers(unit)).collect()
}
