//! `morgan`, a middleware that writes a line for each request, of Node's `req` and `res`. It answers nothing and sets
//! nothing, so that a router can do without it; but the lines are gone, which a person has to know.
//!
//! ```ts
//! router.use(morgan('dev')).get(list);
//! // →
//! router.get(list);
//! ```
//!
//! That is all it does in a format of its own. A function as format, `skip` and `stream` are code that may do
//! anything with what comes in (read in 1.10.0), and so are functions of tokens that do more than to read.

use super::Remark;

/// The package.
pub const PACKAGE: &str = "morgan";

/// Nobody writes the lines any more.
pub const DROPPED: Remark = Remark::review(
    "access-log",
    "`morgan` wrote a line for each request here, of Node's `req` and `res`, and a Route Handler has neither: that log ends",
    "log requests in Next's `middleware`, or where they come in: the host, or a proxy in front of Next",
);

/// It may do more than to write lines.
pub const DOES_MORE: Remark = Remark::refusal(
    "this `morgan` may do more than to print a line: it has options, a format that is not its own, or tokens that do not only read",
    "log in Next's `middleware` or in the handler what is needed of it, and take it out of the router",
);

/// Formats that it knows by a name.
const FORMATS: [&str; 6] = ["combined", "common", "default", "dev", "short", "tiny"];

/// What it can put into a format that is written out.
const TOKENS: [&str; 14] = [
    "date",
    "http-version",
    "method",
    "pid",
    "referrer",
    "remote-addr",
    "remote-user",
    "req",
    "res",
    "response-time",
    "status",
    "total-time",
    "url",
    "user-agent",
];

/// Whether `format`, a name or `:method :url`, is one that morgan makes lines of by itself, or with the tokens `taught`.
pub fn is_own_format(format: &str, taught: &[String]) -> bool {
    let known = |token: &str| TOKENS.contains(&token) || taught.iter().any(|own| own == token);
    FORMATS.contains(&format) || (format.contains(':') && tokens(format).all(known))
}

/// What morgan takes for tokens in `format`: `:` and a name of two characters or more.
fn tokens(format: &str) -> impl Iterator<Item = &str> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    let behind = format.split(':').skip(1);
    behind
        .map(move |rest| &rest[..rest.find(|char| !is_name(char)).unwrap_or(rest.len())])
        .filter(|name| name.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::is_own_format;

    #[test]
    fn formats_of_own_tokens() {
        assert!(is_own_format("dev", &[]));
        assert!(is_own_format(":method :url[x] :res[content-length] - :response-time ms", &[]));
        assert!(is_own_format(":date[iso] \":user-agent\" : :1", &[]));
        assert!(!is_own_format(":method :body", &[]));
        assert!(is_own_format(":method :body", &["body".to_owned()]));
        assert!(!is_own_format("mine", &[]));
        assert!(!is_own_format("", &[]));
    }
}
