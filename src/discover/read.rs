//! Reads the source files, several at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use routelift_transforms::project::Unreadable;

use super::Files;
use super::walk::{Tree, has_source_extension};

/// Larger files are generated, and parsing them would cost more than it gives.
const LARGEST: u64 = 2 * 1024 * 1024;

/// The texts of the source files in `tree`, or why they are not at hand.
pub(super) fn read(root: &Path, tree: &mut Tree) -> Files {
    let sources = std::mem::take(&mut tree.sources);
    let links = std::mem::take(&mut tree.links_outside);
    let mut files: Files = sources
        .into_par_iter()
        .map(|path| {
            let text = read_file(&root.join(&path));
            (path, text)
        })
        .collect();
    files.extend(links.into_iter().map(|path| (path, Err(Unreadable::LinkOutside))));
    let nowhere = std::mem::take(&mut tree.links_nowhere);
    files.extend(nowhere.into_iter().map(|path| (path, Err(Unreadable::LinkNowhere))));
    let inside = tree.links.iter().filter(|(path, _)| has_source_extension(Path::new(path)));
    files.extend(inside.map(|(path, to)| (path.clone(), Err(Unreadable::LinkInside(to.clone())))));
    files
}

/// Files with the variables of a host, or with examples of them.
const VARIABLES: [&str; 8] = [
    ".env",
    ".env.development",
    ".env.example",
    ".env.local",
    ".env.local.example",
    ".env.production",
    ".env.sample",
    ".env.template",
];

/// The URLs among the variables of `folder`, and those that its `robots.txt` names. The other values are nobody's
/// business.
pub(super) fn own_urls(folder: &Path) -> Vec<String> {
    let variables = VARIABLES.iter().map(|name| (folder.join(name), '='));
    let all = variables.chain([(folder.join("public/robots.txt"), ':')]);
    let urls = |(path, sign): (PathBuf, char)| -> Vec<String> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let values = text.lines().filter_map(|line| line.split_once(sign)).map(|(_, value)| value.trim());
        let value = |value: &str| value.trim_matches(['"', '\'']).to_owned();
        values.map(value).filter(|value| value.starts_with("http")).collect()
    };
    all.flat_map(urls).collect()
}

pub(super) fn read_file(path: &Path) -> Result<Arc<str>, Unreadable> {
    let io = |error: std::io::Error| Unreadable::Io(error.to_string());
    let size = fs::metadata(path).map_err(io)?.len();
    if size > LARGEST {
        return Err(Unreadable::TooLarge(size));
    }
    let text = String::from_utf8(fs::read(path).map_err(io)?);
    text.map(Arc::from).map_err(|error| Unreadable::NotUtf8(error.utf8_error().valid_up_to()))
}
