//! Headers that a caller sends with `fetch`, and an action would not be sent: they are left out if nobody on the server
//! reads them.
//!
//! ```ts
//! await fetch('/api/likes', { method: 'POST', headers: { 'X-Source': 'button' } });
//! ```

use super::caller::expr_at;
use super::headers::imported_modules;
use super::result::NoAnswer;
use super::text::is_harmless;
use crate::callers::Caller;
use crate::decide::Facts;
use crate::syntax::Module;

/// Packages that certainly look at no header of the request. Of others, that is not known: those for sessions ask
/// `headers()` of Next.js themselves.
const BLIND: [&str; 24] = [
    "next/server",
    "next/cache",
    "next/navigation",
    "next/headers",
    "react",
    "zod",
    "yup",
    "valibot",
    "@prisma/client",
    "mongoose",
    "mongodb",
    "drizzle-orm",
    "pg",
    "mysql2",
    "postgres",
    "bcrypt",
    "bcryptjs",
    "crypto",
    "nodemailer",
    "resend",
    "uuid",
    "nanoid",
    "date-fns",
    "dayjs",
];

/// Whether the headers that `caller` in `module` sends may be left out; `Err` says which may not.
pub fn nobody_reads(facts: &Facts<'_>, module: &Module, caller: &Caller) -> Result<(), NoAnswer> {
    let refuse = |at, why: String| Err(("not-only-fetch", at, why));
    let others = &caller.sent.others;
    if others.is_empty() {
        return Ok(());
    }
    let on_server: Vec<&Module> = std::iter::once(facts.module).chain(imported_modules(facts)).collect();
    for (name, at) in others {
        if !expr_at(module, *at).is_some_and(|value| is_harmless(&value)) {
            return refuse(*at, format!("it works out the header `{name}`, which an action does not see"));
        }
        if let Some(reader) = on_server.iter().find(|module| module.text.to_ascii_lowercase().contains(name)) {
            let why =
                format!("it sends the header `{name}`, which an action does not see, and `{}` names it", reader.path);
            return refuse(*at, why);
        }
        let config = facts.app.config_files().into_iter().chain(["vercel.json".to_owned()]);
        let told = config.into_iter().find(|file| match facts.project.files.get(file) {
            Some(Ok(text)) => text.to_ascii_lowercase().contains(name),
            _ => false,
        });
        if let Some(file) = told {
            let why = format!("it sends the header `{name}`, which an action does not see, and `{file}` names it");
            return refuse(*at, why);
        }
        let package = on_server.iter().find_map(|module| {
            let mut specifiers = module.specifiers().iter().filter(|specifier| !specifier.type_only);
            specifiers.find(|specifier| {
                let value = specifier.value.trim_start_matches("node:");
                let is_known = BLIND.iter().any(|known| {
                    value == *known || value.strip_prefix(known).is_some_and(|rest| rest.starts_with('/'))
                });
                !is_known && facts.project.resolver.resolve(&module.path, value).is_none()
            })
        });
        if let Some(package) = package {
            let why = format!(
                "it sends the header `{name}`, which an action does not see, and `{}` on the server may read it",
                package.value
            );
            return refuse(*at, why);
        }
    }
    Ok(())
}
