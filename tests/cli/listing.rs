//! `list` and `explain` over a workspace of two apps.

use crate::fixture::{Folder, NEXT_15};
use crate::report::matches_snapshot;

const SHOP: &[(&str, &str)] = &[
    ("package.json", r#"{ "name": "all", "workspaces": ["apps/*"] }"#),
    ("README.md", "Other programs send POST requests to /api/orders.\n"),
    ("apps/docs/package.json", NEXT_15),
    ("apps/docs/pages/api/hello.ts", "export default function handler(req, res) {\n  res.status(200).end()\n}\n"),
    ("apps/docs/pages/index.tsx", "export default () => <a href=\"/api/hello\">Hello</a>\n"),
    ("apps/empty/package.json", NEXT_15),
    ("apps/empty/pages/index.tsx", "export default () => null\n"),
    ("apps/web/package.json", NEXT_15),
    ("apps/web/app/feed.xml/route.ts", "export function GET() {\n  return new Response('<feed/>')\n}\n"),
    ("apps/web/app/page.tsx", "import { Like } from './Like'\n\nexport default () => <Like id=\"1\" />\n"),
    (
        "apps/web/app/Like.tsx",
        "'use client'\n\nexport function Like({ id }: { id: string }) {\n  \
         const like = async () => {\n    await fetch(`/api/posts/${id}`, { method: 'POST' })\n  }\n  \
         return <button onClick={like}>Like</button>\n}\n",
    ),
    (
        "apps/web/app/api/posts/[id]/route.ts",
        "export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {\n  \
         const { id } = await params\n  return Response.json({ id })\n}\n\n\
         export function GET() {\n  return Response.json([])\n}\n",
    ),
    (
        "apps/web/pages/old.tsx",
        "export default function Old() {\n  const like = () => fetch('/api/posts/7', { method: 'POST' })\n  \
         const orders = () => fetch('/api/orders')\n  \
         return <button onClick={() => like().then(orders)}>Like</button>\n}\n",
    ),
    (
        "apps/web/pages/api/orders.ts",
        "import { log } from '../../lib/log'\n\nexport default function handler(req, res) {\n  \
         log.responses.push(res)\n  res.status(200).end()\n}\n",
    ),
    ("apps/web/pages/api/hello.ts", "export default function handler(req, res) {\n  res.status(200).end()\n}\n"),
    ("apps/web/lib/log.ts", "export const log = { responses: [] as unknown[] }\n"),
    ("apps/web/lib/client.ts", "export const get = (path: string) => fetch(`/api/${path}`)\n"),
];

#[track_caller]
fn explain(arguments: &[&str]) -> String {
    let ran = Folder::new(SHOP).run(&[&["explain"], arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    ran.stdout
}

#[test]
fn endpoints_are_listed_by_app() {
    let folder = Folder::new(SHOP);
    let before = folder.tree();
    let ran = folder.run(&["list"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    matches_snapshot("list", &ran.stdout);
    assert_eq!(folder.run(&["list", "."]).stdout, ran.stdout);
    assert_eq!(folder.tree(), before);
    let json = folder.run(&["list", "--format", "json"]);
    assert_eq!(json.stdout, folder.run(&["--format", "json"]).stdout);
}

#[test]
fn what_stays_is_explained_with_what_to_do() {
    matches_snapshot("explain-stays", &explain(&["/api/orders"]));
}

#[test]
fn the_rules_about_actions_are_explained() {
    matches_snapshot("explain-rules", &explain(&["/api/posts/[id]"]));
}

#[test]
fn an_endpoint_of_several_apps_is_explained_for_each() {
    matches_snapshot("explain-several-apps", &explain(&["/api/hello"]));
    let one = explain(&["/api/hello", "apps/docs"]);
    assert!(one.contains("pages/api/hello.ts (Pages Router, Next.js 15.3.1)"), "{one}");
}

#[test]
fn urls_and_files_mean_the_endpoint_that_answers() {
    let expected = explain(&["/api/posts/[id]"]);
    for wanted in [
        "/api/posts/7",
        "https://example.com/api/posts/7?draft=1",
        "api/posts/:id/",
        "apps/web/app/api/posts/[id]/route.ts",
        "./apps/docs/../web/app/api/posts/[id]/route.ts",
    ] {
        assert_eq!(explain(&[wanted]), expected, "{wanted}");
    }
}

#[test]
fn the_closest_routes_are_suggested() {
    let folder = Folder::new(SHOP);
    let ran = folder.run(&["explain", "/api/order"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.starts_with("error: there is no endpoint `/api/order`\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the closest are /api/orders, "), "{}", ran.stderr);
    let ran = folder.run(&["explain", "lib/log.ts", "apps/empty"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("none of the apps there has an endpoint"), "{}", ran.stderr);
}

#[test]
fn who_calls_decides_before_the_review_of_a_migration() {
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("app/page.tsx", "export default () => null\n"),
        (
            "pages/api/v1/posts.ts",
            "export default function handler(req, res) {\n  if (req.method === 'POST') {\n    \
             if (!req.body) res.status(400).end()\n    res.status(201).end()\n  }\n}\n",
        ),
    ]);
    let decided_by = |arguments: &[&str]| {
        let ran = folder.run(&[&["--format", "json"], arguments].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        report["apps"][0]["endpoints"][0]["decided_by"].clone()
    };
    // It does not migrate because of the one, and stays a Route Handler because of the other.
    assert_eq!(decided_by(&[]), "forgotten-return");
    assert_eq!(decided_by(&["--unsafe"]), "public-api");
}

#[test]
fn what_keeps_a_shared_helper_decides_about_who_needs_it() {
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        (
            "lib/language.ts",
            "import type { NextApiRequest } from 'next';\n\
             export function languageOf(req: Pick<NextApiRequest, 'headers'>): string | undefined;\n\
             export function languageOf(req: Pick<NextApiRequest, 'headers'>, otherwise: string): string;\n\
             export function languageOf(req: Pick<NextApiRequest, 'headers'>, otherwise?: string) {\n  \
             return req.headers['accept-language'] ?? otherwise;\n}\n",
        ),
        (
            "pages/api/language.ts",
            "import { languageOf } from '../../lib/language';\n\
             export default function handler(req, res) {\n  res.json({ language: languageOf(req, 'en') });\n}\n",
        ),
        (
            "pages/index.tsx",
            "import { languageOf } from '../lib/language';\n\
             export const getServerSideProps = async ({ req }) => ({ props: { language: languageOf(req, 'en') } });\n\
             export default function Page() {\n  return null;\n}\n",
        ),
    ]);
    let report: serde_json::Value = serde_json::from_str(&folder.run(&["--format", "json"]).stdout).unwrap();
    assert_eq!(report["apps"][0]["endpoints"][0]["decided_by"], "helper-form");
}
