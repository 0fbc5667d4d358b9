//! Which endpoint a mention means, where several fit: `/api/users/me` is `/api/users/[id]` only if no file answers
//! `/api/users/me` itself. Next prefers the static one, too.

use std::collections::BTreeSet;

use super::{Callers, Fit, Mention, Part, fits};

/// The routes of an app without dynamic parts.
pub type Fixed<'r> = BTreeSet<&'r str>;

/// Those of `routes` without dynamic parts.
pub fn fixed<'r>(routes: impl Iterator<Item = &'r str>) -> Fixed<'r> {
    routes.filter(|route| !route.contains('[')).collect()
}

impl Mention {
    /// How well its URLs fit `route`; the best of them counts.
    pub fn fit(&self, route: &str) -> Fit {
        self.urls.iter().map(|url| fits(url, route)).fold(Fit::No, |best, fit| match (best, fit) {
            (Fit::Exact, _) | (_, Fit::Exact) => Fit::Exact,
            (Fit::Maybe, _) | (_, Fit::Maybe) => Fit::Maybe,
            (Fit::No, Fit::No) => Fit::No,
        })
    }

    /// Whether only the start of its URLs is known, so that it may mean every endpoint.
    pub fn is_open(&self) -> bool {
        self.urls.iter().all(|url| url.first() == Some(&Part::Rest))
    }

    /// Whether all of its URLs are those of static routes.
    fn is_fixed(&self, fixed: &Fixed<'_>) -> bool {
        self.urls.iter().all(|url| {
            let parts = url.iter().map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Any | Part::Start(_) | Part::Rest => None,
            });
            let path: Option<Vec<&str>> = parts.collect();
            path.is_some_and(|path| fixed.contains(format!("/api/{}", path.join("/")).as_str()))
        })
    }
}

impl Callers {
    /// The mentions that may mean `route`, without those that certainly mean another one.
    pub fn meant(&self, route: &str, fixed: &Fixed<'_>) -> Vec<(&Mention, Fit)> {
        let all = self.mentions_of(route).into_iter();
        all.filter(|(mention, fit)| *fit == Fit::Exact || !mention.is_fixed(fixed)).collect()
    }

    /// Like [`Callers::meant`], without the [`open`](Callers::open) ones, which are the same for all endpoints.
    pub fn named(&self, route: &str, fixed: &Fixed<'_>) -> Vec<&Mention> {
        let Some(first) = route.strip_prefix("/api/").and_then(|rest| rest.split('/').next()) else {
            return Vec::new();
        };
        let places: Vec<usize> = if first.starts_with('[') {
            (0..self.mentions.len()).collect()
        } else {
            // A text with several URLs below one folder is there once for each.
            let places: BTreeSet<usize> =
                [first, ""].iter().filter_map(|name| self.by_first.get(*name)).flatten().copied().collect();
            places.into_iter().collect()
        };
        let mentions = places.into_iter().map(|at| &self.mentions[at]).filter(|mention| !mention.is_open());
        let means = |mention: &Mention| match mention.fit(route) {
            Fit::No => false,
            Fit::Maybe => !mention.is_fixed(fixed),
            Fit::Exact => true,
        };
        mentions.filter(|mention| means(mention)).collect()
    }

    /// The mentions that may mean every endpoint.
    pub fn open(&self) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().filter(|mention| mention.is_open())
    }
}
