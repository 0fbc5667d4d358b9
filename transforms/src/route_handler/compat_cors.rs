//! The helper that does what the `cors` package did (its version 2.8).

/// As TypeScript.
pub const APPLY_CORS: &str = "
/**
 * What the `cors` package did with these options: puts its headers on the response to come, and answers a
 * preflight request. Return the response that it gives.
 */
export function applyCors(request: Request, headers: Headers, options: CorsOptions = {}): NextResponse | undefined {
  const { methods = 'GET,HEAD,PUT,PATCH,POST,DELETE' } = options;
  // An origin that is given and empty, as a variable that is not set, turns all of it off.
  const origin = 'origin' in options ? options.origin : '*';
  if (!origin) return undefined;
  if (typeof origin === 'string') {
    headers.set('Access-Control-Allow-Origin', origin);
  } else {
    const from = request.headers.get('origin') ?? '';
    const fits = [origin].flat().some((one) => (one instanceof RegExp ? one.test(from) : one === true || one === from));
    if (fits && from) headers.set('Access-Control-Allow-Origin', from);
  }
  if (origin !== '*') headers.append('Vary', 'Origin');
  if (options.credentials === true) headers.set('Access-Control-Allow-Credentials', 'true');
  const exposed = [options.exposedHeaders ?? []].flat().join(',');
  if (exposed) headers.set('Access-Control-Expose-Headers', exposed);
  if (request.method !== 'OPTIONS') return undefined;
  headers.set('Access-Control-Allow-Methods', [methods].flat().join(','));
  const asked = options.allowedHeaders || request.headers.get('access-control-request-headers') || '';
  const allowed = [asked].flat().join(',');
  if (!options.allowedHeaders) headers.append('Vary', 'Access-Control-Request-Headers');
  if (allowed) headers.set('Access-Control-Allow-Headers', allowed);
  const age = String(options.maxAge ?? '');
  if (age) headers.set('Access-Control-Max-Age', age);
  if (options.preflightContinue) return undefined;
  return new NextResponse(null, { status: options.optionsSuccessStatus ?? 204, headers });
}
";

/// The type of its options.
pub const CORS_OPTIONS: &str = "
interface CorsOptions {
  origin?: boolean | string | RegExp | (boolean | string | RegExp)[];
  methods?: string | string[];
  allowedHeaders?: string | string[];
  exposedHeaders?: string | string[];
  credentials?: boolean;
  maxAge?: number;
  preflightContinue?: boolean;
  optionsSuccessStatus?: number;
}
";

/// The same as a function of a router.
pub const ROUTE_CORS: &str = "
/** A function of a router that does what a middleware of the `cors` package did with these options. */
export function routeCors(options?: CorsOptions) {
  return async (request: Request, _context: unknown, next: () => any): Promise<any> => {
    const headers = new Headers();
    return applyCors(request, headers, options) ?? withHeaders(await next(), headers);
  };
}
";

/// What is left of the annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 3] = [
    (
        "(request: Request, headers: Headers, options: CorsOptions = {}): NextResponse | undefined {",
        "(request, headers, options = {}) {",
    ),
    ("routeCors(options?: CorsOptions) {", "routeCors(options) {"),
    (
        "async (request: Request, _context: unknown, next: () => any): Promise<any> => {",
        "async (request, _context, next) => {",
    ),
];
