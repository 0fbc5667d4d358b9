//! What an action is called: a verb for the method and the thing that the URL names.
//!
//! | method and route | name |
//! |---|---|
//! | `POST /api/posts` | `createPost` |
//! | `PATCH /api/posts/[id]` | `updatePost` |
//! | `DELETE /api/teams/[teamId]/members/[id]` | `deleteTeamMember` |
//! | `POST /api/posts/[id]/publish` | `publishPost` |
//! | `POST /api/signup` | `signUp` |
//! | `POST /api/posts/new` | `createPost` |

use crate::project::Method;

/// So many of them, at the start, are about whoever asks.
const OF_SESSIONS: usize = 12;

/// Last parts of a URL that say what to do, and how that is written.
const VERBS: [(&str, &str); 40] = [
    ("signup", "signUp"),
    ("sign-up", "signUp"),
    ("signin", "signIn"),
    ("sign-in", "signIn"),
    ("signout", "signOut"),
    ("sign-out", "signOut"),
    ("login", "logIn"),
    ("logout", "logOut"),
    ("register", "register"),
    ("checkout", "checkOut"),
    ("subscribe", "subscribe"),
    ("unsubscribe", "unsubscribe"),
    ("publish", "publish"),
    ("unpublish", "unpublish"),
    ("archive", "archive"),
    ("unarchive", "unarchive"),
    ("restore", "restore"),
    ("invite", "invite"),
    ("accept", "accept"),
    ("decline", "decline"),
    ("reject", "reject"),
    ("approve", "approve"),
    ("send", "send"),
    ("resend", "resend"),
    ("verify", "verify"),
    ("confirm", "confirm"),
    ("cancel", "cancel"),
    ("duplicate", "duplicate"),
    ("copy", "copy"),
    ("move", "move"),
    ("reorder", "reorder"),
    ("toggle", "toggle"),
    ("like", "like"),
    ("unlike", "unlike"),
    ("follow", "follow"),
    ("unfollow", "unfollow"),
    ("enable", "enable"),
    ("disable", "disable"),
    ("delete", "delete"),
    ("update", "update"),
];

/// Words that begin a part of a URL that says what is done to what: `create-post`, `send_email`.
const STARTS: [&str; 14] = [
    "create", "add", "edit", "remove", "get", "set", "save", "submit", "upload", "generate", "change", "reset",
    "check", "request",
];

/// Last parts of a URL that say nothing more than `POST` does.
const CREATES: [&str; 3] = ["new", "create", "add"];

/// The names for the action of `method` on `route`, best first.
pub fn names(route: &str, method: Method) -> Vec<String> {
    if let Some((owner, last)) = route.rsplit_once('/')
        && method == Method::Post
        && CREATES.contains(&last)
        && owner.split('/').skip(2).any(|part| !part.starts_with('['))
        && !owner.ends_with(']')
    {
        return names(owner, method);
    }
    let parts: Vec<&str> = route.split('/').filter(|part| !part.is_empty()).skip(1).collect();
    let ends_in_value = parts.last().is_some_and(|part| part.starts_with('['));
    let mut words: Vec<&str> = parts.iter().copied().filter(|part| !part.starts_with('[')).collect();
    if let Some(last) = words.last().filter(|_| !ends_in_value)
        && let Some((start, _)) = last.split_once(['-', '_'])
        && VERBS.iter().all(|(word, _)| word != last)
        && (method != Method::Delete || matches!(start, "delete" | "remove"))
        && (STARTS.contains(&start) || VERBS.iter().any(|(word, verb)| *word == start && word == verb))
    {
        let name = pascal(last);
        return with_more(format!("{start}{}", &name[start.len()..]), &words);
    }
    let verb = words.last().and_then(|last| VERBS.iter().find(|(word, _)| word == last)).filter(|_| !ends_in_value);
    if let Some((_, verb)) = verb
        && method != Method::Delete
    {
        words.pop();
        let owner = nested(&parts[..parts.len() - 1]);
        // `chapters/reorder` is about all of them, `users/login` about nothing by that name.
        let is_of_session = VERBS[..OF_SESSIONS].iter().any(|(_, own)| own == verb);
        let all = words.last().filter(|word| owner.is_empty() && !is_of_session && singular(word) != **word);
        let thing = all.map_or(owner, |word| pascal(word));
        return with_more(format!("{verb}{thing}"), &words);
    }
    let thing = match words.split_last() {
        None => "Item".to_owned(),
        Some((last, _)) if ends_in_value || method == Method::Post => {
            let before = parts.iter().rposition(|part| part == last).unwrap_or(0);
            format!("{}{}", nested(&parts[..before]), pascal(&singular(last)))
        }
        Some((last, _)) => pascal(last),
    };
    let verb = match method {
        Method::Post if !ends_in_value => "create",
        Method::Delete => "delete",
        _ => "update",
    };
    with_more(format!("{verb}{thing}"), &words)
}

/// The file name for actions on `route`: `posts`, `team-members`.
pub fn resource(route: &str) -> String {
    let words = route.split('/').filter(|part| !part.is_empty()).skip(1).filter(|part| !part.starts_with('['));
    let nouns: Vec<&str> = words.filter(|part| !VERBS.iter().any(|(verb, _)| verb == part)).collect();
    let word =
        nouns.first().copied().or_else(|| route.rsplit('/').find(|part| !part.starts_with('['))).unwrap_or("actions");
    word.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// The owner of what the URL names: `Team` for `teams/[teamId]/members`.
fn nested(before: &[&str]) -> String {
    match before {
        [.., owner, value] if value.starts_with('[') && !owner.starts_with('[') => pascal(&singular(owner)),
        [owner] if !owner.starts_with('[') && VERBS.iter().all(|(verb, _)| verb != owner) => String::new(),
        _ => String::new(),
    }
}

/// The name, then the same with all words of the URL, then numbered.
fn with_more(name: String, words: &[&str]) -> Vec<String> {
    let all: String = words.iter().map(|word| pascal(&singular(word))).collect();
    let verb: String = name.chars().take_while(|c| c.is_lowercase()).collect();
    let longer = format!("{verb}{all}");
    let numbered = (2..9).map(|number| format!("{name}{number}")).collect::<Vec<_>>();
    // A verb alone may be a word of the language.
    let name = if name == "delete" { "deleteItem".to_owned() } else { name };
    let mut names = vec![name];
    if !names.contains(&longer) && longer != verb {
        names.push(longer);
    }
    names.extend(numbered);
    names
}

fn singular(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    if let Some(stem) = lower.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if ["sses", "ches", "shes", "xes", "uses"].iter().any(|end| lower.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    let kept = ["ss", "us", "is", "news", "series"].iter().any(|end| lower.ends_with(end));
    if lower.ends_with('s') && !kept && lower.len() > 2 { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

fn pascal(word: &str) -> String {
    let parts = word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (first, rest) = part.split_at(1);
            format!("{}{rest}", first.to_ascii_uppercase())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_done() {
        let cases = [
            ("/api/posts", Method::Post, "createPost"),
            ("/api/posts/[id]", Method::Patch, "updatePost"),
            ("/api/posts/[id]", Method::Put, "updatePost"),
            ("/api/posts/[id]", Method::Post, "updatePost"),
            ("/api/categories/[id]", Method::Delete, "deleteCategory"),
            ("/api/settings", Method::Put, "updateSettings"),
            ("/api/session", Method::Delete, "deleteSession"),
            ("/api/teams/[teamId]/members/[id]", Method::Delete, "deleteTeamMember"),
            ("/api/teams/[teamId]/members", Method::Post, "createTeamMember"),
            ("/api/posts/[id]/publish", Method::Post, "publishPost"),
            ("/api/posts/[id]/publish", Method::Patch, "publishPost"),
            ("/api/posts/[id]/publish", Method::Delete, "deletePublish"),
            ("/api/courses/[courseId]/chapters/reorder", Method::Put, "reorderChapters"),
            ("/api/todos/archive", Method::Post, "archiveTodos"),
            ("/api/auth/login", Method::Post, "logIn"),
            ("/api/users/register", Method::Post, "register"),
            ("/api/signup", Method::Post, "signUp"),
            ("/api/delete", Method::Post, "deleteItem"),
            ("/api/user-settings", Method::Patch, "updateUserSettings"),
            ("/api/wishlist/[productId]", Method::Post, "updateWishlist"),
            ("/api/posts/new", Method::Post, "createPost"),
            ("/api/posts/[id]/comments/add", Method::Post, "createPostComment"),
            ("/api/new", Method::Post, "createNew"),
            ("/api/create-post", Method::Post, "createPost"),
            ("/api/billing/send_invoice", Method::Post, "sendInvoice"),
            ("/api/posts/[id]/remove-tag", Method::Put, "removeTag"),
            ("/api/sign-up", Method::Post, "signUp"),
            ("/api/delete-account", Method::Delete, "deleteAccount"),
            ("/api/posts/new", Method::Put, "updateNew"),
        ];
        for (route, method, expected) in cases {
            assert_eq!(names(route, method)[0], expected, "{route}");
        }
    }

    #[test]
    fn resources_are_file_names() {
        assert_eq!(resource("/api/posts/[id]/publish"), "posts");
        assert_eq!(resource("/api/signup"), "signup");
        assert_eq!(resource("/api/user_settings"), "user-settings");
    }
}
