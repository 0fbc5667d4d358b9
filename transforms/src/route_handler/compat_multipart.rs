//! The helper that lets middlewares of multer read a web request: see [`crate::libraries::multer`].

/// As TypeScript.
pub const READ_MULTIPART: &str = "
/**
 * Lets a middleware of multer read the form of a request, from a stream such as Node has. What it finds is put on the
 * request: `file`, `files`, and as `fields` what was `req.body`.
 */
export function readMultipart(middleware: any) {
  return async (request: any, _context?: unknown, next?: () => unknown): Promise<any> => {
    const stream = request.body ? Readable.fromWeb(request.body) : Readable.from([]);
    const incoming: any = Object.assign(stream, { headers: Object.fromEntries(request.headers) });
    try {
      await new Promise<void>((resolve, reject) => {
        middleware(incoming, {}, (error?: unknown) => (error ? reject(error) : resolve()));
      });
    } finally {
      request.file = incoming.file;
      request.files = incoming.files;
      request.fields = incoming.body;
    }
    return next?.();
  };
}
";

/// What is left of its annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 5] = [
    ("export function readMultipart(middleware: any) {", "export function readMultipart(middleware) {"),
    (
        "async (request: any, _context?: unknown, next?: () => unknown): Promise<any> => {",
        "async (request, _context, next) => {",
    ),
    ("const incoming: any =", "const incoming ="),
    ("new Promise<void>(", "new Promise("),
    ("(error?: unknown) => (error ?", "(error) => (error ?"),
];
