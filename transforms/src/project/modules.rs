//! The parsed form of a project's files: each is parsed at most once, and only when somebody asks.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{Project, Unreadable};
use crate::syntax::{Module, SyntaxError, call_commas};

/// Parsed files by path.
pub struct Modules<'p> {
    project: &'p Project,
    parsed: HashMap<&'p str, OnceLock<Result<Module, SyntaxError>>>,
    written_out: HashMap<&'p str, OnceLock<Option<Module>>>,
    /// Files with the same text as there are taken from there.
    base: Option<&'p Modules<'p>>,
    call_commas: OnceLock<Option<bool>>,
}

/// Why a file has no tree.
#[derive(Clone, Debug)]
pub enum NoModule {
    /// There is no such file.
    Missing,
    /// Its text could not be read.
    Unreadable(Unreadable),
    /// It does not parse.
    Syntax(SyntaxError),
}

impl<'p> Modules<'p> {
    /// Nothing is parsed yet.
    pub fn new(project: &'p Project) -> Self {
        let parsed = project.files.keys().map(|path| (path.as_str(), OnceLock::new())).collect();
        let written_out = project.files.keys().map(|path| (path.as_str(), OnceLock::new())).collect();
        Modules { project, parsed, written_out, base: None, call_commas: OnceLock::new() }
    }

    /// The modules of `project`, which has most of its texts from the project of `base`: those are parsed only once.
    pub fn over(project: &'p Project, base: &'p Modules<'p>) -> Self {
        Modules { base: Some(base), ..Modules::new(project) }
    }

    /// The tree of the file at `path`.
    pub fn get(&self, path: &str) -> Result<&Module, NoModule> {
        let text = match self.project.files.get(path) {
            None => return Err(NoModule::Missing),
            Some(Err(unreadable)) => return Err(NoModule::Unreadable(unreadable.clone())),
            Some(Ok(text)) => text,
        };
        if let Some(base) = self.base
            && let Some(Ok(same)) = base.project.files.get(path)
            && Arc::ptr_eq(same, text)
        {
            return base.get(path);
        }
        let cell = self.parsed.get(path).ok_or(NoModule::Missing)?;
        cell.get_or_init(|| self.parse(path, Arc::clone(text))).as_ref().map_err(|e| NoModule::Syntax(e.clone()))
    }

    /// The tree of an endpoint file, its handler written out if `write_out` gives a text for that.
    pub fn endpoint(&self, path: &str, write_out: &dyn Fn(&Module) -> Option<String>) -> Result<&Module, NoModule> {
        let module = self.get(path)?;
        let cell = self.written_out.get(path).ok_or(NoModule::Missing)?;
        let other = cell.get_or_init(|| self.parse(path, write_out(module)?.into()).ok());
        Ok(other.as_ref().unwrap_or(module))
    }

    fn parse(&self, path: &str, text: Arc<str>) -> Result<Module, SyntaxError> {
        let mut module = Module::parse(path, text)?;
        module.style.call_commas = module.style.call_commas.or_else(|| self.call_commas());
        Ok(module)
    }

    /// The habit of the project, for files that show none.
    fn call_commas(&self) -> Option<bool> {
        let texts = || self.project.files.values().filter_map(|text| text.as_deref().ok());
        match self.base {
            Some(base) => base.call_commas(),
            None => *self.call_commas.get_or_init(|| call_commas(texts())),
        }
    }

    /// The error of a file that was parsed and is no module.
    pub fn failed(&self, path: &str) -> Option<&SyntaxError> {
        self.parsed.get(path)?.get()?.as_ref().err()
    }
}
