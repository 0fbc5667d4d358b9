// Forms that formidable read, and `formData()` reads now: fields and files by name, repeated, empty and missing.

import { field, file, form, multipart, text } from '../../lib/requests.mjs';

// JSON and empty bodies are not taken any more, which is for a reviewer.
export const args = ['--unsafe'];

// formidable writes files at the same time, and gives those of one name in the order in which they were written.
const twice = file('photo', 'ü.txt', 'x/y', '22');

const forms = [
  [field('title', 'Größe'), file('photo', 'a b.txt', 'text/plain', '\uFEFFwith a BOM, ü')],
  [field('tag', 'one'), field('tag', ''), twice, twice],
  [field('tags[]', 'one'), field('__proto__', 'x'), field('toString', 'y')],
  [file('other', 'a.txt', 'text/plain', 'x')],
  [file('photo', '', 'application/octet-stream', ''), field('title', 'no file chosen')],
  [file('photo', 'empty.txt', 'text/plain', '')],
  [],
];

export default ['/api/x', '/api/called', '/api/assigned'].flatMap((path) => [
  ...forms.map((parts) => multipart(path, parts)),
  multipart(path, [field('title', 'breaks off')], ''),
  form('POST', path, 'tag=one&tag=two&title='),
  text('POST', path, 'no form'),
]);
