//! Whether an app can have Route Handlers at all.

use super::moves::folder;
use crate::finding::Finding;
use crate::project::{App, NextVersion};

/// The first version that reads `app` without being told to.
const APP_DIR: NextVersion = NextVersion { major: 13, minor: 4, patch: 0 };

/// Why no endpoint of `app` can move, said of the one in `file`.
pub fn app_obstacle(app: &App, file: &str) -> Option<Finding> {
    let too_old = |message: String| Finding::manual("next-too-old", file, None, message);
    if app.next < NextVersion::ROUTE_HANDLERS {
        let message = format!("Next {} has no Route Handlers; they came with 13.2", app.next_text);
        return Some(too_old(message).help("upgrade Next first"));
    }
    let reads_app = match app.app_dir_setting {
        Some(set) => set || app.next.major > 13,
        None => app.next >= APP_DIR,
    };
    if !reads_app {
        let message = format!("Next {} reads the `app` folder only with `experimental.appDir`", app.next_text);
        return Some(too_old(message).help("set it to true in the configuration, or upgrade Next first"));
    }
    if let Some(pages) = app.pages_dir.as_deref().filter(|pages| folder(pages) != folder(&app.app_dir)) {
        let message = format!("Next wants `pages` and `app` side by side, but the other is `{pages}`");
        let finding = Finding::manual("app-dir-elsewhere", &app.app_dir, None, message);
        return Some(finding.help("move one of them, so that both are in `src` or none"));
    }
    let (config, span) = app.static_export.as_ref()?;
    let message = "this is a static export, or may be one, which has no endpoints; with a Route Handler that reads the \
                   request, `next build` fails";
    let finding = Finding::manual("static-export", config, *span, message);
    Some(
        finding.help(
            "leave the endpoints in pages/api, or out of this build; another `output` is seen if it is a literal",
        ),
    )
}
