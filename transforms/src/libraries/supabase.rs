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

use super::{Call, Held, Library, Versions, at_least};

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    if specifier != "@supabase/auth-helpers-nextjs"
        || !matches!(name, "createPagesServerClient" | "createServerSupabaseClient")
    {
        return None;
    }
    if !at_least(versions(specifier), 0, 7) {
        return Some(Library::refused(
            "before version 0.7, Supabase's auth helpers have another client for Route Handlers",
            "upgrade `@supabase/auth-helpers-nextjs` to 0.10 first, or change to `@supabase/ssr`",
        ));
    }
    let table = &[("req", Held::CookieStore), ("res", Held::CookieStore)];
    Some(Library { named: Some("createRouteHandlerClient"), ..Library::new(Call::Object(table)) })
}
