//! `formidable` 1 to 3, where a form is read for nothing but its fields and what its files are and hold:
//!
//! ```ts
//! const form = formidable({ keepExtensions: true });
//! const [fields, files] = await form.parse(req);           const [fields, files] = await readFormLists(req);
//! const file = files.image?.[0];                      →    const file = files.image?.[0];
//! const image = await readFile(file.filepath);             const image = Buffer.from(await file.arrayBuffer());
//! await put(file.originalFilename, image);                 await put(file.name, image);
//! ```
//!
//! The helper reads `await req.formData()` and gives its parts by name as the package did: 3 gives lists, 1 and 2 the
//! last of one name. Run with 1.2.6, 2.1.5 and 3.5.4, the packages and `formData()` agree on names, types, sizes and
//! contents of multipart forms; only 3 refuses empty files, and so does the helper. What is different is in [`REVIEW`]:
//! the packages parse JSON and single files, too, take an empty body for an empty form, and have limits.
//!
//! Where more is done with the form or its files (options, paths of temporary files, events), the package goes on
//! reading, from a stream that is made of the web request, and nothing else changes:
//!
//! ```ts
//! const form = formidable({ uploadDir: './public' });
//! const [fields] = await form.parse(req);              →    const [fields] = await form.parse(nodeRequest(req));
//! ```
//!
//! Built and run so with 1.2.6 and 3.5.4 on Next.js 14.2, 15.5 and 16.4, by webpack and by Turbopack, next to an API
//! route of the Pages Router: forms, JSON, single files, limits and broken bodies gave the same. In the bundle of a
//! Route Handler, 2.1.5 does not find its plugins, and Turbopack refuses to build it: see [`is_bundled`].

use super::Remark;

/// The package.
pub const PACKAGE: &str = "formidable";

/// What a reviewer should know.
pub const REVIEW: Remark = Remark::review(
    "form-in-memory",
    "formidable read the form here, and now `req.formData()` does, which keeps all of it in memory",
    "formidable also took JSON and empty bodies, stopped at 200 MB of files, 20 MB of fields and 1000 fields, and its \
     errors had a `code` and an `httpCode`: look at what clients send, and what is done with errors",
);

/// Whether the package's major works in the bundle of a Route Handler. For `pages/api`, Node loads it.
pub fn is_bundled(major: u32) -> bool {
    major != 2
}

/// What the types of the package become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `formidable.File`.
    File,
    /// `formidable.Files`.
    Files,
    /// `formidable.Fields`.
    Fields,
}

/// Whether `name` of the package's major makes a form, called or behind `new`.
pub fn makes(major: u32, name: &str, new: bool) -> bool {
    match (name, new) {
        ("default" | "formidable" | "default.formidable", false) => major != 1 || name == "default",
        ("IncomingForm" | "Formidable", true) => major != 1 || name == "IncomingForm",
        ("default.IncomingForm" | "default.Formidable", true) => {
            major == 2 || (major == 1 && name.ends_with("IncomingForm"))
        }
        ("default", true) => major == 1,
        _ => false,
    }
}

/// Whether the form comes out the same with the option, of which `value` is the text.
pub fn keeps(major: u32, option: &str, value: &str) -> bool {
    match option {
        // It is about the names of temporary files. One that is told where these go may be meant to leave them there.
        "keepExtensions" => true,
        // 3 gives lists in any case.
        "multiples" => major >= 3 || value == "false",
        "allowEmptyFiles" => value == if major >= 3 { "false" } else { "true" },
        "encoding" => matches!(value.trim_matches(['\'', '"', '`']), "utf-8" | "utf8"),
        "hash" | "hashAlgorithm" => value == "false",
        _ => false,
    }
}

/// What a web `File` calls a member of the package's file.
pub fn member(major: u32, name: &str) -> Option<&'static str> {
    match (name, major) {
        ("size", _) => Some("size"),
        ("originalFilename", 2..) | ("name", 1) => Some("name"),
        ("mimetype", 2..) | ("type", 1) => Some("type"),
        _ => None,
    }
}

/// Whether the member is the path of the temporary file.
pub fn is_path(major: u32, name: &str) -> bool {
    name == if major == 1 { "path" } else { "filepath" }
}

/// The type that `name` of the package is.
pub fn type_of(name: &str) -> Option<Type> {
    match name.strip_prefix("default.").unwrap_or(name) {
        "File" | "PersistentFile" => Some(Type::File),
        "Files" => Some(Type::Files),
        "Fields" => Some(Type::Fields),
        _ => None,
    }
}
