//! Parameter lists and heads of Route Handlers and of the helpers behind them.

use crate::pages_api::Segment;
use crate::project::NextVersion;
use crate::syntax::Style;

/// What the generated code has to know about the file and the app.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// The file is TypeScript.
    pub typescript: bool,
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
    /// Where lists of several lines end with a comma.
    pub trailing_commas: TrailingCommas,
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
            async_params: next.has_async_request_apis(),
            after: next.has_after(),
            helper: false,
            wrapped: false,
            style: style.clone(),
            trailing_commas: TrailingCommas::of(text),
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
        let object = format!("{{ {} }}", fields.join("; "));
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

    /// The type of that context.
    pub fn any_context_type(&self) -> &'static str {
        if self.async_params { "{ params: Promise<any> }" } else { "{ params: any }" }
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
        let comma = self.trailing_commas.in_arguments();
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

/// Where lists that are broken over lines end with a comma. Prettier's `es5` has it in objects and arrays only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailingCommas {
    /// Behind the last part of an object, an array, an import or an export.
    pub lists: bool,
    /// Behind the last parameter or argument.
    pub arguments: bool,
}

impl TrailingCommas {
    /// What the lists in `text` do; where there is none, what most projects do.
    pub fn of(text: &str) -> TrailingCommas {
        let mut lists = Count::default();
        let mut arguments = Count::default();
        let (mut open, mut word, mut last) = (Vec::new(), String::new(), ' ');
        let (mut newline, mut gap) = (false, false);
        for char in text.chars() {
            match char {
                '\n' => newline = true,
                ' ' | '\t' | '\r' => gap = true,
                _ => {
                    match char {
                        '(' => open.push(last.is_alphanumeric() && !NO_CALL.contains(&word.as_str())),
                        '[' | '{' => open.push(true),
                        ')' | ']' | '}' => {
                            let counts = open.pop().unwrap_or(false);
                            let count = if char == ')' { &mut arguments } else { &mut lists };
                            if newline && counts {
                                count.end(last);
                            }
                        }
                        _ => {}
                    }
                    if !char.is_alphanumeric() || gap || newline {
                        word.clear();
                    }
                    word.push(char);
                    (last, newline, gap) = (char, false, false);
                }
            }
        }
        let lists_end = lists.with >= lists.without;
        TrailingCommas { lists: lists_end, arguments: lists_end && arguments.with >= arguments.without }
    }

    /// `,` or nothing, behind the last part of a list.
    pub fn in_list(self) -> &'static str {
        if self.lists { "," } else { "" }
    }

    /// The same behind the last argument.
    pub fn in_arguments(self) -> &'static str {
        if self.arguments { "," } else { "" }
    }
}

/// Words before parentheses that hold no arguments.
const NO_CALL: &[&str] = &["if", "while", "for", "switch", "return", "await", "case", "typeof"];

#[derive(Default)]
struct Count {
    with: usize,
    without: usize,
}

impl Count {
    /// Counts a list whose last character is `last`.
    fn end(&mut self, last: char) {
        match last {
            ',' => self.with += 1,
            ';' | '{' | '}' | '(' | ')' | '[' => {}
            _ => self.without += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TrailingCommas;

    #[track_caller]
    fn commas(text: &str, lists: bool, arguments: bool) {
        assert_eq!(TrailingCommas::of(text), TrailingCommas { lists, arguments }, "{text}");
    }

    #[test]
    fn lists_and_arguments_have_habits_of_their_own() {
        commas("import {\n  a,\n  b,\n} from 'x';\nf(\n  a,\n  b\n);\n", true, false);
        commas("import {\n  a,\n  b,\n} from 'x';\nf(\n  a,\n  b,\n);\n", true, true);
        commas("const x = {\n  a: 1\n};\n", false, false);
        commas("f(a);\n", true, true);
    }

    #[test]
    fn parentheses_around_conditions_and_values_do_not_count() {
        let condition = "const x = {\n  a,\n};\nif (a) {\n} else if (\n  b\n) {\n}\nconst y = (\n  await z\n).a;\n";
        commas(condition, true, true);
    }
}
