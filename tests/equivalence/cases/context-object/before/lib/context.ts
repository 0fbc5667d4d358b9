import type { NextApiRequest, NextApiResponse } from 'next';

export interface Context {
  req: NextApiRequest;
  res: NextApiResponse;
  tenant: string;
}

export async function requireKey(ctx: Context) {
  if (!ctx.req.headers['x-key']) {
    ctx.res.status(401).json({ error: 'No key', tenant: ctx.tenant });
    return false;
  }
  if (ctx.req.query.mode === 'deny') {
    ctx.res.statusCode = 403;
    ctx.res.end();
    return false;
  }
  return true;
}

export const page = (ctx: Context) => ctx.req.query.page;

export function input(context: Context) {
  const { req, tenant } = context;
  const { name } = req.body;
  return { name, tenant, agent: req.headers['user-agent'], method: req.method };
}

export function noStore(context: { res: NextApiResponse }) {
  const { res } = context;
  res.setHeader('Cache-Control', 'no-store');
}
