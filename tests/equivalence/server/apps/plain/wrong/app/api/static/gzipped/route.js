import { gzipSync } from 'node:zlib';

export function GET() {
  return new Response(gzipSync('a text that is packed'), {
    headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' },
  });
}
