import { gzipSync } from 'node:zlib';

export default function handler(req, res) {
  res.setHeader('Content-Encoding', 'gzip');
  res.setHeader('Content-Type', 'text/plain');
  res.send(gzipSync('a text that is packed'));
}
