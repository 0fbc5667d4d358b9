//! @supabase/auth-helpers-nextjs 0.7 to 0.10 (read in 0.10.0: `src/pagesServerClient.ts`, `src/routeHandlerClient.ts`,
//! `src/deprecated.ts`).
//!
//! ```ts
//! const supabase = createPagesServerClient<Database>({ req, res });
//! // → before Next 15
//! const supabase = createRouteHandlerClient<Database>({ cookies });
//! // → from Next 15 on, where `cookies()` gives a Promise and the package does not wait for it
//! const cookieStore = await cookies();
//! const supabase = createRouteHandlerClient<Database>({ cookies: () => cookieStore as any });
//! ```
//!
//! Both take the same options. `createServerSupabaseClient` is the older name of the first.

use super::{Call, Held, Library, Remark, Versions, at_least};

const OLD: Remark = Remark::review(
    "package-version",
    "the client for Route Handlers that the new code needs came with version 0.7 of Supabase's auth helpers",
    "upgrade `@supabase/auth-helpers-nextjs` to 0.10, or change to `@supabase/ssr`",
);

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    if specifier != "@supabase/auth-helpers-nextjs"
        || !matches!(name, "createPagesServerClient" | "createServerSupabaseClient")
    {
        return None;
    }
    let table = &[("req", Held::CookieStore), ("res", Held::CookieStore)];
    let known = Library { named: Some("createRouteHandlerClient"), ..Library::new(Call::Object(table)) };
    Some(known.remark((!at_least(versions(specifier), 0, 7)).then_some(OLD)))
}
