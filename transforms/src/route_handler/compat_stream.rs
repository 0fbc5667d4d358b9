//! The helper that lets a function write a body piece by piece.

/// As TypeScript.
pub const SEND_STREAM: &str = "
/** What `res` was once status and headers were set: a stream. */
export type BodyStream = Transform & { flushHeaders(): void; flush(): void };

/**
 * Answers with a body that `write` writes piece by piece, as with `res.write` and `res.end`. The answer begins with the
 * first piece. What fails before that fails here, what fails later breaks the body off. `res` closes when all is
 * written, or when the client leaves.
 */
export function sendStream(init: ResponseInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {
  return new Promise((resolve, reject) => {
    // A status or a header that cannot be sent fails here. In the stream below, nobody would hear of it.
    void new NextResponse(null, init);
    let begun = false;
    const begin = () => {
      if (begun) return;
      begun = true;
      if (forbidsBody(init)) {
        pieces.resume();
        return resolve(new NextResponse(null, init));
      }
      const iterator = pieces[Symbol.asyncIterator]();
      const body = new ReadableStream<Uint8Array>({
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
    const written = (async () => write(Object.assign(pieces, { flushHeaders: begin, flush() {} })))();
    written.catch((error) => (pieces.writableEnded ? console.error(error) : pieces.destroy(error)));
  });
}
";

/// What is left of its annotations in JavaScript.
pub const UNTYPED: [(&str, &str); 3] = [
    (
        "
/** What `res` was once status and headers were set: a stream. */
export type BodyStream = Transform & { flushHeaders(): void; flush(): void };
",
        "",
    ),
    ("(init: ResponseInit, write: (res: BodyStream) => unknown): Promise<NextResponse> {", "(init, write) {"),
    ("new ReadableStream<Uint8Array>({", "new ReadableStream({"),
];
