//! Everything about one endpoint, for `routelift explain`: what becomes of it, what was seen, who calls it, what the
//! rules about Server Actions say, and what is left to do by hand.

use std::io::{self, Write};

use routelift_transforms::finding::{Finding, Safety};
use routelift_transforms::plan::{AppPlan, CallSite, EndpointPlan, Outcome, Reached, Router, RuleAnswer};
use routelift_transforms::project::{Method, Project};

use super::frame::frame;
use super::grouped::Shared;
use super::list::kinds;
use super::places::Places;
use super::style::Palette;

/// So many callers of one kind of list are shown.
const SHOWN: usize = 20;

/// An endpoint to explain.
pub struct Explained<'p> {
    /// Its app.
    pub app: &'p AppPlan,
    /// The decision.
    pub endpoint: &'p EndpointPlan,
    /// Who runs each of its callers.
    pub reached: Vec<Reached>,
}

/// Writes why each of `explained` becomes what it becomes; `open` may call each of them.
pub fn write_explanation(
    out: &mut dyn Write,
    project: &Project,
    open: &[CallSite],
    explained: &[Explained<'_>],
    palette: Palette,
) -> io::Result<()> {
    let mut printer = Printer { out, palette, places: Places::new(project) };
    for (at, one) in explained.iter().enumerate() {
        if at > 0 {
            writeln!(printer.out)?;
        }
        printer.decision(one)?;
        printer.findings(one.endpoint)?;
        printer.callers(one)?;
        printer.open_callers(open)?;
        printer.rules(one.endpoint)?;
        printer.by_hand(one.endpoint)?;
    }
    Ok(())
}

struct Printer<'a> {
    out: &'a mut dyn Write,
    palette: Palette,
    places: Places<'a>,
}

impl Printer<'_> {
    fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.palette.bold(title))
    }

    fn decision(&mut self, Explained { app, endpoint, .. }: &Explained<'_>) -> io::Result<()> {
        let router = match endpoint.router {
            Router::Pages => "Pages Router",
            Router::App => "App Router",
        };
        let root = if app.root.is_empty() { String::new() } else { format!(", app {}", app.root) };
        writeln!(self.out, "{}", self.palette.bold(&endpoint.route))?;
        writeln!(self.out, "  {} ({router}{root}, Next.js {})", endpoint.file, app.next)?;
        writeln!(self.out, "  {}", outcome(endpoint))
    }

    fn findings(&mut self, endpoint: &EndpointPlan) -> io::Result<()> {
        if endpoint.findings.is_empty() {
            return Ok(());
        }
        self.title("What was seen, in order of weight")?;
        self.frames(&endpoint.findings.iter().collect::<Vec<_>>())
    }

    fn frames(&mut self, findings: &[&Finding]) -> io::Result<()> {
        let frame = |finding: &&Finding| frame(&Shared { finding, endpoints: 1 }, &self.places, self.palette);
        let frames: Vec<String> = findings.iter().map(frame).collect();
        writeln!(self.out, "{}", frames.join("\n\n"))
    }

    fn callers(&mut self, Explained { endpoint, reached, .. }: &Explained<'_>) -> io::Result<()> {
        if !endpoint.route.starts_with("/api/") {
            return self.title("Callers: not looked for, since the URL is not below /api");
        }
        if endpoint.callers.is_empty() {
            return self.title("Callers: none in the repository");
        }
        self.title(&format!("Callers: {}", kinds(&endpoint.callers)))?;
        let reached = reached.iter().map(Some).chain(std::iter::repeat(None));
        for (caller, reached) in endpoint.callers.iter().zip(reached).take(SHOWN) {
            self.caller(caller, reached.copied())?;
        }
        self.rest(endpoint.callers.len())
    }

    fn open_callers(&mut self, open: &[CallSite]) -> io::Result<()> {
        if open.is_empty() {
            return Ok(());
        }
        self.title("These know only the start of the URL, and may call it, too")?;
        for caller in open.iter().take(SHOWN) {
            self.caller(caller, None)?;
        }
        self.rest(open.len())
    }

    /// `app/like.tsx:3:15: fetch, POST, run by the App Router`, and the line of code.
    fn caller(&mut self, caller: &CallSite, reached: Option<Reached>) -> io::Result<()> {
        let place = self.places.label_at(&caller.file, caller.span);
        let method = caller.method.map_or("method unknown", Method::as_str);
        let runs = reached.map_or(String::new(), |reached| format!(", {}", run_by(reached)));
        writeln!(self.out, "  {place}: {}, {method}{runs}", caller.via.as_str())?;
        match self.places.line_at(&caller.file, caller.span) {
            Some(line) => writeln!(self.out, "    {}", self.palette.dim(shortened(line))),
            None => Ok(()),
        }
    }

    fn rest(&mut self, all: usize) -> io::Result<()> {
        if all > SHOWN { writeln!(self.out, "  and {} more", all - SHOWN) } else { Ok(()) }
    }

    fn rules(&mut self, endpoint: &EndpointPlan) -> io::Result<()> {
        if endpoint.answers.is_empty() {
            return self.title(&format!("Rules about Server Actions: not asked, since {}", not_asked(endpoint)));
        }
        let methods: Vec<&[RuleAnswer]> = endpoint.answers.chunk_by(|one, other| one.method == other.method).collect();
        for alike in methods.chunk_by(|one, other| say_the_same(one, other)) {
            let names: Vec<&str> = alike.iter().filter_map(|asked| Some(asked.first()?.method.as_str())).collect();
            self.title(&format!("Server Action for {}? The rules, in order of weight", names.join(", ")))?;
            if alike.iter().flat_map(|asked| asked.first()).any(|asked| endpoint.acted.contains(&asked.method)) {
                for (rule, saw) in rules_for(endpoint, &names) {
                    writeln!(self.out, "  {}: {saw}", self.palette.green(format_args!("{rule} says yes")))?;
                }
            }
            let Some(asked) = alike.first() else { continue };
            // Some rules are asked in two places.
            let says_no = |rule: &str| asked.iter().any(|one| one.rule == rule && one.saw.is_some());
            let mut silent: Vec<&str> = asked.iter().map(|one| one.rule).filter(|rule| !says_no(rule)).collect();
            silent.dedup();
            for RuleAnswer { rule, saw, .. } in *asked {
                if let Some(finding) = saw {
                    let no = self.palette.yellow(format_args!("{rule} says no"));
                    writeln!(self.out, "  {no}: {}: {}", self.places.label(finding), finding.message)?;
                }
            }
            writeln!(self.out, "  {}", self.palette.dim(format_args!("nothing seen by {}", silent.join(", "))))?;
            let saw = asked.iter().filter_map(|answer| answer.saw.as_ref());
            let others = saw.filter(|finding| finding.span.is_some() && !endpoint.findings.contains(finding));
            let others: Vec<&Finding> = others.collect();
            if !others.is_empty() {
                writeln!(self.out)?;
                self.frames(&others)?;
            }
        }
        Ok(())
    }

    fn by_hand(&mut self, endpoint: &EndpointPlan) -> io::Result<()> {
        let mut steps: Vec<(&str, String)> = Vec::new();
        for finding in endpoint.findings.iter().filter(|finding| finding.level < Safety::Safe) {
            let place = self.places.label(finding);
            if !finding.help.is_empty() && !steps.iter().any(|(help, at)| *help == finding.help && *at == place) {
                steps.push((&finding.help, place));
            }
        }
        if steps.is_empty() {
            return Ok(());
        }
        self.title("To do by hand")?;
        for (help, place) in steps {
            writeln!(self.out, "  {place}: {help}")?;
        }
        Ok(())
    }
}

/// `becomes a Route Handler: app/api/x/route.ts [GET POST], safe`.
fn outcome(endpoint: &EndpointPlan) -> String {
    let methods: Vec<&str> = endpoint.methods.iter().map(|method| method.as_str()).collect();
    let methods = if methods.is_empty() { String::new() } else { format!(" [{}]", methods.join(" ")) };
    let to = endpoint.to.as_deref().unwrap_or_default();
    let because = endpoint.decided_by.map_or(String::new(), |rule| format!(" because of {rule}"));
    let safety = endpoint.safety.as_str();
    match (endpoint.outcome, endpoint.router, endpoint.safety) {
        (Outcome::ServerAction, ..) => {
            let names = endpoint.actions.join(", ");
            let left = if methods.is_empty() { String::new() } else { format!(";{methods} stay a Route Handler") };
            format!("becomes a Server Action: {names} in {to}, {safety}{left}")
        }
        (Outcome::RouteHandler, ..) => format!("becomes a Route Handler: {to}{methods}, {safety}"),
        (Outcome::Stays, Router::App, Safety::Safe) => format!("stays a Route Handler{methods}{because}"),
        (Outcome::Stays, Router::Pages, Safety::Review) => {
            format!("needs a review{because}: with --unsafe it becomes a Route Handler{methods}")
        }
        (Outcome::Stays, ..) => format!("stays as it is{because}"),
    }
}

/// What speaks for the action that takes over `methods`, in the order of the published rules.
fn rules_for(endpoint: &EndpointPlan, methods: &[&str]) -> [(&'static str, String); 6] {
    let called = kinds(&endpoint.callers);
    let called =
        if called.is_empty() { "nobody calls it; a comment or a setting asks for it".to_owned() } else { called };
    [
        ("internal-callers", format!("the app's own code calls it ({called}), and nothing else was found")),
        ("app-router-callers", "only pages of `app/` run these callers".to_owned()),
        ("mutation", format!("{} changes something", methods.join(", "))),
        ("convertible-callers", "every caller is a call or a form that can be rewritten".to_owned()),
        ("plain-result", "nothing but plain values comes back, or a redirect within the app".to_owned()),
        ("serialisable", "its arguments and results can be sent; what JSON would change goes through it".to_owned()),
    ]
}

/// Whether the rules saw the same for two methods. The messages name the method, so they differ.
fn say_the_same(one: &[RuleAnswer], other: &[RuleAnswer]) -> bool {
    let saw = |answer: &RuleAnswer| answer.saw.as_ref().map(|finding| (finding.file.clone(), finding.span));
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| saw(one) == saw(other))
}

fn not_asked(endpoint: &EndpointPlan) -> &'static str {
    let writes = |method: &Method| !matches!(method, Method::Get | Method::Head | Method::Options);
    match (endpoint.outcome, endpoint.router) {
        (Outcome::Stays, Router::Pages) => "it stays in the Pages Router",
        _ if endpoint.findings.iter().any(|finding| finding.rule == "overruled") => {
            "a comment or a setting asks for a Route Handler"
        }
        _ if !endpoint.route.starts_with("/api/") => "its URL is not below /api",
        _ if !endpoint.methods.iter().any(writes) => "it only reads",
        _ => "no page of the App Router could call one",
    }
}

fn run_by(reached: Reached) -> &'static str {
    match reached {
        Reached::App => "run by the App Router",
        Reached::Pages => "run by the Pages Router",
        Reached::Both => "run by both routers",
        Reached::Tests => "run by tests",
        Reached::Elsewhere => "outside of the app",
        Reached::Nothing => "run by nothing that is known",
    }
}

/// Minified code has lines of any length.
fn shortened(line: &str) -> String {
    const WIDEST: usize = 94;
    match line.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
