//! Which callers are seen of an endpoint, by kind and place.

use serde_json::Value;

use crate::fixture::{Folder, NEXT_15};

const FETCHERS: &str = "import axios from 'axios'

export const fetcher = (url: string) => fetch(url).then((res) => res.json())
export const pair = ([url, id]: [string, string]) => fetch(`${url}/${id}`).then((res) => res.json())
export const sent = (url: string) => fetch(url, { method: 'POST' }).then((res) => res.json())
export const ofAxios = (url: string) => axios.get(url).then((res) => res.data)

export async function spread(...args: Parameters<typeof fetch>) {
  const res = await fetch(...args)
  return res.json()
}
";

/// What a page with this code is to the endpoints: `/api/posts/[id]: swr GET 21`, with the column.
#[track_caller]
fn check(code: &str, expected: &[&str]) {
    let page = format!(
        "import useSWR, {{ mutate, useSWRConfig }} from 'swr'\nimport useSWRInfinite from 'swr/infinite'\n\
         import {{ fetcher, ofAxios, pair, sent, spread }} from '../lib/fetchers'\n{code}\n"
    );
    let route = "export const GET = () => Response.json({})\nexport const POST = () => Response.json({})\n";
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("app/page.tsx", page.as_str()),
        ("lib/fetchers.ts", FETCHERS),
        ("app/api/posts/[id]/route.ts", route),
        ("app/api/posts/route.ts", route),
    ]);
    let ran = folder.run(&["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let endpoints = report["apps"][0]["endpoints"].as_array().unwrap();
    let lines = endpoints.iter().flat_map(|endpoint| {
        endpoint["callers"].as_array().unwrap().iter().map(|caller| {
            let method = caller["method"].as_str().unwrap_or("?");
            format!("{}: {} {method} {}", endpoint["route"], caller["kind"], caller["column"]).replace('"', "")
        })
    });
    assert_eq!(lines.collect::<Vec<_>>(), expected, "{code}");
}

#[test]
fn keys_of_swr_are_read_with_their_values() {
    check("useSWR(() => (id ? `/api/posts/${id}` : null), fetcher)", &["/api/posts/[id]: swr GET 20"]);
    check(
        "useSWR(() => { if (!id) return null; return `/api/posts/${id}` }, spread)",
        &["/api/posts/[id]: swr GET 45"],
    );
    check("useSWR(id && [`/api/posts/${id}`, 'x'], ([url]) => fetcher(url))", &["/api/posts/[id]: swr GET 15"]);
    check("useSWR({ url: `/api/posts/${id}`, id }, ({ url }) => ofAxios(url))", &["/api/posts/[id]: swr GET 15"]);
    check(
        "const key = (page, last) => {\n  if (page && !last) return null\n  return `/api/posts/${page}`\n}\n\
         useSWRInfinite(key, fetcher)",
        &["/api/posts/[id]: swr GET 10"],
    );
    check("const { mutate: refresh } = useSWRConfig()\nrefresh('/api/posts')", &["/api/posts: swr GET 9"]);
    check("const { mutate: refresh } = useOther()\nrefresh('/api/posts')", &["/api/posts: text ? 9"]);
}

#[test]
fn keys_that_are_put_together_by_the_fetcher_may_go_on() {
    check("useSWR(['/api/posts', id], ([url]) => fetcher(url))", &["/api/posts: swr GET 9"]);
    check("useSWR(['/api/posts', id], pair)", &["/api/posts: swr GET 9", "/api/posts/[id]: swr GET 9"]);
    check("useSWR(['/api/posts/', id], ([url, id]) => fetcher(url + id))", &["/api/posts/[id]: swr GET 9"]);
}

#[test]
fn what_a_fetcher_does_not_tell_is_not_guessed() {
    check("useSWR('/api/posts', sent)", &["/api/posts: swr POST 8"]);
    check("useSWR('/api/posts', (url) => id ? fetcher(url) : sent(url))", &["/api/posts: swr ? 8"]);
    check("useSWR('/api/posts', unknown)", &["/api/posts: swr ? 8"]);
}
