//! From a file below `pages/api` to its URL pattern and to the file that a Route Handler has there
//! (reference, section 1.1).

use crate::project::App;

/// One part of a URL pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// `users`.
    Static(String),
    /// `[id]`.
    Dynamic(String),
    /// `[...path]`.
    CatchAll(String),
    /// `[[...path]]`.
    OptionalCatchAll(String),
}

/// Splits `/api/users/[id]` into its parts.
pub fn parse_route(route: &str) -> Vec<Segment> {
    let part = |text: &str| {
        let inner = |start: &str, end: &str| text.strip_prefix(start)?.strip_suffix(end).map(str::to_owned);
        inner("[[...", "]]")
            .map(Segment::OptionalCatchAll)
            .or_else(|| inner("[...", "]").map(Segment::CatchAll))
            .or_else(|| inner("[", "]").map(Segment::Dynamic))
            .unwrap_or_else(|| Segment::Static(text.into()))
    };
    route.split('/').filter(|text| !text.is_empty()).map(part).collect()
}

/// The URL pattern of a file, if it is an endpoint of `app`'s `pages/api`: below that folder, with a
/// page extension. Tests and helpers there are endpoints, too; Next serves them all.
pub fn route_of(app: &App, path: &str) -> Option<String> {
    let pages = app.pages_dir.as_ref()?;
    let inside = path.strip_prefix(pages)?.strip_prefix('/')?;
    if path.ends_with(".d.ts") {
        return None;
    }
    let (stem, _) = split_extension(app, inside)?;
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    (stem == "api" || stem.starts_with("api/")).then(|| format!("/{stem}"))
}

/// Where the Route Handler for `route` belongs, given the file it comes from.
pub fn target_of(app: &App, route: &str, path: &str) -> Option<String> {
    let (_, extension) = split_extension(app, path)?;
    let folder: Vec<String> = route
        .split('/')
        .filter(|part| !part.is_empty())
        // A folder that starts with `_` is private in `app`; `%5F` is the underscore of its URL.
        .map(|part| part.strip_prefix('_').map_or_else(|| part.to_owned(), |rest| format!("%5F{rest}")))
        .collect();
    Some(format!("{}/{}/route.{extension}", app.app_dir, folder.join("/")))
}

/// Splits off the longest page extension.
fn split_extension<'p>(app: &App, path: &'p str) -> Option<(&'p str, String)> {
    let mut extensions: Vec<&String> = app.page_extensions.iter().collect();
    extensions.sort_by_key(|extension| std::cmp::Reverse(extension.len()));
    extensions.into_iter().find_map(|extension| {
        let stem = path.strip_suffix(extension.as_str())?.strip_suffix('.')?;
        (!stem.is_empty() && !stem.ends_with('/')).then(|| (stem, extension.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::NextVersion;

    fn app(extensions: &[&str]) -> App {
        App {
            root: String::new(),
            next: NextVersion { major: 15, minor: 0, patch: 0 },
            next_text: "15".into(),
            pages_dir: Some("src/pages".into()),
            app_dir: "src/app".into(),
            has_app_dir: false,
            page_extensions: extensions.iter().map(|e| (*e).to_owned()).collect(),
            cache_components: false,
            static_export: None,
            app_dir_setting: None,
            typescript: true,
            null_checks_set_in: None,
            tsconfig_is_written: false,
            iterables_lacking_in: None,
            checks_nulls: true,
        }
    }

    #[test]
    fn files_become_patterns_and_targets() {
        let app = app(&["tsx", "ts"]);
        for (file, route, target) in [
            ("src/pages/api/x.ts", "/api/x", "src/app/api/x/route.ts"),
            ("src/pages/api/x/index.ts", "/api/x", "src/app/api/x/route.ts"),
            ("src/pages/api/index.ts", "/api", "src/app/api/route.ts"),
            ("src/pages/api.ts", "/api", "src/app/api/route.ts"),
            ("src/pages/api/[[...all]].tsx", "/api/[[...all]]", "src/app/api/[[...all]]/route.tsx"),
            ("src/pages/api/_x/y.ts", "/api/_x/y", "src/app/api/%5Fx/y/route.ts"),
        ] {
            let found = route_of(&app, file);
            assert_eq!(found.as_deref(), Some(route));
            assert_eq!(target_of(&app, route, file).as_deref(), Some(target));
        }
        for file in
            ["src/pages/x.ts", "src/pages/apix.ts", "src/pages/api/x.md", "src/pages/api/x.d.ts", "pages/api/x.ts"]
        {
            assert_eq!(route_of(&app, file), None, "{file}");
        }
    }

    #[test]
    fn custom_extensions_stay_on_the_route_file() {
        let app = app(&["page.tsx", "api.ts"]);
        assert_eq!(route_of(&app, "src/pages/api/x.api.ts").as_deref(), Some("/api/x"));
        assert_eq!(route_of(&app, "src/pages/api/x.ts"), None);
        let target = target_of(&app, "/api/x", "src/pages/api/x.api.ts");
        assert_eq!(target.as_deref(), Some("src/app/api/x/route.api.ts"));
    }

    #[test]
    fn segments_of_every_kind() {
        assert_eq!(
            parse_route("/api/[a]/[...b]/[[...c]]"),
            [
                Segment::Static("api".into()),
                Segment::Dynamic("a".into()),
                Segment::CatchAll("b".into()),
                Segment::OptionalCatchAll("c".into())
            ]
        );
    }
}
