import type { NextApiHandler } from 'next';

export function withLog(handler: NextApiHandler): NextApiHandler {
  return async (req, res) => {
    console.log('begin', req.method);
    const result = await handler(req, res);
    console.log('end', req.method);
    return result;
  };
}

export function withTime(handler: NextApiHandler): NextApiHandler {
  return async (req, res) => {
    const started = Date.now();
    await handler(req, res);
    console.log(req.url, Date.now() - started >= 0);
  };
}
