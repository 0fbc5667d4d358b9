//! The helper that gives the `cookies` package what it asks of Node's request and response (read in 0.9.1).

/// As TypeScript.
pub const NODE_COOKIES: &str = "
/**
 * The request and the response that the `cookies` package takes: it reads the `Cookie` header, and puts its
 * `Set-Cookie` among `headers`.
 */
export function nodeCookies(request: Request, headers: Headers): [any, any] {
  return [
    { headers: Object.fromEntries(request.headers), socket: {}, connection: {} },
    {
      getHeader: () => headers.getSetCookie(),
      setHeader: (name: string, cookies: string[]) => {
        headers.delete(name);
        cookies.forEach((cookie) => headers.append(name, cookie));
      },
    },
  ];
}
";

/// The annotations above, and what stands there in JavaScript.
pub const UNTYPED: [(&str, &str); 2] = [
    ("nodeCookies(request: Request, headers: Headers): [any, any] {", "nodeCookies(request, headers) {"),
    ("(name: string, cookies: string[]) => {", "(name, cookies) => {"),
];
