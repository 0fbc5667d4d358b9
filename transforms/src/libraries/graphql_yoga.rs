//! graphql-yoga 3 to 5 (the-guild.dev/graphql/yoga-server/docs/integrations/integration-with-nextjs).
//!
//! ```ts
//! export default createYoga<{ req: NextApiRequest; res: NextApiResponse }>({ schema, graphqlEndpoint: '/api/graphql' });
//! // →
//! const { handleRequest } = createYoga({ schema, graphqlEndpoint: '/api/graphql', fetchAPI: { Response } });
//!
//! export { handleRequest as GET, handleRequest as POST, handleRequest as OPTIONS };
//! ```
//!
//! Both give `request`, a web `Request`, to resolvers and plugins; only the Pages Router adds `req` and `res`.
//! `route_handler::yoga` writes it.

use super::{Remark, Route, RouteForm};
use crate::project::Method;

/// For options that stand in another file.
pub const CONTEXT: Remark = Remark::review(
    "package-context",
    "in a Route Handler, GraphQL Yoga gives resolvers and plugins `request`, but not `req` and `res`",
    "check that what is imported here reads neither from its context",
);

/// The options that say nothing about `req` and `res`.
pub const PLAIN: [&str; 9] = [
    "graphqlEndpoint",
    "graphiql",
    "landingPage",
    "logging",
    "maskedErrors",
    "batching",
    "multipart",
    "healthCheckEndpoint",
    "cors",
];

pub(super) fn route(specifier: &str, name: &str) -> Option<Route> {
    ((specifier, name) == ("graphql-yoga", "createYoga")).then(|| Route {
        form: RouteForm::Yoga,
        methods: &[Method::Get, Method::Options, Method::Post],
        remarks: Vec::new(),
        until: None,
    })
}
