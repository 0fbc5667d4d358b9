//! Which callers are seen of an endpoint, by kind and place.

use serde_json::Value;

use crate::fixture::{Folder, NEXT_15};

const FETCHERS: &str = "import axios from 'axios'

export const fetcher = (url: string) => fetch(url).then((res) => res.json())
export const pair = ([url, id]: [string, string]) => fetch(`${url}/${id}`).then((res) => res.json())
export const sent = (url: string) => fetch(url, { method: 'POST' }).then((res) => res.json())
export const ofAxios = (url: string) => axios.get(url).then((res) => res.data)
export const request = async (url: string, init: RequestInit = {}) => parse(await fetch(url, init))
export const posting = (url: string) => request(url, { method: 'POST' })
export const join = (url: string, id: string) => url + '/' + id

export async function spread(...args: Parameters<typeof fetch>) {
  const res = await fetch(...args)
  return res.json()
}
";

/// What a page with this code is to the endpoints: `/api/posts/[id]: swr GET 21`, with the column.
#[track_caller]
fn check(code: &str, expected: &[&str]) {
    check_with("", code, expected);
}

/// The same with that code of another component.
#[track_caller]
fn check_with(other: &str, code: &str, expected: &[&str]) {
    let page = format!(
        "import useSWR, {{ mutate, preload, useSWRConfig }} from 'swr'\nimport useSWRInfinite from 'swr/infinite'\n\
         import useSWRMutation from 'swr/mutation'\nimport wretch from 'wretch'\n\
         import {{ fetcher, join, ofAxios, pair, posting, request, sent, spread }} from '../lib/fetchers'\n{code}\n"
    );
    let route = "export const GET = () => Response.json({})\nexport const POST = () => Response.json({})\n";
    let folder = Folder::new(&[
        ("package.json", NEXT_15),
        ("app/page.tsx", page.as_str()),
        ("app/providers.tsx", other),
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
    // Who knows what this does may put something behind it.
    check(
        "const { mutate: refresh } = useOther()\nrefresh('/api/posts')",
        &["/api/posts: text ? 9", "/api/posts/[id]: text ? 9"],
    );
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
    // It may put something behind the key as well.
    check(
        "const self = (url) => { preload(url, self); return fetch(url) }\nuseSWR('/api/posts', self)",
        &["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"],
    );
    check("useSWR('/api/posts', unknown)", &["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"]);
}

#[test]
fn options_of_functions_that_a_fetcher_calls_are_followed() {
    check("useSWR('/api/posts', (url) => request(url))", &["/api/posts: swr GET 8"]);
    check("useSWR('/api/posts', request)", &["/api/posts: swr GET 8"]);
    check("useSWR('/api/posts', (url) => request(url, { headers: { token } }))", &["/api/posts: swr GET 8"]);
    check("useSWR('/api/posts', (url) => request(url, { method: 'POST' }))", &["/api/posts: swr POST 8"]);
    check("useSWR('/api/posts', (url) => request(url, options))", &["/api/posts: swr ? 8"]);
    check("useSWR('/api/posts', posting)", &["/api/posts: swr POST 8"]);
    check("useSWR(['/api/posts', 'x'], ([url]) => posting(url))", &["/api/posts: swr POST 9"]);
    check("useSWR({ url: '/api/posts' }, ({ url }) => posting(url))", &["/api/posts: swr POST 15"]);
    check("useSWR('/api/posts', (url) => spread(url))", &["/api/posts: swr GET 8"]);
    check("useSWR('/api/posts', (url) => spread(url, { method: 'POST' }))", &["/api/posts: swr POST 8"]);
    check("useSWR('/api/posts', (...all) => spread(...all))", &["/api/posts: swr GET 8"]);
    let with =
        |method: &str| format!("useSWR({{ url: '/api/posts', method: '{method}' }}, ({{ url }}) => ofAxios(url))");
    check(&with("GET"), &["/api/posts: swr GET 15"]);
    // Whether the fetcher uses it is not looked at.
    check(&with("POST"), &["/api/posts: swr ? 15"]);
    // The argument of `trigger` may be anything.
    check("useSWRMutation('/api/posts', (url, { arg }) => request(url, arg))", &["/api/posts: swr ? 16"]);
}

#[test]
fn what_is_given_the_key_and_not_known_may_send_it() {
    let fetcher = |rest: &str| format!("useSWR('/api/posts', async (url) => {{ {rest} }})");
    let get = "const res = await fetch(url, { headers: await headers() });";
    for quiet in ["return camelize(await res.json())", "const { data } = await res.json(); return parse(data)"] {
        check(&fetcher(&format!("{get} {quiet}")), &["/api/posts: swr GET 8"]);
    }
    check(&fetcher("return fetch(url).then(toJson).catch((error) => report(error))"), &["/api/posts: swr GET 8"]);
    check(&fetcher("console.log(url); return fetch(url)"), &["/api/posts: swr GET 8"]);
    check(
        &fetcher("await fetcher('/auth'); return api.send(url)"),
        &["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"],
    );
    check(&fetcher("await fetcher('/auth'); return api.send('/posts')"), &["/api/posts: swr ? 8"]);
    check(
        &fetcher("await fetcher('/auth'); return new Api(url).send()"),
        &["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"],
    );
    check(
        &fetcher("await fetcher('/auth'); return api?.send(url)"),
        &["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"],
    );
}

#[test]
fn keys_may_go_on_in_every_form() {
    let both = |method: &str, column: u8| {
        [format!("/api/posts: swr {method} {column}"), format!("/api/posts/[id]: swr {method} {column}")]
    };
    for (code, method, column) in [
        ("useSWR('/api/posts', (url) => fetcher(`${url}/${id}`))", "GET", 8),
        ("useSWR(['/api/posts', id], ([url, id]) => fetcher(join(url, id)))", "GET", 9),
        ("useSWR({ url: '/api/posts', id }, ({ url, id }) => fetcher(url + '/' + id))", "GET", 15),
        ("useSWRMutation(['/api/posts', id], api.update)", "?", 17),
        ("useSWRMutation('/api/posts', (url, { arg }) => fetch(`${url}/${arg}`, { method: 'PATCH' }))", "PATCH", 16),
    ] {
        let expected = both(method, column);
        check(code, &[&expected[0], &expected[1]]);
    }
}

#[test]
fn hooks_without_a_fetcher_have_the_default_one() {
    let get = ["/api/posts: swr GET 8"];
    let unknown = ["/api/posts: swr ? 8", "/api/posts/[id]: swr ? 8"];
    let provider = |value: &str| {
        format!(
            "import {{ SWRConfig }} from 'swr'\nimport {{ fetcher, sent }} from '../lib/fetchers'\n\
             const options = {{ fetcher: sent }}\n\
             export const App = () => <SWRConfig value={{{value}}}><p /></SWRConfig>\n"
        )
    };
    check("useSWR('/api/posts')", &get);
    check_with(&provider("{ fetcher }"), "useSWR('/api/posts')", &get);
    check_with(&provider("(all) => ({ ...all, suspense: true })"), "useSWR('/api/posts')", &get);
    for posts in ["{ fetcher: sent }", "options", "{ ...options }", "unknown()", "{ fetcher: unknown }"] {
        check_with(&provider(posts), "useSWR('/api/posts')", &unknown);
        check_with(&provider(posts), "useSWR('/api/posts', { suspense: true })", &unknown);
        check_with(&provider(posts), "useSWR('/api/posts', fetcher)", &get);
    }
    check("useSWR('/api/posts', { fetcher })", &get);
    check("useSWR('/api/posts', { fetcher: sent })", &["/api/posts: swr POST 8"]);
    check("useSWR('/api/posts', { ...options })", &unknown);
    check("useSWR('/api/posts', { ...options, fetcher })", &get);
    check("useSWR('/api/posts', { fetcher(url) { return sent(url) } })", &unknown);
}

#[test]
fn a_member_that_is_called_later_says_the_method() {
    let both = ["/api/posts: http-client ? 8", "/api/posts/[id]: http-client ? 8"];
    check("wretch('/api/posts').post({ title })", &both);
    check("wretch('/api/posts').url('/x').get()", &both);
}
