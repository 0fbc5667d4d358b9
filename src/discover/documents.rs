//! Files that are no sources of an app, but may say that somebody calls an endpoint: documentation, descriptions of
//! APIs, templates, scripts and jobs, clients in other languages, pages in `public/`, the configuration of hosts.
//!
//! Nobody can list what such files are called, so all that may hold text are looked at, and those are kept that mention a
//! path below `/api`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::read::read_file;
use super::walk::Tree;

/// Hidden files and folders that people write: jobs, settings of hosts, requests. Other hidden folders are caches and the
/// like.
const HIDDEN: [&str; 12] = [
    ".buildkite",
    ".circleci",
    ".devcontainer",
    ".ebextensions",
    ".gitea",
    ".github",
    ".gitlab",
    ".gitlab-ci.yml",
    ".husky",
    ".platform",
    ".storybook",
    ".woodpecker",
];

/// What is no text, what a program made of other files, and data.
const NO_TEXT: [&str; 61] = [
    "7z",
    "aac",
    "ai",
    "avif",
    "bin",
    "bmp",
    "br",
    "bz2",
    "csv",
    "dat",
    "db",
    "dll",
    "dmg",
    "doc",
    "docx",
    "eot",
    "eps",
    "exe",
    "flac",
    "gif",
    "glb",
    "gz",
    "heic",
    "icns",
    "ico",
    "jar",
    "jpeg",
    "jpg",
    "lock",
    "lockb",
    "log",
    "m4a",
    "map",
    "mov",
    "mp3",
    "mp4",
    "node",
    "ogg",
    "otf",
    "parquet",
    "patch",
    "pdf",
    "png",
    "po",
    "ppt",
    "pptx",
    "psd",
    "snap",
    "so",
    "sqlite",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "tsbuildinfo",
    "ttf",
    "wasm",
    "webm",
    "webp",
    "woff",
    "woff2",
];

/// Which version of which package is installed, what tools are told about source files, and texts about the project.
const OF_TOOLS: [&str; 15] = [
    "biome.json",
    "biome.jsonc",
    "codeowners",
    "components.json",
    "copying",
    "coverage-final.json",
    "knip.json",
    "lcov.info",
    "license",
    "license.md",
    "npm-shrinkwrap.json",
    "nx.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "turbo.json",
];

/// Whether a hidden file or folder of that name may mention the URL of an endpoint.
pub(super) fn is_hidden_document(name: &str) -> bool {
    HIDDEN.contains(&name) || is_variables(name)
}

/// Whether a file of that name may hold text that mentions the URL of an endpoint.
pub(super) fn may_mention(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_text = name.rsplit_once('.').is_none_or(|(_, extension)| !NO_TEXT.contains(&extension));
    is_text && !OF_TOOLS.contains(&name.as_str()) && !name.starts_with("tsconfig.")
}

/// The texts of the documents in `tree` that mention a path below `/api`. What cannot be read is left out: nothing is
/// planned for these files.
pub(super) fn read(root: &Path, tree: &Tree) -> BTreeMap<String, Arc<str>> {
    let read = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Others ask what headers it sets.
        let keeps =
            |text: &Arc<str>| ["vercel.json", "netlify.toml", "_headers"].contains(&name) || text.contains("api");
        let text = read_file(&root.join(path)).ok().filter(keeps)?;
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let text = match Comments::of(extension) {
            _ if is_variables(name) => without_secrets(&text),
            Some(comments) => comments.taken_out(&text),
            None => text,
        };
        Some((path.clone(), text))
    };
    tree.documents.par_iter().filter_map(read).collect()
}

/// The variables of a host: `.env`, `.env.production`.
fn is_variables(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.")
}

/// Only the lines that set a path below `/api`, each where it was. The other values are nobody's business.
fn without_secrets(text: &str) -> Arc<str> {
    let sets = |line: &str| line.contains("/api") && !line.trim_start().starts_with('#');
    let lines: Vec<&str> = text.split('\n').map(|line| if sets(line) { line } else { "" }).collect();
    lines.join("\n").into()
}

/// How comments of a language are written, which call nobody.
struct Comments {
    /// What a line begins with that is one; behind other code it may be a part of a text or of a URL.
    line: Option<&'static str>,
    /// `/* … */`.
    blocks: bool,
}

impl Comments {
    fn of(extension: &str) -> Option<Comments> {
        match extension {
            "css" => Some(Comments { line: None, blocks: true }),
            "less" | "sass" | "scss" => Some(Comments { line: Some("//"), blocks: true }),
            "prisma" => Some(Comments { line: Some("//"), blocks: false }),
            "sql" => Some(Comments { line: Some("--"), blocks: true }),
            _ => None,
        }
    }

    /// `text` with blanks in the place of its comments, so that all else is where it was.
    fn taken_out(&self, text: &str) -> Arc<str> {
        let mut found = String::with_capacity(text.len());
        let mut in_block = false;
        for line in text.split_inclusive('\n') {
            let is_comment = !in_block && self.line.is_some_and(|mark| line.trim_start().starts_with(mark));
            // A text ends with its line; what goes on is an apostrophe.
            let mut quote = None;
            let mut rest = line;
            while let Some(char) = rest.chars().next() {
                let opens = self.blocks && !is_comment && !in_block && quote.is_none() && rest.starts_with("/*");
                let closes = in_block && rest.starts_with("*/");
                let (part, behind) = rest.split_at(if opens || closes { 2 } else { char.len_utf8() });
                if is_comment || in_block || opens {
                    let is_end = matches!(char, '\n' | '\r');
                    found.extend(std::iter::repeat_n(if is_end { char } else { ' ' }, part.len()));
                } else {
                    found.push_str(part);
                    quote = match quote {
                        Some(open) if open == char => None,
                        None if matches!(char, '\'' | '"') => Some(char),
                        same => same,
                    };
                }
                in_block = (in_block || opens) && !closes;
                rest = behind;
            }
        }
        found.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_text_is_looked_at() {
        for name in ["Dockerfile", "Makefile", "a.html", "A.HTM", "mail.hbs", "urls.json", "a.bru", "_redirects"] {
            assert!(may_mention(name), "{name}");
        }
        for name in ["logo.PNG", "yarn.lock", "package-lock.json", "a.js.map"] {
            assert!(!may_mention(name), "{name}");
        }
    }

    #[test]
    fn hidden_files_are_caches_but_for_some() {
        assert!(is_hidden_document(".github"));
        assert!(is_hidden_document(".env.example"));
        assert!(!is_hidden_document(".cache"));
        assert!(!is_hidden_document(".git"));
    }

    #[test]
    fn comments_of_styles_and_schemas_go() {
        let of = |extension: &str, text: &str| Comments::of(extension).map(|own| own.taken_out(text).to_string());
        let kept = |extension: &str, text: &str| of(extension, text).is_some_and(|found| found.contains("/api/posts"));
        for (extension, text) in [
            ("css", "/* as\n/api/posts\n */ a { color: red }"),
            ("scss", "  // see /api/posts\na { }"),
            ("sql", "-- POST /api/posts\nselect 1;"),
            ("sql", "select 1 /* /api/posts */;"),
            ("prisma", "/// Made by POST /api/posts\nmodel Post {\n}"),
        ] {
            assert!(!kept(extension, text), "{extension}: {text}");
        }
        for (extension, text) in [
            ("css", "a { background: url(/api/posts) } /* c */"),
            ("css", "a::after { content: '/*' }\nb { background: url(/api/posts) }"),
            ("css", "/* a */ b { background: url(https://app.example/api/posts) }"),
            ("scss", "a { background: url(https://app.example/api/posts) }"),
            ("sql", "select net.http_post('http://app/api/posts'); -- daily"),
            ("sql", "-- it's\nselect net.http_post('/api/posts')"),
            ("prisma", "model Post {\n  url String @default(\"/api/posts\")\n}"),
        ] {
            assert!(kept(extension, text), "{extension}: {text}");
        }
        assert_eq!(of("css", "/* ä\r\n*/b").as_deref(), Some("     \r\n  b"));
        assert!(Comments::of("md").is_none());
    }

    #[test]
    fn of_variables_only_urls_are_kept() {
        assert_eq!(&*without_secrets("SECRET=a\nSAVE=/api/posts\n"), "\nSAVE=/api/posts\n");
        assert_eq!(&*without_secrets("# SAVE=/api/posts\n"), "\n");
    }
}
