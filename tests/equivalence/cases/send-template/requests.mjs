// Text with a part that comes from the request has no content type.

import { get } from '../../lib/requests.mjs';

const todo = 'text of a template, which is no literal: a content type is added; the README accepts that for literal text only';

export default [
  { ...get('/api/x?name=Ada'), todo },
  { ...get('/api/x?name=%3Cb%3E'), todo },
  { ...get('/api/x?end=1&name=Ada'), todo },
];
