//! Parameter lists and heads of Route Handlers and of the helpers behind them.

use crate::pages_api::Segment;
use crate::project::NextVersion;
use crate::syntax::Style;

/// What the generated code has to know about the file and the app.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// The file is TypeScript.
    pub typescript: bool,
    /// `x-forwarded-for` holds the address of the client where no proxy set it.
    pub forwarded: bool,
    /// `params` is a Promise.
    pub async_params: bool,
    /// `next/server` has `after`.
    pub after: bool,
    /// It is the file of helpers, which several endpoints and apps may call.
    pub helper: bool,
    /// The handler is called by a wrapper, which sees what it throws.
    pub wrapped: bool,
    /// How the file is written.
    pub style: Style,
    /// Multi-line lists of parameters end with a comma.
    pub trailing_commas: bool,
    /// The parts of the route.
    pub segments: Vec<Segment>,
}

/// Longer lines are broken, as the formatters that most projects use would do.
const WIDTH: usize = 80;

impl Dialect {
    /// Reads the dialect of a route's file.
    pub fn new(path: &str, text: &str, style: &Style, next: NextVersion, segments: &[Segment]) -> Dialect {
        let extension = path.rsplit('.').next().unwrap_or_default();
        Dialect {
            typescript: matches!(extension, "ts" | "tsx" | "mts" | "cts"),
            forwarded: next.major >= 14,
            async_params: next.has_async_request_apis(),
            after: next.has_after(),
            helper: false,
            wrapped: false,
            style: style.clone(),
            trailing_commas: style.call_commas.unwrap_or_else(|| trailing_commas(text)),
            segments: segments.to_vec(),
        }
    }

    /// `name: NextRequest`.
    pub fn request(&self, name: &str) -> String {
        if self.typescript { format!("{name}: NextRequest") } else { name.to_owned() }
    }

    /// `name: Headers`, those that its caller collects.
    pub fn headers(&self, name: &str) -> String {
        if self.typescript { format!("{name}: Headers") } else { name.to_owned() }
    }

    /// `name: …`, the query as a helper is given it.
    pub fn query(&self, name: &str) -> String {
        let typed = "Partial<Record<string, string | string[]>>";
        if self.typescript { format!("{name}: {typed}") } else { name.to_owned() }
    }

    /// `{ params }: { params: Promise<{ id: string }> }`, with `params` bound to `name`.
    pub fn context(&self, name: &str) -> String {
        let binding = if name == "params" { "params".to_owned() } else { format!("params: {name}") };
        if !self.typescript {
            return format!("{{ {binding} }}");
        }
        let fields: Vec<String> = self
            .segments
            .iter()
            .filter_map(|segment| match segment {
                Segment::Static(_) => None,
                Segment::Dynamic(name) => Some(format!("{}: string", key(name))),
                Segment::CatchAll(name) => Some(format!("{}: string[]", key(name))),
                Segment::OptionalCatchAll(name) => Some(format!("{}?: string[]", key(name))),
            })
            .collect();
        let object = if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join("; ")) };
        let params = if self.async_params { format!("Promise<{object}>") } else { object };
        format!("{{ {binding} }}: {{ params: {params} }}")
    }

    /// The context of a route that is not known here, for a wrapper.
    pub fn any_context(&self, name: &str) -> String {
        let binding = if name == "params" { "params".to_owned() } else { format!("params: {name}") };
        if self.typescript {
            format!("{{ {binding} }}: {}", self.any_context_type())
        } else {
            format!("{{ {binding} }}")
        }
    }

    /// `context`, if there is one, with the headers that the function around has collected, bound to `name`.
    pub fn with_headers(&self, context: Option<String>, name: &str) -> String {
        let (params, typed) =
            match context.as_deref().map(|context| context.split_once(" }: ").unwrap_or((context, ""))) {
                Some((params, typed)) => (
                    format!("{}, ", params.strip_suffix(" }").unwrap_or(params)),
                    format!("{}; ", typed.strip_suffix(" }").unwrap_or(typed)),
                ),
                None => ("{ ".to_owned(), "{ ".to_owned()),
            };
        let binding = if name == "headers" { name.to_owned() } else { format!("headers: {name}") };
        match self.typescript {
            true => format!("{params}{binding} }}: {typed}headers: Headers }}"),
            false => format!("{params}{binding} }}"),
        }
    }

    /// A context that is not used, in front of other parameters.
    pub fn no_context(&self, name: &str) -> String {
        if self.typescript { format!("{name}: unknown") } else { name.to_owned() }
    }

    /// The type of that context.
    pub fn any_context_type(&self) -> &'static str {
        if self.async_params { "{ params: Promise<any> }" } else { "{ params: any }" }
    }

    /// The same with the headers that the function which hands it over has collected.
    pub fn any_context_type_with_headers(&self) -> &'static str {
        match self.async_params {
            true => "{ params: Promise<any>; headers: Headers }",
            false => "{ params: any; headers: Headers }",
        }
    }

    /// `await params`, or `params` before Next 15.
    pub fn params(&self, name: &str) -> String {
        if self.async_params { format!("await {name}") } else { name.to_owned() }
    }

    /// Whether reading the parameters needs an async function.
    pub fn params_need_async(&self) -> bool {
        self.async_params
    }

    /// `(a, b)`, broken over lines if `before` and `after` around it make the line too long.
    pub fn list(&self, before: &str, params: &[String], after: &str, indent: &str) -> String {
        let line = params.join(", ");
        if before.chars().count() + line.chars().count() + after.chars().count() + 2 <= WIDTH || params.is_empty() {
            return format!("({line})");
        }
        let comma = if self.trailing_commas { "," } else { "" };
        let step = &self.style.indent;
        let lines: Vec<String> = params.iter().map(|param| format!("{indent}{step}{param}")).collect();
        format!("(\n{}{comma}\n{indent})", lines.join(",\n"))
    }
}

/// A property name, quoted if it has to be.
fn key(name: &str) -> String {
    let plain = name
        .chars()
        .enumerate()
        .all(|(at, c)| c == '_' || c == '$' || c.is_alphabetic() || (at > 0 && c.is_alphanumeric()));
    if plain { name.to_owned() } else { format!("'{name}'") }
}

/// Whether objects and arrays that are broken over lines end with a comma in `text`, or none is there.
pub(super) fn trailing_commas(text: &str) -> bool {
    let (mut with, mut without) = (0, 0);
    let mut last = ' ';
    let mut newline = false;
    for char in text.chars() {
        match char {
            '\n' => newline = true,
            ' ' | '\t' | '\r' => {}
            ']' | '}' if newline => {
                match last {
                    ',' => with += 1,
                    ';' | '{' | '}' | '(' | ')' | '[' => {}
                    _ => without += 1,
                }
                (last, newline) = (char, false);
            }
            _ => (last, newline) = (char, false),
        }
    }
    with >= without
}
