//! Files that are taken apart by hand, in pieces or by a library. Plain `FormData` can be sent to an action.
//!
//! ```ts
//! const json = await handleUpload({ body, request, onBeforeGenerateToken });
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::finding::Finding;

const PACKAGES: [&str; 9] = [
    "formidable",
    "multer",
    "next-connect-multer",
    "busboy",
    "@fastify/busboy",
    "multiparty",
    "uploadthing/next",
    "uploadthing/server",
    "@tus/server",
];

/// A library for uploads.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let package = first(&signs.imports, |import| PACKAGES.contains(&import));
    let (sign, span) = package.or_else(|| first(&signs.names, |name| name == "handleupload"))?;
    Some(facts.note_in("upload", *span, format!("`{sign}` says that files are sent to it by a client of its own")))
}
