//! `multer`, whose middlewares read a form from Node's stream and leave what they find on the request. They go on doing
//! that, with a stream that is made of the web request, so that storages, limits, filters and errors stay what they are:
//!
//! ```ts
//! router.use(upload.single('logo'));                        // a router of next-connect
//! await runMiddleware(req, res, upload.single('logo'));     // a function that waits for a middleware
//! await put(req.file.buffer, req.body.name);
//! // →
//! router.use(readMultipart(upload.single('logo')));
//! await readMultipart(upload.single('logo'))(req);
//! await put(req.file.buffer, req.fields.name);
//! ```
//!
//! `req.body` of a web request is its stream, so that the fields go by another name. With `bodyParser` off nothing but
//! multer gave `req.body` a value, so that every read of it is one of the fields.
//!
//! Options may be functions that are handed the request. What they are handed now has the headers and the fields.

use super::Remark;

/// The package.
pub const PACKAGE: &str = "multer";

/// What makes a middleware: `upload.single('logo')`.
pub const METHODS: [&str; 5] = ["single", "array", "fields", "none", "any"];

/// What functions among the options find on the request that they are handed.
pub const KEPT: [&str; 4] = ["headers", "body", "file", "files"];

/// Version 1 of next-connect has no `next(error)`: what its own `expressWrapper` is for.
pub const UNWRAPPED: Remark = Remark::review(
    "package-call",
    "version 1 of next-connect went on without a file where multer refused a form, and now `onError` answers that",
    "see that clients which send a bad form can do with an error",
);

/// The options ask for more of the request than its headers and fields.
pub const ODD: Remark = Remark::refusal(
    "the options of multer use the request, or come from where they cannot be read, and a Route Handler has no such request",
    "let `storage`, `limits` and `fileFilter` do without it, and write them as plain values",
);
