//! Findings as a reader wants them: what is the same for many endpoints once, what has the same cause
//! together, what blocks most first.

use std::cmp::Reverse;
use std::collections::HashMap;

use routelift_transforms::finding::{Finding, Safety};
use routelift_transforms::plan::Plan;

/// One finding and how many endpoints it belongs to; none if it is about the project.
pub(super) struct Shared<'a> {
    pub finding: &'a Finding,
    pub endpoints: usize,
}

/// All findings of one rule at one level, in the order of the plan.
pub(super) struct Group<'a> {
    pub rule: &'static str,
    pub level: Safety,
    pub findings: Vec<Shared<'a>>,
}

/// The findings of `plan`, those that need a person first.
pub(super) fn group(plan: &Plan) -> Vec<Group<'_>> {
    let of_project = plan.findings.iter().map(|finding| (finding, 0));
    let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
    let of_endpoints = endpoints.flat_map(|endpoint| endpoint.findings.iter().map(|finding| (finding, 1)));

    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut group_of = HashMap::new();
    let mut place_of = HashMap::new();
    for (finding, count) in of_project.chain(of_endpoints) {
        let (rule, level) = (finding.rule, finding.level);
        let group = *group_of.entry((rule, level)).or_insert_with(|| {
            groups.push(Group { rule, level, findings: Vec::new() });
            groups.len() - 1
        });
        let findings = &mut groups[group].findings;
        let place =
            *place_of.entry((rule, level, &finding.file, finding.span, &finding.message)).or_insert_with(|| {
                findings.push(Shared { finding, endpoints: 0 });
                findings.len() - 1
            });
        findings[place].endpoints += count;
    }
    groups.sort_by_key(|group| {
        (group.level, Reverse(group.findings.iter().map(|shared| shared.endpoints).sum::<usize>()))
    });
    groups
}

#[cfg(test)]
mod tests {
    use routelift_transforms::finding::Finding;
    use routelift_transforms::plan::{AppPlan, EndpointPlan, Outcome, Plan, Router};

    use super::group;

    fn endpoint(findings: Vec<Finding>) -> EndpointPlan {
        EndpointPlan {
            route: "/api/x".into(),
            router: Router::Pages,
            file: "pages/api/x.ts".into(),
            to: None,
            methods: Vec::new(),
            actions: Vec::new(),
            acted: Vec::new(),
            outcome: Outcome::Stays,
            safety: routelift_transforms::finding::Safety::Manual,
            findings,
            decided_by: None,
            callers: Vec::new(),
            answers: Vec::new(),
        }
    }

    #[test]
    fn a_helper_that_blocks_two_endpoints_is_shown_once_and_first() {
        let helper = Finding::manual("escapes", "lib/x.ts", None, "stored");
        let own = Finding::manual("syntax", "pages/api/x.ts", None, "broken");
        let note = Finding::note("advice", "pages/api/x.ts", None, "static");
        let endpoints = vec![endpoint(vec![note, own, helper.clone()]), endpoint(vec![helper])];
        let app = AppPlan { root: String::new(), next: "15".into(), endpoints };
        let plan = Plan { apps: vec![app], ..Plan::default() };
        let groups = group(&plan);
        let seen: Vec<_> =
            groups.iter().map(|group| (group.rule, group.findings.len(), group.findings[0].endpoints)).collect();
        assert_eq!(seen, [("escapes", 1, 2), ("syntax", 1, 1), ("advice", 1, 1)]);
    }
}
