//! The report for people, beside the patch: what happens to each endpoint, why, and how to go on.

use std::collections::HashMap;
use std::io::{self, Write};

use routelift_transforms::finding::{Finding, Safety};
use routelift_transforms::plan::{AppPlan, EndpointPlan, Only, Options, Outcome, Plan};
use routelift_transforms::project::Project;

use super::frame::frame;
use super::grouped::{Group, group};
use super::places::Places;
use super::style::Palette;
use super::totals::Totals;
use crate::cli::{Action, Request};

/// So many findings of a rule are shown with their code; the others only with their place, or the
/// summary of a large repository would be longer than its patch.
const FRAMES_PER_RULE: usize = 3;

/// Longer routes are not padded for.
pub(super) const WIDEST_ROUTE: usize = 40;

/// Writes the summary of `plan`, which changes `files_changed` files.
pub fn write_summary(
    out: &mut dyn Write,
    request: &Request,
    project: &Project,
    plan: &Plan,
    files_changed: usize,
    palette: Palette,
) -> io::Result<()> {
    let totals = Totals::of(plan, files_changed);
    let mut printer = Printer { out, palette, places: Places::new(project) };
    if !request.quiet {
        for app in &plan.apps {
            printer.app(app)?;
        }
        for group in group(plan) {
            printer.findings(&group)?;
        }
    }
    printer.totals(&totals)?;
    if !request.quiet {
        printer.next_steps(request, plan, &totals)?;
    }
    Ok(())
}

struct Printer<'a> {
    out: &'a mut dyn Write,
    palette: Palette,
    places: Places<'a>,
}

impl Printer<'_> {
    fn app(&mut self, app: &AppPlan) -> io::Result<()> {
        let root = if app.root.is_empty() { "." } else { &app.root };
        let totals = Totals::of_endpoints(&app.endpoints);
        writeln!(self.out, "{} (Next.js {}): {}", self.palette.bold(root), app.next, endpoints(&totals))?;
        let routes = app.endpoints.iter().map(|endpoint| endpoint.route.chars().count());
        let width = routes.filter(|&width| width <= WIDEST_ROUTE).max().unwrap_or(0);
        for endpoint in &app.endpoints {
            self.endpoint(endpoint, width)?;
        }
        writeln!(self.out)
    }

    fn endpoint(&mut self, endpoint: &EndpointPlan, width: usize) -> io::Result<()> {
        let EndpointPlan { route, file, .. } = endpoint;
        write!(self.out, "  {route:width$}  {file}")?;
        if let Some(to) = &endpoint.to {
            write!(self.out, " → {to}")?;
        }
        let methods: Vec<&str> = endpoint.methods.iter().map(|method| method.as_str()).collect();
        if !methods.is_empty() {
            write!(self.out, "  {}", self.palette.dim(format_args!("[{}]", methods.join(" "))))?;
        }
        if !endpoint.actions.is_empty() {
            write!(self.out, "  {}", endpoint.actions.join(" "))?;
        }
        writeln!(self.out, "  {}", self.verdict(endpoint))
    }

    /// `safe`, or `stays: response-escapes`.
    fn verdict(&self, endpoint: &EndpointPlan) -> String {
        let palette = self.palette;
        if endpoint.outcome != Outcome::Stays {
            return match endpoint.safety {
                Safety::Safe => palette.green("safe"),
                Safety::Review => palette.yellow("review"),
                Safety::Manual => palette.red("manual"),
            };
        }
        let mut reasons: Vec<&str> = endpoint
            .findings
            .iter()
            .filter(|finding| finding.level < Safety::Safe)
            .map(|finding| finding.rule)
            .collect();
        reasons.dedup();
        let stays = if reasons.is_empty() { "stays".to_owned() } else { format!("stays: {}", reasons.join(", ")) };
        match endpoint.safety {
            Safety::Safe => palette.dim(stays),
            Safety::Review => palette.yellow(stays),
            Safety::Manual => palette.red(stays),
        }
    }

    fn findings(&mut self, group: &Group<'_>) -> io::Result<()> {
        if group.level == Safety::Safe {
            for (message, places) in by_message(group) {
                let title = self.palette.cyan(format_args!("note[{}]", group.rule));
                match places.as_slice() {
                    [only] => writeln!(self.out, "{title} {}: {message}", self.places.label(only))?,
                    [first, rest @ ..] => {
                        let first = self.places.label(first);
                        writeln!(
                            self.out,
                            "{title} {first} and {}: {message}",
                            count(rest.len(), "more place", "more places")
                        )?;
                        for place in rest {
                            writeln!(self.out, "  {}", self.places.label(place))?;
                        }
                    }
                    [] => {}
                }
            }
            return writeln!(self.out);
        }
        let (framed, listed) = group.findings.split_at(group.findings.len().min(FRAMES_PER_RULE));
        for shared in framed {
            writeln!(self.out, "{}\n", frame(shared, &self.places, self.palette))?;
        }
        if !listed.is_empty() {
            let title = self.palette.bold(format_args!("{}[{}]", group.level.as_str(), group.rule));
            writeln!(self.out, "{title}: {} more of this kind", listed.len())?;
            for shared in listed {
                writeln!(self.out, "  {}: {}", self.places.label(shared.finding), shared.finding.message)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn totals(&mut self, totals: &Totals) -> io::Result<()> {
        let files = count(totals.files_changed, "file changes", "files change");
        write!(self.out, "{}; {files}", self.palette.bold(endpoints(totals)))?;
        if totals.files_skipped > 0 {
            write!(self.out, ", {}", count(totals.files_skipped, "file was skipped", "files were skipped"))?;
        }
        writeln!(self.out)
    }

    fn next_steps(&mut self, request: &Request, plan: &Plan, totals: &Totals) -> io::Result<()> {
        let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
        let to_review = endpoints.filter(|one| one.outcome == Outcome::Stays && one.safety == Safety::Review).count();
        let refused = plan.refused_overrides().count();
        if refused > 0 {
            let wishes = count(refused, "wish", "wishes");
            writeln!(self.out, "{}: {wishes} of comments or settings cannot be met", self.palette.red("error"))?;
        } else if totals.files_changed > 0 && !matches!(request.action, Action::Apply(_)) {
            writeln!(
                self.out,
                "Nothing is written yet. To write it: {}",
                self.palette.bold(command(request, "apply ", ""))
            )?;
        }
        if to_review > 0 && !request.options.allow_review {
            let those = count(to_review, "endpoint needs", "endpoints need");
            writeln!(
                self.out,
                "{those} a review of its behaviour. To see the proposal: {}",
                self.palette.bold(command(request, "", "--unsafe "))
            )?;
        }
        Ok(())
    }
}

/// What the findings of `group` say, each message once and with all its places, in their order.
fn by_message<'g>(group: &'g Group<'_>) -> Vec<(&'g str, Vec<&'g Finding>)> {
    let mut found: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mut at = HashMap::new();
    for shared in &group.findings {
        let message = shared.finding.message.as_str();
        let at = *at.entry(message).or_insert_with(|| {
            found.push((message, Vec::new()));
            found.len() - 1
        });
        found[at].1.push(shared.finding);
    }
    found
}

fn endpoints(totals: &Totals) -> String {
    let mut text = count(totals.endpoints, "endpoint", "endpoints");
    let parts = [
        (totals.route_handler, "to Route Handlers"),
        (totals.server_action, "to Server Actions"),
        (totals.stays, if totals.stays == 1 { "stays" } else { "stay" }),
    ];
    let mut separator = ": ";
    for (number, what) in parts.into_iter().filter(|(number, _)| *number > 0) {
        text.push_str(&format!("{separator}{number} {what}"));
        separator = ", ";
    }
    text
}

pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The command line of `request` again, with a command or an option more.
fn command(request: &Request, command: &str, option: &str) -> String {
    // Without `..`, so that an option to come is not forgotten here.
    let Options { allow_review, narrow_methods, break_tests, forms, only, ask_all_rules: _ } = request.options;
    let mut line = format!("routelift {command}{option}");
    let flags = [
        (allow_review, "--unsafe "),
        (narrow_methods, "--narrow-methods "),
        (break_tests, "--break-tests "),
        (forms, "--forms "),
        (only == Some(Only::RouteHandlers), "--only route-handlers "),
        (only == Some(Only::ServerActions), "--only server-actions "),
    ];
    line.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag));
    if let Some(next) = &request.next {
        line.push_str(&format!("--next {} ", quoted(&next.text)));
    }
    let paths: Vec<String> = request.paths.iter().map(|path| quoted(&path.to_string_lossy())).collect();
    line.push_str(&paths.join(" "));
    line
}

/// As a POSIX shell reads it as one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%~,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
