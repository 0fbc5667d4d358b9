import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from './db';

export interface Context {
  req: NextApiRequest;
  res: NextApiResponse;
  tenant: string;
  requestId?: string;
}

// Writes to the object that everybody has.
export async function attach(ctx: Context) {
  await find('attach', ctx.tenant);
  ctx.requestId = ctx.req.headers['x-request-id'] as string | undefined;
}

function deny(ctx: Context, status: number) {
  ctx.res.status(status).json({ denied: ctx.tenant, id: ctx.requestId ?? null });
}

export async function requireKey(ctx: Context) {
  await attach(ctx);
  if (!ctx.req.headers['x-key']) {
    deny(ctx, 401);
    return false;
  }
  if (ctx.req.query.mode === 'deny') {
    deny(ctx, 403);
    return false;
  }
  return true;
}

export function noStore({ res }: { res: NextApiResponse }) {
  res.setHeader('Cache-Control', 'no-store');
}

// Only headers are set here, through an object that is handed on.
export function stamp(ctx: Context) {
  noStore(ctx);
  ctx.res.setHeader('X-Tenant', ctx.tenant);
}

export const page = ({ req, requestId }: Context) => ({ page: req.query.page ?? null, id: req.query.id, requestId });

export const input = (ctx: Context) => ({ ...page(ctx), name: ctx.req.body.name ?? null });
