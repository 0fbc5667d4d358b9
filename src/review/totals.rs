//! The numbers of a run.

use routelift_transforms::plan::{EndpointPlan, Outcome, Plan};
use serde::Serialize;

/// How many of what; serialised as the `summary` of the JSON report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Totals {
    pub endpoints: usize,
    pub route_handler: usize,
    pub server_action: usize,
    pub stays: usize,
    pub files_changed: usize,
    pub files_skipped: usize,
}

impl Totals {
    pub fn of(plan: &Plan, files_changed: usize) -> Totals {
        let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
        Totals { files_changed, files_skipped: plan.files_skipped, ..Totals::of_endpoints(endpoints) }
    }

    pub fn of_endpoints<'a>(endpoints: impl IntoIterator<Item = &'a EndpointPlan>) -> Totals {
        let mut totals = Totals::default();
        for endpoint in endpoints {
            totals.endpoints += 1;
            *match endpoint.outcome {
                Outcome::RouteHandler => &mut totals.route_handler,
                Outcome::ServerAction => &mut totals.server_action,
                Outcome::Stays => &mut totals.stays,
            } += 1;
        }
        totals
    }
}
