//! The helper that does what `withIronSessionApiRoute` of iron-session 6 did (read in 6.3.1), for Route Handlers.

/// What it imports.
pub fn import(typescript: bool) -> &'static str {
    match typescript {
        true => "import { getIronSession, type IronSessionOptions } from 'iron-session';\n",
        false => "import { getIronSession } from 'iron-session';\n",
    }
}

/// As TypeScript.
pub const WITH_IRON_SESSION: &str = "
/**
 * What `withIronSessionApiRoute` did: puts the session on the request, and the cookies that it sets on the response.
 */
export function withIronSession(
  handler: (req: any, context: any) => Response | Promise<Response>,
  options: IronSessionOptions,
) {
  return async (req: Request, context: any): Promise<Response> => {
    const cookies = new Response();
    const session: Record<string, any> = await getIronSession(req, cookies, options);
    Object.defineProperty(req, 'session', {
      enumerable: true,
      get: () => session,
      // What is assigned takes the place of what is there.
      set(values: object) {
        Object.keys(session).forEach((key) => delete session[key]);
        Object.assign(session, values);
      },
    });
    const response = await handler(req, context);
    cookies.headers.forEach((value, name) => response.headers.append(name, value));
    return response;
  };
}
";

/// What is left of its annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 4] = [
    (
        "(\n  handler: (req: any, context: any) => Response | Promise<Response>,\n  options: IronSessionOptions,\n) {",
        "(handler, options) {",
    ),
    ("async (req: Request, context: any): Promise<Response> =>", "async (req, context) =>"),
    ("const session: Record<string, any> =", "const session ="),
    ("set(values: object) {", "set(values) {"),
];
