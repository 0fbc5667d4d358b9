//! The summary and the JSON document for a plan of every kind.

use clap::Parser;
use routelift::cli::{Cli, Request};
use routelift::review::{Palette, write_json, write_summary};
use routelift_transforms::finding::{Finding, Safety};
use routelift_transforms::plan::{AppPlan, CallSite, EndpointPlan, Outcome, Plan, Router, Via};
use routelift_transforms::project::{Method, Project};
use routelift_transforms::rewrite::ChangeSet;
use routelift_transforms::syntax::Span;

use crate::fixture::{Folder, NEXT_15};

const HELPER: &str = "import { x } from './x'\n\nexport function fail(res) {\n  queue.push(res)\n}\n";

fn project() -> Project {
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("pages/api/a.ts", "// ä\nexport default 1\n"),
        ("lib/errors.ts", HELPER),
    ]);
    folder.discover(&["."]).project
}

fn endpoint(route: &str, outcome: Outcome, safety: Safety, findings: Vec<Finding>) -> EndpointPlan {
    EndpointPlan {
        route: route.into(),
        router: Router::Pages,
        file: format!("pages{route}.ts"),
        to: (outcome != Outcome::Stays).then(|| format!("app{route}/route.ts")),
        methods: vec![Method::Get, Method::Post],
        actions: if outcome == Outcome::ServerAction { vec!["createUser".into()] } else { Vec::new() },
        acted: Vec::new(),
        outcome,
        safety,
        decided_by: findings.iter().find(|finding| finding.level < Safety::Safe).map(|finding| finding.rule),
        findings,
        callers: vec![
            CallSite { file: "lib/errors.ts".into(), span: Span::at(3), via: Via::Fetch, method: Some(Method::Post) },
            CallSite { file: "README.md".into(), span: Span::at(3), via: Via::Document, method: None },
        ],
        answers: Vec::new(),
    }
}

fn plan() -> Plan {
    let res = HELPER.find("res)\n}").unwrap();
    let escapes = Finding::manual("response-escapes", "lib/errors.ts", Span::new(res, res + 3), "`res` is stored")
        .help("return the response instead");
    let many = |line: usize| {
        Finding::manual("response-escapes", "lib/errors.ts", Span::at(line), format!("`res` again {line}"))
    };
    let review = Finding::review("forgotten-return", "pages/api/a.ts", Span::new(6, 20), "may send twice")
        .help("add a `return`");
    let note = Finding::note("static-get", "pages/api/a.ts", Span::at(3), "was static before");
    let mut blocked = vec![escapes.clone()];
    blocked.extend((0..4).map(many));
    let endpoints = vec![
        endpoint("/api/a", Outcome::RouteHandler, Safety::Safe, vec![note]),
        endpoint("/api/b", Outcome::ServerAction, Safety::Review, vec![]),
        endpoint("/api/c", Outcome::Stays, Safety::Manual, blocked),
        endpoint("/api/d", Outcome::Stays, Safety::Manual, vec![escapes]),
        endpoint("/api/e", Outcome::Stays, Safety::Review, vec![review]),
    ];
    let mut changes = ChangeSet::new();
    changes.rename("pages/api/a.ts", "app/api/a/route.ts", &"old".into(), "new");
    changes.create("app/actions.ts", "new");
    Plan {
        apps: vec![AppPlan { root: String::new(), next: "15.3.1".into(), endpoints }],
        changes,
        open_callers: vec![CallSite {
            file: "lib/errors.ts".into(),
            span: Span::at(3),
            via: Via::Client,
            method: None,
        }],
        findings: vec![
            Finding::manual("file-too-large", "lib/big.ts", None, "5 MB is too large to read").help("split it"),
        ],
        files_skipped: 1,
    }
}

/// Compares with `snapshots/cli/<name>.snap`.
#[track_caller]
pub fn matches_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/cli");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn request(words: &[&str]) -> Request {
    Cli::parse_from([&["routelift"], words].concat()).into_request().unwrap()
}

fn summary(words: &[&str]) -> String {
    let mut out = Vec::new();
    write_summary(&mut out, &request(words), &project(), &plan(), 2, Palette::PLAIN).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn summary_of_a_preview() {
    matches_snapshot("summary", &summary(&["my app", "--next", "15.3.1"]));
}

#[test]
fn command_to_write_repeats_the_options() {
    let words =
        ["--unsafe", "--narrow-methods", "--break-tests", "--forms", "--only", "route-handlers", "--next", "15", "a"];
    let line = format!("To write it: routelift apply {}", words.join(" "));
    assert!(summary(&words).contains(&line), "{}", summary(&words));
}

#[test]
fn quiet_summary_is_only_totals() {
    let totals = "5 endpoints: 1 to Route Handlers, 1 to Server Actions, 3 stay; 2 files change, 1 file was skipped\n";
    assert_eq!(summary(&["-q"]), totals);
}

#[test]
fn json_follows_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for plan in [plan(), Plan::default()] {
        let mut out = Vec::new();
        write_json(&mut out, &project(), &plan, &plan.changes.changes()).unwrap();
        let document = serde_json::from_slice(&out).unwrap();
        let errors: Vec<_> =
            schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}\n{document:#}");
    }
}

#[test]
fn json_says_everything() {
    let plan = plan();
    let mut out = Vec::new();
    write_json(&mut out, &project(), &plan, &plan.changes.changes()).unwrap();
    matches_snapshot("report.json", &String::from_utf8(out).unwrap());
}
