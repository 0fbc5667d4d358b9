//! The helpers that let packages read a web request as Node's stream: see [`crate::libraries::multer`] and
//! [`crate::libraries::formidable`].

/// For middlewares of multer, as TypeScript.
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

/// For formidable, as TypeScript.
pub const NODE_REQUEST: &str = "
/**
 * The headers and the body of a request as formidable takes them: a stream such as Node has.
 */
export function nodeRequest(request: any): any {
  const stream = request.body ? Readable.fromWeb(request.body) : Readable.from([]);
  return Object.assign(stream, { headers: Object.fromEntries(request.headers), method: request.method });
}
";

/// What is left of their annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 6] = [
    ("export function nodeRequest(request: any): any {", "export function nodeRequest(request) {"),
    ("export function readMultipart(middleware: any) {", "export function readMultipart(middleware) {"),
    (
        "async (request: any, _context?: unknown, next?: () => unknown): Promise<any> => {",
        "async (request, _context, next) => {",
    ),
    ("const incoming: any =", "const incoming ="),
    ("new Promise<void>(", "new Promise("),
    ("(error?: unknown) => (error ?", "(error) => (error ?"),
];
