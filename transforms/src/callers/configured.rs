//! Clients that the program configures, so that every call of them may do more than its text says.
//!
//! ```ts
//! axios.interceptors.response.use((response) => response, signOut);
//! new QueryClient({ mutationCache: new MutationCache({ onError: report }) });
//! ```

use super::axios;
use super::mention::{Caller, Kind, Mention};
use crate::project::Project;

/// Such calls are not replaced.
pub fn refuse(project: &Project, mentions: &mut [Mention]) {
    let any = |configures: fn(&str) -> bool| {
        project.files.values().any(|text| text.as_ref().is_ok_and(|text| configures(text)))
    };
    let calls = |asks: fn(&Caller) -> bool, mentions: &[Mention]| {
        mentions.iter().any(|mention| matches!(&mention.kind, Kind::Call(caller) if asks(caller)))
    };
    let axios = calls(Caller::is_axios, mentions) && any(axios::configures);
    let mutations = calls(|caller| caller.in_mutation, mentions) && any(configures_mutations);
    for mention in mentions {
        let Kind::Call(caller) = &mention.kind else { continue };
        let why = if axios && caller.is_axios() {
            "the program configures axios, so that its calls may do more"
        } else if mutations && caller.in_mutation {
            "the program configures the mutations of React Query, which are told of its errors"
        } else {
            continue;
        };
        mention.kind = Kind::Other(Some(caller.sent.method), (caller.call, why.to_owned()));
    }
}

/// Whether a file may add to what every mutation does.
fn configures_mutations(text: &str) -> bool {
    ["MutationCache", "mutationCache", "setMutationDefaults"].iter().any(|name| text.contains(name))
        || (text.contains("efaultOptions") && text.contains("mutations"))
}
