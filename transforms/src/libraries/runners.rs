//! Functions that run a function which they are given, and give back what it gives: what it answers is the answer of
//! the call.
//!
//! ```ts
//! return tracer.startActiveSpan('orders', async () => {          return tracer.startActiveSpan('orders', async () => {
//!   res.json(await orders());                               →      return NextResponse.json(await orders());
//! });                                                            });
//! ```
//!
//! OpenTelemetry's API 1 (`ContextAPI.with`, `Tracer.startActiveSpan`), Sentry 7 and later (of `withScope` only from
//! version 8 on), `Mutex.runExclusive` of async-mutex, `AsyncLocalStorage` of Node.

use super::{Versions, at_least};

/// Functions of packages, by what leads to them from the import.
const FUNCTIONS: [(&str, &[&str]); 2] = [
    ("@opentelemetry/api", &["context.with"]),
    ("@sentry/", &["startSpan", "startSpanManual", "withActiveSpan", "withIsolationScope", "withScope"]),
];

/// Methods of what packages make: the package, what makes the object, the method.
const METHODS: [(&str, &str, &str); 5] = [
    ("@opentelemetry/api", "trace.getTracer", "startActiveSpan"),
    ("async-mutex", "Mutex", "runExclusive"),
    ("async-mutex", "Semaphore", "runExclusive"),
    ("async_hooks", "AsyncLocalStorage", "run"),
    ("node:async_hooks", "AsyncLocalStorage", "run"),
];

/// Whether `path` of the package is such a function.
pub(crate) fn runs(specifier: &str, path: &str, versions: &Versions<'_>) -> bool {
    let fits = |package: &str| specifier == package || (package.ends_with('/') && specifier.starts_with(package));
    let known = FUNCTIONS.iter().any(|(package, paths)| fits(package) && paths.contains(&path));
    known && (path != "withScope" || at_least(versions(specifier), 8, 0))
}

/// Whether `method` is one of what `maker` of the package makes: `new Mutex()`, `trace.getTracer(name)`.
pub(crate) fn runs_by_method(specifier: &str, maker: &str, method: &str) -> bool {
    METHODS.contains(&(specifier, maker, method))
}
