import { NextRequest, NextResponse } from 'next/server';

type Handler = (req: NextRequest) => Promise<unknown>;

export const respond = (fn: Handler, options: { raw?: boolean }) => async (req: NextRequest) => {
  const data = await fn(req);
  if (options.raw) return;
  if (data instanceof Response) return data;
  return NextResponse.json({ data });
};
