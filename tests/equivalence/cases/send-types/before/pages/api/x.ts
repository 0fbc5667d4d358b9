import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const kind = req.query.kind;
  if (kind === 'object') return res.send({ a: 1, d: new Date(0) });
  if (kind === 'array') return res.send([1, 'a', null]);
  if (kind === 'number') return res.send(42);
  if (kind === 'boolean') return res.send(false);
  if (kind === 'null') return res.send(null);
  if (kind === 'buffer') return res.send(Buffer.from('bytes'));
  if (kind === 'text') return res.send('text');
  if (kind === 'empty') return res.send('');
  if (kind === 'html') return res.send('<p>html</p>');
  if (kind === 'typed') return res.setHeader('Content-Type', 'text/csv').send('a,b');
  res.status(404).send({ error: 'kind' });
}
