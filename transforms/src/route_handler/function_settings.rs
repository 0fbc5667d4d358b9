//! `vercel.json` has settings for functions by the path of their source file:
//!
//! ```json
//! { "functions": { "pages/api/render.ts": { "maxDuration": 60 } } }
//! ```
//!
//! A deploy fails on settings for a file that is gone (reference, section 1.5), and the new file has none.

use super::candidates::Candidate;
use crate::finding::Finding;
use crate::project::{Project, fits_function, function_keys};
use crate::syntax::Span;

/// The settings in every `vercel.json` of a project.
pub struct FunctionSettings<'p>(Vec<Settings<'p>>);

struct Settings<'p> {
    /// The folder of the file, with a slash behind it, unless it is the root.
    folder: &'p str,
    path: &'p str,
    keys: Vec<(String, Span)>,
}

impl<'p> FunctionSettings<'p> {
    /// Reads them.
    pub fn of(project: &'p Project) -> FunctionSettings<'p> {
        let files = project.documents.iter().filter_map(|(path, text)| {
            let folder =
                path.strip_suffix("vercel.json").filter(|folder| folder.is_empty() || folder.ends_with('/'))?;
            Some(Settings { folder, path, keys: function_keys(text) })
        });
        FunctionSettings(files.collect())
    }

    /// The settings that are lost where `candidate` moves.
    pub fn lost(&self, candidate: &Candidate) -> Option<Finding> {
        self.0.iter().find_map(|settings| {
            let file = candidate.file.strip_prefix(settings.folder)?;
            let target = candidate.target.strip_prefix(settings.folder)?;
            let (key, span) =
                settings.keys.iter().find(|(key, _)| fits_function(key, file) && !fits_function(key, target))?;
            let message =
                format!("`{key}` has settings for `{}`; a deploy fails if no file is left for them", candidate.file);
            let finding = Finding::review("function-settings", settings.path, *span, message);
            Some(finding.help(format!("give them to `{target}`")))
        })
    }
}
