//! @sentry/nextjs: its build plugin instruments Route Handlers by itself (reference, section 6).
//!
//! ```ts
//! export default withSentry(handler);                             →   export async function GET(…) { … }
//! export default wrapApiHandlerWithSentry(handler, '/api/a');     →   the same
//! ```

pub(super) fn is_transparent(specifier: &str, name: &str) -> bool {
    matches!((specifier, name), ("@sentry/nextjs", "withSentry" | "wrapApiHandlerWithSentry"))
}
