//! The helper that lets a function write a body piece by piece.

/// As TypeScript.
pub const SEND_STREAM: &str = "
/** What `res` was once status and headers were set: a stream. */
export type BodyStream = Transform & { flushHeaders(): void; flush(): void };

/** What is known when a stream begins, and the request that it answers. */
export type StreamInit = ResponseInit & { request?: Request };

/**
 * Answers with a body that `write` writes piece by piece, as with `res.write` and `res.end`. The answer begins with the
 * first piece, or with `flushHeaders`. What fails before that fails here, what fails later breaks the body off. `res`
 * closes when all is written, when the client leaves, or at once for `HEAD`.
 */
export function sendStream(init: StreamInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {
  return new Promise((resolve, reject) => {
    // A status or a header that cannot be sent fails here. In the stream below, nobody would hear of it.
    void new NextResponse(null, init);
    const isHead = init.request?.method === 'HEAD';
    let begun = false;
    let closed = false;
    const begin = (flushes = false) => {
      if (begun) return;
      begun = true;
      if (forbidsBody(init) || isHead) {
        resolve(new NextResponse(null, init));
        // Next neither reads nor cancels the body for `HEAD`: what has no end would go on for ever.
        return void (isHead ? pieces.destroy() : pieces.resume());
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
    pieces.on('newListener', (event, listener) => {
      // Who begins to listen when it is closed has missed it.
      if (event === 'close' && closed) process.nextTick(listener);
    });
    if (isHead) pieces.on('unpipe', (source) => source.destroy());
    pieces.on('error', reject);
    pieces.on('close', () => {
      closed = true;
      reject(new Error('the response was closed before it began'));
    });
    const written = (async () => write(Object.assign(pieces, { flushHeaders: () => begin(true), flush() {} })))();
    // Next does not cancel a body that begins when the client has left.
    const leave = () => {
      if (begun) return;
      begun = true;
      resolve(new NextResponse(null, init));
      pieces.destroy();
    };
    if (init.request?.signal.aborted) leave();
    else init.request?.signal.addEventListener('abort', leave);
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
/** What is known when a stream begins, and the request that it answers. */
export type StreamInit = ResponseInit & { request?: Request };
",
        "",
    ),
    ("(init: StreamInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {", "(init, write) {"),
    ("new ReadableStream<Uint8Array>({", "new ReadableStream({"),
];
