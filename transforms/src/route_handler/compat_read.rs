//! The helpers that read what `req.query` and `req.body` were (reference, sections 2.1 and 2.2).

/// As TypeScript.
pub const READ_QUERY: &str = "
/**
 * The query as `req.query` had it: a key that occurs once is a string, one that is repeated an array,
 * and the parameters of the route win over keys of the same name.
 */
export function readQuery<Query = Partial<Record<string, string | string[]>>>(
  request: NextRequest,
  params: Record<string, string | string[] | undefined> = {},
): Query {
  return { ...collect(request.nextUrl.searchParams), ...params } as Query;
}
";

/// The same.
pub const READ_BODY: &str = "
/**
 * The body as `req.body` had it: parsed by content type, a string where that says nothing. Malformed JSON
 * gives the answer that Pages gave before it called the handler; return it.
 */
export async function readBody(request: Request): Promise<any> {
  const type = (request.headers.get('content-type') ?? '').replace(/;.*/, '').trim().toLowerCase();
  const text = await request.text();
  if (type === 'application/json' || type === 'application/ld+json') {
    if (text === '') return {};
    try {
      return JSON.parse(text);
    } catch {
      return new NextResponse('Invalid JSON', { status: 400, statusText: 'Invalid JSON' });
    }
  }
  if (type === 'application/x-www-form-urlencoded') {
    // `querystring` makes objects without a prototype.
    return Object.assign(Object.create(null), collect(new URLSearchParams(text)));
  }
  return text;
}
";

/// The query, where functions of a router may put another one in its `place`.
pub fn read_query(place: bool) -> String {
    match place {
        true => READ_QUERY.replace(OWN_QUERY, KEPT_QUERY) + REPLACE_QUERY,
        false => READ_QUERY.to_owned(),
    }
}

/// The body, where others read it `again` or put another one in its `place`: who reads it leaves it to those who come
/// behind.
pub fn read_body(again: bool, place: bool) -> String {
    if !again && !place {
        return READ_BODY.to_owned();
    }
    let first = if place { "bodies.get(request) ?? parseBody(request)" } else { "parseBody(request)" };
    let more = [(again, READ_AGAIN), (place, REPLACE_BODY)].into_iter().filter_map(|(used, text)| used.then_some(text));
    let more: String = more.collect();
    READ_BODY.replace(HEAD, &format!("{REMEMBERS}{first};{KEEPS}{more}{BODIES}"))
}

const OWN_QUERY: &str = "  return { ...collect(request.nextUrl.searchParams), ...params } as Query;
";

const KEPT_QUERY: &str = "  if (queries.has(request)) return queries.get(request);
  return { ...collect(request.nextUrl.searchParams), ...params } as Query;
";

const REPLACE_QUERY: &str = "
/** Puts `query` in the place of the request's own, for the functions of a router that come next. */
export function replaceQuery(request: Request, query: unknown): void {
  queries.set(request, query);
}

// One for all files like this.
const queries: WeakMap<Request, any> = ((globalThis as any)[Symbol.for('pages-compat.query')] ??= new WeakMap());
";

const HEAD: &str = "export async function readBody(request: Request): Promise<any> {\n";

const REMEMBERS: &str = "\
export function readBody(request: Request): Promise<any> {
  const body = ";

const KEEPS: &str = "
  bodies.set(request, body);
  return body;
}
";

const READ_AGAIN: &str = "
/** The same for what answers errors, whether or not a function before it has read the body. */
export function readBodyAgain(request: Request): Promise<any> {
  return bodies.get(request) ?? readBody(request);
}
";

const REPLACE_BODY: &str = "
/** Puts `body` in the place of the request's own, for the functions of a router that come next. */
export function replaceBody(request: Request, body: unknown): void {
  bodies.set(request, Promise.resolve(body));
}
";

const BODIES: &str = "
// One for all files like this.
const bodies: WeakMap<Request, Promise<any>> = ((globalThis as any)[Symbol.for('pages-compat')] ??= new WeakMap());

async function parseBody(request: Request): Promise<any> {
";

/// What both need.
pub const COLLECT: &str = "
function collect(entries: URLSearchParams): Record<string, string | string[]> {
  const keys = new Set<string>();
  entries.forEach((_, key) => keys.add(key));
  return Object.fromEntries(
    Array.from(keys, (key) => {
      const values = entries.getAll(key);
      return [key, values.length > 1 ? values : (entries.get(key) ?? '')];
    }),
  );
}
";

/// What is left of their annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 9] = [
    (
        "<Query = Partial<Record<string, string | string[]>>>(\n  request: NextRequest,\n  \
         params: Record<string, string | string[] | undefined> = {},\n): Query {",
        "(request, params = {}) {",
    ),
    ("...params } as Query;", "...params };"),
    ("(request: Request): Promise<any> {", "(request) {"),
    ("(entries: URLSearchParams): Record<string, string | string[]> {", "(entries) {"),
    ("new Set<string>()", "new Set()"),
    (
        "const bodies: WeakMap<Request, Promise<any>> = ((globalThis as any)[Symbol.for('pages-compat')] ??= new WeakMap());",
        "const bodies = (globalThis[Symbol.for('pages-compat')] ??= new WeakMap());",
    ),
    ("(request: Request, query: unknown): void {", "(request, query) {"),
    ("(request: Request, body: unknown): void {", "(request, body) {"),
    (
        "const queries: WeakMap<Request, any> = ((globalThis as any)[Symbol.for('pages-compat.query')] ??= new WeakMap());",
        "const queries = (globalThis[Symbol.for('pages-compat.query')] ??= new WeakMap());",
    ),
];
