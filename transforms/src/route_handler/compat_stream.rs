//! The helper that lets a function write a body piece by piece.

/// As TypeScript.
pub const SEND_STREAM: &str = "
/** What `res` was once status and headers were set: a stream. */
export type BodyStream = Transform & { flushHeaders(): void; flush(): void };

/** What is known when a stream begins; with `request`, a client that leaves early closes it. */
export type StreamInit = ResponseInit & { request?: Request };

/**
 * Answers with a body that `write` writes piece by piece, as with `res.write` and `res.end`. The answer begins with the
 * first piece, or with `flushHeaders`. What fails before that fails here, what fails later breaks the body off. `res`
 * closes when all is written, or when the client leaves.
 */
export function sendStream(init: StreamInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {
  return new Promise((resolve, reject) => {
    // A status or a header that cannot be sent fails here. In the stream below, nobody would hear of it.
    void new NextResponse(null, init);
    let begun = false;
    const begin = (flushes = false) => {
      if (begun) return;
      begun = true;
      // Nobody reads the body of these. What has no end is closed, all else runs through.
      if (forbidsBody(init) || init.request?.method === 'HEAD') {
        resolve(new NextResponse(null, init));
        const isEndless = new Headers(init.headers).get('content-type')?.startsWith('text/event-stream');
        return void (isEndless ? pieces.destroy() : pieces.resume());
      }
      const iterator = pieces[Symbol.asyncIterator]();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          // Next sends the headers with the first piece, also with an empty one.
          if (flushes) controller.enqueue(new Uint8Array(0));
        },
        async pull(controller) {
          const { done, value } = await iterator.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel() {
          pieces.destroy();
        },
      });
      resolve(new NextResponse(body, init));
    };
    const pieces = new Transform({
      transform(piece, _encoding, done) {
        begin();
        done(null, piece);
      },
      flush(done) {
        begin();
        done();
      },
    });
    pieces.on('error', reject);
    pieces.on('close', () => reject(new Error('the response was closed before it began')));
    // Next does not cancel a body that begins when the client has left.
    init.request?.signal.addEventListener('abort', () => {
      if (begun) return;
      begun = true;
      resolve(new NextResponse(null, init));
      pieces.destroy();
    });
    const written = (async () => write(Object.assign(pieces, { flushHeaders: () => begin(true), flush() {} })))();
    written.catch((error) => (pieces.writableEnded ? console.error(error) : pieces.destroy(error)));
  });
}
";

/// What is left of its annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 4] = [
    (
        "
/** What `res` was once status and headers were set: a stream. */
export type BodyStream = Transform & { flushHeaders(): void; flush(): void };
",
        "",
    ),
    (
        "
/** What is known when a stream begins; with `request`, a client that leaves early closes it. */
export type StreamInit = ResponseInit & { request?: Request };
",
        "",
    ),
    ("(init: StreamInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {", "(init, write) {"),
    ("new ReadableStream<Uint8Array>({", "new ReadableStream({"),
];
