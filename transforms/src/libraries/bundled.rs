//! Packages that work only where Node loads them. For `pages/api` it does; Route Handlers are bundled with their
//! packages, but for those that a list of Next's or the configuration names.
//!
//! Seen in Next.js 15.5, built by webpack and served: the same function behind an endpoint of each router. There,
//! `ejs`, `email-templates`, `fluent-ffmpeg`, `handlebars`, `log4js`, `mjml`, `nodemailer-express-handlebars`,
//! `pdfkit`, `pug`, `swagger-jsdoc` and `winston` did the same in both.

use crate::project::NextVersion;

/// Packages that failed in the bundle, and how.
const FAILING: [(&str, &str); 6] = [
    ("ffmpeg-static", "looks for its program beside the bundle"),
    ("geoip-lite", "looks for its data beside the bundle when it is loaded"),
    ("knex", "names the drivers of all its databases, and the build fails for those that are not installed"),
    ("node-unrar-js", "looks for its WebAssembly beside the bundle"),
    ("tesseract.js", "starts its worker from a file beside the bundle"),
    ("typeorm", "does not find the driver of its database"),
];

/// What goes wrong with the module `specifier` where it is bundled, and the name of its package.
pub fn fails_bundled(specifier: &str) -> Option<(&'static str, &'static str)> {
    FAILING.into_iter().find(|(package, _)| {
        specifier.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The setting that names packages which are not bundled.
pub fn external_setting(next: NextVersion) -> &'static str {
    if next.major >= 15 { "serverExternalPackages" } else { "experimental.serverComponentsExternalPackages" }
}
