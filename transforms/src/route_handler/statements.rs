//! Statements beside the handler: the route's configuration, and the export.

use crate::finding::Finding;
use crate::pages_api::RouteConfig;
use crate::project::{App, Method, imports};
use crate::rewrite::{Edit, Piece};
use crate::syntax::{Module, Span, full_statement};

/// A setting of the route segment, and its text.
pub type Setting = (&'static str, &'static str);

/// What a Route Handler of `route` in `module` has to say where it answers `methods`, so that Next neither renders a lone
/// `GET` at build time nor keeps what it fetches (reference, section 4). `dynamic` alone keeps the first from happening only.
pub fn segment_config(app: &App, route: &str, module: &Module, methods: &[Method]) -> Vec<Setting> {
    if app.cache_components || !only_get(methods) || !app.next.renders_get_at_build(route) {
        return Vec::new();
    }
    let mut settings = vec![("dynamic", "force-dynamic")];
    settings.extend((app.next.keeps_fetches() && may_fetch(module)).then_some(("fetchCache", "force-no-store")));
    settings
}

/// What to know where `cacheComponents` forbids that.
pub fn prerendered(app: &App, module: &Module, methods: &[Method], handler: Span) -> Option<Finding> {
    let message = "with `cacheComponents`, Next may render a GET that does not read the request at build time";
    let help = "add `await connection()` from `next/server` where the answer must be fresh";
    let finding = Finding::review("prerendered-get", &module.path, handler, message).help(help);
    (app.cache_components && only_get(methods)).then_some(finding)
}

fn only_get(methods: &[Method]) -> bool {
    methods.contains(&Method::Get) && methods.iter().all(|method| matches!(method, Method::Get | Method::Head))
}

/// Whether the code of `module` may fetch something, by itself or through what it imports.
pub fn may_fetch(module: &Module) -> bool {
    let harmless = |source: &str| source == "next" || source.starts_with("next/") || source.starts_with("node:");
    ["fetch", "require(", "import("].iter().any(|word| module.text.contains(word))
        || imports(module).values().any(|import| !import.type_only && !harmless(&import.specifier))
}

/// `export const config` → route segment config.
///
/// `handler` is where the handler starts, `added` what has to be said besides.
pub fn config_edits(module: &Module, config: &RouteConfig, added: &[Setting], handler: usize) -> Vec<Edit> {
    let style = &module.style;
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for (name, value) in &config.segment {
        lines.push(vec![
            Piece::Text(format!("export const {name} = ")),
            Piece::Source(*value),
            Piece::Text(style.semi().into()),
        ]);
    }
    for (name, value) in added {
        let text = format!("export const {name} = {}{}", style.string(value), style.semi());
        lines.push(vec![Piece::Text(text)]);
    }
    let mut pieces = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if at > 0 {
            pieces.push(Piece::Text("\n".into()));
        }
        pieces.extend(line);
    }
    let said = config.statement.map(|statement| said_inside(module, statement)).unwrap_or_default();
    // It is about what the handler does and stands above it, if no setting is left that it may be about.
    let early = !pieces.is_empty() || config.statement.is_some_and(|statement| statement.start < handler);
    let (mut edits, mut left) = (Vec::new(), String::new());
    match early {
        true => left = said,
        false if !said.is_empty() => edits.push(Edit::insert(before_comments(module, handler), said)),
        false => {}
    }
    edits.extend(statement_edits(module, config, pieces, &left, handler));
    edits
}

/// The edits of the statement itself, where the settings in `pieces` come, behind the comments that are `left` of it.
fn statement_edits(
    module: &Module,
    config: &RouteConfig,
    mut pieces: Vec<Piece>,
    left: &str,
    handler: usize,
) -> Vec<Edit> {
    match config.statement {
        Some(statement) if pieces.is_empty() => {
            let statement = full_statement(&module.text, statement);
            let whole = Span::new(own_comments(module, statement.start), statement.end);
            let (before, behind) = (&module.text[..whole.start], &module.text[whole.end..]);
            if behind.trim().is_empty() && before.ends_with("\n\n") {
                return vec![Edit::delete(Span::new(before.trim_end().len() + 1, whole.end))];
            }
            let blank = behind.starts_with('\n');
            if left.is_empty() {
                return vec![Edit::delete(Span::new(whole.start, whole.end + usize::from(blank)))];
            }
            // They adjoin the handler, and nothing else.
            let at_handler = blank && whole.end + 1 == before_comments(module, handler);
            vec![Edit::replace(Span::new(whole.start, whole.end + usize::from(at_handler)), left)]
        }
        Some(statement) => {
            if !left.is_empty() {
                pieces.insert(0, Piece::Text(left.to_owned()));
            }
            vec![Edit::of(statement, pieces)]
        }
        None if pieces.is_empty() => Vec::new(),
        None => {
            let at = before_comments(module, handler);
            pieces.push(Piece::Text("\n\n".into()));
            vec![Edit::of(Span::at(at), pieces)]
        }
    }
}

/// The start of the comments that are about the statement alone: right above it, and not at the top of the file, which
/// may speak of all of it. A block comment of several lines tells of the endpoint.
fn own_comments(module: &Module, statement: usize) -> usize {
    let at = before_comments(module, statement);
    let above = &module.text[..at];
    let block = module.text[at..statement]
        .split_once("/*")
        .is_some_and(|(_, block)| block.split_once("*/").is_some_and(|(inside, _)| inside.contains('\n')));
    if above.trim().is_empty() || !above.ends_with("\n\n") || block { statement } else { at }
}

/// The comments that have lines of their own inside of the statement, but for options that are commented out and what is
/// said to tools. They may say why the handler does what it does.
fn said_inside(module: &Module, statement: Span) -> String {
    let text = &*module.text;
    let mut said = String::new();
    for comment in module.comments.iter().filter(|comment| statement.contains(**comment)) {
        let line = full_statement(text, *comment);
        let indent = &text[line.start..comment.start];
        let own = comment.text(text);
        let words = own.trim_matches(|c: char| c.is_whitespace() || "/*".contains(c));
        let option = words.ends_with([',', '{', '}']) || words.split_once(':').is_some_and(|(key, _)| is_name(key));
        let told = words.starts_with(['@']) || words.contains("eslint-") || words.starts_with("prettier-");
        if line != *comment && text[line.start..line.end].ends_with('\n') && !option && !told {
            said.push_str(&own.replace(&format!("\n{indent}"), "\n"));
            said.push('\n');
        }
    }
    said
}

/// Whether it is the name of an option: a word in the case of these.
fn is_name(key: &str) -> bool {
    let key = key.trim().trim_matches(['\'', '"']);
    key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The start of the handler's first comment line.
fn before_comments(module: &Module, handler: usize) -> usize {
    let text = &module.text;
    let mut at = handler;
    while let Some(line) = text[..at].strip_suffix('\n').map(|before| before.rsplit('\n').next().unwrap_or_default()) {
        let trimmed = line.trim();
        if !(trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*')) {
            break;
        }
        at -= line.len() + 1;
    }
    at
}

/// An export statement with the blank line before it.
pub fn export_lines(module: &Module, export: Span) -> Span {
    let whole = full_statement(&module.text, export);
    let before = &module.text[..whole.start];
    let kept = before.trim_end().len();
    let newlines = before[kept..].matches('\n').count();
    if newlines >= 2 {
        let first = kept + before[kept..].find('\n').map_or(0, |at| at + 1);
        return Span::new(first, whole.end);
    }
    whole
}

/// What goes with `statement`: its line, and one of the blank lines around it.
pub(crate) fn hole(text: &str, statement: Span) -> Span {
    let mut whole = full_statement(text, statement);
    let blank_behind = text[whole.end..].starts_with(['\n', '\r']) && whole != statement;
    if blank_behind && text[..whole.start].ends_with("\n\n") {
        whole = Span::new(whole.start - 1, whole.end);
    } else if blank_behind && text[..whole.start].ends_with("\r\n\r\n") {
        whole = Span::new(whole.start - 2, whole.end);
    } else if blank_behind && text[..whole.start].trim_end().ends_with('{') {
        // At the top of a block there is none.
        let line_end = text[whole.end..].find('\n').map_or(0, |at| at + 1);
        whole = Span::new(whole.start, whole.end + line_end);
    }
    whole
}
