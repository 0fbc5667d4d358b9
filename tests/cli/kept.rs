//! Programs in which an endpoint has to stay, because of what stands far from its callers, each beside one in which it
//! becomes an action.

use serde_json::Value;

use crate::fixture::Folder;

const MANIFEST: &str = r#"{ "name": "storefront", "dependencies": {
  "next": "15.3.1", "react": "19.1.0", "axios": "1.7.9", "@tanstack/react-query": "5.66.0"
} }"#;

const ROUTE: &str = "export async function POST(req: Request) {
  const { title } = await req.json()
  await save(title)
  return Response.json({ id: 'p1' })
}
";

const FETCHING: &str = "'use client'
export function Editor() {
  const add = async () => {
    const res = await fetch('/api/posts', { method: 'POST', body: JSON.stringify({ title: 'x' }) })
    if (!res.ok) alert('Not added')
  }
  return <button onClick={add}>Add</button>
}
";

/// Whether `POST /api/posts` becomes an action of an app whose page shows `editor`.
#[track_caller]
fn becomes_action(editor: &str, files: &[(&str, &str)]) -> bool {
    let page = "import { Editor } from './Editor'\nexport default () => <Editor />\n";
    let mut all = vec![
        ("package.json", MANIFEST),
        ("app/page.tsx", page),
        ("app/Editor.tsx", editor),
        ("app/api/posts/route.ts", ROUTE),
    ];
    all.extend(files);
    let ran = Folder::new(&all).run(&["--format", "json", "--unsafe"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let endpoint = &report["apps"][0]["endpoints"][0];
    assert_eq!(endpoint["route"], "/api/posts");
    !endpoint["actions"].as_array().unwrap().is_empty()
}

/// A client that nothing of the app imports.
const CLIENT: &str = "export const api = createApi({ baseUrl: 'https://acme.io/api', url: 'posts', method: 'POST' })\n";

#[test]
fn the_base_of_a_client_that_names_its_methods_later_is_no_read() {
    let client = |base: &str| format!("import wretch from 'wretch'\nexport const api = wretch({base})\n");
    assert!(!becomes_action(FETCHING, &[("lib/api.ts", &client("'/api'"))]));
    assert!(becomes_action(FETCHING, &[("lib/api.ts", &client("'/api/users'"))]));
}

#[test]
fn urls_of_other_services_are_told_from_the_apps_own() {
    let runs = ("app/layout.tsx", "import '../lib/client'\nexport default ({ children }) => children\n");
    assert!(becomes_action(FETCHING, &[("lib/client.ts", CLIENT), runs]));
    // Nobody knows whose it is that no app runs.
    assert!(!becomes_action(FETCHING, &[("mobile/client.js", CLIENT)]));
    for (path, text) in [
        ("app/sitemap.ts", "export default () => [{ url: 'https://acme.io/about' }]\n"),
        ("app/blog/layout.tsx", "export const metadata = { openGraph: { images: ['https://acme.io/og.png'] } }\n"),
        ("next.config.mjs", "export default { env: { CDN: 'https://acme.io/cdn' } }\n"),
        ("public/robots.txt", "User-agent: *\nSitemap: https://acme.io/sitemap.xml\n"),
    ] {
        assert!(!becomes_action(FETCHING, &[("lib/client.ts", CLIENT), runs, (path, text)]), "{path}");
    }
    let folder = CLIENT.replace("acme.io/api", "acme.io/api/");
    assert!(!becomes_action(FETCHING, &[("mobile/client.js", &folder)]));
    let elsewhere = ("lib/links.ts", "export const terms = 'https://acme.io/terms'\n");
    assert!(becomes_action(FETCHING, &[("lib/client.ts", CLIENT), runs, elsewhere]));
}

const MUTATION: &str = "'use client'
import { useMutation } from '@tanstack/react-query'
import axios from 'axios'
export function Editor() {
  const { mutate } = useMutation({
    mutationFn: async (title) => {
      await axios.post('/api/posts', { title })
    },
  })
  return <button onClick={() => mutate('x')}>Add</button>
}
";

#[test]
fn options_of_all_mutations_are_followed_to_their_file() {
    let client =
        ("lib/client.js", "import { options } from './options'\nnew QueryClient({ defaultOptions: options })\n");
    let queries = "export const options = { queries: { staleTime: 1000 } }\nexport const mutations = {}\n";
    let mutations = "export const options = { mutations: { onError: (error) => alert(error.response.data) } }\n";
    assert!(becomes_action(MUTATION, &[]));
    assert!(becomes_action(MUTATION, &[client, ("lib/options.js", queries)]));
    assert!(!becomes_action(MUTATION, &[client, ("lib/options.js", mutations)]));
    for text in [
        "export const make = (options) => new QueryClient(options)\n",
        "client.setDefaultOptions({ mutations: { retry: 3 } })\n",
        "useMutationState({ select: (one) => one.state.error.response })\n",
    ] {
        assert!(!becomes_action(MUTATION, &[("lib/client.js", text)]), "{text}");
    }
    assert!(becomes_action(MUTATION, &[("lib/client.js", "client.setDefaultOptions({ queries: {} })\n")]));
}

#[test]
fn errors_of_mutations_get_to_who_takes_the_promise() {
    let with = |options: &str, add: &str| {
        let editor = MUTATION.replace("    },\n  })", &format!("    }},\n    {options}\n  }})"));
        let editor = editor.replace("{ mutate }", "{ mutate, mutateAsync }");
        editor.replace("mutate('x')", add)
    };
    let tried = |code: &str| with("", &format!("{{ const add = async () => {{ try {{ {code} }} catch {{}} }} }}"));
    assert!(becomes_action(&tried("await mutateAsync('x')"), &[]));
    for code in [
        "return mutateAsync('x')",
        "await toast.promise(mutateAsync('x'), { error: (error) => error.response.data })",
        "await mutateAsync('x').catch((error) => alert(error.response.data))",
        "const all = await Promise.allSettled([mutateAsync('x')])",
    ] {
        assert!(!becomes_action(&tried(code), &[]), "{code}");
    }
    let options = |options: &str| with(options, "mutate('x')");
    for known in ["retry: 2,", "retry: false,", "onSettled: () => alert('Done'),"] {
        assert!(becomes_action(&options(known), &[]), "{known}");
    }
    for unknown in [
        "retry: shouldRetry,",
        "retry(count, error) { return error.response.status === 503 },",
        "retryDelay: (count, error) => error.response.headers['retry-after'],",
        "onSettled: (...all) => alert(all[1].response),",
        "onError: function () { alert(arguments[0].response) },",
    ] {
        assert!(!becomes_action(&options(unknown), &[]), "{unknown}");
    }
}

#[test]
fn the_type_of_a_response_that_nobody_reads_counts() {
    let with = |hook: &str, function: &str| {
        let editor =
            MUTATION.replace("async (title) => {\n      await axios.post('/api/posts', { title })\n    }", function);
        editor.replace("useMutation({", hook)
    };
    let post = "(title: string) => axios.post('/api/posts', { title })";
    assert!(becomes_action(&with("useMutation({", post), &[]));
    assert!(!becomes_action(&with("useMutation<AxiosResponse, AxiosError, string>({", post), &[]));
    let typed = "(title: string): Promise<AxiosResponse> => axios.post('/api/posts', { title })";
    assert!(!becomes_action(&with("useMutation({", typed), &[]));
    assert!(!becomes_action(&with("useMutation({", &format!("({post}) as Save")), &[]));
}
