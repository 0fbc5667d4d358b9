//! All endpoints in a table, for `routelift list`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use routelift_transforms::finding::Safety;
use routelift_transforms::plan::{AppPlan, CallSite, EndpointPlan, Outcome, Plan};
use routelift_transforms::project::{Method, Project};

use super::places::Places;
use super::style::Palette;
use super::summary::{WIDEST_ROUTE, count};

const TITLES: [&str; 7] = ["ROUTE", "ROUTER", "OUTCOME", "SAFETY", "METHODS", "RULE", "CALLERS"];

/// A column is at most as wide as this; a longer cell moves the rest of its row. The last one needs no width.
const WIDEST: [usize; 7] = [WIDEST_ROUTE, 6, 13, 6, 16, 24, 0];

/// So many of the places that may call every endpoint are named.
const OPEN_CALLERS: usize = 5;

/// What speaks for an action first.
const FOR_ACTIONS: &str = "internal-callers";

type Row = [String; 7];

/// Writes the endpoints of `plan`, app by app.
pub fn write_list(out: &mut dyn Write, project: &Project, plan: &Plan, palette: Palette) -> io::Result<()> {
    let (listed, empty): (Vec<_>, Vec<_>) = plan.apps.iter().partition(|app| !app.endpoints.is_empty());
    for app in listed {
        let root = if app.root.is_empty() { "." } else { &app.root };
        writeln!(out, "{} (Next.js {})", palette.bold(root), app.next)?;
        table(out, app, palette)?;
        writeln!(out)?;
    }
    if !empty.is_empty() {
        writeln!(out, "{} no endpoints", count(empty.len(), "app has", "apps have"))?;
    }
    let open = plan.open_callers.len();
    if open > 0 {
        let places = count(open, "place knows", "places know");
        writeln!(out, "{places} only the start of the URL and may call every endpoint:")?;
        let mut labels = Places::new(project);
        for caller in plan.open_callers.iter().take(OPEN_CALLERS) {
            writeln!(out, "  {}", labels.label_at(&caller.file, caller.span))?;
        }
        if open > OPEN_CALLERS {
            writeln!(out, "  and {} more", open - OPEN_CALLERS)?;
        }
    }
    Ok(())
}

fn table(out: &mut dyn Write, app: &AppPlan, palette: Palette) -> io::Result<()> {
    let rows: Vec<Row> = app.endpoints.iter().map(row).collect();
    let titles = TITLES.map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&titles]).map(|row| row[column].chars().count());
        cells.filter(|width| *width <= WIDEST[column]).max().unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |row: &Row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    writeln!(out, "  {}", palette.bold(line(&titles)))?;
    for (row, endpoint) in rows.iter().zip(&app.endpoints) {
        let text = line(row);
        let text = match (endpoint.outcome, endpoint.safety) {
            (_, Safety::Manual) => palette.red(text),
            (_, Safety::Review) => palette.yellow(text),
            (Outcome::Stays, Safety::Safe) => palette.dim(text),
            (Outcome::RouteHandler | Outcome::ServerAction, Safety::Safe) => palette.green(text),
        };
        writeln!(out, "  {text}")?;
    }
    Ok(())
}

fn row(endpoint: &EndpointPlan) -> Row {
    [
        endpoint.route.clone(),
        endpoint.router.as_str().to_owned(),
        endpoint.outcome.as_str().to_owned(),
        endpoint.safety.as_str().to_owned(),
        methods(if endpoint.methods.is_empty() { &endpoint.acted } else { &endpoint.methods }),
        endpoint.decided_by.unwrap_or(if endpoint.acted.is_empty() { "-" } else { FOR_ACTIONS }).to_owned(),
        or_dash(kinds(&endpoint.callers)),
    ]
}

/// `GET POST`, or `all`: what a handler that never looks at the method is exported under.
fn methods(methods: &[Method]) -> String {
    if Method::ALL.iter().all(|method| *method == Method::Head || methods.contains(method)) {
        return "all".to_owned();
    }
    or_dash(methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" "))
}

/// `fetch 3, form 1`, the most frequent first; empty if there are none.
pub(super) fn kinds(callers: &[CallSite]) -> String {
    let mut counts = BTreeMap::new();
    for caller in callers {
        *counts.entry(caller.via).or_insert(0_usize) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let parts: Vec<String> = counts.iter().map(|(via, count)| format!("{} {count}", via.as_str())).collect();
    parts.join(", ")
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}
