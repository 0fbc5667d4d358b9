//! The helper that does what the default export of next-connect 0 did (read in 0.13.0), for Route Handlers.

/// As TypeScript.
pub const CONNECT_ROUTER: &str = "
/**
 * The router that next-connect 0 made: its functions run one after another, each when the one before it calls `next()`.
 * What one of them throws, or hands to `next`, is answered by `onError`, else with its own message and status.
 */
export function connectRouter({ onError = answerError }: ConnectOptions = {}): ConnectRouter {
  const steps: [string, Step][] = [];
  const add = (method: string) => (...more: Step[]) => {
    more.forEach((step) => steps.push([method, step]));
    return router;
  };
  async function route(req: Request, context: unknown): Promise<any> {
    const methods = ['', req.method, req.method === 'HEAD' ? 'GET' : req.method];
    const own = flat(steps).filter(([method]) => methods.includes(method));
    const failures: unknown[] = [];
    let at = 0;
    async function next(error?: unknown): Promise<any> {
      if (error) return fail(error);
      if (at === own.length) return answerError({ message: 'not found', status: 404 });
      const step = own[at++][1];
      try {
        return await step(req, context, next);
      } catch (error) {
        return next(error);
      }
    }
    // What `onError` itself throws is for nobody to answer.
    async function fail(error: unknown) {
      if (failures.includes(error)) throw error;
      try {
        return await onError(error, req, context);
      } catch (failure) {
        failures.push(failure);
        throw failure;
      }
    }
    return next();
  }
  const router: ConnectRouter = Object.assign(route, {
    steps,
    use: add(''),
    all: add(''),
    get: add('GET'),
    head: add('HEAD'),
    post: add('POST'),
    put: add('PUT'),
    patch: add('PATCH'),
    delete: add('DELETE'),
    options: add('OPTIONS'),
  });
  return router;
}

// A router among the functions stands for its own.
function flat(steps: [string, Step][]): [string, Step][] {
  return steps.flatMap(([method, step]): [string, Step][] =>
    'steps' in step ? flat((step as ConnectRouter).steps) : [[method, step]],
  );
}

function answerError(error: any): Response {
  const body = error.message === undefined ? null : new TextEncoder().encode(error.message);
  return new Response(body, { status: error.status || 500 });
}
";

/// Its types.
pub const CONNECT_TYPES: &str = "
type Step = (req: any, context: any, next: (error?: unknown) => Promise<any>) => unknown;
type Add = (...steps: Step[]) => ConnectRouter;
interface ConnectOptions {
  onError?: (error: any, req: any, context: any) => unknown;
  onNoMatch?: unknown;
}
interface ConnectRouter {
  (req: Request, context: any): Promise<any>;
  steps: [string, Step][];
  use: Add;
  all: Add;
  get: Add;
  head: Add;
  post: Add;
  put: Add;
  patch: Add;
  delete: Add;
  options: Add;
}
";

/// What is left of its annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 12] = [
    ("function flat(steps: [string, Step][]): [string, Step][] {", "function flat(steps) {"),
    ("([method, step]): [string, Step][] =>", "([method, step]) =>"),
    ("(step as ConnectRouter).steps", "step.steps"),
    // Who checks JavaScript would find that `onError` takes no more than `answerError` does.
    (
        " */\nexport function connectRouter({ onError = answerError }: ConnectOptions = {}): ConnectRouter {",
        " * @param {{ onError?: (error: any, req: any, context: any) => unknown }} [options]\n */\n\
         export function connectRouter({ onError = answerError } = {}) {",
    ),
    ("const steps: [string, Step][] = [];", "const steps = [];"),
    ("const add = (method: string) => (...more: Step[]) => {", "const add = (method) => (...more) => {"),
    ("(req: Request, context: unknown): Promise<any> {", "(req, context) {"),
    ("const failures: unknown[] = [];", "const failures = [];"),
    ("async function next(error?: unknown): Promise<any> {", "async function next(error) {"),
    ("async function fail(error: unknown) {", "async function fail(error) {"),
    ("const router: ConnectRouter =", "const router ="),
    ("function answerError(error: any): Response {", "function answerError(error) {"),
];
